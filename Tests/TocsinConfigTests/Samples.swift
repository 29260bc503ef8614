import TocsinConfig
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

/// Files by their paths.
struct SampleFiles: ConfigurationFiles {
    var texts: [String: String] = [:]
    /// Paths that exist and cannot be read, and why.
    var failures: [String: String] = [:]

    func names(in directory: String) -> [String] {
        let prefix = directory == "." ? "" : directory == "/" ? "/" : "\(directory)/"
        let rests = (Array(self.texts.keys) + Array(self.failures.keys)).filter { $0.hasPrefix(prefix) }
            .map { $0.dropFirst(prefix.count) }
        return Array(Set(rests.compactMap { $0.split(separator: "/").first.map(String.init) }))
    }

    func exists(_ path: String) -> Bool {
        let paths = Array(self.texts.keys) + Array(self.failures.keys)
        return paths.contains { $0 == path || $0.hasPrefix("\(path)/") }
    }

    func text(of path: String) throws(UnreadableFile) -> String {
        if let text = self.texts[path] { return text }
        throw UnreadableFile(self.failures[path] ?? "no such file or directory")
    }
}

enum Sample {
    static func load(
        _ text: String,
        file: String = "a.yml",
        files: SampleFiles = SampleFiles(),
        receivers: ReceiverKinds = .samples,
        syntax: MatcherSyntax = .fallback
    ) throws(SettingsErrors) -> Configuration {
        try Configuration.load(text: text, file: file, files: files, receivers: receivers, syntax: syntax)
    }

    /// One line for each mistake; none if the configuration is right.
    static func mistakes(
        in text: String,
        files: SampleFiles = SampleFiles(),
        receivers: ReceiverKinds = .samples
    ) -> [String] {
        do {
            _ = try self.load(text, files: files, receivers: receivers)
            return []
        } catch {
            return "\(error)".split(separator: "\n").map(String.init)
        }
    }
}
