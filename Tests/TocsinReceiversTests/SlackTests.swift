import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

@Suite struct SlackTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a < b", "a < b"), ("a & b > c", "a & b > c"),
        ("me@example.org", "me@example.org"),
        ("<!channel>", "&lt;!channel>"), ("x <!here|now> y", "x &lt;!here|now> y"), ("<<!everyone>", "<&lt;!everyone>"),
        ("<!subteam^S1|all>", "&lt;!subteam^S1|all>"), ("<@U1>", "&lt;@U1>"), ("<", "&lt;"), ("a<", "a&lt;"),
        ("<https://wiki.example.org|Runbook>", "<https://wiki.example.org|Runbook>"),
        ("<https://x|y> <!channel>", "<https://x|y> &lt;!channel>"),
        ("!channel", "\u{2060}!channel"), ("!Here", "\u{2060}!Here"), ("!important", "!important"),
        ("@U024BE7LH", "\u{2060}@U024BE7LH"), ("@W1", "\u{2060}@W1"), ("@team", "@team"), ("@Ulrich", "@Ulrich"),
        ("@here", "@here"), ("e\u{301} <!\u{301}", "e\u{301} &lt;!\u{301}"),
    ])
    func valuesMentionNobody(value: String, result: String) {
        #expect(SlackText.neutralized(value, linksNames: false).unicodeScalars.elementsEqual(result.unicodeScalars))
    }

    @Test(arguments: [
        ("@here", "@\u{2060}here"), ("to @CHANNEL!", "to @\u{2060}CHANNEL!"), ("@everyone", "@\u{2060}everyone"),
        ("@ann", "@ann"), ("ann@hereford.example", "ann@\u{2060}hereford.example"),
    ])
    func whereSlackLinksNamesGroupsAreNoMention(value: String, result: String) {
        #expect(SlackText.neutralized(value, linksNames: true).unicodeScalars.elementsEqual(result.unicodeScalars))
    }

    /// Every way in which a sender's text gets into a message.
    @Test func noPlaceOfAnAlertMentionsAnybody() throws {
        let mention = "<!channel>"
        let notification = TocsinReceivers.Notification.about(
            [
                AnnouncedAlert(
                    labels: ["alertname": mention, mention: "x", "half": "<", "rest": "!channel>"],
                    details: AlertDetails(annotations: ["summary": mention], generatorURL: mention),
                    startsAt: .epoch
                )
            ],
            groupLabels: ["alertname": mention]
        )
        let receiver = try SlackReceiver([
            "api_url": "https://hooks.example.org/x",
            "text": """
            {{ template "__text_alert_list" .Alerts }}{{ .CommonLabels.half }}{{ .CommonLabels.rest }}\
            <{{ .CommonLabels.rest }} {{ toJson .Alerts }} {{ .CommonLabels }} {{ .GroupLabels.SortedPairs }}
            """,
            "fields": [["title": "{{ .CommonLabels.alertname }}", "value": "{{ .CommonAnnotations.summary }}"]],
        ])

        let body = String(decoding: try receiver.send(notification).request.body, as: UTF8.self)

        #expect(!body.contains("<!") && !body.contains("\\u003c!"))
        #expect(body.contains("!channel"))
    }

    @Test(arguments: [
        ("<!channel> & co", Int.max, "&lt;!channel&gt; &amp; co"), ("abc", 4, "abc"), ("abcd", 4, "abc…"),
        ("a&b", 6, "a…"), ("a\u{1F468}\u{200D}\u{1F469}b", 5, "a…"),
    ])
    func plainTextIsEscapedAndCutBetweenCharacters(text: String, limit: Int, result: String) {
        #expect(SlackText.escaped(text, maximumLength: limit) == result)
    }

    @Test(arguments: [
        HTTPResponse.json(200, ["ok": false, "error": "invalid_blocks"]),
        .json(200, ["ok": false, "error": "msg_too_long"]), .plain(400, "invalid_payload"), .plain(413, "too big"),
    ])
    func aMessageRefusedForItsFormIsSentPlain(response: HTTPResponse) throws {
        let receiver = try SlackReceiver([
            "api_url": "https://hooks.example.org/x", "channel": "#c", "title": "<!here> {{ .Nope }}", "text": "long",
        ])

        let rendered = try receiver.plainRequest(for: .sample, with: Receivers.templates, after: response)

        let plain = try #require(rendered)
        #expect(plain.request.url == "https://hooks.example.org/x")
        #expect(try plain.json["channel"] == "#c")
        #expect(try plain.json.members?.count == 2)
        let text = try plain.json.text("text")
        #expect(
            text.hasPrefix(
                "[FIRING:1] DiskFull (critical) | http://tocsin.example.org/#/alerts?receiver=team-db\nSlack refused"))
    }

    @Test(arguments: [
        HTTPResponse.plain(200, "ok"), .plain(404, "no_service"), .plain(429, ""), .plain(500, "rollup_error"),
        .json(200, ["ok": false, "error": "channel_not_found"]), .json(200, ["ok": true]),
    ])
    func whatWasRefusedForAnotherReasonIsNotSentAgain(response: HTTPResponse) throws {
        let receiver = try SlackReceiver(["api_url": "https://hooks.example.org/x"])

        #expect(try receiver.plainRequest(for: .sample, with: Receivers.templates, after: response) == nil)
    }

    @Test func aPlainMessageIsShortWhateverTheAlertSays() throws {
        let alert = AnnouncedAlert(labels: ["alertname": String(repeating: "<", count: 100_000)], startsAt: .epoch)
        let receiver = try SlackReceiver(["api_url": "https://hooks.example.org/x"])

        let plain = try receiver.plainRequest(
            for: .about([alert], groupLabels: alert.labels),
            with: Receivers.templates,
            after: .plain(400, "invalid_payload")
        )

        #expect(try #require(plain).json.text("text").utf16.count < 3000)
    }

    @Test func theTitleIsCut() throws {
        let receiver = try SlackReceiver([
            "api_url": "https://hooks.example.org/x", "title": .string(String(repeating: "é", count: 2000)),
        ])

        let title = try #require(try receiver.send().json["attachments"]?.array?.first?.text("title"))

        #expect(title.unicodeScalars.count == 1024 && title.hasSuffix("é…"))
    }

    // MARK: Settings

    @Test(
        arguments: [
            ([:], "no Slack API URL nor App token set"),
            (
                ["api_url": "https://x", "app_token": "t"],
                "at most one of api_url/api_url_file & app_token/app_token_file"
            ),
            (
                ["api_url": "https://x", "api_url_file": "f"],
                "at most one of api_url & api_url_file must be configured"
            ),
            (
                ["app_token": "t", "app_token_file": "f"],
                "at most one of app_token & app_token_file must be configured"
            ),
            (["api_url": "ftp://x"], "`api_url` must be a URL"),
            (
                ["app_token": "t", "http_config": ["authorization": ["credentials": "c"]]],
                "http authorization can't be set"
            ),
            (["api_url": "https://x", "update_message": true], "update_message can only be used with bot tokens"),
            (["api_url": "https://x", "fields": [["title": "t"]]], "missing `value` in Slack field"),
            (
                ["api_url": "https://x", "actions": [["type": "t", "text": "t"]]],
                "missing `name` or `url` in Slack action"
            ),
            (
                ["api_url": "https://x", "actions": [["type": "t", "text": "t", "name": "n", "confirm": [:]]]],
                "missing `text`"
            ),
            (["api_url": "https://x", "title": "{{ .A"], "`title` is not a valid template"),
            (["api_url": "https://x", "text": #"{{ template "slack.default.txt" . }}"#], "slack.default.text"),
        ] as [(JSONValue, String)])
    func mistakesInTheSettingsAreNamed(settings: JSONValue, message: String) {
        let errors = #expect(throws: SettingsErrors.self) { try SlackReceiver(settings) }
        #expect(errors?.description.contains(message) ?? false, "\(errors?.description ?? "")")
    }

    @Test func credentialsComeFromTheGlobalSettings() throws {
        var global = GlobalSettings()
        global.slackAPIURL = .inline(Secret("https://hooks.example.org/global"))
        func url(_ settings: JSONValue) throws -> String {
            try SlackReceiver(settings, context: .sample(global: global)).send().request.url
        }

        #expect(try url([:]) == "https://hooks.example.org/global")
        #expect(try url(["api_url": "https://hooks.example.org/own"]) == "https://hooks.example.org/own")
        #expect(try url(["app_token": "t"]) == "https://slack.com/api/chat.postMessage")
        global.slackAPIURL = nil
        global.slackAppToken = .inline(Secret("xoxb"))
        global.slackAppURL = "https://slack.example.org/post"
        #expect(try url([:]) == "https://slack.example.org/post")
        #expect(try url(["app_url": "https://other.example.org/"]) == "https://other.example.org/")
        #expect(throws: SettingsErrors.self) { try url(["http_config": ["authorization": ["credentials": "c"]]]) }
    }

    @Test func aChannelThatCannotBeRenderedIsARefusal() throws {
        let receiver = try SlackReceiver(["api_url": "https://hooks.example.org/secret", "channel": "{{ .Nope }}"])

        let refusal = #expect(throws: Refusal.self) { try receiver.send() }

        #expect(refusal?.reason.hasPrefix("the template of `channel` failed: template: :1:3:") ?? false)
    }

    @Test func aTextOfSpacesIsNotAMissingOne() throws {
        let receiver = try SlackReceiver(["api_url": "https://x", "fields": [["title": " ", "value": "\n"]]])

        let fields = try receiver.send().json["attachments"]?.array?.first?["fields"]

        #expect(fields == [["title": " ", "value": "\n", "short": false]])
    }

    @Test func aWrittenNullErasesADefault() throws {
        let receiver = try SlackReceiver(["api_url": "https://hooks.example.org/x", "title": nil, "username": nil])

        let json = try receiver.send().json

        #expect(json["username"] == nil)
        #expect(json["attachments"]?.array?.first?["title"] == nil)
    }
}

/// `update_message`: later notifications change the message of the first.
@Suite struct SlackUpdateTests {
    private static let settings: JSONValue = ["app_token": "xoxb", "channel": "#c", "update_message": true]
    private static let posted = HTTPResponse.json(200, ["ok": true, "channel": "C123456", "ts": "1.2"])
    private static let stored: LabelSet = ["channelId": "C123456", "threadTs": "1.2"]

    private static func notification(_ data: LabelSet) -> TocsinReceivers.Notification {
        var notification = TocsinReceivers.Notification.sample
        notification.receiverData = data
        return notification
    }

    @Test func theFirstMessageIsPostedAndRemembered() throws {
        let receiver = try SlackReceiver(SlackUpdateTests.settings)

        let request = try receiver.send().request
        let data = receiver.receiverData(
            after: Conversation(SlackUpdateTests.posted, meaning: .delivered), for: .sample)

        #expect(request.url == "https://slack.com/api/chat.postMessage")
        #expect(try JSONValue(request.body)["ts"] == nil)
        #expect(data == SlackUpdateTests.stored)
    }

    @Test(
        arguments: [
            (["app_token": "t"], "https://slack.com/api/chat.update"),
            (["app_token": "t", "app_url": "http://h/p/chat.postMessage"], "http://h/p/chat.update"),
            (["app_token": "t", "app_url": "http://h/p"], "https://slack.com/api/chat.update"),
            (["api_url": "https://slack.com/api/chat.postMessage"], "https://slack.com/api/chat.update"),
        ] as [(JSONValue, String)])
    func laterNewsChangesIt(settings: JSONValue, url: String) throws {
        let more = [JSONValue.Member("update_message", true), JSONValue.Member("channel", "#c")]
        let members = (settings.members ?? []) + more
        let receiver = try SlackReceiver(.object(members))

        let rendered = try receiver.send(SlackUpdateTests.notification(SlackUpdateTests.stored))

        #expect(rendered.request.url == url)
        #expect(try rendered.json["channel"] == "C123456")
        #expect(try rendered.json["ts"] == "1.2")
        #expect(try rendered.json["attachments"]?.array?.count == 1)
    }

    @Test(arguments: ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"])
    func aMessageThatIsGoneIsFollowedByANewOne(code: String) throws {
        let receiver = try SlackReceiver(SlackUpdateTests.settings)
        let notification = SlackUpdateTests.notification(SlackUpdateTests.stored)
        let gone = HTTPResponse.json(200, ["ok": false, "error": .string(code)])
        var conversation = Conversation(gone, meaning: receiver.outcome(of: gone))

        let next = try #require(try receiver.next(after: conversation, for: notification, with: Receivers.templates))
        #expect(next.request.url == "https://slack.com/api/chat.postMessage")
        #expect(try next.json["channel"] == "#c")
        #expect(try next.json["ts"] == nil)

        conversation.append(gone, meaning: receiver.outcome(of: gone))
        #expect(try receiver.next(after: conversation, for: notification, with: Receivers.templates) == nil)
        let alone = Conversation(gone, meaning: receiver.outcome(of: gone))
        #expect(try receiver.next(after: alone, for: .sample, with: Receivers.templates) == nil)
    }

    @Test func withoutTheSettingNothingIsRemembered() throws {
        let receiver = try SlackReceiver(["app_token": "t", "channel": "#c"])

        let data = receiver.receiverData(
            after: Conversation(SlackUpdateTests.posted, meaning: .delivered), for: .sample)
        let rendered = try receiver.send(SlackUpdateTests.notification(SlackUpdateTests.stored))

        #expect(data == .empty)
        #expect(rendered.request.url == "https://slack.com/api/chat.postMessage")
    }

    @Test func aWebhookCannotChangeMessages() {
        let errors = #expect(throws: SettingsErrors.self) {
            try SlackReceiver(["api_url": "https://hooks.example.org/x", "update_message": true])
        }
        #expect(errors?.description.contains("update_message can only be used with bot tokens") ?? false)
    }
}
