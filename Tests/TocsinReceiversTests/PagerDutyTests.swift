import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

@Suite struct PagerDutyTests {
    /// So many alerts with an annotation and a label of so many bytes.
    private static func notification(
        _ count: Int,
        annotation: Int = 0,
        label: Int = 0
    ) -> TocsinReceivers.Notification {
        let alerts = (0..<count).map { number in
            AnnouncedAlert(
                labels: ["instance": "i\(number)", "long": String(repeating: "l", count: label)],
                details: AlertDetails(
                    annotations: ["summary": String(repeating: "s", count: annotation)],
                    generatorURL: ""
                ),
                startsAt: .epoch
            )
        }
        return .about(alerts)
    }

    private static func details(_ rendered: RenderedRequest) throws -> JSONValue {
        #expect(rendered.request.body.count <= 512_000)
        return try #require(try rendered.json["payload"]?["custom_details"])
    }

    private let receiver: PagerDutyReceiver

    init() throws {
        self.receiver = try PagerDutyReceiver([
            "routing_key": "R1", "details": ["mine": "kept"], "links": [["href": "https://l", "text": "t"]],
        ])
    }

    @Test func whatFitsIsSentWhole() throws {
        let details = try PagerDutyTests.details(
            try self.receiver.send(PagerDutyTests.notification(400, annotation: 900)))

        #expect(details["firing"]?.array?.count == 400)
        #expect(details["firing"]?.array?.last?["annotations"]?["summary"]?.string?.count == 900)
    }

    @Test func annotationsGoFirst() throws {
        let details = try PagerDutyTests.details(
            try self.receiver.send(PagerDutyTests.notification(400, annotation: 2000)))

        #expect(details["firing"]?.array?.count == 400)
        #expect(details["firing"]?.array?.first?["annotations"] == nil)
        #expect(details["firing"]?.array?.last?["labels"]?["instance"] == "i399")
        #expect(details["mine"] == "kept")
    }

    @Test func thenAllButFiftyAlerts() throws {
        let details = try PagerDutyTests.details(try self.receiver.send(PagerDutyTests.notification(400, label: 2000)))

        #expect(details["firing"]?.array?.count == 51)
        #expect(details["firing"]?.array?.last == "+ 350 more")
        #expect(details["firing"]?.array?.first?["labels"]?["instance"] == "i0")
        #expect(details["num_firing"] == 400)
    }

    @Test func thenLabels() throws {
        let details = try PagerDutyTests.details(
            try self.receiver.send(PagerDutyTests.notification(400, label: 20_000)))

        #expect(details["firing"]?.array?.first?["labels"] == nil)
        #expect(details["firing"]?.array?.first?["fingerprint"]?.string?.count == 16)
        #expect(details["mine"] == "kept")
    }

    @Test func thenImagesAndLinksThenAllDetails() throws {
        let half = String(repeating: "x", count: 300_000)
        let links = try PagerDutyReceiver([
            "routing_key": "R1", "details": ["mine": .string(half)], "links": [["href": .string("https://\(half)")]],
        ])
        let whole = try PagerDutyReceiver(["routing_key": "R1", "details": ["mine": .string(half + half)]])

        #expect(try PagerDutyTests.details(try links.send())["mine"] == .string(half))
        #expect(try links.send().json["links"] == nil)
        let note = try PagerDutyTests.details(try whole.send())
        #expect(note.members?.count == 1)
        #expect(note["error"]?.string?.hasPrefix("Custom details have been removed") ?? false)
    }

    @Test func noTextIsTooLong() throws {
        let long = JSONValue.string(String(repeating: "\u{1F525}", count: 40_000))
        let receiver = try PagerDutyReceiver([
            "routing_key": "R1", "description": long, "client": long, "client_url": long, "source": long, "class": long,
            "component": long, "group": long,
        ])

        let json = try receiver.send().json

        #expect(try receiver.send().request.body.count <= 512_000)
        #expect(json["payload"]?["summary"]?.string?.unicodeScalars.count == 1024)
        #expect(json["client_url"] == nil)
    }

    @Test(arguments: [400, 413])
    func aRefusedEventIsSentOnceMoreWithoutFrills(status: Int) throws {
        let response = HTTPResponse.json(status, ["message": "no", "errors": ["links are bad"]])

        let plain = try #require(
            try self.receiver.plainRequest(for: .sample, with: Receivers.templates, after: response)
        ).json

        #expect(plain["payload"]?["summary"] == "[FIRING:1] DiskFull (critical)")
        #expect(plain["payload"]?["custom_details"]?.members?.map(\.name) == ["error"])
        #expect(plain["links"] == nil)
        #expect(plain["dedup_key"] == (try self.receiver.send().json["dedup_key"]))
    }

    @Test(arguments: [202, 401, 403, 404, 429, 500])
    func anotherAnswerIsNoReasonForThat(status: Int) throws {
        let response = HTTPResponse.plain(status, "")

        #expect(try self.receiver.plainRequest(for: .sample, with: Receivers.templates, after: response) == nil)
    }

    @Test func theKeyOfAGroupIsItsHash() {
        let hash = "3e5b4df94d05d8ce38afa6b7eeff84598a2570c24a4acf5e063c596cb515c328"
        #expect(Digest.sha256(#"{}:{alertname="Disk <full>", cluster="c1"}"#) == hash)
        #expect(Digest.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test(arguments: [
        ("CRITICAL", "critical"), (" warning ", "warning"), ("info", "info"), ("", "error"), ("P1", "error"),
        (#"{{ .CommonLabels.severity }}"#, "critical"), ("{{ .Nope }}", "error"),
    ])
    func severitiesAreThoseThatPagerDutyKnows(setting: String, severity: String) throws {
        let receiver = try PagerDutyReceiver(["routing_key": "R1", "severity": .string(setting)])

        #expect(try receiver.send().json["payload"]?["severity"]?.string == severity)
    }

    // MARK: Settings

    @Test(
        arguments: [
            ([:], "missing service or routing key in PagerDuty config"),
            (["routing_key": "r", "routing_key_file": "f"], "at most one of routing_key & routing_key_file"),
            (["service_key": "r", "service_key_file": "f"], "at most one of service_key & service_key_file"),
            (["routing_key": "{{ secret"], "`routing_key` is not a valid template"),
            (["routing_key": "r", "details": ["a"]], "`details` must be a mapping"),
            (["routing_key": "r", "details": ["a": ["{{ .A"]]], "`details.a` is not a valid template"),
            (["routing_key": "r", "url": "pagerduty"], "`url` must be a URL"),
        ] as [(JSONValue, String)])
    func mistakesInTheSettingsAreNamed(settings: JSONValue, message: String) {
        let errors = #expect(throws: SettingsErrors.self) { try PagerDutyReceiver(settings) }
        #expect(errors?.description.contains(message) ?? false, "\(errors?.description ?? "")")
        #expect(!(errors?.description.contains("secret") ?? true))
    }

    @Test(arguments: [
        ("{{ .CommonLabels.none }}", "routing key cannot be empty"),
        (#"{{ index .Alerts 9 "secret" }}"#, "the template of `routing_key` failed in line 1, column 3"),
    ])
    func aKeyThatCannotBeRenderedIsARefusalWithoutTheKey(key: String, reason: String) throws {
        let receiver = try PagerDutyReceiver(["routing_key": .string(key)])

        #expect(throws: Refusal(reason)) { try receiver.send() }
    }

    @Test func aServiceKeyGoesBeforeARoutingKey() throws {
        let receiver = try PagerDutyReceiver([
            "routing_key": "r", "service_key": "s", "url": "https://mine.example.org",
        ])

        let request = try receiver.send().request

        #expect(request.url.hasPrefix("https://events.pagerduty.com/generic/"))
        #expect(receiver.destination == [request.url, "s"])
    }

    @Test func eventsGoWhereTheGlobalSettingsSay() throws {
        var global = GlobalSettings()
        global.pagerDutyURL = "https://events.eu.pagerduty.com/v2/enqueue"
        let context = ReceiverContext.sample(global: global)

        #expect(try PagerDutyReceiver(["routing_key": "r"], context: context).send().request.url == global.pagerDutyURL)
    }
}
