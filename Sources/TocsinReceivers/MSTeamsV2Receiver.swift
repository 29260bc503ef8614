import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to Microsoft Teams by the webhook of a workflow, as an adaptive card.
public struct MSTeamsV2Receiver: Receiver {
    public static let kind = "msteamsv2"

    public let sendResolved: Bool
    private let webhook: IncomingWebhook
    private let title: TemplateField
    private let text: TemplateField

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.webhook = IncomingWebhook(from: &fields, context: context, inheritsProxy: true)
        let titleDoc = "The first line."
        self.title = fields.templateField("title", calling: "msteamsv2.default.title", doc: titleDoc, in: context)
        let doc = "The body, in Markdown."
        self.text = fields.templateField("text", calling: "msteamsv2.default.text", doc: doc, in: context)
    }

    public var destination: [String] { self.webhook.destination }
    public var channel: [String] { self.destination }
    public var templates: [Template] { [self.title, self.text].map(\.template) }
    public var secretFiles: [String] { self.webhook.secretFiles }

    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let title = self.title.text(in: &rendering).truncated(toBytes: MSTeamsReceiver.maximumTitleSize)
        let color = notification.content.isFiring ? "Attention" : "Good"
        let body = MSTeamsReceiver.fitted(self.text.text(in: &rendering)) { text in
            let attachment: JSONValue = [
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": nil,
                "content": MSTeamsV2Receiver.card(title, text, color: color),
            ]
            return [JSONValue.Member("type", "message"), JSONValue.Member("attachments", [attachment])].body
        }
        return RenderedRequest(
            request: try self.webhook.post(body, for: notification),
            templateFailures: rendering.failures
        )
    }

    private static func card(_ title: String, _ text: String, color: String) -> JSONValue {
        [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.2",
            "body": [
                [
                    "type": "TextBlock",
                    "text": .string(title),
                    "weight": "Bolder",
                    "size": "Medium",
                    "wrap": true,
                    "style": "heading",
                    "color": .string(color),
                ],
                ["type": "TextBlock", "text": .string(text), "wrap": true],
            ],
            "msteams": ["width": "full"],
        ]
    }

    public func outcome(of response: HTTPResponse) -> Outcome { response.failure() ?? .delivered }
}
