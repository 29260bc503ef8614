extension Duration {
    /// Reads a Go duration: decimal numbers with the units `ns us µs ms s m h`, with a sign and fractions if wanted,
    /// in any order. At most 292 years.
    public init(go text: String) throws(DurationError) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.elementsEqual("0".utf8) {
            self = .zero
            return
        }
        guard !rest.isEmpty else { throw .notAGoDuration(text) }
        // One more than 64 signed bits hold is fine, but only with a minus before it.
        let limit = UInt64(1) << 63
        var total: UInt64 = 0
        while !rest.isEmpty {
            let length = try Duration.takeGoPart(from: &rest, of: text)
            let (sum, overflow) = total.addingReportingOverflow(length)
            guard !overflow, sum <= limit else { throw .notAGoDuration(text) }
            total = sum
        }
        guard isNegative || total < limit else { throw .notAGoDuration(text) }
        self = .nanoseconds(isNegative ? Int64(truncatingIfNeeded: 0 &- total) : Int64(total))
    }

    /// One number with its unit, in nanoseconds.
    private static func takeGoPart(
        from rest: inout ArraySlice<UInt8>,
        of text: String
    ) throws(DurationError) -> UInt64 {
        let whole = rest.prefix(while: MatcherSyntax.isDigit)
        rest = rest[whole.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: MatcherSyntax.isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { throw .notAGoDuration(text) }
        let letters = rest.prefix { $0 != UInt8(ascii: ".") && !MatcherSyntax.isDigit($0) }
        rest = rest[letters.endIndex...]
        guard !letters.isEmpty else { throw .missingGoUnit(text) }
        let symbol = String(decoding: letters, as: UTF8.self)
        guard let unit = Duration.goUnit(symbol) else { throw .unknownGoUnit(symbol, in: text) }
        let count = whole.isEmpty ? 0 : UInt64(String(decoding: whole, as: UTF8.self))
        guard let count else { throw .notAGoDuration(text) }
        let (length, overflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, carry) = length.addingReportingOverflow(Duration.part(of: unit, fraction: fraction))
        guard !overflow, !carry else { throw .notAGoDuration(text) }
        return sum
    }

    /// The nanoseconds of a unit, told apart by bytes: `µ` is one of two characters.
    private static func goUnit(_ symbol: String) -> UInt64? {
        switch Array(symbol.utf8) {
        case Array("ns".utf8): 1
        case Array("us".utf8), Array("\u{B5}s".utf8), Array("\u{3BC}s".utf8): 1_000
        case Array("ms".utf8): 1_000_000
        case Array("s".utf8): 1_000_000_000
        case Array("m".utf8): 60_000_000_000
        case Array("h".utf8): 3_600_000_000_000
        default: nil
        }
    }

    /// `unit` times the number after the decimal point. Digits that change nothing are dropped, and the arithmetic is
    /// Go's, so that the last nanosecond is the same.
    private static func part(of unit: UInt64, fraction: ArraySlice<UInt8>) -> UInt64 {
        var digits: UInt64 = 0
        var scale = 1.0
        for byte in fraction {
            let (shifted, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if overflow || carry || sum > UInt64(Int64.max) { break }
            digits = sum
            scale *= 10
        }
        return UInt64(Double(digits) * (Double(unit) / scale))
    }
}

extension Duration {
    /// As Go prints it: `1m0s`, `1.5s`, `250ms`, `0s`. Clamped to 292 years.
    public var goText: String {
        let nanoseconds = self.wholeNanoseconds
        let sign = nanoseconds < 0 ? "-" : ""
        let length = nanoseconds.magnitude
        switch length {
        case 0: return "0s"
        case ..<1_000: return "\(sign)\(length)ns"
        case ..<1_000_000: return "\(sign)\(Duration.decimal(length, digits: 3))\u{B5}s"
        case ..<1_000_000_000: return "\(sign)\(Duration.decimal(length, digits: 6))ms"
        default: break
        }
        let (minutes, rest) = length.quotientAndRemainder(dividingBy: 60_000_000_000)
        let seconds = "\(Duration.decimal(rest, digits: 9))s"
        guard minutes > 0 else { return sign + seconds }
        guard minutes >= 60 else { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// The number with that many digits after the point, without zeros at the end.
    private static func decimal(_ number: UInt64, digits: Int) -> String {
        var scale: UInt64 = 1
        for _ in 0..<digits { scale *= 10 }
        let (whole, rest) = number.quotientAndRemainder(dividingBy: scale)
        guard rest > 0 else { return "\(whole)" }
        let text = String(rest)
        var fraction = String(repeating: "0", count: digits - text.utf8.count) + text
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
