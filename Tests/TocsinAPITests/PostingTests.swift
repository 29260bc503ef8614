import Testing
import TocsinAPI
import TocsinCore
import TocsinModel
import TocsinRuntime

@Suite struct PostingTests {
    @Test func aReaderSeesWhatWasPostedBefore() async throws {
        try await Stage.with { stage in
            for number in 0..<20 {
                let posted = await stage.fire(["alertname": "A\(number)"])
                let listed = await stage.get("/api/v2/alerts?filter=alertname%3DA\(number)")

                #expect(posted.status == 200)
                #expect(posted.bodyBytes.isEmpty)
                #expect(listed.text.contains(#""labels":{"alertname":"A\#(number)"}"#))
            }
        }
    }

    @Test(arguments: ["[]", "null", " [ ] "])
    func nothingIsNoMistake(_ body: String) async throws {
        try await Stage.with { stage in
            #expect(await stage.post("/api/v2/alerts", body).status == 200)
            #expect(await stage.get("/api/v2/alerts").text == "[]\n")
        }
    }

    /// Bodies with one good alert among bad ones, and what the sender reads.
    static let mixed: [(body: String, status: Int, text: String)] = [
        (
            #"[{"labels":{}},{"labels":{"alertname":"Good"}}]"#,
            400,
            "\"at least one label pair required\"\n"
        ),
        (
            #"[{"labels":{"alertname":"Good"}},{"annotations":{}}]"#,
            422,
            #"{"code":602,"message":"1.labels in body is required"}"#
        ),
        (
            #"[{"labels":{"a":1}},{"labels":{"alertname":"Good"}}]"#,
            400,
            #"{"code":400,"message":"parsing alerts body from \"\" failed, because "#
                + #"json: cannot unmarshal number into Go struct field Alert.labels of type string"}"#
        ),
        (
            #"[{"labels":{"alertname":"Good"}},{"labels":{"a":"b"},"generatorURL":"no url"}]"#,
            422,
            #"{"code":601,"message":"1.generatorURL in body must be of type uri: \"no url\""}"#
        ),
    ]

    @Test(arguments: PostingTests.mixed)
    func goodAlertsAreTakenAndBadOnesNamed(_ body: String, _ status: Int, _ text: String) async throws {
        try await Stage.with { stage in
            let response = await stage.post("/api/v2/alerts", body)

            #expect(response.status == status)
            #expect(response.text == text)
            #expect(response.header("Content-Type") == "application/json")
            #expect(await stage.get("/api/v2/alerts").text.contains(#"{"alertname":"Good"}"#))
        }
    }

    @Test(arguments: [
        ("", 422, #"{"code":602,"message":"alerts in body is required"}"#),
        (
            #"[{"labels":{"alertname":"Good"}}"#,
            400,
            #"{"code":400,"message":"parsing alerts body from \"\" failed, because unexpected EOF"}"#
        ),
    ])
    func ofABrokenDocumentNothingIsTaken(_ body: String, _ status: Int, _ text: String) async throws {
        try await Stage.with { stage in
            let response = await stage.post("/api/v2/alerts", body)

            #expect(response.status == status)
            #expect(response.text == text)
            #expect(await stage.get("/api/v2/alerts").text == "[]\n")
        }
    }

    @Test func anAlertWithoutAnEndGetsTheTimeoutThatIsInForce() async throws {
        try await Stage.with { stage in
            stage.context.settings.resolveTimeout = .seconds(120)

            _ = await stage.post("/api/v2/alerts", #"[{"labels":{"alertname":"A"}}]"#)

            let listed = await stage.get("/api/v2/alerts").text
            #expect(listed.contains(#""startsAt":"2026-01-02T03:04:05.678Z""#))
            #expect(listed.contains(#""endsAt":"2026-01-02T03:06:05.678Z""#))
        }
    }
}

@Suite struct UnavailabilityTests {
    @Test func whatTheDiskRefusesIsInForceButNotConfirmed() async throws {
        try await Stage.with { stage in
            stage.disk.isFull = true
            let first = await stage.fire(["alertname": "A"])
            let again = await stage.fire(["alertname": "A"])

            for response in [first, again] {
                #expect(response.status == 503)
                #expect(response.text == "in force, not saved: no space left on device\n")
                #expect(response.header("Retry-After") == "10")
            }
            #expect(await stage.get("/api/v2/alerts?filter=alertname=A").text.contains(#""alertname":"A""#))

            stage.disk.isFull = false
            stage.clock.advance(by: .seconds(2))
            #expect(await stage.fire(["alertname": "A"]).status == 200)
            #expect(await stage.get("/-/ready").text == "OK")
        }
    }

    @Test func beyondTheLimitOfAlertsTheSenderIsToldToComeAgain() async throws {
        var limits = Limits()
        limits.alerts = 2
        try await Stage.with(limits: limits) { stage in
            let response = await stage.fire(["alertname": "A"], ["alertname": "B"], ["alertname": "C"])

            #expect(response.status == 503)
            #expect(response.text == "1 new alerts were refused: 2 are the limit; the others were taken.\n")
            #expect(response.header("Retry-After") == "60")
            #expect(await stage.fire(["alertname": "A"]).status == 200)
        }
    }

    @Test func aStoppedServiceIsNoReasonToDropAlerts() async throws {
        try await Stage.with { stage in
            await stage.service.stop()

            let response = await stage.fire(["alertname": "A"])

            #expect(response.status == 503)
            #expect(response.header("Retry-After") == "10")
            #expect(await stage.get("/api/v2/alerts").text == "[]\n")
        }
    }

    @Test func anOverloadedServiceTurnsAway() async throws {
        var configuration = Service.Configuration()
        configuration.mailboxCapacity = 0
        try await Stage.with(serviceConfiguration: configuration) { stage in
            let response = await stage.fire(["alertname": "A"])

            #expect(response.status == 503)
            #expect(response.header("Retry-After") == "5")
        }
    }
}

@Suite struct WebhookTests {
    private static let path = "/api/v1/webhook/alertmanager"
    private static let message = """
        {"version":"4","status":"firing","receiver":"tocsin","externalURL":"http://am.example","groupKey":"{}:{}",
         "alerts":[{"status":"firing","labels":{"alertname":"Far"},"annotations":{},
         "startsAt":"2026-01-02T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":""}]}
        """

    @Test(arguments: [
        ("", "2026-01-03T03:04:05.678Z"), ("?expire_after=5m", "2026-01-02T03:09:05.678Z"),
        ("?expire_after=2d&source=eu", "2026-01-04T03:04:05.678Z"), ("?expire_after=1h30m", "2026-01-02T04:34:05.678Z"),
        ("?expire_after=", "2026-01-03T03:04:05.678Z"),
    ])
    func anAlertOfAnotherServerFiresUntilItExpires(_ query: String, _ end: String) async throws {
        try await Stage.with { stage in
            let response = await stage.post(WebhookTests.path + query, WebhookTests.message)

            #expect(response.status == 200)
            #expect(await stage.get("/api/v2/alerts").text.contains(#""endsAt":"\#(end)""#))
        }
    }

    @Test(arguments: [
        ("4m59s", "expire_after param must be at least 5m"),
        ("soon", "failed to parse expire_after param: not a duration: \\\"soon\\\""),
        ("-5m", "expire_after param must be at least 5m"),
    ])
    func anExpiryThatIsNoneIsRefused(_ expiry: String, _ reason: String) async throws {
        try await Stage.with { stage in
            let response = await stage.post("\(WebhookTests.path)?expire_after=\(expiry)", WebhookTests.message)

            #expect(response.status == 400)
            #expect(response.header("Content-Type") == "application/problem+json")
            #expect(response.text.contains(#""detail":"\#(reason)""#))
            #expect(await stage.get("/api/v2/alerts").text == "[]\n")
        }
    }

    @Test func aVersionThatNobodyKnowsIsRefused() async throws {
        try await Stage.with { stage in
            let response = await stage.post(WebhookTests.path, #"{"version":"5","alerts":[]}"#)

            #expect(response.status == 400)
            #expect(response.text.contains("unsupported webhook version"))
        }
    }
}
