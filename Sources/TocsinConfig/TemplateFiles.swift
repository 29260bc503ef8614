import TocsinReceivers
import TocsinSettings
import TocsinTemplate

/// The section `templates`: patterns, and what the files define that match them.
struct TemplateFiles {
    /// The built-in templates, and those of the files over them.
    private(set) var set: TemplateSet
    /// Whether every file could be read; otherwise nobody can say that a template is not defined.
    private(set) var isComplete = true
    private(set) var warnings: [SettingsError] = []
    /// As they mean the same from anywhere.
    private(set) var patterns: [String] = []
    /// The path of each file by the name under which its templates know it.
    private var paths: [String: String] = [:]

    /// A longer file is refused.
    static let maximumSize = 4 << 20

    /// - Parameters:
    ///   - fields: the document's.
    ///   - directory: patterns are relative to it.
    init(
        from fields: inout Fields,
        builtIn: TemplateSet,
        directory: String,
        files: some ConfigurationFiles
    ) {
        self.set = builtIn
        let doc = "Patterns for files with templates, relative to this file: `templates/*.tmpl`."
        var known: Set<String> = []
        let patterns = fields.positionedList("templates", of: String.self, doc: doc) ?? []
        self.patterns = patterns.map { TemplateFiles.full($0.value, in: directory) }
        fields.show("templates", as: .list(self.patterns.map { .text($0) }))
        for pattern in patterns {
            for path in self.paths(matching: pattern, in: directory, files: files, reportingTo: &fields)
            where known.insert(path).inserted {
                self.add(path, at: pattern.position, files: files, reportingTo: &fields)
            }
        }
        if self.isComplete { self.checkCalls(reportingTo: &fields) }
    }

    private mutating func paths(
        matching pattern: Positioned<String>,
        in directory: String,
        files: some ConfigurationFiles,
        reportingTo fields: inout Fields
    ) -> [String] {
        guard !pattern.value.isEmpty else { return [] }
        do {
            let paths = try Glob.paths(matching: TemplateFiles.full(pattern.value, in: directory), in: files)
            if paths.isEmpty {
                let text = "no file matches \(pattern.value.quotedForMessage)"
                self.warnings.append(SettingsError(text, at: pattern.position))
            }
            return paths
        } catch {
            self.isComplete = false
            fields.report("\(pattern.value.quotedForMessage) is not a valid file pattern", at: pattern.position)
            return []
        }
    }

    /// A pattern that means the same from anywhere.
    private static func full(_ pattern: String, in directory: String) -> String {
        let isFull = pattern.isEmpty || pattern.utf8.first == UInt8(ascii: "/") || directory.isEmpty
        return isFull ? pattern : "\(directory)/\(pattern)"
    }

    private mutating func add(
        _ path: String,
        at position: SettingsPosition,
        files: some ConfigurationFiles,
        reportingTo fields: inout Fields
    ) {
        let text: String
        do {
            text = try files.text(of: path)
        } catch {
            self.isComplete = false
            fields.report("cannot read \(path): \(error.reason)", at: position)
            return
        }
        guard text.utf8.count <= TemplateFiles.maximumSize else {
            self.isComplete = false
            fields.report("\(path) is larger than \(TemplateFiles.maximumSize >> 20) MiB", at: position)
            return
        }
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        do {
            try self.set.add(text, name: name)
            self.paths[name] = path
        } catch {
            self.isComplete = false
            let place = SettingsPosition(file: path, line: max(error.line, 1), column: error.column + 1)
            fields.report(error.message, at: place)
        }
    }

    private func checkCalls(reportingTo fields: inout Fields) {
        for call in self.set.unresolvedCalls {
            // Built-in templates call nothing that is not built in.
            guard let path = self.paths[call.source] else { continue }
            let place = SettingsPosition(file: path, line: call.line, column: call.column + 1)
            fields.report(self.set.message(aboutUndefined: call.name), at: place)
        }
    }
}
