import Testing
import TocsinAPI
import TocsinJSON

/// 2026-01-02T03:04:05.678Z is now on every stage.
@Suite struct SilencePreviewTests {
    private static let path = "/api/v1/silences/preview"

    private static func matcher(_ name: String, _ value: String, isRegex: Bool = false, isEqual: Bool = true) -> String
    {
        #"{"name":"\#(name)","value":"\#(value)","isRegex":\#(isRegex),"isEqual":\#(isEqual)}"#
    }

    private static func body(_ matchers: String..., more: String = "") -> String {
        #"{"matchers":[\#(matchers.joined(separator: ","))]\#(more)}"#
    }

    private func preview(_ stage: Stage, _ body: String, query: String = "") async throws -> JSONValue {
        let response = await stage.post(SilencePreviewTests.path + query, body)
        try #require(response.status == 200, "\(response.text)")
        return try JSONValue(parsing: response.text)
    }

    private func codes(_ preview: JSONValue) -> [String] {
        (preview["warnings"]?.array ?? []).map { $0["code"]?.string ?? "" }
    }

    @Test func whatASilenceWouldHitIsShownAndNothingIsMade() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(
                ["alertname": "Disk", "host": "a"], ["alertname": "Disk", "host": "b"], ["alertname": "Net"])

            let preview = try await self.preview(
                stage, SilencePreviewTests.body(SilencePreviewTests.matcher("alertname", "Disk")))

            let alerts = preview["alerts"]?.array ?? []
            #expect(Set(alerts.map { $0["labels"]?["host"]?.string }) == ["a", "b"])
            #expect(alerts.first?["status"]?["state"]?.string == "active")
            #expect(alerts.first?["receivers"]?.array?.first?["name"]?.string == "chat")
            #expect(preview["count"]?.integer == 2)
            #expect(preview["total"]?.integer == 3)
            #expect(preview["truncated"]?.bool == false)
            #expect(self.codes(preview) == [])
            #expect(await stage.get("/api/v2/silences").text == "[]\n")
        }
    }

    @Test func noMoreAlertsAreShownThanAreAskedForButAllAreCounted() async throws {
        try await Stage.with { stage in
            let alerts = (1...501).map { #"{"labels":{"alertname":"Disk","host":"h\#($0)"}}"# }
            #expect(await stage.post("/api/v2/alerts", "[\(alerts.joined(separator: ","))]").status == 200)
            let body = SilencePreviewTests.body(SilencePreviewTests.matcher("alertname", "Disk"))

            let usual = try await self.preview(stage, body)
            let two = try await self.preview(stage, body, query: "?limit=2")
            let none = try await self.preview(stage, body, query: "?limit=0")

            #expect(usual["alerts"]?.array?.count == 500)
            #expect(two["alerts"]?.array?.count == 2)
            #expect(none["alerts"]?.array?.count == 0)
            for preview in [usual, two, none] {
                #expect(preview["count"]?.integer == 501)
                #expect(preview["truncated"]?.bool == true)
            }
        }
    }

    @Test(arguments: [
        (matcher("alertname", "Dsik"), "", ["matches-nothing"]),
        (matcher("alertname", "Disk|Net", isRegex: true), "", ["matches-everything"]),
        (matcher("alertname", ".+", isRegex: true), "", ["matches-everything"]),
        // Whatever comes later is hit too, although nothing is hit now.
        (matcher("owner", ".+", isRegex: true), "", ["matches-nothing", "matches-everything"]),
        (matcher("alertname", "Nobody", isEqual: false) + "," + matcher("host", "a"), "", []),
        (matcher("host", "a"), #","endsAt":"2026-02-01T03:04:05.678Z""#, []),
        (matcher("host", "a"), #","endsAt":"2026-02-01T03:04:05.679Z""#, ["too-long"]),
        (
            matcher("host", "a"), #","startsAt":"2026-03-01T00:00:00Z","endsAt":"2026-03-02T00:00:00Z","comment":"c""#,
            []
        ),
        // What has passed already does not count.
        (matcher("host", "a"), #","startsAt":"2025-01-01T00:00:00Z","endsAt":"2026-01-02T04:00:00Z""#, []),
    ])
    func whatIsWorthASecondLookIsSaid(_ matchers: String, _ more: String, _ warnings: [String]) async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk", "host": "a"], ["alertname": "Net", "host": "b"])

            let preview = try await self.preview(stage, SilencePreviewTests.body(matchers, more: more))

            #expect(self.codes(preview) == warnings)
        }
    }

    @Test func oneAlertThatIsAllThereIsMayBeSilencedWithoutAWarning() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk"])

            let body = SilencePreviewTests.body(SilencePreviewTests.matcher("alertname", "Disk"))

            let preview = try await self.preview(stage, body)

            #expect(self.codes(preview) == [])
        }
    }

    @Test func whatHasEndedIsNotCounted() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk"], ["alertname": "Net"])
            let end = #"[{"labels":{"alertname":"Disk"},"endsAt":"2026-01-02T03:04:05Z"}]"#
            #expect(await stage.post("/api/v2/alerts", end).status == 200)

            let body = SilencePreviewTests.body(SilencePreviewTests.matcher("alertname", "Disk"))
            let preview = try await self.preview(stage, body)

            #expect(preview["count"]?.integer == 0)
            #expect(preview["total"]?.integer == 1)
        }
    }

    @Test(arguments: [
        ("", "{}", 422, "invalid-content", "matchers in body is required"),
        ("", #"{"matchers":[]}"#, 422, "invalid-content", "matchers in body should have at least 1 items"),
        ("", "[", 400, "invalid-request", "parsing silence body"),
        ("", "", 422, "invalid-content", "silence in body is required"),
        ("", body(matcher("x", ".*", isRegex: true)), 400, "invalid-silence", "must not match the empty string"),
        ("", body(matcher("x", "(", isRegex: true)), 400, "invalid-silence", "invalid regular expression"),
        (
            "", body(matcher("x", "(a{1,1000}){1000}", isRegex: true)), 400, "invalid-silence", "regular expression"
        ),
        (
            "", body(matcher("x", "y"), more: #","endsAt":"2026-01-01T00:00:00Z""#), 400, "invalid-silence",
            "start time must be before end time"
        ),
        ("?limit=501", body(matcher("x", "y")), 400, "invalid-request", "limit must be a whole number from 0 to 500"),
        ("?limit=-1", body(matcher("x", "y")), 400, "invalid-request", "limit must be a whole number from 0 to 500"),
    ])
    func aMistakeIsAProblemOfOurOwnAPI(
        _ query: String, _ body: String, _ status: Int, _ code: String, _ detail: String
    ) async throws {
        try await Stage.with { stage in
            let response = await stage.post(SilencePreviewTests.path + query, body)
            let problem = try JSONValue(parsing: response.text)

            #expect(response.status == status)
            #expect(response.header("Content-Type") == "application/problem+json")
            #expect(problem["type"]?.string == "urn:tocsin:problem:\(code)")
            #expect(problem["status"]?.integer == Int64(status))
            #expect(problem["title"]?.string?.isEmpty == false)
            #expect(problem["detail"]?.string?.contains(detail) == true, "\(response.text)")
        }
    }
}

@Suite struct ProblemTests {
    @Test(arguments: [
        (APIMethod.get, "/api/v1/nowhere", 404, "not-found"),
        (.get, "/api/v1/silences/preview", 405, "method-not-allowed"),
        (.delete, "/api/v1/webhook/alertmanager", 405, "method-not-allowed"),
    ])
    func errorsUnderOurOwnAPIAreProblems(
        _ method: APIMethod, _ path: String, _ status: Int, _ code: String
    ) async throws {
        try await Stage.with { stage in
            let response = await stage.router.respond(to: APIRequest(method, path))

            #expect(response.status == status)
            #expect(response.header("Content-Type") == "application/problem+json")
            let problem = try JSONValue(parsing: response.text)
            #expect(problem["type"]?.string == "urn:tocsin:problem:\(code)")
            #expect((response.header("Allow") != nil) == (status == 405))
            #expect(response.header("Cache-Control") == "no-store")
        }
    }

    @Test func aBodyThatIsNoJSONIsAProblem() async throws {
        try await Stage.with { stage in
            let response = await stage.post("/api/v1/silences/preview", "x", type: "text/plain")

            #expect(response.status == 415)
            #expect(response.header("Content-Type") == "application/problem+json")
        }
    }

    @Test func whatCannotBeSavedSaysWhenToComeAgain() async throws {
        try await Stage.with { stage in
            stage.disk.isFull = true
            let message = """
                {"version":"4","alerts":[{"status":"firing","labels":{"alertname":"Far"},
                "startsAt":"2026-01-02T03:00:00Z"}]}
                """

            let response = await stage.post("/api/v1/webhook/alertmanager", message)

            #expect(response.status == 503)
            #expect(response.header("Retry-After") == "10")
            let problem = try JSONValue(parsing: response.text)
            #expect(problem["detail"]?.string == "in force, not saved: no space left on device")
        }
    }

    @Test(arguments: [
        ("/api/v1/silences/preview", "application/problem+json"), ("/tocsin/api/v2/alerts", "application/json"),
    ])
    func aBodyThatIsTooLongIsRefusedInTheWordsOfItsAPI(_ target: String, _ type: String) {
        let response = Router.bodyTooLarge(limit: 10, at: target)

        #expect(response.status == 413)
        #expect(response.header("Content-Type") == type)
    }
}
