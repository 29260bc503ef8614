import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a Slack channel, by an incoming webhook or as an app.
///
/// Labels and annotations come from whoever may post alerts, so they must not be able to call a whole channel: see
/// ``SlackText``. The settings' own markup, and links in annotations, stay what they are.
public struct SlackReceiver: Receiver {
    public static let kind = "slack"

    public let sendResolved: Bool
    private let endpoint: Endpoint
    private let http: HTTPConfig
    private let timeout: Duration?
    private let channelText: String
    private let channelTemplate: Template
    private let message: SlackMessage
    private let updatesMessage: Bool

    /// Where messages go, and how they prove who sends them.
    private enum Endpoint: Sendable {
        case webhook(SecretSource)
        case app(token: SecretSource, url: String)

        /// Where messages are changed; `nil` if they cannot be.
        var updateURL: String? {
            let url: String
            switch self {
            case .app(_, let address): url = address
            // As in Alertmanager, where the token may stand under `http_config`.
            case .webhook(.inline(let secret)) where secret.revealed == SlackReceiver.postURL: url = secret.revealed
            case .webhook: return nil
            }
            let method = "chat.postMessage"
            return url.hasSuffix(method) ? "\(url.dropLast(method.count))chat.update" : SlackReceiver.updateURL
        }
    }

    /// A message in Slack, as the receiver knows it again.
    struct PostedMessage: Equatable {
        /// The channel's ID, which Slack wants here, not its name.
        let channel: String
        /// Its `ts`.
        let time: String
    }

    private static let postURL = "https://slack.com/api/chat.postMessage"
    private static let updateURL = "https://slack.com/api/chat.update"

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: false)
        self.http = fields.httpConfig(in: context)
        self.endpoint = SlackReceiver.readEndpoint(from: &fields, http: self.http, context: context)
        let doc = "Where to post: a channel or a user; the webhook's own channel if empty."
        self.channelText = fields.optional("channel", default: "", doc: doc)
        let position = fields.position(of: "channel")
        self.channelTemplate = fields.compile(self.channelText, of: "channel", at: position, in: context)
        self.message = SlackMessage(from: &fields, context: context)
        self.timeout = fields.timeout()
        let updateDoc = "Whether later notifications change the group's message in the place of new ones."
        self.updatesMessage = fields.optional("update_message", default: false, doc: updateDoc)
        if self.updatesMessage, self.endpoint.updateURL == nil {
            fields.report(
                """
                update_message can only be used with bot tokens. api_url must be set to \(SlackReceiver.postURL)
                """,
                at: "update_message"
            )
        }
    }

    public var destination: [String] {
        switch self.endpoint {
        case .webhook(let source): [source.identity, self.channelText]
        case .app(let token, let url): [url, token.identity, self.channelText]
        }
    }

    public var channel: [String] { self.destination }

    public var templates: [Template] { [self.channelTemplate] + self.message.templates }

    public var secretFiles: [String] {
        let source =
            switch self.endpoint {
            case .webhook(let source): source
            case .app(let token, _): token
            }
        return self.http.secretFiles + [source.path].compactMap { $0 }
    }
}

// MARK: - Requests

extension SlackReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        try self.message(for: notification, with: templates, isNew: false)
    }

    private func message(
        for notification: Notification,
        with templates: TemplateSet,
        isNew: Bool
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates) { value in
            SlackText.neutralized(value, linksNames: self.message.linkNames)
        }
        let channel = try rendering.destination(self.channelTemplate, field: "channel")
        let earlier = isNew ? nil : self.posted(notification.receiverData)
        let body = self.message.encoded(to: channel, insteadOf: earlier, in: &rendering)
        return RenderedRequest(
            request: try self.post(body, isUpdate: earlier != nil, in: notification.secretFiles),
            templateFailures: rendering.failures
        )
    }

    /// A message that cannot be changed, because somebody deleted it, is followed by a new one.
    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        guard conversation.responses.count == 1, self.posted(notification.receiverData) != nil,
            SlackAnswer(conversation.responses[0]).isAboutUpdate
        else { return nil }
        return try self.message(for: notification, with: templates, isNew: true)
    }

    // The names are Alertmanager's, in its log of notifications.
    private static let channelKey = "channelId"
    private static let timeKey = "threadTs"

    private func posted(_ data: LabelSet) -> PostedMessage? {
        guard self.updatesMessage, let channel = data[SlackReceiver.channelKey],
            let time = data[SlackReceiver.timeKey]
        else { return nil }
        return PostedMessage(channel: channel, time: time)
    }

    public func receiverData(after conversation: Conversation, for notification: Notification) -> LabelSet {
        guard self.updatesMessage else { return .empty }
        let json = conversation.responses.last?.json
        guard let channel = json?["channel"]?.string, let time = json?["ts"]?.string,
            [channel, time].allSatisfy({ !$0.isEmpty && $0.utf8.count < 200 })
        else { return notification.receiverData }
        return LabelSet([SlackReceiver.channelKey: channel, SlackReceiver.timeKey: time])
    }

    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard let reason = SlackAnswer(response).complaintAboutMessage else { return nil }
        let rendering = FieldRendering(notification, with: templates)
        let channel = try rendering.destination(self.channelTemplate, field: "channel")
        let text = rendering.defaultText(#"{{ template "slack.default.fallback" . }}"#)
        let body = SlackMessage.plain(text, insteadOf: reason, to: channel)
        return RenderedRequest(request: try self.post(body, in: notification.secretFiles))
    }

    private func post(
        _ body: [UInt8],
        isUpdate: Bool = false,
        in files: SecretFiles
    ) throws(Refusal) -> HTTPRequest {
        switch self.endpoint {
        case .webhook(let source):
            let url = try source.text(in: files)
            do {
                _ = try HTTPURL(url)
            } catch {
                throw Refusal("`api_url` \(error.message)")
            }
            let address = isUpdate ? self.endpoint.updateURL ?? url : url
            return try self.http.post(body, to: address, timeout: self.timeout, in: files)
        case .app(let source, let url):
            let token = try source.text(in: files)
            guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw Refusal("the app token is empty, or holds a character that cannot stand in a header")
            }
            let authorization = HTTPRequest.Header("Authorization", "Bearer \(token)")
            let address = isUpdate ? self.endpoint.updateURL ?? url : url
            return try self.http.post(body, to: address, timeout: self.timeout, headers: [authorization], in: files)
        }
    }

    public func outcome(of response: HTTPResponse) -> Outcome { SlackAnswer(response).outcome }
}

// MARK: - Settings

extension SlackReceiver {
    private static func readEndpoint(
        from fields: inout Fields,
        http: HTTPConfig,
        context: ReceiverContext
    ) -> Endpoint {
        let webhook = fields.secretURLSource("api_url", file: "api_url_file", doc: "The incoming webhook.")
        let token = fields.secretSource("app_token", file: "app_token_file", doc: "The token of an app's bot.")
        let url = fields.optional("app_url", as: HTTPURL.self, doc: "The method that an app posts with.")
        let appURL = url?.text ?? context.global.slackAppURL
        if webhook != nil, token != nil {
            fields.report(
                "at most one of api_url/api_url_file & app_token/app_token_file must be configured",
                at: fields.has("app_token") ? "app_token" : "app_token_file"
            )
        }
        if let token {
            if http.authorization != nil {
                fields.report("http authorization can't be set when using Slack App tokens", at: "http_config")
            }
            return .app(token: token, url: appURL)
        }
        if let webhook { return .webhook(webhook) }
        // Credentials of the receiver's own would be lost to the global token, so that one is not for it.
        let isOwnAuthorization = fields.has("http_config") && http.authorization != nil
        if let token = context.global.slackAppToken, !isOwnAuthorization {
            if http.authorization != nil {
                fields.report("http authorization can't be set when using Slack App tokens")
            }
            return .app(token: token, url: appURL)
        }
        if let webhook = context.global.slackAPIURL { return .webhook(webhook) }
        if !fields.has("api_url"), !fields.has("app_token") {
            fields.report("no Slack API URL nor App token set either inline or in a file")
        }
        return .webhook(.inline(Secret("")))
    }
}
