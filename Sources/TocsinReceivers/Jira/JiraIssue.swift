import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What an issue of Jira says: the settings that say so, and the JSON they come to.
struct JiraIssue: Sendable {
    let typeText: String
    private let project: Template
    private let type: Template
    private let summary: JiraText
    private let description: JiraText
    private let labels: [TemplateField]
    private let priority: TemplateField
    private let custom: PayloadTemplate?
    private let readYAML: @Sendable (String) -> SettingsNode?

    private static let maximumSummaryLength = 255
    private static let maximumDescriptionLength = 32_767

    init(from fields: inout Fields, project: String, context: ReceiverContext) {
        if project.isEmpty { fields.report("missing project in jira_config", at: "project") }
        self.project = fields.compile(project, of: "project", at: fields.position(of: "project"), in: context)
        self.typeText = fields.optional("issue_type", default: "", doc: "What kind of issue, as in `Bug`; a template.")
        if self.typeText.isEmpty { fields.report("missing issue_type in jira_config", at: "issue_type") }
        self.type = fields.compile(
            self.typeText, of: "issue_type", at: fields.position(of: "issue_type"), in: context)
        self.summary = fields.jiraText("summary", doc: "The title, up to 255 characters", in: context)
        self.description = fields.jiraText("description", doc: "The body, up to 32,767 characters", in: context)
        let labelsDoc = "Labels, beside the one by which the issue is found again."
        let labels = fields.positionedList("labels", of: String.self, doc: labelsDoc) ?? []
        self.labels = labels.map { label in
            let template = fields.compile(label.value, of: "labels", at: label.position, in: context)
            return TemplateField(key: "labels", template: template, defaultSource: "")
        }
        let priorityDoc = "The priority's name; none if it is empty."
        self.priority = fields.templateField(
            "priority", calling: "jira.default.priority", doc: priorityDoc, in: context)
        let customDoc = "Further fields, which go over the others; texts are templates."
        let custom = fields.node("fields", type: "mapping", doc: customDoc)
        self.custom = custom.flatMap { node in
            guard !node.isNull else { return nil }
            guard case .mapping = node.content else {
                fields.report("`fields` must be a mapping", at: node.position)
                return nil
            }
            return PayloadTemplate(node, of: "fields", from: &fields, context: context)
        }
        self.readYAML = context.readYAML
    }

    var templates: [Template] {
        [self.project, self.type, self.summary.field.template, self.description.field.template, self.priority.template]
            + self.labels.map(\.template) + (self.custom?.templates ?? [])
    }

    func project(in rendering: FieldRendering) throws(Refusal) -> String {
        try rendering.destination(self.project, field: "project")
    }

    /// - Parameters:
    ///   - label: by which the issue is found again.
    ///   - isUpdate: whether the issue is there already; what people write in it may be theirs then.
    ///   - takesDocuments: whether the description is a document (ADF) and no text.
    func fields(
        label: String,
        isUpdate: Bool,
        takesDocuments: Bool,
        in rendering: inout FieldRendering
    ) throws(Refusal) -> JSONValue {
        var members = [
            JSONValue.Member("project", ["key": .string(try self.project(in: rendering))]),
            JSONValue.Member("issuetype", ["name": .string(try rendering.destination(self.type, field: "issue_type"))]),
        ]
        if self.summary.isWritten(isUpdate: isUpdate) {
            // A line break in it is refused.
            let text = self.summary.field.text(in: &rendering).onOneLine
            members.append(
                JSONValue.Member("summary", .string(text.truncated(toScalars: JiraIssue.maximumSummaryLength))))
        }
        if self.description.isWritten(isUpdate: isUpdate) {
            let text = self.description.field.text(in: &rendering)
                .truncated(toScalars: JiraIssue.maximumDescriptionLength)
            if !text.trimmed.isEmpty {
                let value = takesDocuments ? JiraIssue.document(text) : .string(text)
                members.append(JSONValue.Member("description", value))
            }
        }
        var labels = [label]
        for field in self.labels { labels.append(field.text(in: &rendering)) }
        labels.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        members.append(JSONValue.Member("labels", .array(labels.filter { !$0.isEmpty }.map(JSONValue.string))))
        let priority = self.priority.text(in: &rendering).trimmed
        if !priority.isEmpty { members.append(JSONValue.Member("priority", ["name": .string(priority)])) }
        for member in self.custom?.json(in: &rendering, field: "fields", readYAML: self.readYAML).members ?? [] {
            members.removeAll { $0.name.isIdentical(to: member.name) }
            members.append(member)
        }
        return .object(members)
    }

    /// A document in Atlassian's format: the text itself if it is one, otherwise one with a paragraph for each line.
    private static func document(_ text: String) -> JSONValue {
        do {
            let json = try JSONValue(parsing: text)
            if json.members != nil { return json }
        } catch {
            // It is a text like any other.
        }
        let lines = text.trimmed.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let paragraphs = lines.map { line -> JSONValue in
            guard !line.isEmpty else { return ["type": "paragraph", "content": []] }
            return ["type": "paragraph", "content": [["type": "text", "text": .string(String(line))]]]
        }
        return ["type": "doc", "version": 1, "content": .array(paragraphs)]
    }
}

/// A text of an issue, and whether later notifications write it again.
struct JiraText: Sendable {
    let field: TemplateField
    let updates: Bool

    func isWritten(isUpdate: Bool) -> Bool { self.updates || !isUpdate }
}

extension Fields {
    /// A text, or a mapping of `template` and `enable_update`.
    fileprivate mutating func jiraText(_ key: String, doc: String, in context: ReceiverContext) -> JiraText {
        let source = "{{ template \"jira.default.\(key)\" . }}"
        let full = "\(doc); or a mapping of `template` and `enable_update`: whether later notifications write it again."
        var text = source
        var updates = true
        let node = self.node(key, type: "text or mapping", doc: full)
        var position = node?.position ?? self.position
        switch node?.content {
        case nil, .null: break
        case .scalar(let scalar): text = scalar.text
        case .sequence: self.report("`\(key)` must be a text or a mapping", at: position)
        case .mapping(let entries):
            for entry in entries {
                switch (entry.key.text, entry.value.scalar) {
                case ("template", let scalar?): (text, position) = (scalar.text, entry.value.position)
                case ("enable_update", let scalar?):
                    guard case .boolean(let value) = scalar.kind else {
                        self.report("`enable_update` must be true or false", at: entry.value.position)
                        continue
                    }
                    updates = value
                default: self.report("unknown key `\(entry.key.text)` in \(key)", at: entry.keyPosition)
                }
            }
        }
        let template = self.compile(text, of: key, at: position, in: context)
        return JiraText(field: TemplateField(key: key, template: template, defaultSource: source), updates: updates)
    }
}
