import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

@Suite struct TelegramTests {
    @Test func whatSendersWroteIsEscapedAndTheTemplatesTagsAreNot() throws {
        let receiver = try TelegramReceiver([
            "bot_token": "t", "chat_id": 1,
            "message": "<b>{{ .CommonLabels.a }}</b> {{ .CommonAnnotations.a }} {{ (index .Alerts 0).GeneratorURL }}",
        ])
        let text = #"<a href="tg://user?id=1">&'</a>"#
        let alert = AnnouncedAlert(
            labels: ["a": text],
            details: AlertDetails(annotations: ["a": text], generatorURL: "http://p/?a=1&b=<"),
            startsAt: .epoch
        )

        let escaped = "&lt;a href=&#34;tg://user?id=1&#34;&gt;&amp;&#39;&lt;/a&gt;"
        #expect(
            try receiver.send(.about([alert])).json["text"]
                == .string("<b>\(escaped)</b> \(escaped) http://p/?a=1&amp;b=&lt;"))
    }

    @Test(arguments: [
        (#"<a href="{{ .CommonLabels.a }}">x</a>"#, "javascript:alert(1)", ##"<a href="#ZgotmplZ">x</a>"##),
        (
            #"<a href="{{ .CommonLabels.a }}">x</a>"#, #"https://h/?a=1&b="2""#,
            #"<a href="https://h/?a=1&amp;b=%222%22">x</a>"#
        ),
        ("{{ .CommonLabels.a | safeHtml }}", "<b>b</b>", "<b>b</b>"), ("{{ .CommonLabels.a }}", "1+1", "1&#43;1"),
        (#"{{ if eq .CommonLabels.a "a&b" }}same{{ end }}"#, "a&b", "same"), ("a<!-- b -->c", "x", "ac"),
    ])
    func aValueIsEscapedForThePlaceWhereItStands(template: String, value: String, text: String) throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id": 1, "message": .string(template)])
        let alert = AnnouncedAlert(labels: ["a": value], startsAt: .epoch)

        #expect(try receiver.send(.about([alert])).json["text"] == .string(text))
    }

    @Test func aMessageOfHTMLThatIsTooLongIsReplacedAndNeverCutInsideATag() throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id": 1])
        let long = String(repeating: "x", count: 4096)
        let alert = AnnouncedAlert(labels: ["alertname": "A<", "a": long], startsAt: .epoch)

        let text = try #require(
            try receiver.send(.about([alert], groupLabels: ["alertname": "A<"])).json["text"]?.string)

        #expect(text.hasPrefix("[FIRING:1] A&lt;\nThe message is longer than the 4096 characters"))
    }

    @Test(arguments: ["", "Markdown", "MarkdownV2"])
    func aMessageInAnotherModeIsCut(mode: String) throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id": 1, "parse_mode": .string(mode)])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "x", count: 5000)], startsAt: .epoch)

        let json = try receiver.send(.about([alert])).json

        #expect(json["text"]?.string?.unicodeScalars.count == 4096)
        #expect(json["parse_mode"] == (mode.isEmpty ? nil : .string(mode)))
    }

    @Test(arguments: [
        "Bad Request: can't parse entities: unsupported start tag", "Bad Request: message is too long",
        "Bad Request: message text is empty",
    ])
    func aMessageThatTelegramCannotReadIsSentOnceMoreAsPlainText(description: String) throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id": 1, "message": "<x>"])
        let response = HTTPResponse.json(400, ["ok": false, "description": .string(description)])

        let plain = try #require(
            try receiver.plainRequest(for: .sample, with: Receivers.templates, after: response))

        #expect(receiver.outcome(of: response) == .refused(reason: "HTTP 400: \(description)"))
        #expect(try plain.json["parse_mode"] == nil)
        #expect(try plain.json["chat_id"] == "1")
        let text = try #require(try plain.json["text"]?.string)
        #expect(text.hasPrefix("[FIRING:1] DiskFull\n") && text.contains("Alerts Firing:"))
        #expect(text.unicodeScalars.count <= 2048)
    }

    @Test(
        arguments: [
            (.json(200, ["ok": true]), .delivered),
            (.json(400, ["description": "Bad Request: chat not found"]), .retry(mayHaveArrived: false)),
            (.json(401, ["description": "Unauthorized"]), .retry(mayHaveArrived: false)),
            (.json(403, ["description": "Forbidden: bot was kicked"]), .retry(mayHaveArrived: false)),
            (.json(429, ["parameters": ["retry_after": 7]]), .retry(mayHaveArrived: false, after: 7)),
            (.json(429, ["parameters": ["retry_after": -7]]), .retry(mayHaveArrived: false, after: 0)),
            (.plain(429, "", ["Retry-After": "9"]), .retry(mayHaveArrived: false, after: 9)),
            (.plain(500, ""), .retry(mayHaveArrived: true)), (.plain(413, ""), .refused),
        ] as [(HTTPResponse, OutcomeTests.Verdict)])
    func everyFailureButAComplaintAboutTheMessageIsTriedAgain(
        response: HTTPResponse, verdict: OutcomeTests.Verdict
    ) throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id": 1])

        #expect(OutcomeTests.verdict(on: response, by: receiver) == verdict)
        let plain = try receiver.plainRequest(for: .sample, with: Receivers.templates, after: response)
        #expect((plain != nil) == (verdict == .refused))
    }

    @Test(arguments: [("-100123\n", "-100123"), ("x", nil), ("", nil), ("1 2", nil)] as [(String, String?)])
    func theChatMayStandInAFile(content: String, chat: String?) throws {
        let receiver = try TelegramReceiver(["bot_token": "t", "chat_id_file": "/run/chat"])
        var notification = TocsinReceivers.Notification.sample
        notification.secretFiles.add(content, of: "/run/chat")

        if let chat {
            #expect(try receiver.send(notification).json["chat_id"] == .string(chat))
        } else {
            #expect(throws: Refusal("/run/chat does not hold a number")) { try receiver.send(notification) }
        }
        #expect(receiver.secretFiles == ["/run/chat"])
    }
}

@Suite struct PushoverTests {
    @Test func aLabelCannotAddAParameter() throws {
        let receiver = try PushoverReceiver(["user_key": "u", "token": "t", "message": "{{ .CommonLabels.a }}"])
        let alert = AnnouncedAlert(labels: ["a": "x&priority=2&token=evil #+%"], startsAt: .epoch)

        let rendered = try receiver.send(.about([alert]))

        #expect(rendered.request.url.contains("message=x%26priority%3D2%26token%3Devil+%23%2B%25&"))
        #expect(try rendered.meaning["message"] == "x&priority=2&token=evil #+%")
        #expect(try rendered.meaning.members?.count { $0.name == "token" } == 1)
    }

    @Test func parametersThatMakeALongAddressStandInTheBody() throws {
        let receiver = try PushoverReceiver(["user_key": "u", "token": "t"])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "\u{1F525}", count: 3000)], startsAt: .epoch)

        let rendered = try receiver.send(.about([alert], groupLabels: alert.labels))

        #expect(rendered.request.url == "https://api.pushover.net/1/messages.json")
        #expect(rendered.request.headers == [HTTPRequest.Header("Content-Type", "application/x-www-form-urlencoded")])
        #expect(try rendered.meaning["title"]?.string?.unicodeScalars.count == 250)
        // White space at the beginning is cut off after the end is.
        #expect((1000...1024).contains(try rendered.meaning["message"]?.string?.unicodeScalars.count ?? 0))
        #expect(try rendered.meaning["user"] == "u")
    }

    @Test func aTemplateThatFailsInHTMLTakesTheDefaultAndIsReported() throws {
        let receiver = try PushoverReceiver(["user_key": "u", "token": "t", "html": true, "message": "{{ .Nope }}"])

        let rendered = try receiver.send()

        #expect(try rendered.meaning["message"]?.string?.hasPrefix("Alerts Firing:") ?? false)
        #expect(rendered.templateFailures.count == 1)
        #expect(rendered.templateFailures.first?.hasPrefix("`message`: ") ?? false)
    }

    @Test func theReasonIsPushovers() throws {
        let response = HTTPResponse.json(400, ["status": 0, "errors": ["user identifier is invalid", "b"]])

        let outcome = try PushoverReceiver(["user_key": "u", "token": "t"]).outcome(of: response)

        #expect(outcome == .refused(reason: "HTTP 400: user identifier is invalid, b"))
    }
}
