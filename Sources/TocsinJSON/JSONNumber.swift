/// Numbers from and to the text that JSON has for them.
public enum JSONNumber {
    /// The value of a JSON number without fraction and exponent; `nil` for any other, for `-0`, which no integer can
    /// say, and for one that does not fit.
    public static func integer(_ literal: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = literal.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in literal.dropFirst(isNegative ? 1 : 0) {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) =
                isNegative
                ? scaled.subtractingReportingOverflow(digit)
                : scaled.addingReportingOverflow(digit)
            if overflow || carried { return nil }
            value = sum
        }
        return isNegative && value == 0 ? nil : value
    }

    /// The nearest 64-bit floating-point number; `nil` if it would be infinite.
    public static func double(_ literal: UnsafeRawBufferPointer) -> Double? {
        guard let value = Double(String(decoding: literal, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Appends a number as Go's `encoding/json` prints a `float64`: the fewest digits that read back as the same
    /// number, with an exponent below 1e-6 and from 1e21 on. What is not finite has no form in JSON: `null`.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
        if value == 0 {
            bytes.append(UInt8(ascii: "0"))
            return
        }
        let (digits, point) = self.decimal(value.magnitude)
        if value.magnitude < 1e-6 || value.magnitude >= 1e21 {
            self.appendScientific(digits, point, to: &bytes)
        } else {
            self.appendPlain(digits, point, to: &bytes)
        }
    }

    /// The shortest significant digits of a positive number, and how many of them stand before the decimal point
    /// (negative: that many zeros stand between the point and them).
    private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        // Swift prints the shortest digits as well, in one of the forms `12.5`, `0.001`, `1e+21`, `1.5e-07`.
        let text = value.description
        let mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") }
        for byte in mantissa {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        if mantissa.endIndex < text.utf8.endIndex {
            exponent = Int(text[text.index(after: mantissa.endIndex)...]) ?? 0
        }
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let before = (point ?? digits.count) + exponent - leadingZeros
        digits.removeFirst(leadingZeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, before)
    }

    private static func appendPlain(_ digits: [UInt8], _ point: Int, to bytes: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        if point <= 0 {
            bytes.append(contentsOf: [zero, UInt8(ascii: ".")])
            bytes.append(contentsOf: repeatElement(zero, count: -point))
            bytes.append(contentsOf: digits)
        } else {
            bytes.append(contentsOf: digits.prefix(point))
            bytes.append(contentsOf: repeatElement(zero, count: max(0, point - digits.count)))
            guard digits.count > point else { return }
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits.dropFirst(point))
        }
    }

    private static func appendScientific(_ digits: [UInt8], _ point: Int, to bytes: inout [UInt8]) {
        bytes.append(digits[0])
        if digits.count > 1 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits.dropFirst())
        }
        bytes.append(UInt8(ascii: "e"))
        bytes.append(UInt8(ascii: point > 0 ? "+" : "-"))
        bytes.append(contentsOf: String(abs(point - 1)).utf8)
    }
}
