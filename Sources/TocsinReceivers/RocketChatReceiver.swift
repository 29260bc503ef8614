import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to a channel of Rocket.Chat as a user.
///
/// What senders of alerts wrote cannot call everybody, see ``SenderText``.
public struct RocketChatReceiver: Receiver {
    public static let kind = "rocketchat"

    public let sendResolved: Bool
    private let url: String
    private let token: SecretSource
    private let tokenID: SecretSource
    private let http: HTTPConfig
    private let channelText: String
    private let channelTemplate: Template
    private let emoji: TemplateField
    private let iconURL: TemplateField
    private let attachment: RocketChatAttachment

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: false)
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where Rocket.Chat is.")
        self.url = url?.text ?? context.global.rocketChatURL
        let token = fields.secretSource("token", file: "token_file", doc: "The user's token.")
        let tokenID = fields.secretSource("token_id", file: "token_id_file", doc: "The user's ID.")
        if token == nil, context.global.rocketChatToken == nil, !fields.has("token") {
            fields.report("no global Rocketchat Token set either inline or in a file")
        }
        if tokenID == nil, context.global.rocketChatTokenID == nil, !fields.has("token_id") {
            fields.report("no global Rocketchat TokenID set either inline or in a file")
        }
        self.token = token ?? context.global.rocketChatToken ?? .inline(Secret(""))
        self.tokenID = tokenID ?? context.global.rocketChatTokenID ?? .inline(Secret(""))
        self.http = fields.httpConfig(in: context)
        self.channelText = fields.optional("channel", default: "", doc: "Where to post: `#channel` or `@user`.")
        let position = fields.position(of: "channel")
        self.channelTemplate = fields.compile(self.channelText, of: "channel", at: position, in: context)
        func usual(_ key: String, _ name: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "rocketchat.default.\(name)", doc: doc, in: context)
        }
        self.emoji = usual("emoji", "emoji", "The poster's picture, as an emoji.")
        self.iconURL = usual("icon_url", "iconurl", "The poster's picture.")
        self.attachment = RocketChatAttachment(from: &fields, context: context)
        _ = fields.optional("link_names", default: false, doc: "Taken and not used, as in Alertmanager.")
    }

    public var destination: [String] {
        [self.url, self.token.identity, self.tokenID.identity, self.channelText]
    }

    public var channel: [String] { self.destination }

    public var templates: [Template] {
        [self.channelTemplate, self.emoji.template, self.iconURL.template] + self.attachment.templates
    }

    public var secretFiles: [String] {
        self.http.secretFiles + [self.token.path, self.tokenID.path].compactMap { $0 }
    }
}

// MARK: - Requests

extension RocketChatReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates) { value in
            SenderText.withoutMentions(value, of: ["all", "here"])
        }
        var members: [JSONValue.Member] = []
        members.appendOptional("channel", try rendering.destination(self.channelTemplate, field: "channel"))
        members.appendOptional("emoji", self.emoji.text(in: &rendering))
        members.appendOptional("avatar", self.iconURL.text(in: &rendering))
        members.append(JSONValue.Member("attachments", [self.attachment.json(in: &rendering)]))
        let files = notification.secretFiles
        let headers = [
            HTTPRequest.Header("X-Auth-Token", try self.token.credential(of: "token", in: files)),
            HTTPRequest.Header("X-User-Id", try self.tokenID.credential(of: "token_id", in: files)),
        ]
        let url = self.url.appendingPath("api/v1/chat.postMessage")
        return RenderedRequest(
            request: try self.http.post(
                members.body, to: url, headers: headers, sensitive: headers.map(\.value), in: files),
            templateFailures: rendering.failures
        )
    }

    /// A success is one only if the answer says so.
    public func outcome(of response: HTTPResponse) -> Outcome {
        let json = response.json
        let error = json?["error"]?.string ?? json?["message"]?.string
        if let failure = response.failure(detail: error) { return failure }
        guard let members = json?.members else {
            return .failed(reason: "Rocket.Chat's answer is not readable JSON", mayHaveArrived: true)
        }
        if members.contains(where: { $0.name == "success" && $0.value == true }) { return .delivered }
        return .refused(reason: "Rocket.Chat answered: \((error ?? "no reason given").harmless)")
    }
}

// MARK: - The message

/// What the message looks like: the settings that say so, and the JSON they come to.
private struct RocketChatAttachment: Sendable {
    private let color: TemplateField
    private let title: TemplateField
    private let titleLink: TemplateField
    private let text: TemplateField
    private let imageURL: TemplateField
    private let thumbURL: TemplateField
    private let columns: [Column]
    private let buttons: [Button]

    private static let maximumTitleLength = 1024

    private struct Column: Sendable {
        let title: TemplateField
        let value: TemplateField
        let isShort: Bool
    }

    private struct Button: Sendable {
        let text: TemplateField
        let url: TemplateField
        let message: TemplateField
    }

    init(from fields: inout Fields, context: ReceiverContext) {
        func usual(_ key: String, _ name: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "rocketchat.default.\(name)", doc: doc, in: context)
        }
        let color = #"{{ if eq .Status "firing" }}red{{ else }}green{{ end }}"#
        let colorDoc = "The colour of the bar beside it."
        self.color = fields.templateField("color", default: color, doc: colorDoc, in: context)
        self.title = usual("title", "title", "The first line.")
        self.titleLink = usual("title_link", "titlelink", "Where a click on the title leads.")
        self.text = usual("text", "text", "The body.")
        self.imageURL = fields.templateField("image_url", doc: "A picture in the message.", in: context)
        self.thumbURL = fields.templateField("thumb_url", doc: "A small picture beside it.", in: context)
        let shortDoc = "Whether two fields stand in one line, where a field does not say it."
        let isShort = fields.optional("short_fields", default: false, doc: shortDoc)
        let columns = fields.nestedList("fields", doc: "Names and values in columns.") { fields, _ in
            Column(
                title: fields.templateField("title", doc: "Its name.", in: context),
                value: fields.templateField("value", doc: "What stands below.", in: context),
                isShort: fields.optional("short", as: Bool.self, doc: "Whether another stands in the same line.")
                    ?? isShort
            )
        }
        self.columns = columns ?? []
        let buttons = fields.nestedList("actions", doc: "Buttons.") { fields, _ in
            RocketChatAttachment.readButton(from: &fields, context: context)
        }
        self.buttons = buttons ?? []
    }

    private static func readButton(from fields: inout Fields, context: ReceiverContext) -> Button {
        for key in ["type", "imageurl", "webviewheightratio", "msgprocessingtype"] {
            _ = fields.optional(key, default: "", doc: "Taken and not used, as in Alertmanager.")
        }
        for key in ["iswebview", "msginchatwindow"] {
            _ = fields.optional(key, default: false, doc: "Taken and not used, as in Alertmanager.")
        }
        return Button(
            text: fields.templateField("text", doc: "What stands on it.", in: context),
            url: fields.templateField("url", doc: "What it opens.", in: context),
            message: fields.templateField("msg", doc: "What it sends.", in: context)
        )
    }

    var templates: [Template] {
        let texts = [self.color, self.title, self.titleLink, self.text, self.imageURL, self.thumbURL]
        let columns = self.columns.flatMap { [$0.title, $0.value] }
        let buttons = self.buttons.flatMap { [$0.text, $0.url, $0.message] }
        return (texts + columns + buttons).map(\.template)
    }

    func json(in rendering: inout FieldRendering) -> JSONValue {
        var members: [JSONValue.Member] = []
        let title = self.title.text(in: &rendering).truncated(toScalars: RocketChatAttachment.maximumTitleLength)
        members.appendOptional("title", title)
        members.appendOptional("title_link", self.titleLink.text(in: &rendering))
        members.appendOptional("text", self.text.text(in: &rendering))
        members.appendOptional("image_url", self.imageURL.text(in: &rendering))
        members.appendOptional("thumb_url", self.thumbURL.text(in: &rendering))
        members.appendOptional("color", self.color.text(in: &rendering))
        var columns: [JSONValue] = []
        for column in self.columns {
            var entry = [JSONValue.Member("short", .bool(column.isShort))]
            entry.appendOptional("title", column.title.text(in: &rendering))
            entry.appendOptional("value", column.value.text(in: &rendering))
            columns.append(.object(entry))
        }
        if !columns.isEmpty { members.append(JSONValue.Member("fields", .array(columns))) }
        var buttons: [JSONValue] = []
        for button in self.buttons {
            var entry = [JSONValue.Member("type", "button")]
            entry.appendOptional("text", button.text.text(in: &rendering))
            entry.appendOptional("url", button.url.text(in: &rendering))
            entry.append(JSONValue.Member("is_webview", false))
            entry.appendOptional("msg", button.message.text(in: &rendering))
            entry.append(JSONValue.Member("msg_in_chat_window", false))
            buttons.append(.object(entry))
        }
        if !buttons.isEmpty { members.append(JSONValue.Member("actions", .array(buttons))) }
        return .object(members)
    }
}
