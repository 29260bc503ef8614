/// Bytes up to a limit. What comes after is dropped, and ``isFull`` says so: printing needs no `throws` at each step.
struct BoundedBuffer {
    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var text: String { String(decoding: self.bytes, as: UTF8.self) }
    var count: Int { self.bytes.count }

    mutating func append(_ text: String) {
        if self.hasRoom(for: text.utf8.count) { self.bytes.append(contentsOf: text.utf8) }
    }

    mutating func append(_ more: [UInt8]) {
        if self.hasRoom(for: more.count) { self.bytes.append(contentsOf: more) }
    }

    mutating func append(_ character: Unicode.Scalar) {
        if self.hasRoom(for: 1) { self.bytes.append(UInt8(ascii: character)) }
    }

    mutating func append(_ byte: UInt8, times count: Int) {
        if self.hasRoom(for: count) { self.bytes.append(contentsOf: [UInt8](repeating: byte, count: count)) }
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if !self.isFull, self.bytes.count + count <= self.limit { return true }
        self.isFull = true
        return false
    }
}
