import Testing
import TocsinJSON
import TocsinSettings

@testable import TocsinReceivers

/// What each kind has against its settings.
@Suite struct ReceiverSettingsTests {
    static let pagers: [(kind: String, settings: JSONValue, message: String)] = [
        ("opsgenie", [:], "no global OpsGenie API Key set either inline or in a file"),
        (
            "opsgenie", ["api_key": "secret", "api_key_file": "f"],
            "at most one of api_key & api_key_file must be configured"
        ),
        ("opsgenie", ["api_key": "{{ secret"], "`api_key` is not a valid template"),
        ("opsgenie", ["api_key": "k", "api_url": "x"], "`api_url` must be a URL that begins with http:// or https://"),
        (
            "opsgenie", ["api_key": "k", "responders": [["type": "team"]]],
            "OpsGenie responder has to have at least one of id, username or name specified"
        ),
        (
            "opsgenie", ["api_key": "k", "responders": [["name": "n", "type": "nope"]]],
            "OpsGenie responder type does not match valid options ^(team|teams|user|escalation|schedule)$"
        ),
        ("opsgenie", ["api_key": "k", "responders": [["name": "n"]]], "type does not match valid options"),
        ("opsgenie", ["api_key": "k", "responders": [nil]], "`responders` item 1 must be a mapping, not nothing"),
        ("opsgenie", ["api_key": "k", "details": ["a": "{{ .A"]], "`details` is not a valid template"),
        ("victorops", ["routing_key": "r"], "no global VictorOps API Key set either inline or in a file"),
        ("victorops", ["api_key": "k"], "missing Routing key in VictorOps config"),
        (
            "victorops", ["api_key": "k", "routing_key": "r", "custom_fields": ["entity_id": "x"]],
            """
            victorOps config contains custom field entity_id which cannot be used as it conflicts with the \
            fixed/static fields
            """
        ),
        ("pushover", ["token": "t"], "one of user_key or user_key_file must be configured"),
        ("pushover", ["user_key": "u"], "one of token or token_file must be configured"),
        (
            "pushover", ["user_key": "u", "user_key_file": "f", "token": "t"],
            "at most one of user_key & user_key_file must be configured"
        ),
        (
            "pushover", ["user_key": "u", "token": "t", "html": true, "monospace": true],
            "at most one of monospace & html must be configured"
        ),
        ("pushover", ["user_key": "u", "token": "t", "retry": 5], "`retry` must be a duration such as 30s or 1h"),
        ("pushover", ["user_key": "u", "token": "t", "ttl": "1d"], "`ttl` must be a duration such as 30s or 1h"),
        ("incidentio", ["alert_source_token": "t"], "one of url or url_file must be configured"),
        (
            "incidentio", ["url": "https://x", "url_file": "f", "alert_source_token": "t"],
            "at most one of url & url_file must be configured"
        ),
        (
            "incidentio", ["url": "https://x"],
            "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be"
        ),
        (
            "incidentio",
            ["url": "https://x", "alert_source_token": "t", "http_config": ["authorization": ["credentials": "c"]]],
            "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization"
        ),
    ]

    static let chats: [(kind: String, settings: JSONValue, message: String)] = [
        ("telegram", ["chat_id": 1], "missing bot_token or bot_token_file on telegram_config"),
        ("telegram", ["bot_token": "secret"], "missing chat_id or chat_id_file on telegram_config"),
        ("telegram", ["bot_token": "secret", "chat_id": 0], "missing chat_id or chat_id_file on telegram_config"),
        (
            "telegram", ["bot_token": "t", "chat_id": 1, "chat_id_file": "f"],
            "at most one of chat_id & chat_id_file must be configured"
        ),
        (
            "telegram", ["bot_token": "t", "chat_id": 1, "parse_mode": "html"],
            "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string"
        ),
        ("discord", [:], "one of webhook_url or webhook_url_file must be configured"),
        (
            "discord", ["webhook_url": "https://secret", "webhook_url_file": "f"],
            "at most one of webhook_url & webhook_url_file must be configured"
        ),
        ("discord", ["webhook_url": "secret"], "`webhook_url` must be a URL"),
        ("msteams", [:], "one of webhook_url or webhook_url_file must be configured"),
        ("msteamsv2", [:], "one of webhook_url or webhook_url_file must be configured"),
        ("webex", ["http_config": ["authorization": ["credentials": "c"]]], "missing room_id on webex_config"),
        ("webex", ["room_id": "r"], "missing webex_configs.http_config.authorization"),
        (
            "webex", ["room_id": "r", "http_config": ["basic_auth": ["username": "u"]]],
            "missing webex_configs.http_config.authorization"
        ),
        ("rocketchat", ["token_id": "i"], "no global Rocketchat Token set either inline or in a file"),
        ("rocketchat", ["token": "t"], "no global Rocketchat TokenID set either inline or in a file"),
        (
            "rocketchat", ["token": "t", "token_file": "f", "token_id": "i"],
            "at most one of token & token_file must be configured"
        ),
        ("mattermost", [:], "no global Mattermost Webhook URL set either inline or in a file"),
        (
            "mattermost", ["webhook_url": "https://x", "fields": [["value": "v"]]],
            "missing `title` in Mattermost field"
        ),
    ]

    @Test(arguments: 0..<ReceiverSettingsTests.pagers.count)
    func mistakesInTheSettingsOfPagersAreNamed(place: Int) throws {
        try ReceiverSettingsTests.expectMistake(ReceiverSettingsTests.pagers[place])
    }

    @Test(arguments: 0..<ReceiverSettingsTests.chats.count)
    func mistakesInTheSettingsOfChatsAreNamed(place: Int) throws {
        try ReceiverSettingsTests.expectMistake(ReceiverSettingsTests.chats[place])
    }

    private static func expectMistake(_ example: (kind: String, settings: JSONValue, message: String)) throws {
        let kind = try #require(Receivers.kind(named: example.kind))
        let errors = #expect(throws: SettingsErrors.self, "\(example)") { try kind.init(example.settings) }
        let text = errors?.description ?? ""
        #expect(text.contains(example.message), "\(text)")
        #expect(errors?.errors.count == 1, "\(text)")
        #expect(!text.contains("secret"))
    }

    private static let global: GlobalSettings = {
        var global = GlobalSettings()
        global.opsGenieURL = "http://og.example.org/"
        global.opsGenieKey = .inline(Secret("global-og"))
        global.victorOpsURL = "http://vo.example.org/"
        global.victorOpsKey = .inline(Secret("global-vo"))
        global.telegramURL = "http://tg.example.org"
        global.telegramToken = .inline(Secret("global-tg"))
        global.rocketChatURL = "http://rc.example.org"
        global.rocketChatToken = .inline(Secret("global-rc"))
        global.rocketChatTokenID = .inline(Secret("global-id"))
        global.mattermostURL = .inline(Secret("http://mm.example.org/global-mm"))
        return global
    }()

    @Test(
        arguments: [
            ("opsgenie", [:], "http://og.example.org/v2/alerts GenieKey global-og"),
            ("opsgenie", ["api_key": "own"], "http://og.example.org/v2/alerts GenieKey own"),
            ("victorops", ["routing_key": "r"], "http://vo.example.org/global-vo/r "),
            ("victorops", ["routing_key": "r", "api_key": "own"], "http://vo.example.org/own/r "),
            ("telegram", ["chat_id": 1], "http://tg.example.org/botglobal-tg/sendMessage "),
            ("telegram", ["chat_id": 1, "bot_token": "own"], "http://tg.example.org/botown/sendMessage "),
            ("rocketchat", [:], "http://rc.example.org/api/v1/chat.postMessage global-rc global-id"),
            ("rocketchat", ["token": "own"], "http://rc.example.org/api/v1/chat.postMessage own global-id"),
            ("mattermost", [:], "http://mm.example.org/global-mm "),
            ("mattermost", ["webhook_url": "http://own"], "http://own "),
        ] as [(String, JSONValue, String)])
    func whatIsNotGivenComesFromGlobal(kind: String, settings: JSONValue, expected: String) throws {
        let context = ReceiverContext.sample(global: ReceiverSettingsTests.global)
        let receiver = try #require(Receivers.kind(named: kind)).init(settings, context: context)

        let request = try receiver.send().request

        let headers = request.headers.filter { $0.name != "Content-Type" }.map(\.value).joined(separator: " ")
        #expect("\(request.url) \(headers)" == expected)
    }
}
