import Testing
import TocsinAPI
import TocsinCore
import TocsinModel
import TocsinRuntime

/// What `/metrics` says of incidents and of what is on its way.
@Suite struct IncidentMetricsTests {
    private static let slack = IntegrationID(receiver: "oncall", kind: "slack", index: 0)
    private static let ana = Actor(.user, "ana", via: .cli)

    private static func lines(after facts: [Fact]) async throws -> [Substring] {
        var lines: [Substring] = []
        try await Stage.with { stage in
            let engine = await stage.service.snapshot().engine
            stage.context.counters.observe(facts, in: engine, at: Stage.beginning)
            lines = await stage.get("/metrics").text.split(separator: "\n")
        }
        return lines
    }

    @Test func openIncidentsAreCountedByStatusAndPriority() async throws {
        try await Stage.with { stage in
            let draft = IncidentDraft(title: "no heating", priority: .p2, actor: Self.ana)
            let receipt = try await stage.service.submit(.incidentReported(draft))
            #expect(receipt.rejection == nil)

            let lines = await stage.get("/metrics").text.split(separator: "\n")

            #expect(lines.contains(#"tocsin_incidents{priority="P2",status="triggered"} 1"#))
            #expect(lines.contains(#"tocsin_incidents{priority="P1",status="triggered"} 0"#))
            #expect(lines.contains(#"tocsin_incidents{priority="P2",status="acknowledged"} 0"#))
        }
    }

    @Test(arguments: [
        (
            Fact.incidentMoved(ID(1), from: .triggered, to: .acknowledged, by: .slack),
            #"tocsin_incident_transitions_total{from="triggered",source="slack",to="acknowledged"} 1"#
        ),
        (.incidentOpened(ID(1), .p1), #"tocsin_incidents_opened_total{priority="P1"} 1"#),
        (.responseBreached(ID(1), .p3), #"tocsin_response_breaches_total{priority="P3"} 1"#),
        (.acknowledgementExpired(ID(1)), "tocsin_ack_expired_total 1"),
        (
            .escalated(ID(1), policy: "pay\"ments", level: 2),
            #"tocsin_escalations_total{level="2",policy="pay\"ments"} 1"#
        ),
        (.escalationExhausted(ID(1)), "tocsin_escalation_exhausted_total 1"),
        (.incidentRepaired(ID(1)), "tocsin_audit_repairs_total 1"),
        (
            .arrived(Self.slack, after: .milliseconds(700)),
            #"tocsin_notifications_total{destination="oncall/slack[0]",kind="slack",outcome="delivered"} 1"#
        ),
        (
            .refused(ID(1), Self.slack, GroupKey("{}"), attempt: 1, reason: "HTTP 404"),
            #"tocsin_notifications_total{destination="oncall/slack[0]",kind="slack",outcome="refused"} 1"#
        ),
        (
            .toldToWait(ID(1), Self.slack, reason: "HTTP 429", nextAttemptAt: Stage.beginning),
            #"tocsin_rate_limited_total{destination="oncall/slack[0]"} 1"#
        ),
    ])
    func whatHappensCounts(fact: Fact, line: String) async throws {
        let lines = try await Self.lines(after: [fact])
        #expect(lines.contains(Substring(line)))
    }

    @Test func nothingHasHappenedAndRatesCanBeTaken() async throws {
        let lines = try await Self.lines(after: [])
        #expect(lines.contains(#"tocsin_response_breaches_total{priority="P1"} 0"#))
        #expect(lines.contains("tocsin_audit_repairs_total 0"))
        #expect(lines.contains("tocsin_outbox_oldest_seconds 0"))
        #expect(lines.contains("tocsin_timer_lag_seconds 0"))
    }

    @Test func everyAnswerIsInTheBucketsThatItIsWithinAndNegativeTimesAreNone() async throws {
        let lines = try await Self.lines(after: [
            .incidentAnswered(.p1, after: .seconds(60)), .incidentAnswered(.p1, after: .seconds(901)),
            .incidentAnswered(.p1, after: .seconds(-5)), .incidentAnswered(.p1, after: .seconds(99_999)),
        ])

        let ours = lines.filter { $0.hasPrefix("tocsin_time_to_ack_seconds") }
        #expect(
            ours == [
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="60"} 2"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="300"} 2"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="900"} 2"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="1800"} 3"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="7200"} 3"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="28800"} 3"#,
                #"tocsin_time_to_ack_seconds_bucket{priority="P1",le="+Inf"} 4"#,
                #"tocsin_time_to_ack_seconds_sum{priority="P1"} 100960"#,
                #"tocsin_time_to_ack_seconds_count{priority="P1"} 4"#,
            ])
    }
}
