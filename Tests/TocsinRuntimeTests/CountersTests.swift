import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@Suite struct CountersTests {
    private let integration = IntegrationID(receiver: "team", kind: "slack", index: 0)
    private let now = Timestamp(seconds: 1_700_000_000)

    private func observe(_ facts: [(Fact, at: Duration)]) -> Counters {
        let counters = Counters()
        let engine = Engine(routing: RoutingTable(root: RouteNode(receiver: "team"), integrations: [:]), now: self.now)
        for (fact, time) in facts { counters.observe([fact], in: engine, at: self.now + time) }
        return counters
    }

    @Test func theTimeOfAnAttemptIsThatUntilItsAnswer() throws {
        let counters = self.observe([
            (.attemptBegun(ID(1), self.integration, attempt: 1), at: .zero),
            (.attemptBegun(ID(2), self.integration, attempt: 1), at: .seconds(1)),
            (.delivered(ID(1), self.integration, GroupKey("g"), attempt: 1), at: .seconds(2)),
            (.refused(ID(2), self.integration, GroupKey("g"), attempt: 1, reason: "no"), at: .seconds(40)),
            (.delivered(ID(3), self.integration, GroupKey("g"), attempt: 1), at: .seconds(50)),
        ])

        let key = Counters.Key("alertmanager_notification_latency_seconds", ["integration": "slack"])
        let histogram = try #require(counters.allHistograms[key])
        #expect(histogram.count == 2)
        #expect(histogram.sum == 41)
        #expect(histogram.cumulative.map(\.count) == [0, 1, 1, 1, 1])
    }

    @Test func whatIsHeldBackCountsByItsReason() {
        let counters = self.observe([
            (.heldBack(ID(1), GroupKey("g"), .silence, count: 3), at: .zero),
            (.heldBack(ID(1), GroupKey("g"), .silence, count: 1), at: .zero),
        ])

        #expect(counters.all == [Counters.Key("alertmanager_notifications_suppressed_total", ["reason": "silence"]): 4])
    }

    @Test(arguments: [(0.5, [1, 1]), (1, [1, 1]), (1.5, [0, 1]), (3, [0, 0])] as [(Double, [Int])])
    func aValueIsWithinItsBoundAndAllAbove(value: Double, counts: [Int]) {
        var histogram = Histogram(bounds: [1, 2])

        histogram.record(value)

        #expect(histogram.cumulative.map(\.count) == counts)
        #expect(histogram.count == 1)
    }
}
