import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to WeChat Work (WeCom) as an application: first a token is fetched, which then serves for two hours.
public struct WeChatReceiver: Receiver {
    public static let kind = "wechat"

    public let sendResolved: Bool
    private let http: HTTPConfig
    private let url: String
    private let secret: SecretSource
    private let corporation: String
    private let message: TemplateField
    private let user: TemplateField
    private let party: TemplateField
    private let tag: TemplateField
    private let agent: TemplateField
    private let recipients: [String]
    private let type: String

    private static let types = ["text", "markdown"]
    /// In bytes.
    private static let maximumSizes = ["text": 2048, "markdown": 4096]
    private static let tokenLife = Duration.seconds(7200)

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: false)
        self.http = fields.httpConfig(in: context)
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where WeChat's API is.")
        self.url = url?.text ?? context.global.weChatURL
        let secret = fields.secretSource("api_secret", file: "api_secret_file", doc: "The application's secret.")
        if secret == nil, context.global.weChatSecret == nil, !fields.has("api_secret") {
            fields.report("no global Wechat Api Secret set either inline or in a file")
        }
        self.secret = secret ?? context.global.weChatSecret ?? .inline(Secret(""))
        let corporation = fields.optional("corp_id", default: "", doc: "The company's ID.")
        self.corporation = corporation.isEmpty ? context.global.weChatCorporation : corporation
        if self.corporation.isEmpty { fields.report("no global Wechat CorpID set", at: "corp_id") }
        let messageDoc = "The message, up to 2,048 bytes; as Markdown 4,096."
        self.message = fields.templateField("message", calling: "wechat.default.message", doc: messageDoc, in: context)
        var recipients: [String] = []
        func recipient(_ key: String, _ doc: String) -> TemplateField {
            let source = "{{ template \"wechat.default.\(key)\" . }}"
            recipients.append(fields.optional(key, default: source, doc: doc))
            return fields.templateField(key, calling: "wechat.default.\(key)", doc: doc, in: context)
        }
        self.user = recipient("to_user", "Who is told, with `|` between them; `@all` for everybody.")
        self.party = recipient("to_party", "The departments that are told, with `|` between them.")
        self.tag = recipient("to_tag", "The tags whose members are told, with `|` between them.")
        self.agent = recipient("agent_id", "The application's number.")
        self.recipients = recipients
        self.type = fields.optional("message_type", default: "text", doc: "`text` or `markdown`.")
        if !WeChatReceiver.types.contains(self.type) {
            let options = WeChatReceiver.types.joined(separator: "|")
            fields.report(
                "weChat message type \(self.type.quotedForMessage) does not match valid options ^(\(options))$",
                at: "message_type"
            )
        }
    }

    public var destination: [String] { self.tokenScope + self.recipients }
    public var channel: [String] { self.tokenScope }
    public var tokenScope: [String] { [self.url, self.corporation, self.secret.identity] }
    public var templates: [Template] {
        [self.message, self.user, self.party, self.tag, self.agent].map(\.template)
    }

    public var secretFiles: [String] { self.http.secretFiles + [self.secret.path].compactMap { $0 } }
}

// MARK: - Requests

extension WeChatReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        guard let token = notification.token else { return try self.tokenRequest(for: notification) }
        return try self.message(for: notification, with: templates, token: token.text.revealed)
    }

    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        switch TokenStep(after: conversation, hadToken: notification.token != nil, isStale: WeChatAnswer.isAboutToken) {
        case .fetch: return try self.tokenRequest(for: notification)
        case .done: return nil
        case .send:
            guard let last = conversation.responses.last, let token = WeChatAnswer(last).token else {
                throw Refusal("WeChat gave no token; the secret may not be the one of this corp_id")
            }
            return try self.message(for: notification, with: templates, token: token)
        }
    }

    public func token(in response: HTTPResponse, for notification: Notification) -> AccessToken? {
        let answer = WeChatAnswer(response)
        guard let token = answer.token else { return nil }
        let life = min(answer.tokenLife ?? WeChatReceiver.tokenLife, WeChatReceiver.tokenLife)
        return AccessToken(Secret(token), expiresAt: notification.now + life + .seconds(-60))
    }

    private func tokenRequest(for notification: Notification) throws(Refusal) -> RenderedRequest {
        let files = notification.secretFiles
        let secret = try self.secret.credential(of: "api_secret", in: files)
        let query = "corpid=\(self.corporation.formEncoded)&corpsecret=\(secret.formEncoded)"
        let url = self.url.appendingPath("gettoken").appendingQuery(query)
        return RenderedRequest(
            request: try self.http.request(method: "GET", url: url, sensitive: [secret], in: files))
    }

    private func message(
        for notification: Notification,
        with templates: TemplateSet,
        token: String
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let text = self.message.text(in: &rendering).truncated(toBytes: WeChatReceiver.maximumSizes[self.type] ?? 2048)
        let user = try rendering.destination(self.user.template, field: "to_user")
        let party = try rendering.destination(self.party.template, field: "to_party")
        let tag = try rendering.destination(self.tag.template, field: "to_tag")
        let agent = try rendering.destination(self.agent.template, field: "agent_id")
        let isText = self.type == "text"
        var members = [JSONValue.Member("text", ["content": .string(isText ? text : "")])]
        members.appendOptional("touser", user)
        members.appendOptional("toparty", party)
        members.appendOptional("totag", tag)
        members.appendOptional("agentid", agent)
        members.append(JSONValue.Member("safe", "0"))
        members.append(JSONValue.Member("msgtype", .string(self.type)))
        members.append(JSONValue.Member("markdown", ["content": .string(isText ? "" : text)]))
        let url = self.url.appendingPath("message/send").appendingQuery("access_token=\(token.formEncoded)")
        return RenderedRequest(
            request: try self.http.post(members.body, to: url, sensitive: [token], in: notification.secretFiles),
            templateFailures: rendering.failures
        )
    }
}

// MARK: - Answers

extension WeChatReceiver {
    public func outcome(of response: HTTPResponse) -> Outcome { WeChatAnswer(response).outcome }
}

/// What WeChat says: nearly always 200, and a number that means something.
struct WeChatAnswer {
    private let response: HTTPResponse
    private let json: JSONValue?

    init(_ response: HTTPResponse) {
        self.response = response
        self.json = response.json
    }

    private var code: Int64 { self.json?["errcode"]?.integer ?? 0 }

    var token: String? {
        guard self.response.isSuccess, self.code == 0, let token = self.json?["access_token"]?.string else {
            return nil
        }
        return token.isEmpty ? nil : token
    }

    var tokenLife: Duration? {
        self.json?["expires_in"]?.integer.map { .seconds(min(max($0, 0), 86_400)) }
    }

    /// Whether the token was never valid, or is not any more.
    static func isAboutToken(_ response: HTTPResponse) -> Bool { self.staleCodes.contains(WeChatAnswer(response).code) }

    private static let staleCodes: Set<Int64> = [40_001, 40_014, 41_001, 42_001]
    /// It was called too often, or too often at once.
    private static let busyCodes: Set<Int64> = [45_009, 45_033]
    /// The server is busy, or the token has run out.
    private static let passingCodes: Set<Int64> = [-1, 42_001]

    var outcome: Outcome {
        switch self.response.failure(detail: self.json?["errmsg"]?.string) {
        case nil: break
        // As in Alertmanager: what WeChat refuses it refuses with 200.
        case .refused(let reason): return .failed(reason: reason, mayHaveArrived: false)
        case .some(let failure): return failure
        }
        guard self.code != 0 else { return .delivered }
        let message = (self.json?["errmsg"]?.string ?? "").harmless
        let reason = message.isEmpty ? "WeChat answered \(self.code)" : "WeChat answered \(self.code): \(message)"
        if WeChatAnswer.busyCodes.contains(self.code) {
            return .failed(reason: reason, mayHaveArrived: false, retryAfter: self.response.retryAfter ?? .seconds(60))
        }
        if WeChatAnswer.passingCodes.contains(self.code) {
            return .failed(reason: reason, mayHaveArrived: false)
        }
        return .refused(reason: reason)
    }
}
