import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a channel of Microsoft Teams by an Office connector, the older of the two ways.
public struct MSTeamsReceiver: Receiver {
    public static let kind = "msteams"

    public let sendResolved: Bool
    private let webhook: IncomingWebhook
    private let title: TemplateField
    private let summary: TemplateField
    private let text: TemplateField

    /// In bytes. Alertmanager cuts nothing, and Teams refuses messages of more than 28 KB.
    private static let maximumTextSize = 20_000
    private static let maximumBodySize = 27_000
    static let maximumTitleSize = 1000

    /// A body with as much of the text as Teams takes. Escapes may make it several times as long as the text is.
    static func fitted(_ text: String, _ body: (String) -> [UInt8]) -> [UInt8] {
        var limit = self.maximumTextSize
        while true {
            let bytes = body(text.truncated(toBytes: limit))
            if bytes.count <= self.maximumBodySize || limit < 1000 { return bytes }
            limit /= 2
        }
    }

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.webhook = IncomingWebhook(from: &fields, context: context)
        func usual(_ key: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "msteams.default.\(key)", doc: doc, in: context)
        }
        self.title = usual("title", "The first line.")
        self.summary = usual("summary", "What is shown where the rest cannot be.")
        self.text = usual("text", "The body, in Markdown.")
    }

    public var destination: [String] { self.webhook.destination }
    public var channel: [String] { self.destination }
    public var templates: [Template] { [self.title, self.summary, self.text].map(\.template) }
    public var secretFiles: [String] { self.webhook.secretFiles }

    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let title = self.title.text(in: &rendering).truncated(toBytes: MSTeamsReceiver.maximumTitleSize)
        let summary = self.summary.text(in: &rendering).truncated(toBytes: MSTeamsReceiver.maximumTitleSize)
        let body = MSTeamsReceiver.fitted(self.text.text(in: &rendering)) { text in
            [
                JSONValue.Member("@context", "http://schema.org/extensions"),
                JSONValue.Member("type", "MessageCard"),
                JSONValue.Member("title", .string(title)),
                JSONValue.Member("summary", .string(summary)),
                JSONValue.Member("text", .string(text)),
                JSONValue.Member("themeColor", notification.content.isFiring ? "8C1A1A" : "2DC72D"),
            ].body
        }
        return RenderedRequest(
            request: try self.webhook.post(body, for: notification),
            templateFailures: rendering.failures
        )
    }

    /// A connector says 200 also where Teams behind it did not take the message, and then tells it in the text.
    public func outcome(of response: HTTPResponse) -> Outcome {
        if let failure = response.failure() { return failure }
        guard response.firstLine.contains("endpoint returned HTTP error") else { return .delivered }
        return .failed(reason: response.firstLine.harmless, mayHaveArrived: false)
    }
}
