/// Texts in double quotes as Go writes and reads them (`strconv.Quote` and `Unquote`): group keys, label sets and
/// matchers are printed so, and receivers hash what was printed.
public enum GoQuote {
    /// `text` in double quotes. Printable characters stay, everything else is escaped.
    public static func quote(_ text: String) -> String {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(text.utf8.count + 2)
        GoQuote.append(text, to: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }

    /// Appends what ``quote(_:)`` returns.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars { GoQuote.append(scalar, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
        case "\u{7}": bytes += "\\a".utf8
        case "\u{8}": bytes += "\\b".utf8
        case "\u{c}": bytes += "\\f".utf8
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case "\u{b}": bytes += "\\v".utf8
        case " "..."~": bytes.append(UInt8(ascii: scalar))
        case _ where scalar.value < 0x80: bytes += "\\x\(GoQuote.hexadecimal(scalar, digits: 2))".utf8
        case _ where GoQuote.isPrintable(scalar): bytes += scalar.utf8
        case _ where scalar.value < 0x1_0000: bytes += "\\u\(GoQuote.hexadecimal(scalar, digits: 4))".utf8
        default: bytes += "\\U\(GoQuote.hexadecimal(scalar, digits: 8))".utf8
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// Letters, marks, numbers, punctuation and symbols; of the spaces only U+0020, which ASCII has.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            false
        default:
            true
        }
    }
}

// MARK: - Reading

extension GoQuote {
    /// The text that a double-quoted literal stands for; `nil` if it is not one, or if its escapes make bytes that
    /// are not UTF-8.
    public static func unquote(_ literal: String) -> String? { GoQuote.unquote(Array(literal.utf8)) }

    static func unquote(_ literal: some Collection<UInt8>) -> String? {
        var rest = Array(literal)[...]
        guard rest.count >= 2, rest.popFirst() == UInt8(ascii: "\""), rest.popLast() == UInt8(ascii: "\"") else {
            return nil
        }
        var text: [UInt8] = []
        text.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\n"): return nil
            case UInt8(ascii: "\\"):
                guard GoQuote.takeEscape(from: &rest, into: &text) else { return nil }
            default: text.append(byte)
            }
        }
        return String(validating: text, as: UTF8.self)
    }

    /// Reads what follows a backslash. False if it is no escape.
    private static func takeEscape(from rest: inout ArraySlice<UInt8>, into text: inout [UInt8]) -> Bool {
        guard let letter = rest.first else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(letter) {
            guard let value = GoQuote.takeNumber(from: &rest, digits: 3, radix: 8), value < 256 else { return false }
            text.append(UInt8(value))
            return true
        }
        rest.removeFirst()
        switch letter {
        case UInt8(ascii: "a"): text.append(0x07)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "v"): text.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(letter)
        case UInt8(ascii: "x"):
            guard let value = GoQuote.takeNumber(from: &rest, digits: 2, radix: 16) else { return false }
            text.append(UInt8(value))
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = letter == UInt8(ascii: "u") ? 4 : 8
            guard let value = GoQuote.takeNumber(from: &rest, digits: digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { return false }
            text.append(contentsOf: scalar.utf8)
        default: return false
        }
        return true
    }

    /// Exactly that many digits, at most eight.
    private static func takeNumber(from rest: inout ArraySlice<UInt8>, digits: Int, radix: UInt32) -> UInt32? {
        guard rest.count >= digits else { return nil }
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
                digit < radix
            else { return nil }
            value = value * radix + UInt32(digit)
        }
        return value
    }
}
