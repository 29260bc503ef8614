import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What an alert of OpsGenie says: the settings that say so, and the JSON they come to.
struct OpsGenieAlert: Sendable {
    private let message: TemplateField
    private let description: TemplateField
    private let source: TemplateField
    private let details: TemplateMap
    private let entity: TemplateField
    private let responders: [OpsGenieResponder]
    private let actions: TemplateField
    private let tags: TemplateField
    private let note: TemplateField
    private let priority: TemplateField

    private static let maximumMessageLength = 130
    /// Alertmanager sends it whole, and OpsGenie refuses what is longer.
    private static let maximumDescriptionLength = 15_000
    private static let maximumNoteLength = 25_000

    init(from fields: inout Fields, context: ReceiverContext) {
        func usual(_ key: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "opsgenie.default.\(key)", doc: doc, in: context)
        }
        self.message = usual("message", "The alert's title, up to 130 characters.")
        self.description = usual("description", "What is the matter.")
        self.source = usual("source", "Where the alert comes from.")
        let doc = "Further details, beside the labels that all alerts have; values are templates."
        self.details = fields.templateMap("details", doc: doc, in: context)
        self.entity = fields.templateField("entity", doc: "What the alert is about.", in: context)
        self.actions = fields.templateField("actions", doc: "What people can do, in words with commas.", in: context)
        self.tags = fields.templateField("tags", doc: "Tags, with commas between them.", in: context)
        self.note = fields.templateField("note", doc: "A note on the alert.", in: context)
        self.priority = fields.templateField("priority", doc: "`P1` to `P5`.", in: context)
        let respondersDoc = "Who is told."
        let responders = fields.nestedList("responders", called: "OpsGenie responder", doc: respondersDoc) {
            fields, _ in OpsGenieResponder(from: &fields, context: context)
        }
        self.responders = responders ?? []
    }

    var templates: [Template] {
        let texts = [
            self.message, self.description, self.source, self.entity, self.actions, self.tags, self.note, self.priority,
        ]
        return texts.map(\.template) + self.details.templates + self.responders.flatMap(\.templates)
    }
}

// MARK: - JSON

extension OpsGenieAlert {
    func creation(alias: String, in rendering: inout FieldRendering) -> [UInt8] {
        var members = [
            JSONValue.Member("alias", .string(alias)),
            JSONValue.Member("message", .string(self.messageText(in: &rendering))),
        ]
        members.appendOptional("description", self.descriptionText(in: &rendering))
        members.append(JSONValue.Member("details", self.detailsObject(in: &rendering)))
        members.append(JSONValue.Member("source", .string(self.source.text(in: &rendering))))
        var responders: [JSONValue] = []
        for responder in self.responders { responders += responder.json(in: &rendering) }
        if !responders.isEmpty { members.append(JSONValue.Member("responders", .array(responders))) }
        let tags = self.tags.text(in: &rendering).trimmed.commaSeparated
        if !tags.isEmpty { members.append(JSONValue.Member("tags", .array(tags.map(JSONValue.string)))) }
        let note = self.note.text(in: &rendering).truncated(toScalars: OpsGenieAlert.maximumNoteLength)
        members.appendOptional("note", note)
        members.appendOptional("priority", self.priority.text(in: &rendering))
        members.appendOptional("entity", self.entity.text(in: &rendering))
        let actions = self.actions.text(in: &rendering).trimmed.commaSeparated
        if !actions.isEmpty { members.append(JSONValue.Member("actions", .array(actions.map(JSONValue.string)))) }
        return members.body
    }

    func closing(in rendering: inout FieldRendering) -> [UInt8] {
        [JSONValue.Member("source", .string(self.source.text(in: &rendering)))].body
    }

    func messageUpdate(in rendering: inout FieldRendering) -> [UInt8] {
        [JSONValue.Member("message", .string(self.messageText(in: &rendering)))].body
    }

    func descriptionUpdate(in rendering: inout FieldRendering) -> [UInt8] {
        [JSONValue.Member("description", .string(self.descriptionText(in: &rendering)))].body
    }

    private func messageText(in rendering: inout FieldRendering) -> String {
        self.message.text(in: &rendering).truncated(toScalars: OpsGenieAlert.maximumMessageLength)
    }

    private func descriptionText(in rendering: inout FieldRendering) -> String {
        self.description.text(in: &rendering).truncated(toScalars: OpsGenieAlert.maximumDescriptionLength)
    }

    /// The labels that all alerts have, and what the settings put over them.
    private func detailsObject(in rendering: inout FieldRendering) -> JSONValue {
        let details = self.details.texts(in: &rendering)
        var members = rendering.data.commonLabels.pairs.map { JSONValue.Member($0.name, .string($0.value)) }
        for (name, text) in details {
            members.removeAll { $0.name.isIdentical(to: name) }
            members.append(JSONValue.Member(name, .string(text)))
        }
        return .object(members.sortedByName)
    }
}

extension String {
    /// What stands between its commas; spaces stay, empty parts do not.
    fileprivate var commaSeparated: [String] {
        self.unicodeScalars.split(separator: ",").map { String($0) }
    }
}

// MARK: - Responders

/// A person, a team or a schedule that OpsGenie tells.
private struct OpsGenieResponder: Sendable {
    private let id: TemplateField
    private let name: TemplateField
    private let username: TemplateField
    private let type: TemplateField

    private static let types = ["team", "teams", "user", "escalation", "schedule"]

    init(from fields: inout Fields, context: ReceiverContext) {
        self.id = fields.templateField("id", doc: "The responder's ID.", in: context)
        self.name = fields.templateField("name", doc: "The responder's name.", in: context)
        self.username = fields.templateField("username", doc: "A user's address.", in: context)
        let doc = "`team`, `teams` (names with commas between them), `user`, `escalation` or `schedule`."
        let type = fields.optional("type", default: "", doc: doc)
        let position = fields.position(of: "type")
        self.type = TemplateField(
            key: "type",
            template: fields.compile(type, of: "type", at: position, in: context),
            defaultSource: ""
        )
        if self.id.isEmpty, self.name.isEmpty, self.username.isEmpty {
            fields.report("\(fields.name) has to have at least one of id, username or name specified")
        }
        guard !type.utf8.contains(UInt8(ascii: "{")) else { return }
        if !OpsGenieResponder.types.contains(type.lowercased()) {
            let options = OpsGenieResponder.types.joined(separator: "|")
            fields.report("\(fields.name) type does not match valid options ^(\(options))$", at: "type")
        }
    }

    var templates: [Template] { [self.id, self.name, self.username, self.type].map(\.template) }

    /// Nothing if it names nobody once it is rendered: OpsGenie would refuse the alert for it.
    func json(in rendering: inout FieldRendering) -> [JSONValue] {
        let (id, name) = (self.id.text(in: &rendering), self.name.text(in: &rendering))
        let (username, type) = (self.username.text(in: &rendering), self.type.text(in: &rendering))
        if type == "teams" {
            return name.commaSeparated.map { ["name": .string($0), "type": "team"] }
        }
        var members: [JSONValue.Member] = []
        members.appendOptional("id", id)
        members.appendOptional("name", name)
        members.appendOptional("username", username)
        guard !members.isEmpty else { return [] }
        return [.object(members + [JSONValue.Member("type", .string(type))])]
    }
}
