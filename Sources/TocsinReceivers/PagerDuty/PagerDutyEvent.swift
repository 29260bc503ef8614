import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

/// What a PagerDuty event says: the settings of it.
struct PagerDutyEvent: Sendable {
    private let client: TemplateField
    private let clientURL: TemplateField
    private let description: TemplateField
    private let source: TemplateField
    private let severity: TemplateField
    private let eventClass: TemplateField
    private let component: TemplateField
    private let group: TemplateField
    private let details: [(key: String, value: PayloadTemplate)]
    private let images: [Attachment]
    private let links: [Attachment]
    private let readYAML: @Sendable (String) -> SettingsNode?

    /// Of the summary; it becomes the incident's title.
    static let maximumSummaryLength = 1024

    init(from fields: inout Fields, context: ReceiverContext) {
        func template(_ name: String) -> String { "{{ template \"pagerduty.default.\(name)\" . }}" }
        let client = template("client")
        self.client = fields.templateField("client", default: client, doc: "Who sends the event.", in: context)
        self.clientURL = fields.templateField(
            "client_url",
            default: template("clientURL"),
            doc: "Where the alerts can be seen.",
            in: context
        )
        self.description = fields.templateField(
            "description",
            default: template("description"),
            doc: "What it is about in one line.",
            in: context
        )
        let source = fields.templateField("source", doc: "What is affected; the client if empty.", in: context)
        self.source =
            source.isEmpty
            ? TemplateField(key: "source", template: self.client.template, defaultSource: client) : source
        self.severity = fields.templateField(
            "severity",
            default: "error",
            doc: "`critical`, `error`, `warning` or `info`.",
            in: context
        )
        self.eventClass = fields.templateField("class", doc: "The kind of event.", in: context)
        self.component = fields.templateField("component", doc: "The part that is affected.", in: context)
        self.group = fields.templateField("group", doc: "What the part belongs to.", in: context)
        if source.isEmpty, let client = fields.shown("client") { fields.show("source", as: client) }
        self.details = PagerDutyEvent.readDetails(from: &fields, context: context)
        PagerDutyEvent.showDetails(in: &fields)
        let images = fields.nestedList("images", called: "PagerDuty image", doc: "Pictures.") { fields, _ in
            Attachment(image: &fields, context: context)
        }
        self.images = images ?? []
        let links = fields.nestedList("links", called: "PagerDuty link", doc: "Links.") { fields, _ in
            Attachment(link: &fields, context: context)
        }
        self.links = links ?? []
        self.readYAML = context.readYAML
    }

    private static func readDetails(
        from fields: inout Fields,
        context: ReceiverContext
    ) -> [(key: String, value: PayloadTemplate)] {
        let doc = "More to know, by name; texts at any depth are templates."
        guard let node = fields.node("details", type: "map of any", doc: doc), !node.isNull else { return [] }
        guard let entries = node.mapping else {
            fields.report("`details` must be a mapping, not \(node.kindName)", at: node.position)
            return []
        }
        return entries.map { entry in
            let name = "details.\(entry.key.text.truncated(toScalars: 80))"
            return (entry.key.text, PayloadTemplate(entry.value, of: name, from: &fields, context: context))
        }
    }

    /// What is always there, as the templates that would say the same.
    private static func showDetails(in fields: inout Fields) {
        var details: [EffectiveSetting] = []
        if case .map(let own) = fields.shown("details") { details = own }
        let usual = [
            ("firing", "{{ .Alerts.Firing | toJson }}"), ("resolved", "{{ .Alerts.Resolved | toJson }}"),
            ("num_firing", "{{ .Alerts.Firing | len }}"), ("num_resolved", "{{ .Alerts.Resolved | len }}"),
        ]
        for (name, template) in usual where !details.contains(where: { $0.key == name }) {
            details.append(EffectiveSetting(name, .text(template), isWritten: false, isDefault: true))
        }
        fields.show("details", as: .map(details))
    }

    var templates: [Template] {
        let texts = [
            self.client, self.clientURL, self.description, self.source, self.severity, self.eventClass,
            self.component, self.group,
        ]
        return texts.map(\.template) + self.details.flatMap(\.value.templates)
            + (self.images + self.links).flatMap(\.templates)
    }

    /// An image or a link.
    private struct Attachment: Sendable {
        /// Without which the rest is of no use.
        let address: TemplateField
        let others: [TemplateField]
        let isImage: Bool

        init(image fields: inout Fields, context: ReceiverContext) {
            self.address = fields.templateField("src", doc: "The picture's address, with https.", in: context)
            self.others = [
                fields.templateField("alt", doc: "What it shows.", in: context),
                fields.templateField("href", doc: "Where a click leads.", in: context),
            ]
            self.isImage = true
        }

        init(link fields: inout Fields, context: ReceiverContext) {
            self.address = fields.templateField("href", doc: "Where it leads.", in: context)
            self.others = [fields.templateField("text", doc: "What stands there.", in: context)]
            self.isImage = false
        }

        var templates: [Template] { [self.address.template] + self.others.map(\.template) }
    }
}

// MARK: - Rendering

extension PagerDutyEvent {
    /// Every text of the event. If templates failed, a detail says so.
    func rendered(
        for notification: Notification,
        with key: RenderedPagerDutyEvent.Key,
        in rendering: inout FieldRendering
    ) -> RenderedPagerDutyEvent {
        let summary = self.description.text(in: &rendering).truncated(toScalars: PagerDutyEvent.maximumSummaryLength)
        let client = self.client.text(in: &rendering)
        let clientURL = self.clientURL.text(in: &rendering)
        let source = self.source.text(in: &rendering)
        let severity = self.renderedSeverity(in: &rendering)
        let eventClass = self.eventClass.text(in: &rendering)
        let component = self.component.text(in: &rendering)
        let group = self.group.text(in: &rendering)
        let images = PagerDutyEvent.rendered(self.images, in: &rendering)
        let links = PagerDutyEvent.rendered(self.links, in: &rendering)
        var details = self.renderedDetails(in: &rendering)
        if let note = rendering.failureNote {
            details.removeAll { $0.name.isIdentical(to: "template_failures") }
            details.append(JSONValue.Member("template_failures", .string(note)))
        }
        return RenderedPagerDutyEvent(
            key: key,
            deduplicationKey: Digest.sha256(notification.content.groupKey),
            isTrigger: notification.content.isFiring,
            summary: summary.trimmed.isEmpty ? rendering.plainLine : summary,
            source: source.trimmed.isEmpty ? "Alertmanager" : source,
            severity: severity,
            eventClass: eventClass,
            component: component,
            group: group,
            client: client,
            clientURL: clientURL,
            details: details.sortedByName,
            images: images,
            links: links
        )
    }

    private static let severities: Set<String> = ["critical", "error", "warning", "info"]

    /// PagerDuty refuses an event whose severity is none of its four, and the page would be lost.
    private func renderedSeverity(in rendering: inout FieldRendering) -> String {
        let text = self.severity.text(in: &rendering)
        let severity = text.trimmed.goLowercased
        if PagerDutyEvent.severities.contains(severity) { return severity }
        let shown = text.truncated(toScalars: 40)
        rendering.fail("severity", "\"\(shown)\" is none of critical, error, warning and info; sent as error")
        return "error"
    }

    /// The user's, and those that are always there unless the user's have their names.
    private func renderedDetails(in rendering: inout FieldRendering) -> [JSONValue.Member] {
        let usual = PagerDutyEvent.usualDetails(rendering.data)
        var members: [JSONValue.Member] = []
        for (key, template) in self.details {
            let failures = rendering.failures.count
            let value = template.json(in: &rendering, field: "details.\(key)", readYAML: self.readYAML)
            let isUsual = usual.contains { $0.name.isIdentical(to: key) }
            if isUsual, rendering.failures.count > failures { continue }
            members.removeAll { $0.name.isIdentical(to: key) }
            members.append(JSONValue.Member(key, value))
        }
        return members + usual.filter { detail in !members.contains { $0.name.isIdentical(to: detail.name) } }
    }

    private static func usualDetails(_ data: TemplateData) -> [JSONValue.Member] {
        let firing = data.alerts.alerts.filter { $0.status == .firing }
        let resolved = data.alerts.alerts.filter { $0.status == .resolved }
        return [
            JSONValue.Member("firing", .array(firing.map(\.json))),
            JSONValue.Member("resolved", .array(resolved.map(\.json))),
            JSONValue.Member("num_firing", .integer(Int64(firing.count))),
            JSONValue.Member("num_resolved", .integer(Int64(resolved.count))),
        ]
    }

    private static func rendered(_ attachments: [Attachment], in rendering: inout FieldRendering) -> [JSONValue] {
        attachments.compactMap { attachment in
            let address = attachment.address.text(in: &rendering)
            let others = attachment.others.map { ($0.key, $0.text(in: &rendering)) }
            guard !address.isEmpty else { return nil }
            var members = [JSONValue.Member(attachment.address.key, .string(address))]
            for (name, text) in others { members.appendOptional(name, text) }
            return .object(members)
        }
    }
}
