import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite struct IncidentListTests {
    private static func names(_ response: APIResponse) throws -> [String] {
        try response.json["data"]?.array?.compactMap { $0["ref"]?.string } ?? []
    }

    /// Follows the cursors to the end.
    private static func pages(_ stage: IncidentStage, _ query: String) async throws -> [[String]] {
        var pages: [[String]] = []
        var cursor = ""
        repeat {
            let response = await stage.get("/api/v1/incidents?\(query)\(cursor)")
            try #require(response.status == 200, "\(response.text)")
            pages.append(try self.names(response))
            cursor = try response.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            try #require(pages.count < 50)
        } while !cursor.isEmpty
        return pages
    }

    /// INC-1 to INC-5 open at one instant; old ones of the disk, two of them at one instant.
    private static func fill(_ stage: IncidentStage) async throws {
        let old = Stage.beginning - .seconds(90 * 86400)
        stage.ledger.add(Samples.ended(number: 11, reference: 71, at: old))
        stage.ledger.add(Samples.ended(number: 12, reference: 72, at: old))
        stage.ledger.add(
            Samples.ended(number: 13, reference: 73, at: old + .seconds(60), title: "Tea", labels: ["service": "pay"]))
        try await stage.fire("A", labels: ["service": "pay"])
        try await stage.fire("B", severity: "warning")
        try await stage.fire("C")
        try await stage.fire("D")
        try await stage.fire("Ärger mit Öl")
    }

    @Test(arguments: [1, 2, 3, 4, 200])
    func everyIncidentIsOnOnePageWhateverItsSize(_ limit: Int) async throws {
        try await IncidentStage.with { stage in
            try await Self.fill(stage)
            await stage.act(2, "resolve")

            let forth = try await Self.pages(stage, "limit=\(limit)")
            #expect(
                forth.flatMap { $0 } == ["INC-5", "INC-4", "INC-3", "INC-2", "INC-1", "INC-73", "INC-72", "INC-71"])
            #expect(forth.dropLast().allSatisfy { $0.count == limit })

            let back = try await Self.pages(stage, "limit=\(limit)&sort=triggered_at")
            #expect(back.flatMap { $0 } == forth.flatMap { $0 }.reversed())
            let numbers = try await Self.pages(stage, "limit=\(limit)&sort=number")
            #expect(
                numbers.flatMap { $0 } == ["INC-1", "INC-2", "INC-3", "INC-4", "INC-5", "INC-71", "INC-72", "INC-73"])
        }
    }

    @Test(arguments: [
        ("status=triggered", ["INC-5", "INC-4", "INC-3"]),
        ("status=acknowledged,resolved", ["INC-2", "INC-1", "INC-73", "INC-72", "INC-71"]),
        ("priority=P3", ["INC-2"]),
        ("priority=P1,p2&status=resolved", ["INC-73", "INC-72", "INC-71"]),
        ("matcher=service%3D%22pay%22", ["INC-1", "INC-73"]),
        ("matcher=alertname%3D~%22A%7CC%22", ["INC-3", "INC-1"]),
        ("matcher=alertname%3D~%22A%7CC%22&matcher=service%3Dpay", ["INC-1"]),
        ("since=2026-01-01T00:00:00Z&matcher=service%3Dpay", ["INC-1"]),
        ("until=2026-01-01T00:00:00Z&q=tea", ["INC-73"]),
        ("q=%C3%84RGER", ["INC-5"]),
        ("q=inc-4", ["INC-4"]),
        ("assignee=ana", ["INC-3"]),
        ("status=triggered,acknowledged&sort=priority", ["INC-1", "INC-3", "INC-4", "INC-5", "INC-2"]),
        ("status=triggered,acknowledged&sort=-priority", ["INC-2", "INC-5", "INC-4", "INC-3", "INC-1"]),
    ])
    func filtersLetThroughWhatTheyName(_ query: String, _ names: [String]) async throws {
        try await IncidentStage.with { stage in
            try await Self.fill(stage)
            await stage.act(1, "acknowledge")
            await stage.act(2, "resolve")
            _ = await stage.send(
                .patch, "/api/v1/incidents/INC-3", #"{"assignees":["ana","bob"]}"#, headers: [("If-Match", "*")])
            await stage.act(2, "reopen")
            await stage.act(2, "acknowledge")

            #expect(try await Self.pages(stage, query).flatMap { $0 } == names)
            #expect(try await Self.pages(stage, query + "&limit=1").flatMap { $0 } == names)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=201", "limit=x", "status=open", "priority=P9", "sort=title", "sort=priority",
        "since=yesterday", "matcher=%7B", "matcher=a%3D~%22(%22", "state=triggered", "cursor=abc", "cursor=1.2.3",
        "cursor=..", "cursor=9223372036854775808.1.1", "q=\(String(repeating: "x", count: 201))",
    ])
    func aQuestionThatIsWrongIsRefused(_ query: String) async throws {
        try await IncidentStage.with { stage in
            let response = await stage.get("/api/v1/incidents?\(query)")

            #expect(response.status == 400)
            #expect(response.header("Content-Type") == "application/problem+json")
        }
    }

    @Test func aCursorGoesWithItsQuestionAndIsNotToBeMended() async throws {
        try await IncidentStage.with { stage in
            try await Self.fill(stage)
            let cursor = try #require(
                try await stage.get("/api/v1/incidents?limit=2").json["next_cursor"]?.string)

            let largerPages = await stage.get("/api/v1/incidents?limit=3&cursor=\(cursor)")
            #expect(largerPages.status == 200)
            for query in ["status=triggered&", "q=a&", "sort=number&", "priority=P1&", "matcher=a%3Db&"] {
                let response = await stage.get("/api/v1/incidents?\(query)cursor=\(cursor)")
                #expect(response.status == 400)
                #expect(try response.code == "invalid-cursor")
            }
            for place in cursor.indices {
                var mended = cursor
                mended.replaceSubrange(place...place, with: mended[place] == "1" ? "2" : "1")
                #expect(await stage.get("/api/v1/incidents?cursor=\(mended)").status == 400)
            }
        }
    }

    @Test func countsAreOfOpenIncidentsWhateverPageAndStatusAreAskedFor() async throws {
        try await IncidentStage.with { stage in
            try await Self.fill(stage)
            await stage.act(1, "acknowledge")
            await stage.act(2, "resolve")

            let counts = try await stage.get("/api/v1/incidents?limit=1&status=resolved").json["counts"]

            #expect(counts == ["triggered": 3, "acknowledged": 1])
        }
    }

    @Test func openIncidentsAreListedAlthoughTheDiskCannotBeRead() async throws {
        try await IncidentStage.with { stage in
            try await Self.fill(stage)
            stage.ledger.isUnreadable = true

            #expect(await stage.get("/api/v1/incidents?status=triggered,acknowledged").status == 200)
            #expect(await stage.get("/api/v1/incidents").status == 503)
        }
    }

    @Test func anIncidentIsShownAsTheDesignSays() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk", labels: ["host": "a\"<b>"])
            try await stage.pass(250)
            await stage.act(1, "acknowledge", headers: [("X-Tocsin-User", "ana")])

            let response = await stage.get("/api/v1/incidents/inc-1")

            let json = try response.json
            #expect(response.header("ETag") == "\"v\(json["version"]?.integer ?? 0)\"")
            #expect(json["ref"]?.string == "INC-1")
            #expect(json["id"]?.string?.count == 26)
            #expect(json["status"]?.string == "acknowledged")
            #expect(json["priority"]?.string == "P1")
            #expect(json["priority_source"]?.string == "auto")
            #expect(json["urgency"]?.string == "high")
            #expect(json["severity"]?.string == "critical")
            #expect(json["triggered_at"]?.string == "2026-01-02T03:04:05.678Z")
            #expect(
                json["response"] == [
                    "target_seconds": 900, "respond_by": "2026-01-02T03:19:05.678Z",
                    "first_responded_at": "2026-01-02T03:08:15.678Z", "time_to_ack_seconds": 250, "breached": false,
                ])
            #expect(
                json["acknowledgement"] == [
                    "by": ["kind": "claimed", "id": "ana", "via": "api"], "expires_at": "2026-01-02T04:08:15.678Z",
                    "kind": "ack", "also_by": [],
                ])
            #expect(
                json["escalation"] == [
                    "policy": "oncall", "level": 1, "round": 1, "state": "stopped", "next_at": nil,
                ])
            #expect(json["alerts"] == ["firing": 1, "resolved": 0, "suppressed": 0])
            #expect(json["labels"]?["host"]?.string == "a\"<b>")
            #expect(json["links"] == ["self": "/api/v1/incidents/INC-1", "ui": "/i/INC-1"])
        }
    }

    @Test func alertsTimelineAndNotificationsComeAlongIfAskedFor() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            let json = try await stage.get("/api/v1/incidents/INC-1?expand=alerts,timeline,notifications").json

            #expect(json["expanded"]?["alerts"]?.array?.first?["labels"]?["alertname"]?.string == "Disk")
            #expect(json["expanded"]?["timeline"]?.array?.first?["kind"]?.string == "opened")
            #expect(json["expanded"]?["notifications"]?.array?.count == 2)
            #expect(await stage.get("/api/v1/incidents/INC-1?expand=everything").status == 400)
        }
    }

    @Test func theTimelineComesInPagesTheOldestFirst() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            for verb in ["acknowledge", "unacknowledge", "acknowledge", "resolve", "reopen"] {
                await stage.act(1, verb)
            }

            var kinds: [String] = []
            var cursor = ""
            repeat {
                let page = try await stage.get("/api/v1/incidents/INC-1/timeline?limit=3\(cursor)").json
                kinds += page["data"]?.array?.compactMap { $0["kind"]?.string } ?? []
                cursor = page["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty

            #expect(kinds == stage.ledger.entries.map(\.kind.rawValue))
            #expect(kinds.first == "opened")
            let other = await stage.get("/api/v1/incidents/INC-1/timeline?limit=1")
            let foreign = try #require(try other.json["next_cursor"]?.string)
            #expect(await stage.get("/api/v1/incidents/INC-1/notes?cursor=\(foreign)").status == 400)
        }
    }
}
