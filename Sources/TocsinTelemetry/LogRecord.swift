import Logging

/// What a log line says, before it has a format.
struct LogRecord {
    var time: LogInstant
    var level: Logger.Level
    var component: String
    var message: String
    /// Without `component`, which has a place of its own.
    var metadata: Logger.Metadata = [:]
    /// The statement that wrote it: its file without the folder, and the line.
    var source: (file: String, line: UInt)?

    /// The five levels of the log; those that swift-log knows besides print as their neighbours.
    var levelName: String {
        switch self.level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error, .critical: "ERROR"
        }
    }
}

extension Logger.Metadata {
    /// In the order of the names: a dictionary's own differs from run to run.
    var inOrder: [(key: String, value: Logger.MetadataValue)] {
        self.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Takes out a value that has a place of its own in the line. An empty one is as good as none.
    mutating func take(_ name: String) -> String? {
        guard let text = self[name]?.plainText else { return nil }
        self[name] = nil
        return text.isEmpty ? nil : text
    }

    /// Calls `body` with each name and value, those of nested metadata with their path (`labels.alertname`), until it
    /// says that it wants no more.
    func forEachFlat(_ body: (_ name: String, _ text: String) -> Bool) {
        _ = self.visit(under: "", depth: 0, body)
    }

    private func visit(under path: String, depth: Int, _ body: (String, String) -> Bool) -> Bool {
        for (key, value) in self.inOrder {
            if case .dictionary(let inner) = value, depth < LineRoom.depth {
                guard inner.visit(under: "\(path)\(key).", depth: depth + 1, body) else { return false }
            } else {
                guard body("\(path)\(key)", value.shortText) else { return false }
            }
        }
        return true
    }
}

extension Logger.MetadataValue {
    /// The text of a value that is no collection.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .dictionary, .array: nil
        }
    }

    /// The value as one text, lists as Go prints them: `[a b]`, `map[a:1 b:2]`. No longer than a line can show.
    var shortText: String {
        if let text = self.plainText { return text }
        var text = ""
        self.append(to: &text, depth: 0)
        return text
    }

    private func append(to text: inout String, depth: Int) {
        guard text.utf8.count <= LineRoom.valueSize, depth < LineRoom.depth else {
            text += LineRoom.mark
            return
        }
        switch self {
        case .string, .stringConvertible:
            text += self.plainText ?? ""
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() where text.utf8.count <= LineRoom.valueSize {
                if index > 0 { text += " " }
                element.append(to: &text, depth: depth + 1)
            }
            text += "]"
        case .dictionary(let members):
            text += "map["
            for (index, member) in members.inOrder.enumerated() where text.utf8.count <= LineRoom.valueSize {
                if index > 0 { text += " " }
                text += "\(member.key):"
                member.value.append(to: &text, depth: depth + 1)
            }
            text += "]"
        }
    }
}
