import Logging
import Testing
import TocsinCore
import TocsinModel

@testable import TocsinRuntime

/// Incidents in the log: what an operator looks for, and nothing that people wrote.
@Suite struct IncidentLogTests {
    private static let engine = Engine(
        routing: RoutingTable(root: RouteNode(receiver: "slack"), integrations: [:]), now: Timestamp(seconds: 1))

    @Test(arguments: [
        (Fact.incidentOpened(ID(1), .p1), Logger.Level.info, "incident opened"),
        (.incidentMoved(ID(1), from: .triggered, to: .acknowledged, by: .cli), .info, "incident acknowledged"),
        (.incidentMoved(ID(1), from: .acknowledged, to: .triggered, by: .timer), .info, "incident triggered again"),
        (.responseBreached(ID(1), .p1), .warning, "nobody acknowledged the incident in time"),
        (.escalated(ID(1), policy: "pay", level: 1), .info, "escalated"),
        (.escalationExhausted(ID(1)), .warning, "everybody was called and nobody came"),
        (.incidentRepaired(ID(1)), .error, "an incident had no future and was given one; please report this"),
    ])
    func eachFactIsALine(fact: Fact, level: Logger.Level, message: String) throws {
        let line = try #require(FactLine(incident: fact, in: Self.engine))
        #expect(line.level == level)
        #expect(line.message == message)
    }

    @Test func whatPeopleWroteIsNotInIt() throws {
        let entry = TimelineEntry(
            sequence: 1, incident: ID(1), at: Timestamp(seconds: 1), kind: .note,
            actor: Actor(.user, "ana", via: .cli), details: ["note": "the password is swordfish"])
        let line = try #require(FactLine(incident: .incidentChanged(entry), in: Self.engine))
        #expect(line.level == .debug)
        #expect(!"\(line)".contains("swordfish"))
    }

    @Test func otherFactsAreNotOfIncidents() {
        #expect(FactLine(incident: .silenceEnded("a"), in: Self.engine) == nil)
    }
}
