import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a Discord channel by its webhook.
///
/// What senders of alerts wrote cannot mention anybody in `content`, see ``SenderText``; in `title` and `message`
/// Discord shows mentions and calls nobody.
public struct DiscordReceiver: Receiver {
    public static let kind = "discord"

    public let sendResolved: Bool
    private let webhook: IncomingWebhook
    private let content: TemplateField
    private let title: TemplateField
    private let message: TemplateField
    private let username: String
    private let avatarURL: String

    private static let maximumTitleLength = 256
    private static let maximumMessageLength = 4096
    private static let maximumContentLength = 2000
    private static let red: Int64 = 0x992D22
    private static let green: Int64 = 0x2ECC71

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.webhook = IncomingWebhook(from: &fields, context: context)
        self.content = fields.templateField(
            "content",
            calling: "discord.default.content",
            doc: "The message's own text, above the rest; the place for mentions.",
            in: context
        )
        let titleDoc = "The first line."
        self.title = fields.templateField("title", calling: "discord.default.title", doc: titleDoc, in: context)
        let doc = "The body."
        self.message = fields.templateField("message", calling: "discord.default.message", doc: doc, in: context)
        let nameDoc = "Who posts; the webhook's own name if empty. No template."
        self.username = fields.optional("username", default: "", doc: nameDoc)
        self.avatarURL = fields.optional("avatar_url", default: "", doc: "The poster's picture. No template.")
    }

    public var destination: [String] { self.webhook.destination }
    public var channel: [String] { self.destination }
    public var templates: [Template] { [self.content, self.title, self.message].map(\.template) }
    public var secretFiles: [String] { self.webhook.secretFiles }

    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        var mentioning = FieldRendering(notification, with: templates) { value in
            SenderText.withoutMentions(value, of: ["everyone", "here"], marks: ["@"])
        }
        let content = self.content.text(in: &mentioning).truncated(toScalars: DiscordReceiver.maximumContentLength)
        let title = self.title.text(in: &rendering).truncated(toScalars: DiscordReceiver.maximumTitleLength)
        let message = self.message.text(in: &rendering).truncated(toScalars: DiscordReceiver.maximumMessageLength)
        let color = notification.content.isFiring ? DiscordReceiver.red : DiscordReceiver.green
        var members = [
            JSONValue.Member("content", .string(content)),
            JSONValue.Member(
                "embeds",
                [["title": .string(title), "description": .string(message), "color": .integer(color)]]
            ),
        ]
        members.appendOptional("username", self.username)
        members.appendOptional("avatar_url", self.avatarURL)
        return RenderedRequest(
            request: try self.webhook.post(members.body, for: notification),
            templateFailures: mentioning.failures + rendering.failures
        )
    }

    /// A wrong `avatar_url`, or a name that Discord does not allow, must not cost the message.
    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard response.status == 400 || response.status == 413 else { return nil }
        let rendering = FieldRendering(notification, with: templates)
        let text = rendering.defaultText(#"{{ template "discord.default.title" . }}"#)
        let members: [JSONValue.Member] = [
            // Counted in UTF-16 units it may be twice as long.
            JSONValue.Member("content", .string(text.truncated(toScalars: 900))),
            JSONValue.Member("allowed_mentions", ["parse": []]),
        ]
        return RenderedRequest(request: try self.webhook.post(members.body, for: notification))
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        response.failure(detail: response.json?["message"]?.string) ?? .delivered
    }
}
