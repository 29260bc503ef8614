import Foundation
import Synchronization
import Testing
import TocsinClient
import TocsinJSON
import TocsinModel
import TocsinReceivers

struct IncidentReferenceTests {
    @Test(arguments: [
        ("INC-42", "INC-42"), ("inc-42", "INC-42"), ("42", "INC-42"), ("#42", "INC-42"), ("INC-007", "INC-7"),
        ("01jgx3m7q4zk8v0000000000aa", "01JGX3M7Q4ZK8V0000000000AA"),
    ])
    func anIncidentHasSeveralNames(word: String, name: String) throws {
        #expect(try IncidentReference(word).name == name)
    }

    @Test(arguments: ["", "INC-", "INC", "-1", "4 2", "42/ack", "٤٢", "9999999999999999999", "DiskFull"])
    func whatCanBeNoneIsAWrongUse(word: String) async {
        let failure = await failure { () throws(ClientFailure) in _ = try IncidentReference(word) }

        #expect(failure?.status == .usage)
    }
}

struct IncidentChoiceTests {
    private func choice(_ incidents: [JSONValue], for person: String = "ana") -> String {
        let plan = CallingPlan(IncidentSamples.policies)
        switch IncidentChoice(of: incidents.map(ListedIncident.init), for: person, plan) {
        case .nothing: return "nothing"
        case .unclear: return "unclear"
        case .one(let incident): return incident.reference
        }
    }

    @Test func theOnlyOneIsMeantWhoeverAsks() {
        #expect(self.choice([IncidentSamples.triggered(1)], for: "ben") == "INC-1")
        #expect(self.choice([IncidentSamples.acknowledged(1), IncidentSamples.triggered(2)]) == "INC-2")
    }

    @Test func withoutAnyNothingIsMeant() {
        #expect(self.choice([]) == "nothing")
        #expect(self.choice([IncidentSamples.acknowledged(1), IncidentSamples.resolved(2)]) == "nothing")
    }

    @Test func ofSeveralTheOneThatIsAssignedIsMeant() {
        let two = [IncidentSamples.triggered(1), IncidentSamples.triggered(2, assignees: ["ben", "ana"])]

        #expect(self.choice(two) == "INC-2")
        #expect(self.choice(two, for: "cid") == "unclear")
        #expect(self.choice(two, for: "Ana") == "unclear")
    }

    @Test func ofSeveralTheOneForWhichTheyWereCalledIsMeant() {
        let two = [IncidentSamples.triggered(1, level: 1), IncidentSamples.triggered(2, level: 2)]

        #expect(self.choice(two) == "INC-2")
        #expect(self.choice(two, for: "ben") == "unclear")
        // In the second round everybody was called before.
        #expect(self.choice([two[0], IncidentSamples.triggered(2, level: 0, round: 2)]) == "INC-2")
    }

    @Test func twoThatAreTheirsAreUnclear() {
        let both = [
            IncidentSamples.triggered(1, assignees: ["ana"], level: 2),
            IncidentSamples.triggered(2, assignees: ["ana"]),
        ]

        #expect(self.choice(both) == "unclear")
        #expect(
            self.choice([IncidentSamples.triggered(1, level: 2), IncidentSamples.triggered(2, level: 2)]) == "unclear")
    }
}

struct IncidentActTests {
    private static let until = Timestamp(seconds: 1_767_254_400)

    @Test(arguments: [
        (IncidentAct.acknowledge(lasting: nil, extend: false), nil, "acknowledge", "{}"),
        (.acknowledge(lasting: "2h", extend: true), nil, "acknowledge", #"{"expires_in":"2h","extend":true}"#),
        (.unacknowledge, "why", "unacknowledge", #"{"note":"why"}"#),
        (.resolve, nil, "resolve", "{}"),
        (.reopen, nil, "reopen", "{}"),
        (.escalate, nil, "escalate", "{}"),
        (.snooze(until: until), nil, "snooze", #"{"until":"2026-01-01T08:00:00Z"}"#),
        (.split(groups: ["{}:{}"]), nil, "split", #"{"groups":["{}:{}"]}"#),
        (.note("text"), nil, "notes", #"{"text":"text"}"#),
    ])
    func anActIsAPostToItsWord(act: IncidentAct, note: String?, word: String, body: String) async throws {
        let asked = Mutex<[String]>([])
        let server = FakeServer { request in
            let text = String(decoding: request.body, as: UTF8.self)
            asked.withLock { $0.append("\(request.method) \(request.url) \(text)") }
            let answer: JSONValue = ["changed": true, "incident": IncidentSamples.triggered(42)]
            return HTTPResponse(status: 200, headers: [], body: answer.encoded(.plain))
        }

        let reply = try await server.client().act(act, on: IncidentReference("42"), note: note)

        #expect(asked.withLock { $0 } == ["POST http://tocsin.example.org/api/v1/incidents/INC-42/\(word) \(body)"])
        #expect(reply.changed)
    }

    @Test(arguments: [
        (
            true, IncidentAct.acknowledge(lasting: nil, extend: false),
            "is acknowledged until 2026-01-01 01:04:10 UTC (in 1h)"
        ),
        (true, .snooze(until: until), "sleeps until 2026-01-01 01:04:10 UTC (in 1h)"),
        (false, .acknowledge(lasting: nil, extend: false), "was acknowledged already, by ben, 1m ago"),
    ])
    func whatCameOfItIsALine(changed: Bool, act: IncidentAct, words: String) async throws {
        let answer: JSONValue = ["changed": .bool(changed), "incident": IncidentSamples.acknowledged(42, by: "ben")]
        let client = try FakeServer.answering(200, String(decoding: answer.encoded(.plain), as: UTF8.self)).client()

        let reply = try await client.act(act, on: IncidentReference("42"))

        let text = reply.text(times: IncidentSamples.times, colours: .plain)
        #expect(text == "INC-42 \(words): checkout latency\n")
    }

    @Test(arguments: [(404, ShellStatus.notFound), (409, .conflict), (401, .unauthorized), (422, .failure)])
    func aRefusalIsAStatusOfTheShell(status: Int, shell: ShellStatus) async throws {
        let client = try FakeServer.answering(status, #"{"title":"No","detail":"because"}"#).client()

        let failure = await failure { () async throws(ClientFailure) in
            _ = try await client.act(.resolve, on: try IncidentReference("42"))
        }

        #expect(failure == ClientFailure(shell, "No: because"))
    }

    @Test func aServerThatDoesNotSayWhomItCallsIsNoFailure() async throws {
        let plan = try await FakeServer.answering(404).client().callingPlan()

        let sheet = IncidentSheet(IncidentSamples.triggered(1), plan: plan)
        #expect(sheet.text(times: IncidentSamples.times, colours: .plain).contains("step 2 in 3m"))
    }

    @Test func howLongItLastsIsCheckedBeforeItIsSent() async {
        for text in ["", "0s", "soon", "-2h"] {
            let failure = await failure { () throws(ClientFailure) in _ = try IncidentAct.lasting(text) }
            #expect(failure?.status == .usage, "\(text)")
        }
    }
}

struct WakeTimeTests {
    /// 2026-03-28 23:30 in Berlin, where the clock skips from 2 to 3 in the coming night.
    private static let now = Timestamp(seconds: 1_774_737_000)

    private func wake(_ words: String...) throws -> String {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let (incidents, until) = try WakeTime.parse(words, now: Self.now, zone: zone)
        return "\(incidents.joined(separator: " ")) \(until.rfc3339)"
    }

    @Test func aTimeOfDayIsTheNextOneOnThatClock() throws {
        #expect(try self.wake("INC-42", "until", "08:00") == "INC-42 2026-03-29T06:00:00Z")
        #expect(try self.wake("42", "43", "until", "23:45") == "42 43 2026-03-28T22:45:00Z")
        #expect(try self.wake("42", "until", "23:30") == "42 2026-03-29T21:30:00Z")
        // Skipped: the clock shows 3 next.
        #expect(try self.wake("42", "until", "2:30") == "42 2026-03-29T01:00:00Z")
    }

    @Test func aLengthOfTimeCountsFromNow() throws {
        #expect(try self.wake("42", "2h") == "42 2026-03-29T00:30:00Z")
        #expect(try self.wake("42", "43", "for", "1d") == "42 43 2026-03-29T22:30:00Z")
        #expect(try self.wake("42", "until", "2026-04-01T08:00:00+02:00") == "42 2026-04-01T08:00:00+02:00")
    }

    @Test(arguments: [
        [], ["42"], ["2h"], ["until", "08:00"], ["42", "until", "24:00"], ["42", "until", "8"], ["42", "soon"],
        ["42", "until", "2026-01-01T00:00:00Z"], ["42", "0s"],
    ])
    func whatIsNoTimeOrNoIncidentIsAWrongUse(words: [String]) async throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))

        let failure = await failure { () throws(ClientFailure) in
            _ = try WakeTime.parse(words, now: WakeTimeTests.now, zone: zone)
        }

        #expect(failure?.status == .usage)
    }
}
