import Testing
import TocsinClient
import TocsinJSON
import TocsinModel

struct IncidentSheetTests {
    private func text(_ json: JSONValue, plan: CallingPlan = CallingPlan(IncidentSamples.policies)) -> String {
        IncidentSheet(json, plan: plan).text(times: IncidentSamples.times, colours: .plain)
    }

    @Test func whoWasWokenSeesWhatItIsHowLongThereIsAndWhoIsNext() {
        let text = self.text(IncidentSamples.triggered(1042))

        #expect(
            text == """
                INC-1042  P1  triggered  checkout latency

                  triggered     2026-01-01 00:00:00 UTC (4m ago)
                  respond by    2026-01-01 00:15:00 UTC (answer in 10m)
                  taken by      nobody
                  next          pagerduty-critical, ana in 3m
                  escalation    payments, active, step 1 of round 1
                  alerts        3 firing
                  severity      critical
                  labels        alertname=HighLatency service=checkout

                """
        )
    }

    @Test(arguments: [
        (IncidentSamples.triggered(1), "pagerduty-critical, ana in 3m"),
        (IncidentSamples.triggered(1, level: 2), "slack once more in 3m"),
        (IncidentSamples.triggered(1, level: 2, round: 2), "the last resort in 3m"),
        (IncidentSamples.triggered(1, state: "paused", nextAt: nil), "nobody is called while it is held back"),
        (IncidentSamples.triggered(1, state: "exhausted", nextAt: nil), "everybody was called, and nobody answered"),
        (
            IncidentSamples.triggered(1).with("escalation", ["policy": nil, "state": "none"]),
            "nobody further is called: it has no escalation policy"
        ),
        (IncidentSamples.acknowledged(1), "calls again in 1h"),
        (IncidentSamples.acknowledged(1).with("acknowledgement", ["by": ["id": "x"]]), "nothing, until it is resolved"),
    ])
    func whatComesNextIsSaid(json: JSONValue, words: String) {
        #expect(self.text(json).contains("next          \(words)\n"), "\(self.text(json))")
    }

    @Test func whoIsNextIsNumberedWhereTheServerDoesNotSay() {
        #expect(self.text(IncidentSamples.triggered(1), plan: .unknown).contains("next          step 2 in 3m\n"))
    }

    @Test func whoHasItAndUntilWhenIsShown() {
        let text = self.text(IncidentSamples.acknowledged(1, by: "ana"))

        #expect(text.contains("taken by      ana (slack), since 2026-01-01 00:03:10 UTC (1m ago)\n"))
        #expect(text.contains("lapses        2026-01-01 01:04:10 UTC (in 1h)\n"))
        #expect(
            self.text(IncidentSamples.acknowledged(1, kind: "snooze")).contains("sleeps until  2026-01-01 01:04:10"))
    }

    @Test func alertsHistoryAndNotificationsFollow() {
        let json = IncidentSamples.triggered(1).with(
            "expanded",
            [
                "alerts": [
                    [
                        "labels": ["alertname": "HighLatency", "host": "a\u{1B}[0m"], "status": "firing",
                        "starts_at": "2026-01-01T00:00:00.000Z", "annotations": ["summary": "slow"],
                    ]
                ],
                "timeline": [
                    [
                        "at": "2026-01-01T00:00:00.000Z", "kind": "notification_failed",
                        "actor": ["kind": "system", "id": "tocsin", "via": "timer"],
                        "details": ["error": "HTTP 500", "integration": "pd/pagerduty[0]", "notification": "17"],
                    ],
                    [
                        "at": "2026-01-01T00:03:10.000Z", "kind": "snoozed",
                        "actor": ["kind": "user", "id": "ana", "via": "cli"],
                        "details": ["until": "2026-01-01T08:00:00Z"],
                    ],
                    [
                        "at": "2026-01-01T00:04:10.000Z", "kind": "note",
                        "actor": ["kind": "claimed", "id": "ben", "via": "ui"], "details": ["note": "I look"],
                    ],
                ],
                "notifications": [
                    [
                        "id": "17", "state": "dead", "integration": "pd/pagerduty[0]", "reason": "escalated",
                        "attempts": 9, "at": "2026-01-01T00:00:00.000Z", "error": "HTTP 500",
                    ]
                ],
            ])

        let text = self.text(json)

        for line in [
            #"HighLatency  host=a\u{1b}[0m  4m ago  firing  slow"#,
            "UTC (4m ago)             notification failed: integration pd/pagerduty[0], error HTTP 500",
            "2026-01-01 00:03:10 UTC (1m ago)  ana (cli)  snoozed: until 2026-01-01 08:00:00 UTC",
            "2026-01-01 00:04:10 UTC (now)     ben (ui)   “I look”",
            "17            pd/pagerduty[0]  dead   4m ago  escalated  9               HTTP 500",
        ] {
            #expect(text.contains("\(line)\n"), "\(line)\n\(text)")
        }
        #expect(!text.utf8.contains(0x1B))
    }
}
