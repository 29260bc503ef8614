import TocsinSettings
import Yams

/// Reads YAML 1.1 as Go's `yaml.v2` understands it, which is what Alertmanager's files are written for: text to a
/// ``SettingsNode`` with places.
///
/// Yams reads the syntax. What the values mean, what aliases stand for and what is merged is decided here, with limits,
/// so that no file, however it is written, takes more than its share of time and memory.
enum YAML {
    /// Larger than any configuration that people keep by hand.
    static let maximumSize = 4 << 20
    /// Values in a document, with every alias counted as all that it stands for.
    static let maximumCount = 500_000
    /// Lists and mappings inside one another.
    static let maximumDepth = 100

    /// The first document of a text; null if there is none.
    static func parse(_ text: String, file: String) throws(SettingsErrors) -> SettingsNode {
        let start = SettingsPosition(file: file, line: 1, column: 1)
        guard text.utf8.count <= YAML.maximumSize else {
            throw SettingsErrors(SettingsError("the file is larger than \(YAML.maximumSize >> 20) MiB", at: start))
        }
        let source: YAMLSource
        do {
            source = try YAMLSource(text, file: file)
        } catch {
            throw SettingsErrors(error)
        }
        var converter = YAMLConverter(file: file, star: source.star)
        let node: SettingsNode?
        do {
            let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
            // The nodes hold their anchors weakly, the parser strongly.
            node = try withExtendedLifetime(parser) {
                try parser.nextRoot().map { converter.convert($0, depth: 0) }
            }
        } catch {
            throw SettingsErrors(YAML.describe(error as? YamlError, source: source, start: start))
        }
        guard converter.errors.isEmpty else { throw SettingsErrors(converter.errors) }
        return node ?? SettingsNode(.null, at: start)
    }

    /// Yams's own description shows the line in question, which may hold a secret.
    private static func describe(_ error: YamlError?, source: YAMLSource, start: SettingsPosition) -> SettingsError {
        func at(_ mark: Mark) -> SettingsPosition {
            SettingsPosition(file: start.file, line: mark.line, column: mark.column)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.hasPrefix("Maximum nesting level") {
                return SettingsError("too many lists and mappings inside one another", at: at(mark))
            }
            let setting = context.map { " \($0.text) that begins on line \($0.mark.line)" } ?? ""
            return SettingsError("not valid YAML: \(problem)\(setting)", at: at(mark))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let isWord = { (key: String) in key.utf8.allSatisfy { !"/:<".utf8.contains($0) } }
            let keys = duplicates.filter(isWord).map { " `\(source.restoringStars(in: $0).prefix(80))`" }
            let noun = duplicates.count == 1 ? "key" : "keys"
            return SettingsError(
                "duplicate \(noun)\(keys.joined(separator: ",")) in this mapping", at: at(context.mark))
        case .reader(let problem, _, _, _): return SettingsError("not valid YAML: \(problem)", at: start)
        default: return SettingsError("not valid YAML", at: start)
        }
    }
}

/// A text made ready for Yams.
///
/// Every `*` is replaced by a character that the text does not use. Yams then sees no alias, only plain scalars that
/// begin with that character, and the converter resolves them: left to itself, Yams compares keys by all that their
/// aliases stand for, which a few lines can make endless.
private struct YAMLSource {
    let text: String
    /// What stands for `*`.
    let star: Unicode.Scalar

    init(_ original: String, file: String) throws(SettingsError) {
        var used: Set<Unicode.Scalar> = []
        var (line, column) = (1, 1)
        for (index, scalar) in original.unicodeScalars.enumerated() {
            if scalar == "\n" {
                (line, column) = (line + 1, 1)
                continue
            }
            guard YAMLSource.isAllowed(scalar) || (index == 0 && scalar == YAMLSource.byteOrderMark) else {
                let position = SettingsPosition(file: file, line: line, column: column)
                throw SettingsError("not valid YAML: control characters are not allowed", at: position)
            }
            if (0xE000...0xE03F).contains(scalar.value) { used.insert(scalar) }
            column += 1
        }
        guard let star = YAMLSource.stars.first(where: { !used.contains($0) }) else {
            let position = SettingsPosition(file: file, line: 1, column: 1)
            throw SettingsError("the file uses every character of the private use area", at: position)
        }
        var text = String.UnicodeScalarView()
        for scalar in original.unicodeScalars where scalar != YAMLSource.byteOrderMark {
            text.append(scalar == "*" ? star : scalar)
        }
        self.star = star
        self.text = YAMLSource.stable(String(text))
    }

    func restoringStars(in text: String) -> String {
        var restored = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { restored.append(scalar == self.star ? "*" : scalar) }
        return String(restored)
    }

    private static let byteOrderMark: Unicode.Scalar = "\u{FEFF}"
    private static let stars: [Unicode.Scalar] = (0xE000...0xE03F).compactMap { Unicode.Scalar($0 as UInt32) }

    /// What YAML 1.1 calls printable.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Yams keeps a pointer to the text's bytes. A very short string lies in its own variable and has no lasting place
    /// unless it was given more room than it needs.
    private static func stable(_ text: String) -> String {
        var text = text
        text.reserveCapacity(max(64, text.utf8.count))
        return text
    }
}
