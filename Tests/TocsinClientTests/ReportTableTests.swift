import Testing
import TocsinClient
import TocsinJSON
import TocsinModel

struct ReportTableTests {
    private static func row(_ name: String, _ share: JSONValue, _ taken: JSONValue) -> JSONValue {
        [
            "name": .string(name), "incidents": 12, "acknowledged": 11, "resolved": 10,
            "time_to_acknowledge_seconds": ["p50": taken, "p90": taken, "p95": taken],
            "time_to_resolve_seconds": ["p50": 3600.5, "p90": 90000, "p95": nil], "share_within_target": share,
        ]
    }

    private static let report: JSONValue = [
        "from": "2026-01-01T00:00:00.000Z", "to": "2026-02-01T00:00:00.000Z", "group_by": "service",
        "rows": [row("", nil, nil), row("db", 0.999, 250.9)], "total": row("total", 1, 250.9),
    ]

    @Test func aReportIsATableWithALineForAll() {
        let text = ResponseReportTable(Self.report).text(.table, times: IncidentSamples.times, colours: .plain)

        #expect(
            text == """
                2026-01-01 00:00:00 UTC to 2026-02-01 00:00:00 UTC
                Service  Incidents  Taken  Solved  In Time  Taken p50  Taken p90  Solved p50  Solved p90
                (none)   12         11     10      -        -          -          1h          1d1h
                db       12         11     10      99 %     4m         4m         1h          1d1h
                all      12         11     10      100 %    4m         4m         1h          1d1h

                """
        )
    }

    @Test func theWideOneHasThe95thOfAHundredToo() {
        let text = ResponseReportTable(Self.report).text(.wide, times: IncidentSamples.times, colours: .plain)

        #expect(text.contains("Taken p95"))
    }

    @Test func jsonIsWhatTheServerSaid() throws {
        let text = ResponseReportTable(Self.report).text(.json, times: IncidentSamples.times, colours: .plain)

        #expect(try JSONValue(parsing: text) == JSONValue(parsing: Self.report.line))
    }

    @Test func givenUpNotificationsAreATable() {
        let list = NotificationList([
            "data": [
                [
                    "id": "17", "state": "dead", "incident": "INC-1", "integration": "pd/pagerduty[0]",
                    "reason": "escalated", "attempts": 9, "at": "2026-01-01T00:00:00.000Z", "next_attempt_at": nil,
                    "error": "HTTP 500\u{1B}[2J",
                ]
            ], "next_cursor": nil,
        ])

        #expect(
            list.text(.table, times: IncidentSamples.times, colours: .plain) == #"""
                Notification  Incident  To               State  When    Why        Attempts  Next  Error
                17            INC-1     pd/pagerduty[0]  dead   4m ago  escalated  9               HTTP 500\u{1b}[2J

                """#
        )
    }
}

struct ScreenFrameTests {
    @Test func aFrameBeginsAtTheTopAndLeavesNothingOfTheOneBefore() {
        #expect(ScreenFrame.frame("a\nb\n", rows: 10) == "\u{1B}[Ha\u{1B}[K\r\nb\u{1B}[K\u{1B}[J")
    }

    @Test func whatHasNoRoomIsCounted() {
        let frame = ScreenFrame.frame((1...9).map { "line \($0)" }.joined(separator: "\n"), rows: 4)

        #expect(frame.contains("line 3"))
        #expect(!frame.contains("line 4"))
        #expect(frame.contains("… 6 more lines"))
        #expect(frame.split(separator: "\r\n").count == 4)
    }
}
