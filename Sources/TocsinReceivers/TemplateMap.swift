import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// Free names with templates for values: `details` of OpsGenie, `custom_fields` of VictorOps.
struct TemplateMap: Sendable {
    let fields: [TemplateField]

    var templates: [Template] { self.fields.map(\.template) }

    /// Names and values; an object of strings is sorted by its names when it is written.
    func texts(in rendering: inout FieldRendering) -> [(name: String, text: String)] {
        self.fields.map { ($0.key, $0.text(in: &rendering)) }
    }
}

extension Fields {
    mutating func templateMap(_ key: String, doc: String, in context: ReceiverContext) -> TemplateMap {
        let entries = self.map(key, of: String.self, doc: doc)
        return TemplateMap(
            fields: entries.map { name, value in
                TemplateField(
                    key: name.value,
                    template: self.compile(value.value, of: key, at: value.position, in: context),
                    defaultSource: ""
                )
            }
        )
    }
}
