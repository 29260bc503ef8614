import Testing
import TocsinAPI
import TocsinJSON
import TocsinModel

private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (self.state >> 32) ^ (self.state << 11)
    }
}

private let now = Timestamp(seconds: 1_893_456_000)

private func decode(_ bytes: [UInt8]) throws(RequestProblem) -> DecodedAlerts {
    try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> DecodedAlerts in
        try AlertJSON.decode(body: UnsafeRawBufferPointer(bytes), now: now, resolveTimeout: .seconds(300))
    }
}

private func pairs(_ random: inout Generator) -> [(String, String)] {
    let names = [
        "a", "ab", "b", "alertname", "instance", "job", "é", "😀", "with \"quotes\"", "tab\t", "Z",
        "long name of a label",
    ]
    let values = [
        "", "x", "10.0.0.1:9100", "ünï", "line\nbreak", String(repeating: "long ", count: 60), "\u{2028}", "<&>",
    ]
    return (0..<Int.random(in: 0...8, using: &random)).map { _ in
        (names.randomElement(using: &random) ?? "", values.randomElement(using: &random) ?? "")
    }
}

@Suite struct AlertRandomTests {
    /// What a request means, found in the slow and obvious way: dictionaries and strings.
    @Test func alertsMeanWhatTheirDictionariesMean() throws {
        var random = Generator(state: 3)
        for _ in 0..<500 {
            var (body, expected): ([JSONValue], [(LabelSet, LabelSet)]) = ([], [])
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let (labels, annotations) = (pairs(&random), pairs(&random))
                body.append(
                    .object([
                        JSONValue.Member(
                            "annotations", .object(annotations.map { JSONValue.Member($0.0, .string($0.1)) })),
                        JSONValue.Member("labels", .object(labels.map { JSONValue.Member($0.0, .string($0.1)) })),
                    ]))
                let meant = Dictionary(labels, uniquingKeysWith: { $1 }).filter { !$0.value.isEmpty }
                if !meant.isEmpty {
                    expected.append((LabelSet(meant), LabelSet(Dictionary(annotations, uniquingKeysWith: { $1 }))))
                }
            }

            let batch = try decode(JSONValue.array(body).encoded()).batch

            #expect(batch.items.map { batch.labels(of: $0) } == expected.map(\.0))
            #expect(batch.items.map { batch.details(of: $0).annotations } == expected.map(\.1))
            #expect(batch.items.map(\.fingerprint) == expected.map(\.0.fingerprint))
        }
    }

    @Test func damagedRequestsNeverCrashAndWhatTheyGiveIsSound() throws {
        let sample = Array(
            #"""
            [{"annotations":{"s":"é \"x\" \u00e9"},"endsAt":"2030-01-01T00:01:00Z",
            "startsAt":"2029-01-01T00:00:00.5+01:00",
            "generatorURL":"http://p:9090/g?x=1","labels":{"alertname":"A","b":"2"}},{"labels":{"z":"1","a":null}}]
            """#.utf8
        )
        var random = Generator(state: 11)
        var (taken, refused) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2:
                    bytes.insert(
                        [0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x5B, 0x30].randomElement(using: &random) ?? 0, at: index)
                default: if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeLast(bytes.count - index - 1) }
                }
            }
            do throws(RequestProblem) {
                let batch = try decode(bytes).batch
                taken += 1
                for item in batch.items {
                    #expect(LabelSet(encoded: batch.labels(of: item).encoded)?.fingerprint == item.fingerprint)
                    #expect(LabelSet(encoded: batch.details(of: item).annotations.encoded) != nil)
                    #expect(item.startsAt <= item.endsAt)
                }
            } catch {
                refused += 1
                #expect(error.status == 400 || error.status == 422)
            }
        }
        #expect(taken > 1000 && refused > 1000)
    }
}
