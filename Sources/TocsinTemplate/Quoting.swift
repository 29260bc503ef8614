/// The text in double quotes with Go's escapes, as `%q` prints it.
func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 2)
    appendQuoted(text, to: &bytes, quote: "\"", asciiOnly: false)
    return String(decoding: bytes, as: UTF8.self)
}

func appendQuoted(_ text: String, to bytes: inout [UInt8], quote: Unicode.Scalar, asciiOnly: Bool) {
    bytes.append(UInt8(ascii: quote))
    for scalar in text.unicodeScalars { appendEscaped(scalar, to: &bytes, quote: quote, asciiOnly: asciiOnly) }
    bytes.append(UInt8(ascii: quote))
}

private func appendEscaped(
    _ scalar: Unicode.Scalar,
    to bytes: inout [UInt8],
    quote: Unicode.Scalar,
    asciiOnly: Bool
) {
    if scalar == quote || scalar == "\\" {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: scalar))
        return
    }
    if isPrintable(scalar), !asciiOnly || scalar.value < 0x80 {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
        return
    }
    switch scalar.value {
    case 0x07: bytes.append(contentsOf: "\\a".utf8)
    case 0x08: bytes.append(contentsOf: "\\b".utf8)
    case 0x0C: bytes.append(contentsOf: "\\f".utf8)
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case 0x0B: bytes.append(contentsOf: "\\v".utf8)
    case 0..<0x20, 0x7F:
        bytes.append(contentsOf: "\\x".utf8)
        appendHex(scalar.value, digits: 2, to: &bytes)
    case 0..<0x10000:
        bytes.append(contentsOf: "\\u".utf8)
        appendHex(scalar.value, digits: 4, to: &bytes)
    default:
        bytes.append(contentsOf: "\\U".utf8)
        appendHex(scalar.value, digits: 8, to: &bytes)
    }
}

/// Exactly that many digits.
func appendHex(_ value: UInt32, digits: Int, uppercase: Bool = false, to bytes: inout [UInt8]) {
    for index in (0..<digits).reversed() {
        let digit = UInt8(truncatingIfNeeded: value >> UInt32(index * 4) & 0xF)
        bytes.append(digit < 10 ? 0x30 + digit : (uppercase ? 0x37 : 0x57) + digit)
    }
}

/// What a literal with its quotes around it stands for; nil if its escapes are not Go's.
///
/// Go's strings are bytes; bytes that are not UTF-8 become U+FFFD here.
func unquoted(_ literal: String) -> String? {
    let source = Array(literal.utf8)
    guard source.count >= 2, let quote = source.first, quote == source.last else { return nil }
    let inner = source[1..<(source.count - 1)]
    if quote == UInt8(ascii: "`") {
        // Go drops carriage returns from raw strings.
        return String(decoding: inner.filter { $0 != 0x0D }, as: UTF8.self)
    }
    var reader = EscapeReader(bytes: Array(inner), quote: quote)
    var result: [UInt8] = []
    result.reserveCapacity(inner.count)
    while !reader.isAtEnd {
        switch reader.next() {
        case .byte(let byte): result.append(byte)
        case .scalar(let scalar): result.append(contentsOf: UTF8.encode(scalar)!)
        case nil: return nil
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// The number of a literal such as `'a'`; nil if it is not exactly one character.
func unquotedCharacter(_ literal: String) -> Int? {
    let source = Array(literal.utf8)
    guard source.count >= 3 else { return nil }
    var reader = EscapeReader(bytes: Array(source[1..<(source.count - 1)]), quote: UInt8(ascii: "'"))
    guard let piece = reader.next(), reader.isAtEnd else { return nil }
    switch piece {
    case .byte(let byte): return Int(byte)
    case .scalar(let scalar): return Int(scalar.value)
    }
}

private struct EscapeReader {
    let bytes: [UInt8]
    let quote: UInt8
    var index = 0

    enum Piece {
        /// An octal or hexadecimal escape: half a character, perhaps.
        case byte(UInt8)
        case scalar(Unicode.Scalar)
    }

    init(bytes: [UInt8], quote: UInt8) {
        self.bytes = bytes
        self.quote = quote
    }

    var isAtEnd: Bool { self.index >= self.bytes.count }

    mutating func next() -> Piece? {
        guard !self.isAtEnd else { return nil }
        let byte = self.bytes[self.index]
        if byte == self.quote { return nil }
        guard byte == UInt8(ascii: "\\") else {
            let (scalar, length) = decodeScalar(self.bytes, at: self.index)
            self.index += length
            return .scalar(scalar)
        }
        self.index += 1
        guard !self.isAtEnd else { return nil }
        let letter = Unicode.Scalar(self.bytes[self.index])
        self.index += 1
        switch letter {
        case "a": return .byte(0x07)
        case "b": return .byte(0x08)
        case "f": return .byte(0x0C)
        case "n": return .byte(0x0A)
        case "r": return .byte(0x0D)
        case "t": return .byte(0x09)
        case "v": return .byte(0x0B)
        case "\\": return .byte(0x5C)
        case "'", "\"": return UInt8(ascii: letter) == self.quote ? .byte(self.quote) : nil
        case "x": return self.digits(2, radix: 16).map { .byte(UInt8($0)) }
        case "u": return self.digits(4, radix: 16).flatMap(Unicode.Scalar.init).map(Piece.scalar)
        case "U": return self.digits(8, radix: 16).flatMap(Unicode.Scalar.init).map(Piece.scalar)
        case "0"..."7":
            self.index -= 1
            return self.digits(3, radix: 8).flatMap(UInt8.init(exactly:)).map(Piece.byte)
        default: return nil
        }
    }

    private mutating func digits(_ count: Int, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard !self.isAtEnd, let digit = Character(Unicode.Scalar(self.bytes[self.index])).hexDigitValue,
                digit < radix
            else { return nil }
            self.index += 1
            value = value &* radix | UInt32(digit)
        }
        return value
    }
}
