// MARK: - What lies where

extension Checks {
    /// The only names at the top level, beside those that begin with a dot.
    static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "config", "docs", "docker", "bench", "mutants",
        "README.md", "LICENSE", "CHANGELOG.md", "Makefile",
    ]

    /// What building and running leave there; git ignores it.
    static let leftovers: Set<String> = ["Package.resolved", "data"]

    static func strangers(atTopLevel names: [String]) -> [Finding] {
        names.sorted().filter { !$0.hasPrefix(".") && !self.topLevel.union(self.leftovers).contains($0) }.map { name in
            Finding(path: name, line: nil, message: "does not belong at the top level")
        }
    }

    /// Files of a receiver kind that the list of kinds does not name: nobody could configure them.
    static func unlistedReceivers(among sources: [SourceText]) -> [Finding] {
        let ours = sources.filter { $0.target == "TocsinReceivers" }
        let list = ours.first { $0.fileName == "Receivers.swift" }?.code.joined(separator: "\n") ?? ""
        let words = Set(list.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        return ours.compactMap { source in
            guard source.fileName.hasSuffix("Receiver.swift"), source.fileName != "Receiver.swift" else { return nil }
            let name = String(source.fileName.dropLast(".swift".count))
            if words.contains(name) { return nil }
            return Finding(path: source.path, line: nil, message: "\(name) is not in the list of Receivers.swift")
        }
    }
}
