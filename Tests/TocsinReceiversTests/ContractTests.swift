import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

/// What holds for every kind of receiver in ``Receivers/kinds``.
@Suite struct ContractTests {
    /// The least that a kind must be told. The word `secret` stands for what nobody may see.
    private static let settings: [String: JSONValue] = [
        "slack": ["api_url": "https://hooks.example.org/secret"],
        "pagerduty": ["routing_key": "secret"],
        "webhook": ["url": "https://hooks.example.org/secret"],
        "opsgenie": ["api_key": "secret"],
        "victorops": ["api_key": "secret", "routing_key": "r"],
        "wechat": ["api_secret": "secret", "corp_id": "c"],
        "sns": [
            "topic_arn": "arn:aws:sns:r:1:t", "sigv4": ["region": "r", "access_key": "k", "secret_key": "secret"],
        ],
        "jira": [
            "api_url": "https://jira.example.org/rest/api/2", "project": "P", "issue_type": "Bug",
            "http_config": ["authorization": ["credentials": "secret"]],
        ],
        "pushover": ["user_key": "secret", "token": "secret"],
        "telegram": ["bot_token": "secret", "chat_id": -1],
        "discord": ["webhook_url": "https://hooks.example.org/secret"],
        "webex": ["room_id": "r", "http_config": ["authorization": ["credentials": "secret"]]],
        "msteams": ["webhook_url": "https://hooks.example.org/secret"],
        "msteamsv2": ["webhook_url": "https://hooks.example.org/secret"],
        "incidentio": ["url": "https://api.example.org/x", "alert_source_token": "secret"],
        "rocketchat": ["token": "secret", "token_id": "secret"],
        "mattermost": ["webhook_url": "https://hooks.example.org/secret"],
        "email": [
            "to": "a@example.org", "from": "b@example.org", "smarthost": "mail.example.org:587",
            "auth_username": "u", "auth_password": "secret",
        ],
    ]

    /// The same with what is secret in files.
    private static let settingsWithFiles: [String: JSONValue] = [
        "slack": ["api_url_file": "/run/url"],
        "pagerduty": ["routing_key_file": "/run/key"],
        "webhook": ["url_file": "/run/url"],
        "opsgenie": ["api_key_file": "/run/key"],
        "victorops": ["api_key_file": "/run/key", "routing_key": "r"],
        "wechat": ["api_secret_file": "/run/key", "corp_id": "c"],
        "jira": [
            "api_url": "https://jira.example.org/rest/api/2", "project": "P", "issue_type": "Bug",
            "http_config": ["authorization": ["credentials_file": "/run/key"]],
        ],
        "pushover": ["user_key_file": "/run/key", "token": "t"],
        "telegram": ["bot_token_file": "/run/key", "chat_id": 1],
        "discord": ["webhook_url_file": "/run/url"],
        "webex": ["room_id": "r", "http_config": ["authorization": ["credentials_file": "/run/key"]]],
        "msteams": ["webhook_url_file": "/run/url"],
        "msteamsv2": ["webhook_url_file": "/run/url"],
        "incidentio": ["url_file": "/run/url", "alert_source_token": "t"],
        "rocketchat": ["token_file": "/run/key", "token_id": "i"],
        "mattermost": ["webhook_url_file": "/run/url"],
        "email": [
            "to": "a@example.org", "from": "b@example.org", "smarthost": "mail.example.org:587",
            "auth_username": "u", "auth_password_file": "/run/key",
        ],
    ]

    /// Where every failure but a complaint about the message itself is tried again, as in Alertmanager.
    private static let triesEverythingAgain: Set = ["telegram", "wechat"]

    /// Where a success must say more than 200.
    private static func success(of kind: String) -> HTTPResponse {
        switch kind {
        case "rocketchat": .json(200, ["success": true])
        case "jira": .json(200, ["issues": []])
        default: .plain(200, "ok")
        }
    }

    static let names = Receivers.kinds.map { $0.kind }
    /// Those that speak HTTP; a mail server's answers are of another kind.
    static let namesOverHTTP = names.filter { $0 != "email" }

    static func receiver(_ kind: String, files: Bool = false) throws -> any Receiver {
        let settings = try #require((files ? self.settingsWithFiles : self.settings)[kind], "no sample of \(kind)")
        return try #require(Receivers.kind(named: kind)).init(settings)
    }

    @Test func kindsAreAlertmanagersInItsOrder() {
        let order = Receivers.alertmanagerKinds

        #expect(order.count == 18)
        #expect(Set(order).count == order.count)
        #expect(ContractTests.names == order.filter { ContractTests.names.contains($0) })
    }

    @Test(arguments: ContractTests.names)
    func theEndIsToldUnlessTheKindLeavesItOut(kind: String) throws {
        let leavesItOut = ["email", "slack", "wechat", "rocketchat"]

        #expect(try ContractTests.receiver(kind).sendResolved != leavesItOut.contains(kind))
    }

    @Test(arguments: ContractTests.names)
    func aSequenceOfRequestsEnds(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)
        let last = type(of: receiver).maximumSteps

        var conversation = Conversation(ContractTests.success(of: kind), meaning: .delivered)
        for _ in 1..<last { conversation.append(ContractTests.success(of: kind), meaning: .delivered) }

        let next = try receiver.next(after: conversation, for: .sample, with: Receivers.templates)
        #expect(next == nil)
    }

    @Test(arguments: ContractTests.namesOverHTTP)
    func theSameNotificationIsTheSameRequest(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)

        let requests = try [receiver.send().request, receiver.send().request]

        #expect(requests[0] == requests[1])
        #expect(requests[0].url.hasPrefix("https://"))
        // WeChat fetches a token first.
        #expect(requests[0].method == (kind == "wechat" ? "GET" : "POST"))
        let types = [
            "pushover": "text/plain", "wechat": nil, "sns": "application/x-www-form-urlencoded; charset=utf-8",
        ]
        let type = types[kind, default: "application/json"]
        #expect(requests[0].headers.first { $0.name == "Content-Type" }?.value == type)
        #expect(requests[0].body.isEmpty == ["pushover", "wechat"].contains(kind))
        if type == "application/json" { #expect(throws: Never.self) { try JSONValue(requests[0].body) } }
    }

    /// The second request of a sequence, too.
    @Test(arguments: ContractTests.namesOverHTTP)
    func everyRequestTravelsAsHTTPConfigSays(kind: String) throws {
        let pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----"
        let config: [JSONValue.Member] = [
            .init("proxy_url", "http://proxy:3128"),
            .init("tls_config", ["ca_file": "/run/ca", "server_name": "inner"]),
            .init("http_headers", ["X-Team": ["secrets": ["hush"]]]),
            .init("authorization", ["credentials": "secret"]),
        ]
        // incident.io's token is an authorization itself, and there is one.
        let replaced = ["http_config", "alert_source_token"]
        let members = try #require(ContractTests.settings[kind]?.members).filter { !replaced.contains($0.name) }
        let receiver = try #require(Receivers.kind(named: kind))
            .init(.object(members + [.init("http_config", .object(config))]))
        #expect(receiver.secretFiles.contains("/run/ca"))
        var notification = TocsinReceivers.Notification.sample
        notification.secretFiles.add(pem, of: "/run/ca")

        let first = try receiver.send(notification).request
        let answer = kind == "wechat" ? HTTPResponse.json(200, ["access_token": "T"]) : ContractTests.success(of: kind)
        let second = try receiver.next(
            after: Conversation(answer, meaning: .delivered), for: notification, with: Receivers.templates)

        for request in [first, second?.request].compactMap({ $0 }) {
            #expect(request.options.tls.serverName == "inner")
            #expect(request.options.tls.authorities?.hasPrefix(pem) ?? false)
            #expect(request.options.proxy.route == .by(url: Secret("http://proxy:3128"), except: ""))
            #expect(request.header("X-Team") == "hush")
            #expect(request.revealedSecrets.contains("hush"))
            #expect(request.headers.filter { $0.name == "Authorization" }.count == 1)
        }
    }

    @Test(arguments: ContractTests.names)
    func successIsDelivered(kind: String) throws {
        #expect(try ContractTests.receiver(kind).outcome(of: ContractTests.success(of: kind)) == .delivered)
    }

    @Test(arguments: ContractTests.namesOverHTTP, [500, 502, 503, 504])
    func troubleOnTheOtherSideIsTriedAgain(kind: String, status: Int) throws {
        guard
            case .failed(let reason, let mayHaveArrived, nil) =
                try ContractTests.receiver(kind).outcome(of: .plain(status, "upstream down"))
        else {
            Issue.record("\(status) must be tried again")
            return
        }
        #expect(reason == "HTTP \(status): upstream down")
        #expect(mayHaveArrived == (status != 503))
    }

    @Test(arguments: ContractTests.namesOverHTTP, [301, 400, 401, 404, 410, 422])
    func mistakesOfOursAreNotTriedAgain(kind: String, status: Int) throws {
        let reason = "HTTP \(status)"
        let expected: Outcome =
            ContractTests.triesEverythingAgain.contains(kind)
            ? .failed(reason: reason, mayHaveArrived: false) : .refused(reason: reason)
        #expect(try ContractTests.receiver(kind).outcome(of: .plain(status, "")) == expected)
    }

    @Test(arguments: ContractTests.namesOverHTTP)
    func tooManyRequestsAreSentWhenTheOtherSideSays(kind: String) throws {
        guard
            case .failed(_, mayHaveArrived: false, .seconds(17)?) =
                try ContractTests.receiver(kind).outcome(of: .plain(429, "", ["Retry-After": "17"]))
        else {
            Issue.record("429 must be tried again after 17 s")
            return
        }
    }

    @Test(arguments: ContractTests.names)
    func whateverComesBackHasAnOutcome(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)
        let bodies: [[UInt8]] = [
            [], [0xFF, 0xFE], Array(repeating: 0x20, count: 1 << 20), Array(String(repeating: "[", count: 10_000).utf8),
            Array(#"{"ok":"#.utf8), Array(#"{"ok":false,"error":7}"#.utf8), Array("\r\n\r\n".utf8), [0],
        ]
        for body in bodies {
            for type in ["application/json", "text/plain", ""] {
                for status in [-1, 0, 100, 200, 204, 400, 429, 500, 1000] {
                    let headers = [HTTPRequest.Header("Content-Type", type)]
                    let response = HTTPResponse(status: status, headers: headers, body: body)
                    switch receiver.outcome(of: response) {
                    case .delivered: #expect((200..<300).contains(status))
                    case .failed(let reason, _, _), .refused(let reason):
                        #expect(!reason.isEmpty && reason.unicodeScalars.count < 250)
                    }
                    _ = try receiver.plainRequest(for: .sample, with: Receivers.templates, after: response)
                    self.goOn(after: response, with: receiver)
                }
            }
        }
    }

    /// Whatever was said, the next step is a request, an end or a refusal.
    private func goOn(after response: HTTPResponse, with receiver: any Receiver) {
        for outcome in [receiver.outcome(of: response), .delivered] {
            let conversation = Conversation(response, meaning: outcome)
            do {
                _ = try receiver.next(after: conversation, for: .sample, with: Receivers.templates)
            } catch {
                #expect(!error.reason.isEmpty && error.reason.unicodeScalars.count < 250)
            }
            _ = receiver.receiverData(after: conversation, for: .sample)
            _ = receiver.token(in: response, for: .sample)
        }
    }

    /// Thousands of alerts with long labels, and one alert with an enormous one.
    @Test(arguments: ContractTests.names)
    func anOversizedNotificationIsSent(kind: String) throws {
        let many = (0..<1200).map { number in
            AnnouncedAlert(
                labels: ["alertname": "A", "instance": "i\(number)", "text": String(repeating: "x", count: 500)],
                startsAt: .epoch
            )
        }
        let enormous = AnnouncedAlert(
            labels: ["alertname": String(repeating: "\u{1F525}", count: 200_000)],
            startsAt: .epoch
        )
        for alerts in [many, [enormous]] {
            let rendered = try ContractTests.receiver(kind).send(.about(alerts, groupLabels: alerts[0].labels))

            #expect(rendered.request.body.count < 40 << 20)
            #expect(throws: Never.self) { try rendered.meaning }
        }
    }

    @Test(arguments: ContractTests.names)
    func noLabelBreaksARequest(kind: String) throws {
        let texts = [
            "", "\"", "\\", "{{ .Nope }}", "}}", "\u{0}\u{1}\u{7F}", "\r\n", "\u{2028}", "\u{FFFF}", "\u{10FFFF}",
            "\u{202E}abc", "%s%n", "</script>", "<!channel>", "': [}", "&amp;", "- a\n- b", "e\u{301}", "null", "1e999",
        ]
        for text in texts {
            let alert = AnnouncedAlert(
                labels: ["alertname": text, text: "value", "long": text + text],
                details: AlertDetails(annotations: ["summary": text, text: text], generatorURL: text),
                startsAt: .distantPast,
                endedAt: text.isEmpty ? .distantFuture : nil
            )
            let rendered = try ContractTests.receiver(kind).send(.about([alert], groupLabels: alert.labels))

            #expect(throws: Never.self) { try rendered.meaning }
            #expect(rendered.templateFailures.isEmpty)
            #expect(rendered.request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }

    /// SNS signs with its secret, and never sends it; `SNSTests` reads its files.
    @Test(arguments: ContractTests.names.filter { $0 != "sns" })
    func secretsLieInFilesThatAreReadBeforeEachRequest(kind: String) throws {
        let receiver = try ContractTests.receiver(kind, files: true)
        let path = try #require(receiver.secretFiles.first)
        var notification = TocsinReceivers.Notification.sample

        let missing = #expect(throws: Refusal.self) { try receiver.send(notification) }
        #expect(missing?.reason.contains(path) ?? false)

        let secret = path == "/run/url" ? "https://hooks.example.org/secret" : "secret-of-a-file"
        notification.secretFiles.add("\(secret)\n", of: path)
        let request = try receiver.send(notification).request
        let headers = request.headers.map(\.value).joined()
        let password = request.mail?.login?.password?.revealed ?? ""
        let everything = request.url + headers + String(decoding: request.body, as: UTF8.self) + password
        #expect(everything.contains(secret))
        #expect(!everything.contains("\(secret)\\n") && !everything.contains("\(secret)%0A"))
    }

    @Test(arguments: ContractTests.names)
    func nothingPrintedShowsASecret(kind: String) throws {
        let receiver = try ContractTests.receiver(kind)
        let rendered = try receiver.send()
        var texts = [String(describing: rendered.request), String(reflecting: rendered.request)]
        for status in [200, 404, 500] {
            texts.append(
                String(describing: receiver.outcome(of: .plain(status, "see https://hooks.example.org/secret"))))
        }
        texts += rendered.templateFailures
        var dumped = ""
        dump(receiver, to: &dumped)

        for text in texts + [dumped] { #expect(!text.contains("secret\"") && !text.contains("/secret")) }
        // Whose secret says who sends and not where to: a new one is the same destination.
        let isAside = ["sns", "jira", "email"].contains(kind)
        #expect(receiver.destination.joined().contains("secret") != isAside)
        #expect(!receiver.channel.isEmpty)
    }

    @Test(arguments: ContractTests.names)
    func everyFieldHasADescription(kind: String) throws {
        let type = try #require(Receivers.kind(named: kind))
        let fields = Fields.reference(of: kind) { (fields) throws(SettingsError) in
            try type.init(from: &fields, context: .sample()) as any Receiver
        }

        #expect(fields.contains { $0.key == "send_resolved" })
        #expect(fields.contains { $0.key == "http_config" } != (kind == "email"))
        for field in fields where !field.isUnsupported { #expect(field.doc.count > 5, "\(field.key)") }
    }

    @Test(arguments: ContractTests.names)
    func unknownSettingsAreMistakes(kind: String) throws {
        let type = try #require(Receivers.kind(named: kind))
        var settings = try #require(ContractTests.settings[kind]?.members)
        settings.append(JSONValue.Member("send_resolvd", true))

        let errors = #expect(throws: SettingsErrors.self) { try type.init(.object(settings)) }
        #expect(errors?.description.contains("did you mean `send_resolved`?") ?? false)
    }
}
