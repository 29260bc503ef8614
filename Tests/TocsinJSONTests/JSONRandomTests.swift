import Testing
import TocsinJSON

/// SplitMix64: the same sequence everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func randomString(_ random: inout SeededGenerator) -> String {
    let alphabet: [Unicode.Scalar] = [
        "a", "z", "<", "\"", "\\", "\n", "\u{1}", "é", "€", "\u{2028}", "😀", " ", "/", "0",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...20, using: &random) {
        text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "x")
    }
    return text
}

private func randomValue(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 5 : 7), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(Int64(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
    case 3: .double(Double.random(in: -1e9...1e9, using: &random) * (Bool.random(using: &random) ? 1e-12 : 1e25))
    case 4: .string(randomString(&random))
    case 5: .array((0..<Int.random(in: 0...5, using: &random)).map { _ in randomValue(&random, depth: depth + 1) })
    default:
        .object(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in
                JSONValue.Member(randomString(&random), randomValue(&random, depth: depth + 1))
            }
        )
    }
}

/// What reading a document bit by bit finds: the same verdict as reading it whole.
private func skip(_ bytes: [UInt8]) -> JSONError? {
    bytes.withUnsafeBytes { bytes in
        var reader = JSONReader(bytes)
        do throws(JSONError) {
            try reader.skipValue()
            try reader.finish()
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct JSONRandomTests {
    @Test(arguments: [JSONWriter.Escaping.forHTML, .plain])
    func whatIsWrittenReadsBackTheSame(_ escaping: JSONWriter.Escaping) throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let value = randomValue(&random)
            let bytes = value.encoded(escaping)
            let back = try JSONValue(bytes)
            #expect(back == value, "\(String(decoding: bytes, as: UTF8.self))")
            #expect(skip(bytes) == nil)
        }
    }

    @Test func damagedDocumentsAreRefusedOrReadButNeverCrash() {
        var random = SeededGenerator(seed: 2)
        var (taken, refused) = (0, 0)
        for _ in 0..<5000 {
            var bytes = randomValue(&random).encoded()
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0...bytes.count, using: &random)
                let byte =
                    [UInt8.random(in: 0...255, using: &random), 0x22, 0x5C, 0x7B, 0x5D, 0x2C]
                    .randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.insert(byte, at: index)
                case 1: bytes = Array(bytes.prefix(index))
                default: if index < bytes.count { bytes[index] = byte }
                }
            }
            let skipped = skip(bytes)
            do throws(JSONError) {
                let value = try JSONValue(bytes)
                taken += 1
                #expect(skipped == nil)
                // What was read can be written, and says the same then. (`0e1` comes back as `0`, which is an integer.)
                let again = try JSONValue(value.encoded())
                #expect(again.encoded() == value.encoded())
            } catch {
                refused += 1
                #expect(error.reason == .numberOutOfRange || error == skipped)
                #expect((0...bytes.count).contains(error.offset))
            }
        }
        // Both ways must have been gone often, or the test shows nothing.
        #expect(taken > 200 && refused > 200)
    }
}
