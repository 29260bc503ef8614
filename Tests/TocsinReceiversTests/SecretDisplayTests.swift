import Testing
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

/// No kind of receiver, nor `http_config`, shows a secret. New kinds and new keys are covered as they come.
@Suite struct SecretDisplayTests {
    private static let marker = "MARKER-7Q"

    @Test(arguments: Receivers.kinds.map { $0.kind })
    func noSecretIsShown(of kind: String) throws {
        let type = try #require(Receivers.kind(named: kind))
        let paths = SecretDisplayTests.secrets(in: SecretDisplayTests.reference(of: type))
        #expect(!paths.isEmpty)

        for path in paths {
            let shown = SecretDisplayTests.shown(path, of: type)
            #expect(!shown.contains(Self.marker), "\(kind): \(path.joined(separator: "."))")
        }
    }

    @Test(arguments: Receivers.kinds.map { $0.kind })
    func everyKeyThatIsCalledASecretIsOne(of kind: String) throws {
        let type = try #require(Receivers.kind(named: kind))

        for field in SecretDisplayTests.all(SecretDisplayTests.reference(of: type)) where !field.isUnsupported {
            let ends = ["password", "secret", "token", "_key", "credentials", "secrets"]
            guard ends.contains(where: { field.key.hasSuffix($0) }), !Self.open.contains("\(kind).\(field.key)") else {
                continue
            }
            #expect(field.isSecret, "\(kind): \(field.key)")
        }
    }

    /// Keys that only sound like it: the name of a team, and the public half of a pair.
    private static let open: Set<String> = ["victorops.routing_key", "sns.access_key"]

    private static func shown(_ path: [String], of type: any Receiver.Type) -> String {
        let nowhere = SettingsPosition(file: "a", line: 1, column: 1)
        var node = SettingsNode(.scalar(SettingsScalar("http://u:\(Self.marker)@h/\(Self.marker)")), at: nowhere)
        for key in path.reversed() {
            let name = key.hasSuffix("[]") ? String(key.dropLast(2)) : key
            if key.hasSuffix("[]") { node = SettingsNode(.sequence([node]), at: nowhere) }
            node = SettingsNode(
                .mapping([SettingsEntry(key: SettingsScalar(name), at: nowhere, value: node)]), at: nowhere)
        }
        var shown = ""
        do {
            try Fields.read(node, as: "receiver") { (fields) throws(SettingsError) in
                _ = try type.init(from: &fields, context: ReceiverContext(templates: Receivers.templates))
                shown = "\(fields.effective)"
            }
        } catch {
            // One key alone is no configuration; what counts is what would be shown of it.
        }
        return shown
    }

    private static func reference(of type: any Receiver.Type) -> [FieldReference] {
        Fields.reference(of: "receiver") { (fields) throws(SettingsError) in
            try type.init(from: &fields, context: ReceiverContext(templates: Receivers.templates))
        }
    }

    private static func secrets(in fields: [FieldReference]) -> [[String]] {
        fields.flatMap { field -> [[String]] in
            let isList = field.type.hasPrefix("list")
            let key = isList ? "\(field.key)[]" : field.key
            let own = field.isSecret && !field.type.hasPrefix("map") ? [[key]] : []
            return own + SecretDisplayTests.secrets(in: field.nested).map { [key] + $0 }
        }
    }

    private static func all(_ fields: [FieldReference]) -> [FieldReference] {
        fields.flatMap { [$0] + SecretDisplayTests.all($0.nested) }
    }
}
