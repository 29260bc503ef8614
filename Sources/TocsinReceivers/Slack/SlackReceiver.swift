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

    /// Where messages go, and how they prove who sends them.
    private enum Endpoint: Sendable {
        case webhook(SecretSource)
        case app(token: SecretSource, url: String)
    }

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
        fields.unsupported(
            "update_message", doc: "Whether later notifications change the first message. Not supported yet.")
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
        var rendering = FieldRendering(notification, with: templates) { value in
            SlackText.neutralized(value, linksNames: self.message.linkNames)
        }
        let channel = try rendering.destination(self.channelTemplate, field: "channel")
        let body = self.message.encoded(to: channel, in: &rendering)
        return RenderedRequest(
            request: try self.post(body, in: notification.secretFiles),
            templateFailures: rendering.failures
        )
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

    private func post(_ body: [UInt8], in files: SecretFiles) throws(Refusal) -> HTTPRequest {
        switch self.endpoint {
        case .webhook(let source):
            let url = try source.text(in: files)
            do {
                _ = try HTTPURL(url)
            } catch {
                throw Refusal("`api_url` \(error.message)")
            }
            return try self.http.post(body, to: url, timeout: self.timeout, in: files)
        case .app(let source, let url):
            let token = try source.text(in: files)
            guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw Refusal("the app token is empty, or holds a character that cannot stand in a header")
            }
            let authorization = HTTPRequest.Header("Authorization", "Bearer \(token)")
            return try self.http.post(body, to: url, timeout: self.timeout, headers: [authorization], in: files)
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
