/// Flags that amtool takes before a command's name.
public enum LeadingFlags {
    private static let withValue: Set<String> = [
        "--alertmanager.url", "--url", "--output", "-o", "--timeout", "--http.config.file", "--token-file",
        "--date.format",
    ]
    private static let alone: Set<String> = ["--verbose", "-v", "--version-check", "--no-version-check"]

    /// `--alertmanager.url=URL silence query` with the flag behind the command, where each command looks for its own.
    /// A command line that does not begin so stays as it is.
    ///
    /// - Parameter commands: those that have these flags.
    public static func moved(_ words: [String], commands: Set<String>) -> [String] {
        var rest = words[...]
        while let word = rest.first, word.hasPrefix("-") {
            let name = word.prefix { $0 != "=" }
            if self.alone.contains(word) {
                rest = rest.dropFirst()
            } else if self.withValue.contains(String(name)) {
                rest = rest.dropFirst(word.contains("=") ? 1 : 2)
            } else {
                return words
            }
        }
        guard rest.startIndex > 0, let command = rest.first, commands.contains(command) else { return words }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + words[..<rest.startIndex] + rest[end...]
    }
}
