import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a Mattermost channel by an incoming webhook.
///
/// What senders of alerts wrote cannot call a whole channel, see ``SenderText``.
public struct MattermostReceiver: Receiver {
    public static let kind = "mattermost"

    public let sendResolved: Bool
    private let url: SecretSource
    private let http: HTTPConfig
    private let channelText: String
    private let channelTemplate: Template
    private let text: TemplateField
    private let username: TemplateField
    private let iconURL: TemplateField
    private let iconEmoji: TemplateField
    private let type: TemplateField
    private let attachment: MattermostAttachment
    private let attachments: [MattermostAttachment]
    /// What stands in a side bar.
    private let card: TemplateField?
    private let priority: MattermostPriority?

    private static let maximumTextLength = 16_383

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let doc = "The incoming webhook."
        let url = fields.secretURLSource("webhook_url", file: "webhook_url_file", doc: doc)
        if url == nil, context.global.mattermostURL == nil {
            fields.report("no global Mattermost Webhook URL set either inline or in a file")
        }
        self.url = url ?? context.global.mattermostURL ?? .inline(Secret(""))
        self.http = fields.httpConfig(in: context)
        self.channelText = fields.optional("channel", default: "", doc: "Where to post; the webhook's own if empty.")
        let position = fields.position(of: "channel")
        self.channelTemplate = fields.compile(self.channelText, of: "channel", at: position, in: context)
        let nameDoc = "Who posts."
        self.username = fields.templateField(
            "username", calling: "mattermost.default.username", doc: nameDoc, in: context)
        self.iconURL = fields.templateField("icon_url", doc: "The poster's picture.", in: context)
        self.iconEmoji = fields.templateField("icon_emoji", doc: "The poster's picture, as an emoji.", in: context)
        self.type = fields.templateField("type", doc: "The post's type, `custom_…`.", in: context)
        self.attachment = MattermostAttachment(from: &fields, context: context, hasDefaults: true)
        self.text = self.attachment.text
        let listDoc = "Attachments in the place of the one that the other fields make; `text` then stands above them."
        let attachments = fields.nestedList("attachments", called: "Mattermost attachment", doc: listDoc) { fields, _ in
            MattermostAttachment(from: &fields, context: context, hasDefaults: false)
        }
        self.attachments = attachments ?? []
        self.card = fields.nested("props", doc: "Properties of the post.") { fields in
            fields.templateField("card", doc: "What stands in the side bar, in Markdown.", in: context)
        }
        self.priority = fields.nested("priority", doc: "How urgent the post is.") { fields in
            MattermostPriority(
                priority: fields.templateField("priority", doc: "`standard`, `important`, `urgent`.", in: context),
                asksForConfirmation: fields.optional("requested_ack", default: false, doc: "Whether readers confirm."),
                repeats: fields.optional(
                    "persistent_notifications",
                    default: false,
                    doc: "Whether it calls again until someone answers; only if it is urgent."
                )
            )
        }
    }

    public var destination: [String] { [self.url.identity, self.channelText] }
    public var channel: [String] { self.destination }
    public var secretFiles: [String] { self.http.secretFiles + [self.url.path].compactMap { $0 } }

    public var templates: [Template] {
        let texts = [self.username, self.iconURL, self.iconEmoji, self.type, self.card, self.priority?.priority]
        return [self.channelTemplate] + texts.compactMap { $0?.template }
            + ([self.attachment] + self.attachments).flatMap(\.templates)
    }
}

// MARK: - Requests

extension MattermostReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates) { value in
            SenderText.withoutMentions(value, of: ["channel", "all", "here"])
        }
        let channel = try rendering.destination(self.channelTemplate, field: "channel")
        let body = self.members(to: channel, in: &rendering).body
        let url = try self.url.url(of: "webhook_url", in: notification.secretFiles)
        return RenderedRequest(
            request: try self.http.post(body, to: url, in: notification.secretFiles),
            templateFailures: rendering.failures
        )
    }

    private func members(to channel: String, in rendering: inout FieldRendering) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if !self.attachments.isEmpty {
            let text = self.text.text(in: &rendering).truncated(toScalars: MattermostReceiver.maximumTextLength)
            members.appendOptional("text", text)
        }
        members.appendOptional("channel", channel)
        members.appendOptional("username", self.username.text(in: &rendering))
        members.appendOptional("icon_url", self.iconURL.text(in: &rendering))
        members.appendOptional("icon_emoji", self.iconEmoji.text(in: &rendering))
        let attachments = self.attachments.isEmpty ? [self.attachment] : self.attachments
        members.append(JSONValue.Member("attachments", .array(attachments.map { $0.json(in: &rendering) })))
        members.appendOptional("type", self.type.text(in: &rendering))
        if let card = self.card?.text(in: &rendering), !card.isEmpty {
            members.append(JSONValue.Member("props", ["card": .string(card)]))
        }
        if let priority { members.append(JSONValue.Member("priority", priority.json(in: &rendering))) }
        return members
    }

    /// A webhook that cannot take the message as it is still takes one line.
    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard response.status == 400 || response.status == 413 else { return nil }
        let rendering = FieldRendering(notification, with: templates) { value in
            SenderText.withoutMentions(value, of: ["channel", "all", "here"])
        }
        let text = rendering.defaultText(#"{{ template "mattermost.default.fallback" . }}"#).truncated(toScalars: 2000)
        var members: [JSONValue.Member] = []
        members.appendOptional("channel", try rendering.destination(self.channelTemplate, field: "channel"))
        members.append(JSONValue.Member("text", .string(text)))
        let url = try self.url.url(of: "webhook_url", in: notification.secretFiles)
        return RenderedRequest(request: try self.http.post(members.body, to: url, in: notification.secretFiles))
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        response.failure(detail: response.json?["message"]?.string) ?? .delivered
    }
}

/// How urgent a post is.
private struct MattermostPriority: Sendable {
    let priority: TemplateField
    let asksForConfirmation: Bool
    let repeats: Bool

    /// Confirmation and repetition are for posts that are more than standard; Mattermost refuses them otherwise.
    func json(in rendering: inout FieldRendering) -> JSONValue {
        let text = self.priority.text(in: &rendering).lowercased()
        let priority = ["important", "urgent"].contains(text) ? text : "standard"
        var members = [JSONValue.Member("priority", .string(priority))]
        if self.asksForConfirmation, priority != "standard" {
            members.append(JSONValue.Member("requested_ack", true))
        }
        if self.repeats, priority == "urgent" { members.append(JSONValue.Member("persistent_notifications", true)) }
        return .object(members)
    }
}
