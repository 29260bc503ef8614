/// A message in Protocol Buffers' encoding, read field by field. No byte outside of it is looked at, whatever it says.
struct WireMessage {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.rest = bytes }

    /// What is wrong with the bytes.
    struct Damage: Error {}

    enum Value {
        case varint(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// Of a kind that none of the messages has; told apart from damage, so that newer files can be read.
        case other
    }

    /// The next field; `nil` after the last one.
    mutating func next() throws(Damage) -> (number: UInt64, value: Value)? {
        if self.rest.isEmpty { return nil }
        let tag = try self.varint()
        guard tag >> 3 != 0 else { throw Damage() }
        switch tag & 7 {
        case 0: return (tag >> 3, .varint(try self.varint()))
        case 1: _ = try self.take(8)
        case 2: return (tag >> 3, .bytes(try self.lengthDelimited()))
        case 5: _ = try self.take(4)
        default: throw Damage()
        }
        return (tag >> 3, .other)
    }

    var isEmpty: Bool { self.rest.isEmpty }

    /// How many bytes come yet.
    var count: Int { self.rest.count }

    mutating func varint() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = self.rest.popFirst() else { throw Damage() }
            // The tenth byte has room for the highest bit alone.
            if place == 9 && byte > 1 { throw Damage() }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte & 0x80 == 0 { return value }
        }
        throw Damage()
    }

    /// Bytes with their number in front.
    mutating func lengthDelimited() throws(Damage) -> ArraySlice<UInt8> {
        let length = try self.varint()
        guard length <= UInt64(self.rest.count) else { throw Damage() }
        return try self.take(Int(length))
    }

    private mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
        guard count <= self.rest.count else { throw Damage() }
        defer { self.rest = self.rest.dropFirst(count) }
        return self.rest.prefix(count)
    }
}

extension WireMessage.Value {
    func number() throws(WireMessage.Damage) -> UInt64 {
        guard case .varint(let value) = self else { throw WireMessage.Damage() }
        return value
    }

    func bytes() throws(WireMessage.Damage) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = self else { throw WireMessage.Damage() }
        return bytes
    }

    func message() throws(WireMessage.Damage) -> WireMessage { WireMessage(try self.bytes()) }

    func text() throws(WireMessage.Damage) -> String {
        guard let text = String(validating: try self.bytes(), as: UTF8.self) else { throw WireMessage.Damage() }
        return text
    }
}
