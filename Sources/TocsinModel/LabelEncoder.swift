/// Builds the block of bytes of a ``LabelSet``, and its fingerprint on the way. Pairs must come sorted by name.
public struct LabelEncoder: Sendable {
    private var bytes: [UInt8] = []
    private var hash = FNV1a()

    public init() {}

    public mutating func append(name: String, value: String) {
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in
                self.append(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer(value))
            }
        }
    }

    public mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        LabelEncoder.write(name, into: &self.bytes)
        self.hash.combine(name)
        self.hash.combine(0xFF)
        LabelEncoder.write(value, into: &self.bytes)
        self.hash.combine(value)
        self.hash.combine(0xFF)
    }

    /// The finished set; the encoder begins anew.
    public mutating func finish() -> LabelSet {
        let set = LabelSet(encoded: self.bytes, fingerprint: Fingerprint(self.hash.value))
        self = LabelEncoder()
        return set
    }

    /// Appends the length of `text` as a variable-length integer, then its bytes.
    @inline(__always)
    public static func write(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
        var length = text.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes.append(contentsOf: text)
    }
}

/// Walks the block of bytes of a ``LabelSet``.
struct LabelDecoder {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The next pair; `nil` at the end, and at the first byte that cannot be part of a block.
    @inline(__always)
    mutating func next() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard self.offset < self.bytes.count, let name = self.text(), let value = self.text() else { return nil }
        return (name, value)
    }

    @inline(__always)
    mutating func text() -> UnsafeRawBufferPointer? {
        var length = 0
        var shift = 0
        while true {
            guard self.offset < self.bytes.count, shift < 35 else { return nil }
            let byte = self.bytes[self.offset]
            self.offset += 1
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= self.bytes.count - self.offset else { return nil }
        let text = UnsafeRawBufferPointer(rebasing: self.bytes[self.offset..<self.offset + length])
        self.offset += length
        return text
    }

    /// The fingerprint of a whole block, or `nil` if it is damaged or out of order.
    static func fingerprint(of bytes: UnsafeRawBufferPointer) -> Fingerprint? {
        var decoder = LabelDecoder(bytes)
        var hash = FNV1a()
        var last: UnsafeRawBufferPointer?
        while let pair = decoder.next() {
            if let last, LabelDecoder.compare(last, pair.name) >= 0 { return nil }
            last = pair.name
            hash.combine(pair.name)
            hash.combine(0xFF)
            hash.combine(pair.value)
            hash.combine(0xFF)
        }
        return decoder.offset == bytes.count ? Fingerprint(hash.value) : nil
    }

    static func count(_ bytes: UnsafeRawBufferPointer) -> Int {
        var decoder = LabelDecoder(bytes)
        var count = 0
        while decoder.next() != nil { count += 1 }
        return count
    }

    /// The bytes of the value of `name`; the names are sorted, so a larger one ends the search.
    static func value(of name: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var decoder = LabelDecoder(bytes)
        while let pair = decoder.next() {
            let order = LabelDecoder.compare(pair.name, name)
            if order == 0 { return pair.value }
            if order > 0 { return nil }
        }
        return nil
    }

    /// Byte order: negative, zero or positive.
    @inline(__always)
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let shared = min(a.count, b.count)
        for index in 0..<shared where a[index] != b[index] {
            return Int(a[index]) - Int(b[index])
        }
        return a.count - b.count
    }
}
