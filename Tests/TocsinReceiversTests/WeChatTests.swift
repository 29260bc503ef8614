import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings

@testable import TocsinReceivers

@Suite struct WeChatTests {
    private static let settings: JSONValue = [
        "api_url": "http://h/wc", "api_secret": "wcs", "corp_id": "corp", "agent_id": "1", "to_user": "@all",
    ]
    private static let token = HTTPResponse.json(
        200, ["errcode": 0, "errmsg": "ok", "access_token": "AT", "expires_in": 7200])
    private static let taken = HTTPResponse.json(200, ["errcode": 0, "errmsg": "ok"])

    private func isAskedNext(
        _ receiver: WeChatReceiver, _ conversation: Conversation, _ notification: TocsinReceivers.Notification
    ) throws -> String? {
        try receiver.next(after: conversation, for: notification, with: Receivers.templates)?.request.url
    }

    @Test func aTokenIsFetchedAndServesForLaterMessages() throws {
        let receiver = try WeChatReceiver(WeChatTests.settings)
        var notification = TocsinReceivers.Notification.about([AnnouncedAlert(labels: ["a": "b"], startsAt: .epoch)])

        let first = try receiver.send(notification).request
        #expect(first.method == "GET")
        #expect(first.url == "http://h/wc/gettoken?corpid=corp&corpsecret=wcs")

        let conversation = Conversation(WeChatTests.token, meaning: receiver.outcome(of: WeChatTests.token))
        let url = "http://h/wc/message/send?access_token=AT"
        #expect(try self.isAskedNext(receiver, conversation, notification) == url)

        let kept = try #require(receiver.token(in: WeChatTests.token, for: notification))
        #expect(kept.expiresAt == .epoch + .seconds(7140))
        notification.token = kept
        #expect(try receiver.send(notification).request.url == url)
        #expect(
            try self.isAskedNext(receiver, Conversation(WeChatTests.taken, meaning: .delivered), notification) == nil)
    }

    @Test(arguments: [40_001, 40_014, 41_001, 42_001])
    func aTokenThatIsNotValidAnyMoreIsFetchedAnewOnce(code: Int64) throws {
        let receiver = try WeChatReceiver(WeChatTests.settings)
        var notification = TocsinReceivers.Notification.sample
        notification.token = AccessToken(Secret("old"), expiresAt: .distantFuture)
        let stale = HTTPResponse.json(200, ["errcode": .integer(code), "errmsg": "invalid access_token"])

        var conversation = Conversation(stale, meaning: receiver.outcome(of: stale))
        #expect(try self.isAskedNext(receiver, conversation, notification)?.contains("/gettoken?") ?? false)
        conversation.append(WeChatTests.token, meaning: .delivered)
        #expect(try self.isAskedNext(receiver, conversation, notification)?.hasSuffix("=AT") ?? false)
        conversation.append(stale, meaning: receiver.outcome(of: stale))
        #expect(try self.isAskedNext(receiver, conversation, notification) == nil)
    }

    @Test func anAnswerWithoutATokenIsARefusal() throws {
        let receiver = try WeChatReceiver(WeChatTests.settings)
        let answer = HTTPResponse.json(200, ["errcode": 0, "access_token": ""])

        #expect(throws: Refusal.self) {
            try receiver.next(
                after: Conversation(answer, meaning: .delivered), for: .sample, with: Receivers.templates)
        }
        #expect(receiver.token(in: answer, for: .sample) == nil)
    }

    @Test(
        arguments: [
            (.json(200, ["errcode": 0]), .delivered), (.json(200, ["errcode": 40_001, "errmsg": "x"]), .refused),
            (.json(200, ["errcode": 42_001]), .retry(mayHaveArrived: false)),
            (.json(200, ["errcode": -1]), .retry(mayHaveArrived: false)),
            (.json(200, ["errcode": 45_009]), .retry(mayHaveArrived: false, after: 60)),
            (.json(200, ["errcode": 81_013, "errmsg": "all users invalid"]), .refused),
            (.plain(404, ""), .retry(mayHaveArrived: false)), (.plain(502, ""), .retry(mayHaveArrived: true)),
        ] as [(HTTPResponse, OutcomeTests.Verdict)])
    func itsNumbersSayWhetherToTryAgain(response: HTTPResponse, verdict: OutcomeTests.Verdict) throws {
        #expect(OutcomeTests.verdict(on: response, by: try WeChatReceiver(WeChatTests.settings)) == verdict)
    }

    @Test(arguments: [("text", 2048), ("markdown", 4096)])
    func aLongMessageIsCut(type: String, limit: Int) throws {
        let receiver = try WeChatReceiver(["api_secret": "s", "corp_id": "c", "message_type": .string(type)])
        var notification = TocsinReceivers.Notification.about([
            AnnouncedAlert(labels: ["a": String(repeating: "x", count: 9000)], startsAt: .epoch)
        ])
        notification.token = AccessToken(Secret("t"), expiresAt: .distantFuture)

        let json = try receiver.send(notification).json

        #expect(json[type]?["content"]?.string?.utf8.count == limit)
        #expect(json[type == "text" ? "markdown" : "text"]?["content"] == "")
        #expect(json["msgtype"] == .string(type))
    }

    @Test(
        arguments: [
            (["corp_id": "c"], "no global Wechat Api Secret"), (["api_secret": "s"], "no global Wechat CorpID set"),
            (["corp_id": "c", "api_secret": "s", "message_type": "x"], #"weChat message type "x" does not match"#),
        ] as [(JSONValue, String)])
    func mistakesAreReported(settings: JSONValue, message: String) throws {
        let errors = #expect(throws: SettingsErrors.self) { try WeChatReceiver(settings) }
        #expect(errors?.description.contains(message) ?? false)
    }
}
