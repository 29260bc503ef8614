import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// A value of the settings whose texts are templates, at any depth: `payload` of a webhook, `details` of PagerDuty.
///
/// As in Alertmanager, a rendered text that reads as YAML for something else than text (a number, a list as `toJson`
/// writes it) is sent as that. What is inside such a value is not read once more.
indirect enum PayloadTemplate: Sendable {
    case constant(JSONValue)
    case text(Template)
    case list([PayloadTemplate])
    case map([Entry])

    struct Entry: Sendable {
        let key: Template
        let value: PayloadTemplate
    }

    /// Deeper values are refused in the settings, and stay text where a template makes them.
    static let maximumDepth = 30

    /// - Parameter key: what a message about a mistake calls it.
    init(_ node: SettingsNode, of key: String, from fields: inout Fields, context: ReceiverContext, depth: Int = 0) {
        guard depth < PayloadTemplate.maximumDepth else {
            fields.report("`\(key)` is nested too deeply", at: node.position)
            self = .constant(.null)
            return
        }
        switch node.content {
        case .scalar(let scalar) where scalar.kind == .string:
            self = .text(fields.compile(scalar.text, of: key, at: node.position, in: context))
        case .null, .scalar:
            self = .constant(JSONValue(node))
        case .sequence(let items):
            self = .list(
                items.map { PayloadTemplate($0, of: key, from: &fields, context: context, depth: depth + 1) }
            )
        case .mapping(let entries):
            // Keys that are no texts are dropped, as in Alertmanager.
            self = .map(
                entries.filter { $0.key.kind == .string }.map { entry in
                    Entry(
                        key: fields.compile(entry.key.text, of: key, at: entry.keyPosition, in: context),
                        value: PayloadTemplate(entry.value, of: key, from: &fields, context: context, depth: depth + 1)
                    )
                }
            )
        }
    }

    var templates: [Template] {
        switch self {
        case .constant: []
        case .text(let template): [template]
        case .list(let items): items.flatMap(\.templates)
        case .map(let entries): entries.flatMap { [$0.key] + $0.value.templates }
        }
    }

    /// The value with its texts rendered; objects are sorted by their keys. A text whose template fails becomes one
    /// plain line, an entry whose key fails is left out.
    func json(
        in rendering: inout FieldRendering,
        field: String,
        readYAML: (String) -> SettingsNode?
    ) -> JSONValue {
        switch self {
        case .constant(let value): return value
        case .text(let template):
            let failures = rendering.failures.count
            let text = rendering.lineOr(template, field: field)
            // The plain line begins with a bracket, and must stay text.
            return rendering.failures.count > failures ? .string(text) : JSONValue(rendered: text, readYAML: readYAML)
        case .list(let items):
            return .array(items.map { $0.json(in: &rendering, field: field, readYAML: readYAML) })
        case .map(let entries):
            var members: [JSONValue.Member] = []
            for entry in entries {
                guard let key = rendering.part(entry.key, field: field) else { continue }
                let name = field.isEmpty ? key : "\(field).\(key.truncated(toScalars: 80))"
                let value = entry.value.json(in: &rendering, field: name, readYAML: readYAML)
                members.removeAll { $0.name.isIdentical(to: key) }
                members.append(JSONValue.Member(key, value))
            }
            return .object(members.sortedByName)
        }
    }
}

extension [JSONValue.Member] {
    /// As Go writes a map.
    var sortedByName: [JSONValue.Member] { self.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
}

extension JSONValue {
    /// A rendered text, as what it reads as.
    fileprivate init(rendered text: String, readYAML: (String) -> SettingsNode?) {
        // What `toJson` wrote is JSON, which is read faster and exactly.
        if let first = text.utf8.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            do {
                self = try JSONValue(parsing: text)
                return
            } catch {
                // Not JSON, but it may still be YAML.
            }
        }
        guard let node = readYAML(text), node.isWithin(depth: PayloadTemplate.maximumDepth) else {
            self = .string(text)
            return
        }
        if case .scalar(let scalar) = node.content, scalar.kind == .string {
            self = .string(text)
        } else {
            self = JSONValue(node)
        }
    }

    /// A value of the settings as it stands. Of a mapping, the keys that are no texts are dropped.
    init(_ node: SettingsNode) {
        switch node.content {
        case .null: self = .null
        case .scalar(let scalar):
            switch scalar.kind {
            case .string: self = .string(scalar.text)
            case .boolean(let value): self = .bool(value)
            case .integer(let number): self = .integer(number)
            case .float(let number): self = number.isFinite ? .double(number) : .string(scalar.text)
            case .null: self = .null
            }
        case .sequence(let items): self = .array(items.map { JSONValue($0) })
        case .mapping(let entries):
            let members = entries.filter { $0.key.kind == .string }
                .map { Member($0.key.text, JSONValue($0.value)) }
            self = .object(members.sortedByName)
        }
    }
}

extension SettingsNode {
    /// Whether it is nested no deeper than that. Looks no deeper either.
    fileprivate func isWithin(depth: Int) -> Bool {
        guard depth > 0 else { return false }
        return switch self.content {
        case .null, .scalar: true
        case .sequence(let items): items.allSatisfy { $0.isWithin(depth: depth - 1) }
        case .mapping(let entries): entries.allSatisfy { $0.value.isWithin(depth: depth - 1) }
        }
    }
}
