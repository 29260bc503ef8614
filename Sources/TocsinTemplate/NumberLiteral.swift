/// A number as written. Go's constants have no type until they are used, so it is everything it can be.
struct NumberLiteral: Sendable {
    let source: String
    private(set) var int: Int?
    /// Too big for an `int`, but a Go `uint` would hold it.
    private(set) var isUnsignedOnly = false
    private(set) var float: Double?
    private(set) var complex: Complex?

    /// What the number is where any type will do; nil if it does not fit an `int`.
    var value: Value? {
        if let complex = self.complex { return .object(complex) }
        if let float = self.float, self.looksLikeFloat { return .float(float) }
        return self.int.map(Value.int)
    }

    private var looksLikeFloat: Bool {
        let bytes = self.source.utf8
        if bytes.first == UInt8(ascii: "'") { return false }
        if self.isHexadecimal { return self.source.contains { $0 == "p" || $0 == "P" } }
        return bytes.contains { ".eEpP".utf8.contains($0) }
    }

    private var isHexadecimal: Bool { self.source.hasPrefix("0x") || self.source.hasPrefix("0X") }
}

extension NumberLiteral {
    /// Throws the message only; the parser knows the place.
    init(_ token: Token) throws(TemplateError) {
        self.source = token.text
        switch token.kind {
        case .character:
            guard let number = unquotedCharacter(token.text) else {
                let isEmpty = token.text.utf8.count <= 2 || token.text.utf8.dropFirst().first == UInt8(ascii: "\\")
                throw TemplateError(isEmpty ? "invalid syntax" : "malformed character constant: \(token.text)")
            }
            self.int = number
            self.float = Double(number)
        case .complex:
            guard let complex = Complex(literal: token.text) else { throw TemplateError("expected complex number") }
            self.setComplex(complex)
        default:
            if token.text.utf8.last == UInt8(ascii: "i"), let float = parseFloat(String(token.text.dropLast())) {
                self.setComplex(Complex(real: 0, imaginary: float))
                return
            }
            try self.setReal()
        }
    }

    private mutating func setComplex(_ complex: Complex) {
        self.complex = complex
        guard complex.imaginary == 0 else { return }
        self.float = complex.real
        self.int = integer(complex.real)
    }

    private mutating func setReal() throws(TemplateError) {
        if let magnitude = parseInteger(self.source) {
            let isNegative = self.source.hasPrefix("-")
            self.int = isNegative ? Int(exactly: -Int128(magnitude)) : Int(exactly: magnitude)
            self.isUnsignedOnly = self.int == nil && !isNegative && !self.source.hasPrefix("+")
            if self.int != nil || self.isUnsignedOnly {
                self.float = self.int.map { Double($0) } ?? Double(magnitude)
                return
            }
        }
        guard let float = parseFloat(self.source) else {
            throw TemplateError("illegal number syntax: \(quoted(self.source))")
        }
        guard self.source.utf8.contains(where: { ".eEpP".utf8.contains($0) }) else {
            // It looks like an integer, so it is one that is too large.
            throw TemplateError("integer overflow: \(quoted(self.source))")
        }
        self.float = float
        self.int = integer(float)
    }
}

/// The float as an integer if it is one. `Int(exactly:)` would need the C library's `trunc`, and this target links
/// nothing.
private func integer(_ float: Double) -> Int? {
    guard float >= -0x1p63, float < 0x1p63 else { return nil }
    let int = Int(float)
    return Double(int) == float ? int : nil
}

/// The absolute value of an integer in Go's syntax: decimal, `0x`, `0o`, `0b`, or octal after a bare zero.
private func parseInteger(_ source: String) -> UInt64? {
    guard hasGoodUnderscores(source) else { return nil }
    var digits = Substring(source.filter { $0 != "_" })
    if digits.hasPrefix("+") || digits.hasPrefix("-") { digits.removeFirst() }
    guard digits.first?.isHexDigit == true else { return nil }
    switch digits.prefix(2).lowercased() {
    case "0x": return UInt64(digits.dropFirst(2), radix: 16)
    case "0o": return UInt64(digits.dropFirst(2), radix: 8)
    case "0b": return UInt64(digits.dropFirst(2), radix: 2)
    default: return UInt64(digits, radix: digits.hasPrefix("0") ? 8 : 10)
    }
}

/// A float in Go's syntax; nil if it is none or too large. Too small is zero.
func parseFloat(_ source: String) -> Double? {
    guard hasGoodUnderscores(source) else { return nil }
    let digits = source.filter { $0 != "_" }
    let unsigned = digits.drop { $0 == "+" || $0 == "-" }.lowercased()
    guard let first = unsigned.utf8.first, isDigit(first) || first == UInt8(ascii: ".") else { return nil }
    // C reads hexadecimal without an exponent, Go does not.
    if unsigned.hasPrefix("0x"), !unsigned.contains("p") { return nil }
    guard let float = Double(digits), float.isFinite else { return nil }
    return float
}

/// Underscores stand between digits, or between a base prefix and a digit.
private func hasGoodUnderscores(_ source: String) -> Bool {
    guard source.utf8.contains(UInt8(ascii: "_")) else { return true }
    enum Last { case nothing, digit, underscore, other }
    var bytes = Substring(source).utf8
    if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
    var last = Last.nothing
    var isHexadecimal = false
    if bytes.first == UInt8(ascii: "0"), let letter = bytes.dropFirst().first, "bBoOxX".utf8.contains(letter) {
        isHexadecimal = "xX".utf8.contains(letter)
        bytes = bytes.dropFirst(2)
        last = .digit
    }
    for byte in bytes {
        if isDigit(byte) || isHexadecimal && Character(Unicode.Scalar(byte)).isHexDigit {
            last = .digit
        } else if byte == UInt8(ascii: "_") {
            guard last == .digit else { return false }
            last = .underscore
        } else {
            if last == .underscore { return false }
            last = .other
        }
    }
    return last != .underscore
}

/// Go has complex constants, so templates have; nothing else here makes one.
struct Complex: TemplateObject, Hashable {
    let real: Double
    let imaginary: Double

    init(real: Double, imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }

    /// From a literal such as `1+2i`.
    init?(literal: String) {
        let body = literal.dropLast()
        guard literal.hasSuffix("i"), let sign = body.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        guard let real = parseFloat(String(body[..<sign])), let imaginary = parseFloat(String(body[sign...])) else {
            return nil
        }
        self.init(real: real, imaginary: imaginary)
    }

    var typeName: String { "complex128" }
    var underlying: Underlying { .value(.bool(self.real != 0 || self.imaginary != 0)) }
}
