import TocsinSettings
import Yams

extension YAML {
    /// A displayed configuration as YAML, written as Go's `yaml.v2` writes it, so that it is read back as what it is.
    static func text(of value: EffectiveSetting.Value) -> String {
        do {
            // No width: long texts stay on one line.
            return try Yams.serialize(node: YAML.node(of: value), width: -1, allowUnicode: true)
        } catch {
            // Yams fails on nodes that are no tree. The error could quote what is in them.
            return "# This configuration cannot be shown.\n"
        }
    }

    private static func node(of value: EffectiveSetting.Value) -> Node {
        switch value {
        case .scalar(let scalar): .scalar(YAML.scalar(scalar))
        case .list(let items):
            .sequence(Node.Sequence(items.map { YAML.node(of: $0) }, .implicit, items.isEmpty ? .flow : .block))
        case .mapping(let settings), .map(let settings):
            .mapping(
                Node.Mapping(
                    settings.map { (.scalar(YAML.scalar(SettingsScalar($0.key))), YAML.node(of: $0.value)) },
                    .implicit,
                    settings.isEmpty ? .flow : .block
                )
            )
        }
    }

    private static func scalar(_ scalar: SettingsScalar) -> Node.Scalar {
        let style: Node.Scalar.Style =
            if scalar.kind != .string {
                .plain
            } else if YAMLScalar.kind(of: scalar.text) != .string || YAML.isSexagesimal(scalar.text) {
                .doubleQuoted
            } else if ["<<", "="].contains(scalar.text) || YAML.isDate(scalar.text) {
                .doubleQuoted
            } else if scalar.text.utf8.contains(UInt8(ascii: "\n")) {
                .literal
            } else {
                .plain
            }
        return Node.Scalar(scalar.text, .implicit, style)
    }

    /// `2026-01-02` is a day, not a text.
    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(5))
        return bytes.count == 5 && bytes.last == UInt8(ascii: "-")
            && bytes.dropLast().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// `09:00` is 540 to some who read YAML.
    private static func isSexagesimal(_ text: String) -> Bool {
        guard let first = text.utf8.first, "+-0123456789".utf8.contains(first) else { return false }
        return text.utf8.contains(UInt8(ascii: ":")) && text.utf8.allSatisfy { "+-0123456789:._".utf8.contains($0) }
    }
}
