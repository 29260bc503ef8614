import TocsinJSON
import TocsinModel

/// JSON for lists of tens of thousands of alerts: constants as they stand, and strings that are copied whole where
/// nothing in them needs an escape. All else is left to ``JSONWriter``.
extension [UInt8] {
    /// Appends JSON that stands in the source.
    @inline(__always)
    mutating func append(json text: StaticString) {
        self.append(contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(string text: UnsafeRawBufferPointer) {
        guard PlainText.isPlain(text) else {
            self.append(escaped: text)
            return
        }
        self.append(UInt8(ascii: "\""))
        self.append(contentsOf: text)
        self.append(UInt8(ascii: "\""))
    }

    @inline(never)
    private mutating func append(escaped text: UnsafeRawBufferPointer) {
        var writer = JSONWriter(.plain)
        writer.string(text)
        self.append(contentsOf: writer.bytes)
    }

    mutating func append(string text: String) {
        var text = text
        text.withUTF8 { self.append(string: UnsafeRawBufferPointer($0)) }
    }

    mutating func append(strings texts: some Sequence<String>) {
        self.append(UInt8(ascii: "["))
        var needsComma = false
        for text in texts {
            if needsComma { self.append(UInt8(ascii: ",")) }
            needsComma = true
            self.append(string: text)
        }
        self.append(UInt8(ascii: "]"))
    }

    /// An object of strings.
    mutating func append(object labels: LabelSet) {
        self.append(UInt8(ascii: "{"))
        var needsComma = false
        labels.forEachBytes { name, value in
            if needsComma { self.append(UInt8(ascii: ",")) }
            needsComma = true
            self.append(string: name)
            self.append(UInt8(ascii: ":"))
            self.append(string: value)
        }
        self.append(UInt8(ascii: "}"))
    }

    mutating func append(time: Timestamp) {
        self.append(UInt8(ascii: "\""))
        time.appendRFC3339Milliseconds(to: &self)
        self.append(UInt8(ascii: "\""))
    }

    mutating func append(fingerprint: Fingerprint) {
        self.append(UInt8(ascii: "\""))
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: fingerprint.value >> UInt64(shift)) & 0x0F
            self.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        self.append(UInt8(ascii: "\""))
    }
}

/// Text that stands in JSON as it is: ASCII without quotes, backslashes and control characters.
private enum PlainText {
    @inline(__always)
    static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= text.count {
            if self.marks(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) != 0 { return false }
            offset += 8
        }
        while offset < text.count {
            if !self.isPlain(text[offset]) { return false }
            offset += 1
        }
        return true
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The top bit of at least one byte is set if one of the eight is not plain.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        return (control | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | word) & (ones &* 0x80)
    }
}
