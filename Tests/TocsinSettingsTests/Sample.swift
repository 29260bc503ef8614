import TocsinSettings

/// Nodes as a loader would make them, one line for each field.
enum Sample {
    static func position(_ line: Int, _ column: Int = 1) -> SettingsPosition {
        SettingsPosition(file: "a.yml", line: line, column: column)
    }

    static func text(_ text: String, line: Int = 1, isQuoted: Bool = true) -> SettingsNode {
        SettingsNode(.scalar(SettingsScalar(text, isQuoted: isQuoted)), at: self.position(line, 10))
    }

    static func scalar(_ text: String, _ kind: SettingsScalar.Kind, line: Int = 1) -> SettingsNode {
        SettingsNode(.scalar(SettingsScalar(text, kind: kind)), at: self.position(line, 10))
    }

    static func null(line: Int = 1) -> SettingsNode { SettingsNode(.null, at: self.position(line, 10)) }

    static func list(_ items: [SettingsNode], line: Int = 1) -> SettingsNode {
        SettingsNode(.sequence(items), at: self.position(line, 10))
    }

    /// The first entry stands on `line`, each further one on the next.
    static func mapping(_ entries: [(String, SettingsNode)], line: Int = 1) -> SettingsNode {
        let entries = entries.enumerated().map { index, entry in
            var value = entry.1
            if value.position.line == 1 { value.position.line = line + index }
            return SettingsEntry(key: SettingsScalar(entry.0), at: self.position(line + index), value: value)
        }
        return SettingsNode(.mapping(entries), at: self.position(line))
    }

    /// The mistakes of a document, one line each; empty if there are none.
    static func mistakes(
        in entries: [(String, SettingsNode)],
        _ read: (inout Fields) throws(SettingsError) -> some Any
    ) -> [String] {
        do {
            _ = try Fields.read(self.mapping(entries), as: "sample", read)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    static func read<Value>(
        _ entries: [(String, SettingsNode)],
        _ read: (inout Fields) throws(SettingsError) -> Value
    ) throws -> Value {
        try Fields.read(self.mapping(entries), as: "sample", read)
    }
}
