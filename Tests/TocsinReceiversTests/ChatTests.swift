import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

/// Discord, Webex, Microsoft Teams, Rocket.Chat and Mattermost.
@Suite struct ChatTests {
    @Test(arguments: [
        ("@everyone", "@\u{2060}everyone"), ("@Here!", "@\u{2060}Here!"), ("x@", "x@\u{2060}"),
        ("@ev", "@\u{2060}ev"), ("a@example.org", "a@example.org"), ("@anna", "@anna"), ("<@1>", "<\u{2060}@1>"),
        ("<@&1>", "<\u{2060}@&1>"), ("a <b", "a <b"), ("x<", "x<\u{2060}"), ("", ""),
        ("@everyone@here", "@\u{2060}everyone@\u{2060}here"),
    ])
    func aValueMentionsNobody(value: String, cleaned: String) {
        #expect(
            SenderText.withoutMentions(value, of: ["everyone", "here"], marks: ["@"]).unicodeScalars
                .elementsEqual(cleaned.unicodeScalars))
    }

    @Test(arguments: [
        ("discord", "content", "@everyone"), ("discord", "content", "<@&1>"), ("webex", "message", "<@all>"),
        ("mattermost", "text", "@channel"), ("mattermost", "text", "@all"), ("rocketchat", "text", "@here"),
    ])
    func aLabelCallsNobodyButTheTemplateMay(kind: String, field: String, mention: String) throws {
        var settings = try ChatTests.settings(of: kind)
        settings.append(JSONValue.Member(field, .string("\(mention) {{ .CommonLabels.a }}")))
        let receiver = try #require(Receivers.kind(named: kind)).init(.object(settings))
        let alert = AnnouncedAlert(labels: ["a": mention], startsAt: .epoch)

        let body = String(decoding: try receiver.send(.about([alert])).json.encoded(.plain), as: UTF8.self)

        #expect(body.contains("\(mention) ") && body.components(of: mention) == 1)
    }

    private static func settings(of kind: String) throws -> [JSONValue.Member] {
        switch kind {
        case "webex":
            [
                JSONValue.Member("room_id", "r"),
                JSONValue.Member("http_config", ["authorization": ["credentials": "c"]]),
            ]
        case "rocketchat": [JSONValue.Member("token", "t"), JSONValue.Member("token_id", "i")]
        case "discord":
            // Left out, since they may show mentions: Discord calls nobody there.
            ["title", "message"].map { JSONValue.Member($0, "") } + [JSONValue.Member("webhook_url", "https://x")]
        default: [JSONValue.Member("webhook_url", "https://x")]
        }
    }

    @Test func discordsTextsAreCut() throws {
        let receiver = try DiscordReceiver(["webhook_url": "https://x", "content": "{{ .CommonLabels.a }}"])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "x", count: 9000)], startsAt: .epoch)

        let json = try receiver.send(.about([alert], groupLabels: alert.labels)).json

        #expect(json["content"]?.string?.unicodeScalars.count == 2000)
        #expect(json["embeds"]?.array?[0]["title"]?.string?.unicodeScalars.count == 256)
        #expect(json["embeds"]?.array?[0]["description"]?.string?.unicodeScalars.count == 4096)
    }

    @Test(arguments: ["discord", "mattermost"])
    func aRefusedMessageIsSentOnceMoreAsOneLine(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)

        for (status, isTried) in [(400, true), (413, true), (401, false), (404, false)] {
            let plain = try receiver.plainRequest(
                for: .sample, with: Receivers.templates, after: .plain(status, "no"))

            #expect((plain != nil) == isTried)
            guard let plain else { continue }
            let json = try plain.json
            #expect((json["content"] ?? json["text"])?.string?.hasPrefix("[FIRING:1] DiskFull") ?? false)
            #expect(json["embeds"] == nil && json["attachments"] == nil)
        }
    }

    @Test func webexsMessageIsCutInBytesBetweenCharacters() throws {
        let receiver = try WebexReceiver([
            "room_id": "r", "http_config": ["authorization": ["credentials": "c"]], "message": "{{ .CommonLabels.a }}",
        ])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "\u{1F525}", count: 5000)], startsAt: .epoch)

        let text = try #require(try receiver.send(.about([alert])).json["markdown"]?.string)

        #expect(text.utf8.count == 1859 * 4 + 3)
        #expect(text.hasSuffix("\u{1F525}…"))
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc…"), ("äöü", 6, "äöü"), ("äöüß", 6, "ä…"), ("äöüß", 3, "…"),
    ])
    func bytesAreCountedAndCharactersStayWhole(text: String, limit: Int, cut: String) {
        #expect(text.truncated(toBytes: limit) == cut)
    }

    @Test(arguments: ["msteams", "msteamsv2"])
    func teamsGetsNoMoreThanItTakes(kind: String) throws {
        let alerts = (0..<500).map { AnnouncedAlert(labels: ["alertname": "A", "i": "\($0)"], startsAt: .epoch) }

        let body = try ContractTests.receiver(kind).send(.about(alerts)).request.body

        #expect((20_000..<28_000).contains(body.count))
    }

    /// Each of these letters is six in JSON.
    @Test(arguments: ["msteams", "msteamsv2"])
    func escapesCountForTeams(kind: String) throws {
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "<", count: 30_000)], startsAt: .epoch)

        let body = try ContractTests.receiver(kind).send(.about([alert], groupLabels: alert.labels)).request.body

        #expect((15_000..<28_000).contains(body.count))
    }

    /// A connector answers 200 whatever Teams said.
    @Test func aConnectorsSuccessMayBeAFailure() throws {
        let receiver = try MSTeamsReceiver(["webhook_url": "https://x"])
        let text = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with"

        #expect(receiver.outcome(of: .plain(200, "1")) == .delivered)
        #expect(receiver.outcome(of: .plain(200, text)) == .failed(reason: text, mayHaveArrived: false))
    }

    @Test(
        arguments: [
            (.json(200, ["success": true]), .delivered),
            (.json(200, ["success": false, "error": "invalid-channel"]), .refused),
            (.json(200, ["error": "x"]), .refused), (.json(200, ["success": "true"]), .refused),
            (.plain(200, "<html>"), .retry(mayHaveArrived: true)), (.plain(200, ""), .retry(mayHaveArrived: true)),
            (.json(401, ["message": "You must be logged in"]), .refused),
            (.json(429, ["error": "x"]), .retry(mayHaveArrived: false)),
            (.plain(502, ""), .retry(mayHaveArrived: true)),
        ] as [(HTTPResponse, OutcomeTests.Verdict)])
    func ofRocketChat(response: HTTPResponse, verdict: OutcomeTests.Verdict) throws {
        let receiver = try RocketChatReceiver(["token": "t", "token_id": "i"])

        #expect(OutcomeTests.verdict(on: response, by: receiver) == verdict)
    }

    @Test(arguments: ["opsgenie", "victorops", "discord", "webex", "msteams", "msteamsv2", "incidentio", "mattermost"])
    func ofTheOthers(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)
        let verdicts: [(HTTPResponse, OutcomeTests.Verdict)] = [
            (.plain(200, ""), .delivered), (.plain(204, ""), .delivered), (.plain(301, ""), .refused),
            (.plain(400, ""), .refused), (.plain(403, ""), .refused), (.plain(404, ""), .refused),
            (.plain(413, ""), .refused), (.plain(422, ""), .refused),
            (.plain(429, "", ["Retry-After": "3"]), .retry(mayHaveArrived: false, after: 3)),
            (.plain(500, ""), .retry(mayHaveArrived: true)), (.plain(503, ""), .retry(mayHaveArrived: false)),
        ]
        for (response, verdict) in verdicts { #expect(OutcomeTests.verdict(on: response, by: receiver) == verdict) }
    }

    @Test func theAnswersOwnWordsAreTheReason() throws {
        for kind in ["victorops", "discord", "webex", "mattermost", "opsgenie"] {
            let response = HTTPResponse.json(404, ["message": "Unknown Webhook", "code": 10_015])
            let outcome = try ContractTests.receiver(kind).outcome(of: response)
            #expect(outcome == .refused(reason: "HTTP 404: Unknown Webhook"))
        }
    }

    @Test func incidentIOsFilesAreRelativeToTheWorkingDirectory() throws {
        let http: JSONValue = ["authorization": ["credentials_file": "token"]]
        let incidentIO = try IncidentIOReceiver(["url": "https://x", "http_config": http])
        let webhook = try WebhookReceiver(["url": "https://x", "http_config": http])

        #expect(incidentIO.secretFiles == ["token"])
        #expect(webhook.secretFiles == ["/etc/tocsin/token"])
    }

    @Test func incidentIOsBodyKeepsOneAlertIfItIsTooLarge() throws {
        let receiver = try IncidentIOReceiver(["url": "https://x", "alert_source_token": "t", "max_alerts": 900])
        let alerts = (0..<1000).map { number in
            AnnouncedAlert(
                labels: ["alertname": "A", "i": "\(number)", "text": String(repeating: "x", count: 600)],
                startsAt: .epoch
            )
        }

        let json = try receiver.send(.about(alerts)).json

        #expect(json["alerts"]?.array?.count == 1)
        #expect(json["truncatedAlerts"] == 100)
        #expect(json["commonLabels"]?["i"] == nil)
        let few = try receiver.send(.about(Array(alerts.prefix(500)))).json
        #expect(few["alerts"]?.array?.count == 500)
    }
}

extension String {
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = Substring(self).unicodeScalars
        while !rest.isEmpty {
            if rest.starts(with: text.unicodeScalars) { count += 1 }
            rest = rest.dropFirst()
        }
        return count
    }
}
