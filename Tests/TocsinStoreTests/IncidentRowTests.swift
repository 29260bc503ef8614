import Foundation
import GRDB
import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

@Suite struct IncidentRowTests {
    private static let start = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
    private static let ana = Actor(.user, "ana\u{0}\"", via: .slack, onBehalfOf: "the night shift")
    private static let bob = Actor(.token, "bot", via: .api)

    private static func routing() -> RoutingTable {
        var rules = IncidentRules()
        rules.isConfigured = true
        rules.fallback = ["slack"]
        var root = RouteNode(receiver: "slack", grouping: .labels(["alertname"]), groupWait: .zero)
        root.escalationPolicy = "oncall"
        let integration = Integration(
            id: IntegrationID(receiver: "slack", kind: "slack", index: 0), sendResolved: true, destination: 1)
        let steps = [
            EscalationPolicy.Step(after: .zero, notify: ["slack"]),
            EscalationPolicy.Step(after: .milliseconds(90_500), notify: ["slack", "gone"]),
        ]
        return RoutingTable(
            root: root,
            integrations: ["slack": [integration]],
            incidents: rules,
            policies: [EscalationPolicy(name: "oncall", steps: steps, rounds: 2, onBreach: ["slack"])]
        )
    }

    /// Incidents in every state, with everything that can be said of one.
    private static func lived(_ store: inout SQLiteStore) throws -> Engine {
        var engine = Engine(routing: self.routing(), now: self.start)
        func post(_ name: String, at now: Timestamp, ends: Bool = false) throws {
            var batch = AlertBatch()
            batch.append(
                Alert(
                    labels: ["alertname": name, "severity": "critical", "naïve": "\u{0}<b>"],
                    startsAt: self.start, endsAt: ends ? now : now + .seconds(86400), updatedAt: now))
            try engine.apply(.alertsReceived(batch), at: now)
        }
        func pass(at now: Timestamp, answering outcome: Outcome = .delivered) throws {
            try engine.apply(.timePassed, at: now)
            var sends: [Send]
            repeat {
                let effects = engine.takeEffects()
                try store.commit(effects.writes)
                sends = effects.sends
                for send in sends {
                    try engine.apply(.deliveryFinished(send.delivery, attempt: send.attempt, outcome), at: now)
                }
            } while !sends.isEmpty
        }
        func command(_ reference: Int64, _ action: IncidentAction, by actor: Actor, at now: Timestamp) throws {
            let id = try #require(engine.incident(reference: reference))
            try engine.apply(
                .incidentCommanded(
                    IncidentCommand(
                        id, action, by: actor, isAdmin: true, note: "naïve \u{0}",
                        request: RequestMark(sender: "bot", key: "k\(reference)\(now)\(action)", content: .max))),
                at: now
            )
        }
        for name in ["Acked", "Snoozed", "Resolved", "Silenced", "Merged", "Triggered"] {
            try post(name, at: self.start)
            try pass(at: self.start, answering: name == "Triggered" ? .refused(reason: "no \u{0}") : .delivered)
        }
        try command(1, .acknowledge(), by: self.ana, at: self.start + .seconds(1))
        try command(1, .acknowledge(), by: self.bob, at: self.start + .seconds(2))
        try command(1, .assign(["ana", "b\"ob"]), by: self.ana, at: self.start + .seconds(2))
        try command(2, .snooze(until: self.start + .seconds(5000)), by: self.ana, at: self.start + .seconds(3))
        try command(3, .resolve, by: self.ana, at: self.start + .seconds(4))
        try command(4, .setPriority(.p2), by: self.bob, at: self.start + .seconds(5))
        try command(5, .merge(into: try #require(engine.incident(reference: 6))), by: self.bob, at: self.start)
        let matchers = [[MatcherText(name: "alertname", value: "Silenced")]]
        let silence = try SilenceDraft(
            matcherSets: matchers, startsAt: self.start, endsAt: self.start + .seconds(9000), createdBy: "a",
            comment: "c", now: self.start + .seconds(6))
        try engine.apply(.silenceSubmitted(silence), at: self.start + .seconds(6))
        try pass(at: self.start + .seconds(7))
        try pass(at: self.start + .seconds(1000))
        return engine
    }

    @Test func incidentsComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let engine = try IncidentRowTests.lived(&store)

        let rows = try SQLiteStore(path: folder.file("tocsin.db")).load()
        let restored = Engine.restore(rows, routing: IncidentRowTests.routing(), now: engine.now)

        #expect(engine.brokenInvariants() == [])
        #expect(engine.incidents.count == 6)
        #expect(Set(engine.incidents.map { $0.row.status }).count == 3)
        #expect(engine.incidents.contains { $0.row.suppression != nil })
        #expect(engine.incidents.contains { $0.row.mergedInto != nil })
        #expect(!engine.deadLetters.isEmpty)
        for (id, incident) in engine.incidents { #expect(restored.incidents[id] == incident) }
        #expect(restored.groups == engine.groups)
        for (id, letter) in engine.deadLetters { #expect(restored.deadLetters[id] == letter) }
        #expect(restored.brokenInvariants() == [])
    }

    @Test func aRepeatedRequestIsKnownAfterARestart() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let engine = try IncidentRowTests.lived(&store)
        var restored = Engine.restore(
            try SQLiteStore(path: folder.file("tocsin.db")).load(), routing: IncidentRowTests.routing(),
            now: engine.now)
        let at = IncidentRowTests.start + .seconds(4)
        let command = IncidentCommand(
            try #require(restored.incident(reference: 3)), .resolve, by: IncidentRowTests.ana,
            request: RequestMark(sender: "bot", key: "k3\(at)\(IncidentAction.resolve)", content: .max))

        guard case .incident(let answer) = try restored.apply(.incidentCommanded(command), at: engine.now) else {
            Issue.record("no answer")
            return
        }

        #expect(answer.changed)
        #expect(restored.takeEffects().writes.isEmpty)
    }

    @Test(arguments: [
        "UPDATE incident SET status = 'acknowledged', acknowledged_at = NULL WHERE reference = 1",
        "UPDATE incident SET acknowledged_at = 1 WHERE status = 'triggered'",
        "UPDATE incident SET resolved_at = NULL WHERE reference = 3",
        "UPDATE incident SET next_escalation_at = 1 WHERE reference = 3",
        "UPDATE incident SET merged_into = NULL WHERE reference = 5",
        "UPDATE incident SET status = 'triggered', merged_into = NULL, resolved_at = NULL WHERE reference = 5",
        "UPDATE incident SET version = version - 1",
        "UPDATE incident SET correlation = (SELECT correlation FROM incident WHERE reference = 2) WHERE reference = 1",
        "UPDATE incident SET priority = 5",
        "UPDATE timeline SET kind = 'note'",
    ])
    func theSchemaRefusesNonsense(statement: String) throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        _ = try IncidentRowTests.lived(&store)
        let database = try #require(store.openDatabase)

        #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: statement) } }
    }

    @Test func aRowThatTheSchemaRefusesKeepsNoOtherFromTheDisk() throws {
        let folder = try TemporaryFolder()
        let refusals = Refusals()
        var store = try SQLiteStore(path: folder.file("tocsin.db")) { refusals.note($0) }
        let engine = try IncidentRowTests.lived(&store)
        var nonsense = try #require(engine.incidents.first { $0.row.status == .triggered }).row
        nonsense.resolution = Incident.Resolution(at: engine.now, by: .timer, reason: .stale)

        try store.commit([.incident(nonsense), .alertGone(Fingerprint(1)), .silenceGone(ID(1))])

        #expect(refusals.texts.count == 1)
    }

    @Test func whatEndedLongAgoIsForgottenAndWhatIsOpenNever() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let engine = try IncidentRowTests.lived(&store)

        try store.commit([.incidentsForgotten(before: engine.now + .seconds(1))])
        let left = try #require(store.openDatabase).read { db in
            try (
                Int.fetchOne(db, sql: "SELECT count(*) FROM incident"),
                Int.fetchOne(db, sql: "SELECT count(*) FROM timeline WHERE incident NOT IN (SELECT id FROM incident)")
            )
        }

        #expect(left.0 == engine.incidents.count { $0.row.isOpen })
        #expect(left.1 == 0)
    }
}

private final class Refusals: @unchecked Sendable {
    // Guarded by the lock; the store calls from the test's own thread.
    private let lock = NSLock()
    private var noted: [String] = []

    func note(_ text: String) { self.lock.withLock { self.noted.append(text) } }

    var texts: [String] { self.lock.withLock { self.noted } }
}
