/// What Alertmanager takes for a URI: an absolute one, or an absolute path; the same verdicts as `ParseRequestURI` of
/// Go's `net/url`, which knows no fragments and does not look into queries.
enum RequestURI {
    @inline(__always)
    static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        !text.isEmpty && !self.hasControlCharacters(text) && (self.isPlain(text) || self.isUnusualButValid(text))
    }

    /// Whether it is `http://host.name:9090/path?query` of nothing but plain characters, as nearly all are.
    @inline(__always)
    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count > 8, text.loadUnaligned(as: UInt32.self) == UInt32(littleEndian: 0x7074_7468) else {
            return false
        }
        var index = text[4] == UInt8(ascii: "s") ? 5 : 4
        guard
            text[index] == UInt8(ascii: ":"), text[index + 1] == UInt8(ascii: "/"), text[index + 2] == UInt8(ascii: "/")
        else { return false }
        index += 3
        while index < text.count, self.isPlain(text[index]) || text[index] == UInt8(ascii: ".") { index += 1 }
        if index < text.count, text[index] == UInt8(ascii: ":") {
            index += 1
            while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        }
        guard index < text.count else { return true }
        guard text[index] == UInt8(ascii: "/") else { return false }
        while index < text.count, self.isPlain(text[index]) || text[index] == UInt8(ascii: "/") { index += 1 }
        return index == text.count || text[index] == UInt8(ascii: "?")
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: "-")
    }

    /// The whole check, for a text that has no control characters.
    private static func isUnusualButValid(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.count == 1, text[0] == UInt8(ascii: "*") { return true }
        guard let schemeEnd = self.endOfScheme(text) else { return false }

        let rest = schemeEnd..<self.firstIndex(of: UInt8(ascii: "?"), in: text, schemeEnd..<text.count)
        guard !rest.isEmpty, text[rest.lowerBound] == UInt8(ascii: "/") else { return schemeEnd > 0 }
        guard schemeEnd > 0, rest.count >= 2, text[rest.lowerBound + 1] == UInt8(ascii: "/") else {
            return self.hasValidEscapes(text, rest)
        }
        let authorityStart = rest.lowerBound + 2
        let pathStart = self.firstIndex(of: UInt8(ascii: "/"), in: text, authorityStart..<rest.upperBound)
        return URIAuthority(text).isValid(authorityStart..<pathStart)
            && self.hasValidEscapes(text, pathStart..<rest.upperBound)
    }

    /// Eight bytes at a time; this is all that is looked at in a query, which is the longest part.
    @inline(__always)
    private static func hasControlCharacters(_ text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= text.count {
            let bytes = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let delete = bytes ^ 0x7F7F_7F7F_7F7F_7F7F
            // A byte that is too small borrows into its top bit.
            let marks = (bytes &- 0x2020_2020_2020_2020) & ~bytes | (delete &- 0x0101_0101_0101_0101) & ~delete
            if marks & 0x8080_8080_8080_8080 != 0 { return true }
            offset += 8
        }
        while offset < text.count {
            if text[offset] < 0x20 || text[offset] == 0x7F { return true }
            offset += 1
        }
        return false
    }

    /// Where the text goes on behind `http:`; 0 if it begins with no scheme, `nil` if the scheme is empty.
    private static func endOfScheme(_ text: UnsafeRawBufferPointer) -> Int? {
        for offset in 0..<text.count {
            switch text[offset] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if offset == 0 { return 0 }
            case UInt8(ascii: ":"): return offset == 0 ? nil : offset + 1
            default: return 0
            }
        }
        return 0
    }

    /// The end of the range if it is not there.
    static func firstIndex(of byte: UInt8, in text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, text[index] != byte { index += 1 }
        return index
    }

    /// Whether each percent sign has its two hexadecimal digits.
    static func hasValidEscapes(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] != UInt8(ascii: "%") {
                index += 1
            } else if self.escapedByte(text, index..<range.upperBound) != nil {
                index += 3
            } else {
                return false
            }
        }
        return true
    }

    /// The byte that the escape at the beginning of the range stands for.
    static func escapedByte(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt8? {
        guard
            range.count >= 3, let high = self.hexadecimal(text[range.lowerBound + 1]),
            let low = self.hexadecimal(text[range.lowerBound + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
