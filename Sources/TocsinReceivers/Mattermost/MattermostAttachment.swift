import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What one attachment looks like: the settings that say so, and the JSON they come to.
struct MattermostAttachment: Sendable {
    let text: TemplateField
    /// By their names in the JSON.
    private let parts: [(name: String, field: TemplateField)]
    private let columns: [Column]

    private struct Column: Sendable {
        let title: TemplateField
        let value: TemplateField
        let isShort: Bool
    }

    /// - Parameter hasDefaults: whether what is not given is the built-in template, and not empty.
    init(from fields: inout Fields, context: ReceiverContext, hasDefaults: Bool) {
        var parts: [(name: String, field: TemplateField)] = []
        func usual(_ key: String, _ name: String, _ doc: String) -> TemplateField {
            hasDefaults
                ? fields.templateField(key, calling: "mattermost.default.\(name)", doc: doc, in: context)
                : fields.templateField(key, doc: doc, in: context)
        }
        func empty(_ key: String, _ doc: String) {
            parts.append((key, fields.templateField(key, doc: doc, in: context)))
        }
        let fallback = "What is shown where the rest cannot be, as on a locked phone."
        parts.append(("fallback", usual("fallback", "fallback", fallback)))
        parts.append(("color", usual("color", "color", "The colour of the bar beside it.")))
        empty("pretext", "What stands before all.")
        self.text = usual("text", "text", "The body, in Markdown.")
        parts.append(("text", self.text))
        empty("author_name", "Who is shown as the author.")
        empty("author_link", "Where a click on the author leads.")
        empty("author_icon", "The author's picture.")
        parts.append(("title", usual("title", "title", "The first line.")))
        parts.append(("title_link", usual("title_link", "titlelink", "Where a click on the title leads.")))
        empty("thumb_url", "A small picture beside it.")
        empty("footer", "What stands below all.")
        empty("footer_icon", "A picture in the footer.")
        empty("image_url", "A picture in the message.")
        let doc = "Names and values in columns."
        let columns = fields.nestedList("fields", called: "Mattermost field", doc: doc) { fields, _ in
            Column(
                title: fields.requiredTemplateField("title", doc: "Its name.", in: context),
                value: fields.requiredTemplateField("value", doc: "What stands below.", in: context),
                isShort: fields.optional("short", default: false, doc: "Whether another stands in the same line.")
            )
        }
        self.parts = parts
        self.columns = columns ?? []
    }

    var templates: [Template] {
        self.parts.map(\.field.template) + self.columns.flatMap { [$0.title.template, $0.value.template] }
    }

    func json(in rendering: inout FieldRendering) -> JSONValue {
        var members: [JSONValue.Member] = []
        for (name, field) in self.parts { members.appendOptional(name, field.text(in: &rendering)) }
        var columns: [JSONValue] = []
        for column in self.columns {
            columns.append([
                "title": .string(column.title.text(in: &rendering)),
                "value": .string(column.value.text(in: &rendering)),
                "short": .bool(column.isShort),
            ])
        }
        if !columns.isEmpty { members.append(JSONValue.Member("fields", .array(columns))) }
        return .object(members)
    }
}
