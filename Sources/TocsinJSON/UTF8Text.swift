/// What is well-formed UTF-8, and what stands in for what is not.
enum UTF8Text {
    /// U+FFFD in UTF-8.
    static let replacement: (UInt8, UInt8, UInt8) = (0xEF, 0xBF, 0xBD)

    /// The length of the well-formed scalar that begins at `offset`, or 0 if none does: no overlong form, no
    /// surrogate, nothing above U+10FFFF.
    @inline(__always)
    static func scalarLength(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        let first = bytes[offset]
        if first < 0x80 { return 1 }
        let left = bytes.count - offset
        switch first {
        case 0xC2...0xDF:
            return left >= 2 && self.continues(bytes[offset + 1]) ? 2 : 0
        case 0xE0...0xEF:
            guard left >= 3, self.continues(bytes[offset + 1]), self.continues(bytes[offset + 2]) else { return 0 }
            if first == 0xE0 { return bytes[offset + 1] >= 0xA0 ? 3 : 0 }
            if first == 0xED { return bytes[offset + 1] < 0xA0 ? 3 : 0 }
            return 3
        case 0xF0...0xF4:
            guard
                left >= 4, self.continues(bytes[offset + 1]), self.continues(bytes[offset + 2]),
                self.continues(bytes[offset + 3])
            else { return 0 }
            if first == 0xF0 { return bytes[offset + 1] >= 0x90 ? 4 : 0 }
            if first == 0xF4 { return bytes[offset + 1] < 0x90 ? 4 : 0 }
            return 4
        default:
            return 0
        }
    }

    @inline(__always)
    private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset < bytes.count {
            if offset + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & Word.highBits == 0
            {
                offset += 8
                continue
            }
            let length = self.scalarLength(in: bytes, at: offset)
            if length == 0 { return false }
            offset += length
        }
        return true
    }

    /// Writes a scalar value that is no surrogate; returns its length.
    @inline(__always)
    static func write(_ scalar: UInt32, to target: UnsafeMutableRawPointer) -> Int {
        func store(_ byte: UInt32, _ offset: Int) {
            target.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: offset, as: UInt8.self)
        }
        switch scalar {
        case 0..<0x80:
            store(scalar, 0)
            return 1
        case 0x80..<0x800:
            store(0xC0 | scalar >> 6, 0)
            store(0x80 | scalar & 0x3F, 1)
            return 2
        case 0x800..<0x1_0000:
            store(0xE0 | scalar >> 12, 0)
            store(0x80 | scalar >> 6 & 0x3F, 1)
            store(0x80 | scalar & 0x3F, 2)
            return 3
        default:
            store(0xF0 | scalar >> 18, 0)
            store(0x80 | scalar >> 12 & 0x3F, 1)
            store(0x80 | scalar >> 6 & 0x3F, 2)
            store(0x80 | scalar & 0x3F, 3)
            return 4
        }
    }
}

/// Eight bytes looked at in one go. (Swift 6.3 makes no vector instructions of comparisons of `SIMD16`.)
@usableFromInline
enum Word {
    @usableFromInline static var lowBits: UInt64 { @inlinable @inline(__always) get { 0x0101_0101_0101_0101 } }
    @usableFromInline static var highBits: UInt64 { @inlinable @inline(__always) get { 0x8080_8080_8080_8080 } }

    /// Marks in `word` the top bit of the first byte (in memory order) that is a quote, a backslash, a control
    /// character or no ASCII. Marks behind the first one may be wrong.
    @inlinable
    @inline(__always)
    static func unusual(_ word: UInt64) -> UInt64 {
        // Subtracting borrows into the top bit where a byte is too small, and else leaves it set only above ASCII.
        let quote = (word ^ 0x2222_2222_2222_2222) &- Word.lowBits
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- Word.lowBits
        let control = word &- 0x2020_2020_2020_2020
        return (quote | backslash | control | word) & Word.highBits
    }

    /// Marks in `word` the top bit of the first byte (in memory order) that ends a plain run of a JSON string: a quote,
    /// a backslash or a control character. Marks behind the first one may be wrong.
    @inline(__always)
    static func stringStops(_ word: UInt64) -> UInt64 {
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let control = (word &- 0x2020_2020_2020_2020) & ~word
        let marks = (quote &- Word.lowBits) & ~quote | (backslash &- Word.lowBits) & ~backslash | control
        return marks & Word.highBits
    }
}
