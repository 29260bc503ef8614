import Testing

@testable import TocsinTakeover

@Suite struct WireMessageTests {
    @Test func fieldsComeInTheirOrder() throws {
        // 1: 150, 2: "hi", 3: eight bytes, 4: four bytes, 1: 1
        let bytes: [UInt8] =
            [0x08, 0x96, 0x01, 0x12, 2, 0x68, 0x69, 0x19] + Array(repeating: 0, count: 8) + [0x25, 0, 0, 0, 0, 0x08, 1]
        var message = WireMessage(bytes[...])
        var seen: [String] = []

        while let (number, value) = try message.next() {
            switch value {
            case .varint(let value): seen.append("\(number): \(value)")
            case .bytes(let bytes): seen.append("\(number): \(String(decoding: bytes, as: UTF8.self))")
            case .other: seen.append("\(number)")
            }
        }

        #expect(seen == ["1: 150", "2: hi", "3", "4", "1: 1"])
    }

    @Test(
        arguments: [
            [0x80], [0x08], [0x08, 0x80], [0x00, 0x01], [0x12, 0x05, 0x01], [0x19, 1, 2, 3], [0x25, 1], [0x0B], [0x0E],
            // A length beyond everything, and a number of more than 64 bits.
            [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
            [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func bytesThatAreNoMessageAreDamage(_ bytes: [UInt8]) {
        #expect(throws: WireMessage.Damage.self) {
            var message = WireMessage(bytes[...])
            while try message.next() != nil {}
        }
    }

    @Test func theLargestNumberHasTenBytes() throws {
        var message = WireMessage(([UInt8](repeating: 0xFF, count: 9) + [0x01])[...])

        #expect(try message.varint() == .max)
    }
}
