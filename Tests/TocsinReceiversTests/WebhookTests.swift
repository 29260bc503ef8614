import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

@Suite struct WebhookTests {
    @Test(
        arguments: [
            ([:], "one of url or url_file must be configured"),
            (["url": "https://x", "url_file": "f"], "at most one of url & url_file must be configured"),
            (["url": "secret"], "`url` must be a URL"),
            (["url": "https://x/{{ secret"], "`url` is not a valid template"),
            (["url": "https://x", "max_alerts": -1], "`max_alerts` must be at least 0"),
            (["url": "https://x", "timeout": "fast"], "`timeout` must be a duration"),
            (["url": "https://x", "payload": ["a": "{{ .A"]], "`payload` is not a valid template"),
        ] as [(JSONValue, String)])
    func mistakesInTheSettingsAreNamed(settings: JSONValue, message: String) {
        let errors = #expect(throws: SettingsErrors.self) { try WebhookReceiver(settings) }
        #expect(errors?.description.contains(message) ?? false, "\(errors?.description ?? "")")
        #expect(!(errors?.description.contains("secret") ?? true))
    }

    @Test(arguments: [
        ("{{ .CommonLabels.none }}", "webhook URL is empty after templating"),
        (
            "{{ .CommonLabels.alertname }}",
            "the webhook's URL, rendered, must be a URL that begins with http:// or https://"
        ),
        ("https://x/{{ .Nope }}secret", "the template of `url` failed in line 1, column 13"),
    ])
    func anAddressThatCannotBeRenderedIsARefusalWithoutTheAddress(url: String, reason: String) throws {
        let receiver = try WebhookReceiver(["url": .string(url)])

        #expect(throws: Refusal(reason)) { try receiver.send() }
    }

    @Test(arguments: ["https://x", "https://x/{{ .Status }}"])
    func theUsualPayloadIsWhatTemplatesSee(url: String) throws {
        let alert = AnnouncedAlert(
            labels: ["a": "<1>", "b": "\"ü\"", "empty": ""],
            details: AlertDetails(annotations: ["text": "one\ntwo & \u{2028}"], generatorURL: "http://p/?a=b&c"),
            startsAt: try #require(Timestamp(rfc3339: "2026-01-02T03:04:05.12+05:30"))
        )
        var other = alert
        other.labels = ["a": "<1>", "b": "other"]
        other.endedAt = Timestamp(rfc3339: "2026-01-02T04:04:05Z")
        for alerts in [[alert], [other], [alert, other]] {
            let notification = TocsinReceivers.Notification.about(alerts, groupLabels: ["a": "<1>"])
            let members =
                TemplateData(notification).members + [
                    JSONValue.Member("version", "4"),
                    JSONValue.Member("groupKey", .string(notification.content.groupKey)),
                    JSONValue.Member("truncatedAlerts", .integer(0)),
                ]

            let body = try WebhookReceiver(["url": .string(url)]).send(notification).request.body

            let expected = JSONValue.object(members).encoded() + [UInt8(ascii: "\n")]
            #expect(body == expected, "\(String(decoding: body, as: UTF8.self))")
        }
    }

    @Test func aURLInAFileMayBeATemplate() throws {
        let receiver = try WebhookReceiver(["url_file": "/run/url"])
        var notification = TocsinReceivers.Notification.sample
        notification.secretFiles.add("https://x/{{ .Status }}\n", of: "/run/url")

        #expect(try receiver.send(notification).request.url == "https://x/firing")
        #expect(receiver.destination == ["file:/run/url"])
    }

    @Test func theTimeoutIsTheSettings() throws {
        #expect(try WebhookReceiver(["url": "https://x"]).send().request.options.timeout == .seconds(30))
        #expect(
            try WebhookReceiver(["url": "https://x", "timeout": "1m"]).send().request.options.timeout == .seconds(60))
        #expect(try WebhookReceiver(["url": "https://x", "timeout": 0]).send().request.options.timeout == .seconds(30))
    }

    @Test(
        arguments: [
            ("{{ len .Alerts }}", 2), ("true", true), ("null", nil), ("1.5", 1.5), ("text", "text"),
            ("[1, {\"a\": 2}]", [1, ["a": 2]]),
            ("[broken", "[broken"), (#""quoted""#, #""quoted""#),
            ("{{ toJson .GroupLabels }}", ["alertname": "DiskFull"]),
        ] as [(String, JSONValue)])
    func aRenderedTextIsWhatItReadsAs(text: String, value: JSONValue) throws {
        let receiver = try WebhookReceiver(["url": "https://x", "payload": ["value": .string(text)]])

        #expect(try receiver.send().json["value"] == value)
    }

    @Test func whatALabelSaysIsNotRendered() throws {
        let alert = AnnouncedAlert(labels: ["a": "{{ .ExternalURL }}"], startsAt: .epoch)
        let receiver = try WebhookReceiver(["url": "https://x", "payload": ["value": "{{ .CommonLabels.a }}!"]])

        #expect(try receiver.send(.about([alert])).json["value"] == "{{ .ExternalURL }}!")
    }

    @Test func aPayloadNestedTooDeeplyIsAMistake() {
        let payload = (0..<40).reduce(JSONValue.string("x")) { value, _ in [value] }

        #expect(throws: SettingsErrors.self) { try WebhookReceiver(["url": "https://x", "payload": payload]) }
    }

    @Test(arguments: [(5, false), (29, false), (30, true), (1000, true)])
    func yamlThatIsNestedTooDeeplyStaysText(depth: Int, staysText: Bool) throws {
        let position = SettingsPosition(file: "test", line: 1, column: 1)
        let innermost = SettingsNode(.null, at: position)
        let node = (0..<depth).reduce(innermost) { node, _ in SettingsNode(.sequence([node]), at: position) }
        let context = ReceiverContext(templates: Receivers.templates) { $0 == "deep" ? node : nil }
        let receiver = try WebhookReceiver(["url": "https://x", "payload": ["value": "deep"]], context: context)

        #expect((try receiver.send().json["value"] == "deep") == staysText)
    }

    @Test func aTextThatReadsAsSomethingNestedTooDeeplyStaysText() throws {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        let receiver = try WebhookReceiver(["url": "https://x", "payload": ["value": .string(deep)]])

        #expect(try receiver.send().json["value"] == .string(deep))
    }
}
