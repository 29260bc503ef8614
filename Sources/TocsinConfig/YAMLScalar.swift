import TocsinSettings

/// What Go's `yaml.v2` takes a plain scalar for.
enum YAMLScalar {
    /// `nil` for null.
    static func kind(of text: String) -> SettingsScalar.Kind? {
        switch text {
        case "", "~", "null", "Null", "NULL": return nil
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .boolean(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .boolean(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
        case ".nan", ".NaN", ".NAN": return .float(.nan)
        default: return YAMLScalar.number(text) ?? .string
        }
    }

    private static func number(_ text: String) -> SettingsScalar.Kind? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first), text.utf8.count <= 400 else {
            return nil
        }
        let digits = text.filter { $0 != "_" }
        if let integer = YAMLScalar.integer(digits) { return .integer(integer) }
        guard YAMLScalar.isFloat(digits), let float = Double(digits) else { return nil }
        return .float(float)
    }

    /// With a sign, and `0x`, `0o`, `0b` or a leading 0 for the base.
    private static func integer(_ text: String) -> Int64? {
        var digits = text[...]
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = first == "-" ? "-" : ""
            digits = digits.dropFirst()
        }
        guard let first = digits.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        let bases = ["0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2]
        var radix = 10
        if let base = bases[String(digits.prefix(2))] {
            radix = base
            digits = digits.dropFirst(2)
        } else if digits.count > 1 && digits.first == "0" {
            radix = 8
            digits = digits.dropFirst()
        }
        // Int64 itself would accept a second sign.
        guard let leading = digits.utf8.first, leading != UInt8(ascii: "+"), leading != UInt8(ascii: "-") else {
            return nil
        }
        return Int64(sign + digits, radix: radix)
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isFloat(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        func dropDigits() -> Int {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        if isSign(rest.first) { rest = rest.dropFirst() }
        var digits = dropDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digits += dropDigits()
        }
        guard digits > 0 else { return false }
        if let exponent = rest.first, exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if isSign(rest.first) { rest = rest.dropFirst() }
            guard dropDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

/// The content of a `!!binary` scalar.
enum Base64 {
    /// `nil` unless it is padded base64, white space apart, of UTF-8 text.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var (bits, width, padding) = (0 as UInt32, 0, 0)
        for byte in text.utf8 where !" \n\r\t".utf8.contains(byte) {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = Base64.value(of: byte) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            width += 6
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
            }
        }
        guard (width == 0 && padding == 0) || (width == 4 && padding == 2) || (width == 2 && padding == 1) else {
            return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
