import Foundation
import Testing
import TocsinCore
import TocsinModel
import TocsinTakeover

/// The files under `Cases/` are an Alertmanager 0.25's.
@Suite struct TakeoverTests {
    /// Seven minutes after the files were written.
    static let now = Timestamp(seconds: 1_795_353_846)
    private static let routing = RoutingTable(root: RouteNode(receiver: "team"), integrations: [:])

    static func file(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Cases/\(name)", withExtension: nil))
        return Array(try Data(contentsOf: url))
    }

    private static func take(silences: [UInt8]? = nil, log: [UInt8]? = nil, at now: Timestamp = now) -> Takeover {
        Takeover(silences: silences, log: log, routing: self.routing, now: now)
    }

    private static func silences(_ takeover: Takeover) -> [Silence] {
        takeover.rows.compactMap { row in if case .silence(let silence) = row { silence } else { nil } }
    }

    private static func entries(_ takeover: Takeover) -> [(key: InheritedKey, value: Inherited)] {
        takeover.rows.compactMap { row in
            if case .inherited(let key, let value) = row { (key, value) } else { nil }
        }
    }

    @Test func silencesKeepTheirNamesAndStates() throws {
        let takeover = Self.take(silences: try Self.file("silences-0.25"))
        let silences = Self.silences(takeover)
        let byName = Dictionary(uniqueKeysWithValues: silences.map { (InstallationID.none.name(of: $0), $0) })

        #expect(takeover.silences == 3)
        #expect(takeover.complaints.isEmpty)
        let active = try #require(byName["1ce76ca8-320e-4e1f-b59b-5d2feb5a412c"])
        #expect(active.state(at: Self.now) == .active)
        #expect(active.matcherSets.map { $0.map(\.description) } == [[#"alertname="Quiet""#, #"host=~"a|b""#]])
        #expect(active.createdBy == "zoë")
        #expect(active.comment == #"maintenance: "disk" ü"#)
        #expect(active.endsAt.rfc3339 == "2036-11-22T00:00:00Z")
        #expect(byName["b59b3cf6-8d1d-4bcb-9926-bd71a566f04c"]?.state(at: Self.now) == .pending)
        #expect(byName["a69aad54-9b56-4f8e-b7f5-3c6a58540ace"]?.state(at: Self.now) == .expired)
        #expect(Set(silences.map(\.id)).count == 3)
    }

    @Test func theLogNamesTheAlertsThatWereToldFire() throws {
        let entries = Self.entries(Self.take(log: try Self.file("nflog-0.25")))
        let disk: LabelSet = ["alertname": "Disk", "host": "a"]
        let down: LabelSet = [
            "alertname": "Down", "severity": "critical",
            "host": "a very long host name so that the hash sees many bytes",
        ]

        let team = try #require(entries.first { $0.key.integration.receiver == "team" })
        #expect(team.key.group.text == #"{}:{alertname="Disk"}"#)
        #expect(team.key.integration == IntegrationID(receiver: "team", kind: "webhook", index: 0))
        #expect(team.value.firing == [disk.logHash])
        #expect(team.value.toldAt.rfc3339Milliseconds == "2026-11-22T13:17:03.152Z")
        let pagers = entries.filter { $0.key.integration.receiver == "pagers" }
        #expect(pagers.map(\.key.integration.index) == [0, 1])
        #expect(pagers.allSatisfy { $0.value.firing == [down.logHash] })
        #expect(pagers.allSatisfy { $0.key.group.text == #"{}/{severity="critical"}:{alertname="Down"}"# })
    }

    @Test func whatAlertmanagerWouldHaveForgottenIsNotTakenOver() throws {
        let takeover = Self.take(
            silences: try Self.file("silences-0.25"),
            log: try Self.file("nflog-0.25"),
            at: Self.now + .seconds(6 * 24 * 3600)
        )

        #expect(takeover.silences == 2)
        #expect(takeover.logEntries == 0)
    }

    @Test func aFileThatBreaksOffGivesWhatComesBeforeAndSaysWhere() throws {
        let whole = try Self.file("silences-0.25")

        let takeover = Self.take(silences: Array(whole.dropLast(10)), log: try Self.file("nflog-0.25"))

        #expect(takeover.silences == 2)
        #expect(takeover.logEntries == 3)
        #expect(takeover.complaints.count == 1)
        #expect(takeover.complaints.first?.hasPrefix("silences: it is damaged at byte ") == true)
        #expect(takeover.complaints.first?.hasSuffix("; 2 entries were read") == true)
    }

    @Test func aDamagedEntryCostsNoOther() throws {
        var bytes = try Self.file("silences-0.25")
        // The first matcher of the first silence gets a kind that there is none of, or a length that is none.
        bytes[4] = 0xFF

        let takeover = Self.take(silences: bytes)

        #expect(takeover.silences == 2)
        #expect(
            takeover.complaints == [
                "silences: 1 entries are damaged or of no use and were left out; 2 entries were read"
            ])
    }

    @Test func noDamageIsTooMuch() throws {
        let files = [try Self.file("silences-0.25"), try Self.file("nflog-0.25")]
        for file in files {
            for place in file.indices {
                for bits: UInt8 in [0x01, 0x80, 0xFF] {
                    var bytes = file
                    bytes[place] ^= bits
                    let takeover = Self.take(silences: bytes, log: bytes)

                    #expect(takeover.silences <= 3)
                }
                _ = Self.take(silences: Array(file.prefix(place)), log: Array(file.prefix(place)))
            }
        }
    }

    @Test func filesWithoutAnythingAreNothingToTakeOver() {
        #expect(Self.take(silences: [], log: []).rows.isEmpty)
        #expect(Self.take(silences: [], log: []).complaints.isEmpty)
    }

    @Test func newerSilencesHaveSeveralSetsAndAnnotations() throws {
        func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
        func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
        func matcher(_ name: String, _ value: String) -> [UInt8] { text(2, name) + text(3, value) }
        let time: [UInt8] = [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        let silence =
            text(1, "00000000-0000-4000-8000-000000000001") + field(2, matcher("a", "1"))
            + field(3, [0x08, 1]) + field(4, time) + field(5, [0x08, 1]) + text(8, "me")
            + field(10, text(1, "ticket") + text(2, "7"))
            + field(11, field(1, matcher("a", "1")) + field(1, matcher("b", "2")))
            + field(11, field(1, matcher("c", "3")))
        let envelope = [0x0A, UInt8(0x80 | silence.count & 0x7F), UInt8(silence.count >> 7)] + silence + field(2, time)
        let file = [UInt8(0x80 | envelope.count & 0x7F), UInt8(envelope.count >> 7)] + envelope

        let read = try #require(Self.silences(Self.take(silences: file)).first)

        #expect(read.matcherSets.map { $0.map(\.name) } == [["a", "b"], ["c"]])
        #expect(read.annotations == ["ticket": "7"])
    }

    @Test func asManySilencesAsThereMayBeAreTakenAndTheirNumberIsTold() throws {
        let bytes = try Self.file("silences-0.25")

        let takeover = Takeover(silences: bytes, log: nil, routing: Self.routing, limit: 2, now: Self.now)

        // Those that are over are left out first.
        #expect(Self.silences(takeover).allSatisfy { $0.state(at: Self.now) != .expired })
        #expect(takeover.complaints == ["silences: 1 of 3 are more than there may be"])
    }
}
