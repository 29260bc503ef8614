// Numbers and strings by verb and flags. Each says whether it knows the verb.

extension Printer {
    // MARK: Padding

    /// To the width, which counts characters.
    mutating func pad(_ text: [UInt8]) {
        let missing = (self.flags.width ?? 0) - text.count { $0 & 0xC0 != 0x80 }
        if missing > 0, !self.flags.minus { self.appendPadding(missing) }
        self.buffer.append(text)
        if missing > 0, self.flags.minus { self.appendPadding(missing) }
    }

    private mutating func appendPadding(_ count: Int) {
        let isZero = self.flags.zero && !self.flags.minus
        self.buffer.append(UInt8(ascii: isZero ? "0" : " "), times: count)
    }

    private mutating func padWithBlanks(_ text: [UInt8]) {
        let zero = self.flags.zero
        self.flags.zero = false
        self.pad(text)
        self.flags.zero = zero
    }

    // MARK: Integers

    mutating func printInteger(_ value: Int, _ verb: Unicode.Scalar) -> Bool {
        switch verb {
        case "v", "d": self.printInteger(value, radix: 10, verb)
        case "b": self.printInteger(value, radix: 2, verb)
        case "o", "O": self.printInteger(value, radix: 8, verb)
        case "x", "X": self.printInteger(value, radix: 16, verb)
        case "c": self.pad(Array(String(Self.scalar(value)).utf8))
        case "q":
            var text: [UInt8] = []
            let character = String(Self.scalar(value))
            appendQuoted(character, to: &text, quote: "'", asciiOnly: self.flags.plus)
            self.pad(text)
        case "U": self.printCodePoint(value)
        default: return false
        }
        return true
    }

    private static func scalar(_ value: Int) -> Unicode.Scalar {
        UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    }

    private mutating func printInteger(_ value: Int, radix: Int, _ verb: Unicode.Scalar) {
        let sign: Unicode.Scalar? = value < 0 ? "-" : self.flags.plus ? "+" : self.flags.space ? " " : nil
        var digitCount = 0
        if let precision = self.flags.precision {
            digitCount = precision
            if precision == 0, value == 0 { return self.padWithBlanks([]) }
        } else if self.flags.zero, !self.flags.minus, let width = self.flags.width {
            // Zeros go between the sign and the digits.
            digitCount = sign == nil ? width : width - 1
        }
        let digits = Array(String(value.magnitude, radix: radix, uppercase: verb == "X").utf8)
        var text: [UInt8] = sign.map { [UInt8(ascii: $0)] } ?? []
        let zeros = max(digitCount - digits.count, 0)
        switch verb {
        case "b" where self.flags.sharp: text += Array("0b".utf8)
        case "x" where self.flags.sharp: text += Array("0x".utf8)
        case "X" where self.flags.sharp: text += Array("0X".utf8)
        case "o" where self.flags.sharp && zeros == 0 && digits.first != UInt8(ascii: "0"): text += Array("0".utf8)
        case "O": text += Array("0o".utf8)
        default: break
        }
        text += repeatElement(UInt8(ascii: "0"), count: zeros)
        self.padWithBlanks(text + digits)
    }

    /// `U+0078`, with `#` also `'x'`.
    private mutating func printCodePoint(_ value: Int) {
        let digits = String(UInt(bitPattern: value), radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, max(4, self.flags.precision ?? 0) - digits.count))
        var text = "U+" + zeros + digits
        if self.flags.sharp, let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init), isPrintable(scalar) {
            text += " '\(scalar)'"
        }
        self.padWithBlanks(Array(text.utf8))
    }

    // MARK: Floats

    mutating func printFloat(_ value: Double, _ verb: Unicode.Scalar) -> Bool {
        switch verb {
        case "v": self.printFloat(value, "g", precision: nil)
        case "b", "g", "G", "x", "X": self.printFloat(value, verb, precision: nil)
        case "e", "E", "f": self.printFloat(value, verb, precision: 6)
        case "F": self.printFloat(value, "f", precision: 6)
        default: return false
        }
        return true
    }

    private mutating func printFloat(_ value: Double, _ verb: Unicode.Scalar, precision: Int?) {
        let precision = self.flags.precision ?? precision
        var number = floatText(value, verb, precision: precision)
        // From here on the sign is apart.
        var sign = UInt8(ascii: "+")
        if number[0] == UInt8(ascii: "-") || number[0] == UInt8(ascii: "+") { sign = number.removeFirst() }
        if self.flags.space, sign == UInt8(ascii: "+"), !self.flags.plus { sign = UInt8(ascii: " ") }
        if !value.isFinite {
            // An infinity has always its sign.
            let isSigned = value.isInfinite || self.flags.plus || sign != UInt8(ascii: "+")
            return self.padWithBlanks((isSigned ? [sign] : []) + number)
        }
        if self.flags.sharp, verb != "b" { Self.keepPoint(&number, verb, precision: precision) }
        guard self.flags.plus || sign != UInt8(ascii: "+") else { return self.pad(number) }
        if self.flags.zero, !self.flags.minus, let width = self.flags.width, width > number.count + 1 {
            self.buffer.append([sign])
            self.appendPadding(width - number.count - 1)
            self.buffer.append(number)
        } else {
            self.pad([sign] + number)
        }
    }

    /// The flag `#`: always a decimal point, and for `%g` the trailing zeros.
    private static func keepPoint(_ number: inout [UInt8], _ verb: Unicode.Scalar, precision: Int?) {
        let isHexadecimal = verb == "x" || verb == "X"
        let exponentLetters = isHexadecimal ? "pP" : "eEpP"
        let end = number.firstIndex { exponentLetters.utf8.contains($0) } ?? number.count
        let tail = number[end...]
        var head = Array(number[..<end])
        var missing = 0
        if verb == "g" || verb == "G" || verb == "x" {
            let digits = head.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }
            missing = (precision ?? 6) - digits.count
        }
        if !head.contains(UInt8(ascii: ".")) {
            if head == [UInt8(ascii: "0")] { missing -= 1 }
            head.append(UInt8(ascii: "."))
        }
        head += repeatElement(UInt8(ascii: "0"), count: max(missing, 0))
        number = head + tail
    }

    mutating func print(_ complex: Complex, _ verb: Unicode.Scalar) {
        guard "vbgGxXfFeE".unicodeScalars.contains(verb) else {
            self.buffer.append("%!\(verb)(complex128=")
            self.print(complex, "v")
            return self.buffer.append(")")
        }
        let plus = self.flags.plus
        self.buffer.append("(")
        _ = self.printFloat(complex.real, verb)
        self.flags.plus = true
        _ = self.printFloat(complex.imaginary, verb)
        self.buffer.append("i)")
        self.flags.plus = plus
    }

    // MARK: Strings

    mutating func printString(_ text: String, _ verb: Unicode.Scalar) {
        switch verb {
        case "x", "X": self.printHex(text, isUpper: verb == "X")
        case "q": self.printQuoted(text)
        case "v" where self.flags.goSyntax: self.printQuoted(text)
        default: self.pad(self.truncated(text))
        }
    }

    /// The precision counts characters.
    private func truncated(_ text: String) -> [UInt8] {
        guard let precision = self.flags.precision else { return Array(text.utf8) }
        return Array(String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision))).utf8)
    }

    private mutating func printQuoted(_ text: String) {
        let truncated = String(decoding: self.truncated(text), as: UTF8.self)
        if self.flags.sharp, Self.fitsBackquotes(truncated) { return self.pad(Array("`\(truncated)`".utf8)) }
        var bytes: [UInt8] = []
        appendQuoted(truncated, to: &bytes, quote: "\"", asciiOnly: self.flags.plus)
        self.pad(bytes)
    }

    private static func fitsBackquotes(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar != "`" && scalar.value != 0xFEFF && scalar.value != 0x7F && (scalar.value >= 0x20 || scalar == "\t")
        }
    }

    /// Two digits for each byte; the precision counts bytes.
    private mutating func printHex(_ text: String, isUpper: Bool) {
        var result: [UInt8] = []
        let prefix = self.flags.sharp ? (isUpper ? "0X" : "0x") : ""
        for (index, byte) in text.utf8.prefix(self.flags.precision ?? .max).enumerated() {
            if index == 0 {
                result += prefix.utf8
            } else if self.flags.space {
                result.append(UInt8(ascii: " "))
                result += prefix.utf8
            }
            appendHex(UInt32(byte), digits: 2, uppercase: isUpper, to: &result)
        }
        self.pad(result)
    }
}
