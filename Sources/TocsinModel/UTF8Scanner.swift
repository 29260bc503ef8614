/// Decodes UTF-8 one character at a time. A byte that begins no character counts as one of its own, so that columns
/// and replacements come out as in Go.
enum UTF8Scanner {
    /// The character at `offset`, `nil` if the bytes there are not UTF-8, and how many bytes it takes.
    static func scalar(in bytes: [UInt8], at offset: Int) -> (scalar: Unicode.Scalar?, width: Int) {
        let first = bytes[offset]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard (0xC2...0xF4).contains(first), offset + width <= bytes.count else { return (nil, 1) }
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for byte in bytes[offset + 1..<offset + width] {
            guard byte & 0xC0 == 0x80 else { return (nil, 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        let smallest: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x1_0000
        guard value >= smallest, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
        return (scalar, width)
    }

    /// The bytes with U+FFFD for each byte that is not part of a character.
    static func repair(_ bytes: [UInt8]) -> [UInt8] {
        if String(validating: bytes, as: UTF8.self) != nil { return bytes }
        var repaired: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            let (scalar, width) = UTF8Scanner.scalar(in: bytes, at: offset)
            repaired.append(contentsOf: (scalar ?? "\u{FFFD}").utf8)
            offset += width
        }
        return repaired
    }
}
