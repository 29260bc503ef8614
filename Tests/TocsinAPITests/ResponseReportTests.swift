import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite struct ResponseReportTests {
    private static let day = Timestamp(seconds: 1_764_547_200)  // 2025-12-01T00:00:00Z
    private static let span = "from=2025-12-01T00:00:00Z&to=2025-12-02T00:00:00Z"

    /// Nine incidents of one day.
    ///
    /// | | priority | service | responder | taken after | solved after | promise |
    /// |--|--|--|--|--|--|--|
    /// | 1–5 | P1 | pay | ana | 60, 120, 180, 240, 300 s | 600, 1200, 1800, 2400, 3000 s | kept |
    /// | 6 | P1 | pay | bob | 1000 s | 4000 s | broken |
    /// | 7 | P3 | =cmd,"x" | – | – | 90 s | kept |
    /// | 8 | P3 | – | – | never | never | broken |
    /// | 9 | P3 | – | – | merged, so not counted | | |
    private static func fill(_ ledger: Ledger) {
        for number in 1...9 as ClosedRange<Int64> {
            let at = self.day + .seconds(number * 3600)
            var incident = Incident(
                id: ID(number), reference: number, title: "t", priority: number <= 6 ? .p1 : .p3,
                labels: number <= 6 ? ["service": "pay"] : number == 7 ? ["service": "=cmd,\"x\""] : .empty,
                correlation: "\(number)", receiver: "chat", openedAt: at,
                response: Incident.Response(respondBy: at + .seconds(900), dueSoonAt: nil),
                escalation: Escalation(policy: nil))
            let responder = Actor(.claimed, number == 6 ? "bob" : "ana", via: .cli)
            if number <= 6 {
                incident.response.firstRespondedAt = at + .seconds(number == 6 ? 1000 : number * 60)
                ledger.add(
                    TimelineEntry(
                        sequence: number, incident: incident.id, at: at, kind: .acknowledged, actor: responder))
            }
            if number == 6 { incident.response.breachedAt = at + .seconds(900) }
            let end: Int64? = number <= 5 ? number * 600 : number == 6 ? 4000 : number == 7 ? 90 : nil
            if let end {
                incident.status = .resolved
                incident.resolution = Incident.Resolution(at: at + .seconds(end), by: .alerts, reason: .alerts)
            }
            if number == 9 {
                incident.status = .resolved
                incident.resolution = Incident.Resolution(at: at, by: responder, reason: .merged)
                incident.mergedInto = ID(8)
            }
            ledger.add(incident)
        }
    }

    @Test func theFiguresAreThoseThatOneGetsByHand() async throws {
        let ledger = Ledger()
        Self.fill(ledger)
        try await IncidentStage.with(ledger) { stage in
            let json = try await stage.get("/api/v1/reports/response?\(Self.span)").json

            let rows = json["rows"]?.array ?? []
            #expect(rows.map { $0["name"]?.string } == ["P1", "P3"])
            // Of 6 in order the 3rd, the 6th (5.4 rounded up) and the 6th (5.7 rounded up).
            #expect(
                rows[0] == [
                    "name": "P1", "incidents": 6, "acknowledged": 6, "resolved": 6,
                    "time_to_acknowledge_seconds": ["p50": 180, "p90": 1000, "p95": 1000],
                    "time_to_resolve_seconds": ["p50": 1800, "p90": 4000, "p95": 4000],
                    "share_within_target": .double(5.0 / 6.0),
                ])
            #expect(
                rows[1] == [
                    "name": "P3", "incidents": 2, "acknowledged": 0, "resolved": 1,
                    "time_to_acknowledge_seconds": ["p50": nil, "p90": nil, "p95": nil],
                    "time_to_resolve_seconds": ["p50": 90, "p90": 90, "p95": 90],
                    "share_within_target": 0.5,
                ])
            #expect(json["total"]?["incidents"]?.integer == 8)
        }
    }

    @Test func aReportAsCSVIsForSpreadsheetsAndHoldsNoFormula() async throws {
        let ledger = Ledger()
        Self.fill(ledger)
        try await IncidentStage.with(ledger) { stage in
            let byService = await stage.get(
                "/api/v1/reports/response?\(Self.span)&group_by=service", ["Accept": "text/csv"])

            #expect(byService.header("Content-Type")?.hasPrefix("text/csv") == true)
            #expect(
                byService.text.components == [
                    "service,incidents,acknowledged,resolved,"
                        + "time_to_acknowledge_seconds_p50,time_to_acknowledge_seconds_p90,"
                        + "time_to_acknowledge_seconds_p95,time_to_resolve_seconds_p50,"
                        + "time_to_resolve_seconds_p90,time_to_resolve_seconds_p95,share_within_target",
                    ",1,0,0,,,,,,,0.0",
                    #""'=cmd,""x""",1,0,1,,,,90.0,90.0,90.0,1.0"#,
                    "pay,6,6,6,180.0,1000.0,1000.0,1800.0,4000.0,4000.0,0.8333333333333334",
                    "total,8,6,7,180.0,1000.0,1000.0,1800.0,4000.0,4000.0,0.75",
                ])
            let byResponder = await stage.get("/api/v1/reports/response?\(Self.span)&group_by=responder&format=csv")
            #expect(
                byResponder.text.components.map { $0.prefix(6) }
                    == ["respon", ",2,0,1", "ana,5,", "bob,1,", "total,"])
        }
    }

    @Test func whatTheEngineHoldsIsNewerThanTheDisk() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            stage.ledger.isFull = true
            try await stage.pass(30)
            await stage.act(1, "acknowledge", headers: [("X-Tocsin-User", "ana")])
            try await stage.fire("Net")
            try await stage.pass(1)

            let json = try await stage.get("/api/v1/reports/response?group_by=responder").json

            #expect(json["rows"]?.array?.map { $0["name"]?.string } == ["", "ana"])
            #expect(json["total"]?["time_to_acknowledge_seconds"]?["p50"] == 30)
            // Whether the second one is taken in time nobody knows yet.
            #expect(json["rows"]?.array?.map { $0["share_within_target"] } == [JSONValue.null, 1])
        }
    }

    @Test(arguments: [
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=2020-01-01T00:00:00Z", "group_by=colour",
        "format=xls", "from=soon", "by=priority",
    ])
    func aQuestionThatIsWrongIsRefused(_ query: String) async throws {
        try await IncidentStage.with { stage in
            #expect(await stage.get("/api/v1/reports/response?\(query)").status == 400)
        }
    }
}

extension String {
    fileprivate var components: [String] { self.split(separator: "\r\n").map(String.init) }
}
