import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What a Slack message looks like: the settings that say so, and the JSON they come to.
struct SlackMessage: Sendable {
    let linkNames: Bool
    private let username: TemplateField
    private let iconEmoji: TemplateField
    private let iconURL: TemplateField
    private let messageText: TemplateField
    private let color: TemplateField
    private let title: TemplateField
    private let titleLink: TemplateField
    private let pretext: TemplateField
    private let text: TemplateField
    private let fallback: TemplateField
    private let callbackID: TemplateField
    private let footer: TemplateField
    private let imageURL: TemplateField
    private let thumbURL: TemplateField
    private let shortFields: Bool
    private let fields: [SlackField]
    private let actions: [SlackAction]
    private let markdownIn: [String]

    /// The title is cut there, as in Alertmanager.
    static let maximumTitleLength = 1024

    init(from fields: inout Fields, context: ReceiverContext) {
        /// A field whose default is the built-in template `slack.default.NAME`.
        func usual(_ key: String, _ name: String, _ doc: String) -> TemplateField {
            let source = "{{ template \"slack.default.\(name)\" . }}"
            return fields.templateField(key, default: source, doc: doc, in: context)
        }
        self.username = usual("username", "username", "Who posts.")
        self.color = usual("color", "color", "The colour of the bar beside it.")
        self.title = usual("title", "title", "The first line.")
        self.titleLink = usual("title_link", "titlelink", "Where a click on the title leads.")
        self.pretext = usual("pretext", "pretext", "What stands before all.")
        self.text = usual("text", "text", "The body.")
        self.footer = usual("footer", "footer", "What stands below all.")
        self.fallback = usual("fallback", "fallback", "What is shown where the rest cannot be, as on a locked phone.")
        self.callbackID = usual("callback_id", "callbackid", "What an app is told when someone clicks.")
        self.iconEmoji = usual("icon_emoji", "iconemoji", "The poster's picture, as an emoji.")
        self.iconURL = usual("icon_url", "iconurl", "The poster's picture.")
        let doc = "The message's own text, above the attachment."
        self.messageText = fields.templateField("message_text", doc: doc, in: context)
        self.imageURL = fields.templateField("image_url", doc: "A picture in the message.", in: context)
        self.thumbURL = fields.templateField("thumb_url", doc: "A small picture beside it.", in: context)
        self.linkNames = fields.optional("link_names", default: false, doc: "Whether @name becomes a link.")
        let shortDoc = "Whether two fields stand in one line, where a field does not say it."
        self.shortFields = fields.optional("short_fields", default: false, doc: shortDoc)
        self.markdownIn = fields.list("mrkdwn_in", of: String.self, doc: "Where Slack reads markup.") ?? []
        let fieldsDoc = "Names and values in columns."
        let columns = fields.nestedList("fields", called: "Slack field", doc: fieldsDoc) { fields, _ in
            SlackField(from: &fields, context: context)
        }
        self.fields = columns ?? []
        let actions = fields.nestedList("actions", called: "Slack action", doc: "Buttons.") { fields, _ in
            SlackAction(from: &fields, context: context)
        }
        self.actions = actions ?? []
    }

    var templates: [Template] {
        let texts = [
            self.username, self.iconEmoji, self.iconURL, self.messageText, self.color, self.title, self.titleLink,
            self.pretext, self.text, self.fallback, self.callbackID, self.footer, self.imageURL, self.thumbURL,
        ]
        return texts.map(\.template) + self.fields.flatMap(\.templates) + self.actions.flatMap(\.templates)
    }
}

// MARK: - JSON

extension SlackMessage {
    /// The message as JSON. If templates failed, it says so at the end of its text.
    ///
    /// - Parameter earlier: the message that it takes the place of, if it is not a new one.
    func encoded(
        to channel: String,
        insteadOf earlier: SlackReceiver.PostedMessage? = nil,
        in rendering: inout FieldRendering
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.optionalMember("channel", earlier?.channel ?? channel)
        writer.optionalMember("ts", earlier?.time ?? "")
        writer.optionalMember("username", self.username.text(in: &rendering))
        writer.optionalMember("icon_emoji", self.iconEmoji.text(in: &rendering))
        writer.optionalMember("icon_url", self.iconURL.text(in: &rendering))
        if self.linkNames { writer.member("link_names", true) }
        writer.optionalMember("text", self.messageText.text(in: &rendering))
        writer.key("attachments")
        writer.beginArray()
        self.writeAttachment(to: &writer, in: &rendering)
        writer.endArray()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func writeAttachment(to writer: inout JSONWriter, in rendering: inout FieldRendering) {
        let title = self.title.text(in: &rendering).truncated(toScalars: SlackMessage.maximumTitleLength)
        let titleLink = self.titleLink.text(in: &rendering)
        let pretext = self.pretext.text(in: &rendering)
        var text = self.text.text(in: &rendering)
        let fallback = self.fallback.text(in: &rendering)
        let callbackID = self.callbackID.text(in: &rendering)
        let fields = self.fields.map { $0.json(in: &rendering, isShort: self.shortFields) }
        let actions = self.actions.map { $0.json(in: &rendering) }
        let imageURL = self.imageURL.text(in: &rendering)
        let thumbURL = self.thumbURL.text(in: &rendering)
        let footer = self.footer.text(in: &rendering)
        let color = self.color.text(in: &rendering)
        if let note = rendering.failureNote { text += (text.isEmpty ? "" : "\n") + SlackText.escaped(note) }

        writer.beginObject()
        writer.optionalMember("title", title)
        writer.optionalMember("title_link", titleLink)
        writer.optionalMember("pretext", pretext)
        writer.member("text", text)
        writer.member("fallback", fallback)
        writer.member("callback_id", callbackID)
        if !fields.isEmpty { writer.member("fields", .array(fields)) }
        if !actions.isEmpty { writer.member("actions", .array(actions)) }
        writer.optionalMember("image_url", imageURL)
        writer.optionalMember("thumb_url", thumbURL)
        writer.member("footer", footer)
        writer.optionalMember("color", color)
        let markdownIn = self.markdownIn.isEmpty ? ["fallback", "pretext", "text"] : self.markdownIn
        writer.member("mrkdwn_in", .array(markdownIn.map(JSONValue.string)))
        writer.endObject()
    }

    /// Text and nothing else, short enough for any limit.
    ///
    /// - Parameter reason: what Slack said about the message it refused.
    static func plain(_ text: String, insteadOf reason: String, to channel: String) -> [UInt8] {
        let note = SlackText.escaped("Slack refused the whole message: \(reason)", maximumLength: 300)
        var writer = JSONWriter()
        writer.beginObject()
        writer.optionalMember("channel", channel)
        writer.member("text", SlackText.escaped(text, maximumLength: 2500) + "\n" + note)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSONWriter {
    /// Left out if empty.
    mutating func optionalMember(_ name: String, _ value: String) {
        if !value.isEmpty { self.member(name, value) }
    }
}

extension [JSONValue.Member] {
    /// Left out if empty.
    mutating func appendOptional(_ name: String, _ value: String) {
        if !value.isEmpty { self.append(Element(name, .string(value))) }
    }
}

// MARK: - Fields and buttons

/// One name and value in columns.
private struct SlackField: Sendable {
    private let title: TemplateField
    private let value: TemplateField
    private let isShort: Bool?

    init(from fields: inout Fields, context: ReceiverContext) {
        self.title = fields.requiredTemplateField("title", doc: "Its name.", in: context)
        self.value = fields.requiredTemplateField("value", doc: "What stands below.", in: context)
        self.isShort = fields.optional("short", as: Bool.self, doc: "Whether another stands in the same line.")
    }

    var templates: [Template] { [self.title.template, self.value.template] }

    func json(in rendering: inout FieldRendering, isShort: Bool) -> JSONValue {
        [
            "title": .string(self.title.text(in: &rendering)),
            "value": .string(self.value.text(in: &rendering)),
            "short": .bool(self.isShort ?? isShort),
        ]
    }
}

/// A button: it opens an address, or tells an app that it was pressed.
private struct SlackAction: Sendable {
    private let type: TemplateField
    private let text: TemplateField
    private let url: TemplateField
    private let style: TemplateField
    private let name: TemplateField
    private let value: TemplateField
    private let opensURL: Bool
    private let confirmation: Confirmation?

    private struct Confirmation: Sendable {
        let text: TemplateField
        let title: TemplateField
        let okText: TemplateField
        let dismissText: TemplateField
    }

    init(from fields: inout Fields, context: ReceiverContext) {
        self.type = fields.requiredTemplateField("type", doc: "`button`.", in: context)
        self.text = fields.requiredTemplateField("text", doc: "What stands on it.", in: context)
        self.url = fields.templateField("url", doc: "What it opens.", in: context)
        self.style = fields.templateField("style", doc: "`primary` or `danger`.", in: context)
        self.name = fields.templateField("name", doc: "What an app is told.", in: context)
        self.value = fields.templateField("value", doc: "What an app is told besides.", in: context)
        let doc = "The question that is asked first."
        let confirmation = fields.nested("confirm", called: "Slack confirmation", doc: doc) { fields in
            Confirmation(
                text: fields.requiredTemplateField("text", doc: "The question.", in: context),
                title: fields.templateField("title", doc: "What stands above it.", in: context),
                okText: fields.templateField("ok_text", doc: "What stands on the button for yes.", in: context),
                dismissText: fields.templateField("dismiss_text", doc: "What stands on the button for no.", in: context)
            )
        }
        // A button with an address does nothing else.
        self.opensURL = !self.url.isEmpty
        self.confirmation = self.opensURL ? nil : confirmation
        if self.url.isEmpty, self.name.isEmpty { fields.report("missing `name` or `url` in \(fields.name)") }
    }

    var templates: [Template] {
        var fields = [self.type, self.text, self.url, self.style, self.name, self.value]
        if let confirmation {
            fields += [confirmation.text, confirmation.title, confirmation.okText, confirmation.dismissText]
        }
        return fields.map(\.template)
    }

    func json(in rendering: inout FieldRendering) -> JSONValue {
        var members = [
            JSONValue.Member("type", .string(self.type.text(in: &rendering))),
            JSONValue.Member("text", .string(self.text.text(in: &rendering))),
        ]
        members.appendOptional("url", self.url.text(in: &rendering))
        members.appendOptional("style", self.style.text(in: &rendering))
        if !self.opensURL {
            members.appendOptional("name", self.name.text(in: &rendering))
            members.appendOptional("value", self.value.text(in: &rendering))
        }
        if let confirmation {
            var question = [JSONValue.Member("text", .string(confirmation.text.text(in: &rendering)))]
            question.appendOptional("title", confirmation.title.text(in: &rendering))
            question.appendOptional("ok_text", confirmation.okText.text(in: &rendering))
            question.appendOptional("dismiss_text", confirmation.dismissText.text(in: &rendering))
            members.append(JSONValue.Member("confirm", .object(question)))
        }
        return .object(members)
    }
}
