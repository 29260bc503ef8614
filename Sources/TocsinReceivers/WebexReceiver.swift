import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a Webex room as a bot, whose token stands under `http_config`.
///
/// What senders of alerts wrote cannot mention anybody, see ``SenderText``.
public struct WebexReceiver: Receiver {
    public static let kind = "webex"

    public let sendResolved: Bool
    private let url: String
    private let http: HTTPConfig
    private let roomText: String
    private let room: Template
    private let message: TemplateField

    /// In bytes, what Webex takes.
    private static let maximumMessageSize = 7439

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where messages go.")
        self.url = url?.text ?? context.global.webexURL
        self.http = fields.httpConfig(in: context)
        self.roomText = fields.optional("room_id", default: "", doc: "The room; a template.")
        if self.roomText.isEmpty { fields.report("missing room_id on webex_config", at: "room_id") }
        self.room = fields.compile(self.roomText, of: "room_id", at: fields.position(of: "room_id"), in: context)
        let doc = "The message, in Markdown."
        self.message = fields.templateField("message", calling: "webex.default.message", doc: doc, in: context)
        // The global one does not count: a bot's token is for Webex alone.
        guard fields.has("http_config"), case .credentials = self.http.authorization else {
            fields.report("missing webex_configs.http_config.authorization", at: "http_config")
            return
        }
    }

    public var destination: [String] {
        guard case .credentials(_, let token) = self.http.authorization else { return [self.url, self.roomText] }
        return [self.url, token.identity, self.roomText]
    }

    public var channel: [String] { self.destination }
    public var templates: [Template] { [self.room, self.message.template] }
    public var secretFiles: [String] { self.http.secretFiles }

    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates) { value in
            SenderText.withoutMentions(value, of: [], marks: ["@"])
        }
        let room = try rendering.destination(self.room, field: "room_id")
        let message = self.message.text(in: &rendering).truncated(toBytes: WebexReceiver.maximumMessageSize)
        var members = [JSONValue.Member("markdown", .string(message))]
        members.appendOptional("roomId", room)
        return RenderedRequest(
            request: try self.http.post(members.body, to: self.url, in: notification.secretFiles),
            templateFailures: rendering.failures
        )
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        response.failure(detail: response.json?["message"]?.string) ?? .delivered
    }
}
