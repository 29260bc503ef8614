import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What a message of SNS says: the settings that say so, and the parameters they come to.
struct SNSMessage: Sendable {
    private let subject: TemplateField
    private let message: TemplateField
    private let attributes: [(name: Template, value: TemplateField)]

    /// In bytes.
    private static let maximumSize = 262_144
    private static let maximumPhoneSize = 1600
    /// SNS refuses what has a hundred characters or more.
    private static let maximumSubjectLength = 99

    init(from fields: inout Fields, context: ReceiverContext) {
        let subjectDoc = "The subject of mails that a topic sends, up to 99 characters; none if it is empty."
        self.subject = fields.templateField("subject", calling: "sns.default.subject", doc: subjectDoc, in: context)
        let doc = "The message, up to 256 KB; 1,600 bytes for a telephone."
        self.message = fields.templateField("message", calling: "sns.default.message", doc: doc, in: context)
        let attributesDoc = "Attributes of the message; names and values are templates."
        let entries = fields.map("attributes", of: String.self, doc: attributesDoc)
        self.attributes = entries.map { name, value in
            let key = fields.compile(name.value, of: "attributes", at: name.position, in: context)
            let template = fields.compile(value.value, of: name.value, at: value.position, in: context)
            return (key, TemplateField(key: "attributes.\(name.value)", template: template, defaultSource: ""))
        }
    }

    var templates: [Template] {
        [self.subject.template, self.message.template] + self.attributes.flatMap { [$0.name, $0.value.template] }
    }

    func parameters(in rendering: inout FieldRendering, isPhone: Bool) -> [(name: String, value: String)] {
        let text = self.message.text(in: &rendering)
        let whole = text.trimmed.isEmpty ? rendering.plainLine : text
        let short = whole.cut(toBytes: isPhone ? SNSMessage.maximumPhoneSize : SNSMessage.maximumSize)
        var parameters = [("Message", short)]
        if !self.subject.isEmpty {
            // Line breaks are not allowed in it.
            let line = self.subject.text(in: &rendering).onOneLine
            let subject = line.truncated(toScalars: SNSMessage.maximumSubjectLength)
            if !subject.trimmed.isEmpty { parameters.append(("Subject", subject)) }
        }
        var attributes: [(name: String, value: String)] = []
        for (name, value) in self.attributes {
            guard let name = rendering.part(name, field: value.key) else { continue }
            let text = value.text(in: &rendering)
            // SNS refuses the whole message for an attribute that is empty.
            if !name.isEmpty, !text.isEmpty { attributes.append((name, text)) }
        }
        if short.utf8.count < whole.utf8.count { attributes.append(("truncated", "true")) }
        for (index, attribute) in attributes.enumerated() {
            let prefix = "MessageAttributes.entry.\(index + 1)"
            parameters.append(("\(prefix).Name", attribute.name))
            parameters.append(("\(prefix).Value.DataType", "String"))
            parameters.append(("\(prefix).Value.StringValue", attribute.value))
        }
        return parameters
    }

    /// The news alone, short enough for any target.
    func plainParameters(in rendering: FieldRendering) -> [(name: String, value: String)] {
        [("Message", rendering.plainLine.cut(toBytes: SNSMessage.maximumPhoneSize))]
    }
}

extension String {
    /// As many whole characters as have room in so many bytes of UTF-8.
    fileprivate func cut(toBytes limit: Int) -> String {
        guard self.utf8.count > limit else { return self }
        var end = self.utf8.index(self.utf8.startIndex, offsetBy: limit)
        while end > self.utf8.startIndex, self.utf8[end] & 0xC0 == 0x80 { end = self.utf8.index(before: end) }
        return String(self[..<end])
    }
}
