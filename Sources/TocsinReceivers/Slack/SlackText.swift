/// Slack's markup, in which `<!channel>` calls everybody, `<@U1>` calls a person and `<https://…|text>` is a link.
///
/// Alertmanager sends what labels and annotations say as it is, and people rely on that: runbook links in annotations
/// are written in this markup. But whoever may post an alert must not be able to wake a whole channel. So before a
/// message is rendered, the values (not the templates) lose what makes a mention: `<!` and `<@` become `&lt;!` and
/// `&lt;@`, which Slack shows as `<!` and `<@`. Links stay. A template that wants to mention whom a label names writes
/// the mark itself: `<@{{ .CommonLabels.owner }}>`.
enum SlackText {
    /// A text that a sender of alerts has chosen, without anything that would be a mention.
    ///
    /// - Parameter linksNames: whether Slack is asked to turn `@channel` into a mention, too (`link_names`).
    static func neutralized(_ value: String, linksNames: Bool) -> String {
        let scalars = Array(value.unicodeScalars)
        guard scalars.contains(where: { $0 == "<" || $0 == "!" || $0 == "@" }) else { return value }
        var result = ""
        // Behind a template's own `<` a value of `!channel` would be a mention as well.
        if self.beginsMention(value) { result += "\(self.wordJoiner)" }
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            // At the end, because the value that stands next in the message may go on with `!channel>`.
            if scalar == "<", next == "!" || next == "@" || next == nil {
                result += "&lt;"
                continue
            }
            result.unicodeScalars.append(scalar)
            if linksNames, scalar == "@", self.namesEverybody(scalars[(index + 1)...]) {
                result += "\(self.wordJoiner)"
            }
        }
        return result
    }

    /// Takes no room and breaks no line, but Slack no longer reads what it stands in as one word.
    private static let wordJoiner: Unicode.Scalar = "\u{2060}"

    private static let groups = ["channel", "here", "everyone", "group"]

    private static func beginsMention(_ value: String) -> Bool {
        var rest = Substring(value).unicodeScalars
        switch rest.popFirst() {
        case "!": return (self.groups + ["subteam", "date"]).contains { String(rest).lowercased().hasPrefix($0) }
        case "@":
            let isPerson = rest.first == "U" || rest.first == "W"
            return isPerson && rest.prefix(4).allSatisfy { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
        default: return false
        }
    }

    private static func namesEverybody(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        var word = ""
        word.unicodeScalars.append(contentsOf: rest.prefix(8))
        return self.groups.contains { word.lowercased().hasPrefix($0) }
    }

    /// Text that shows as it is, whatever it contains.
    ///
    /// - Parameter maximumLength: in UTF-16 units after escaping, the largest of the counts that Slack may mean. Cut
    ///   between characters, never inside an escape.
    static func escaped(_ text: String, maximumLength: Int = .max) -> String {
        var result = ""
        var length = 0
        for character in text {
            let shown =
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(character)
                }
            length += shown.utf16.count
            guard length < maximumLength else { return result + "…" }
            result += shown
        }
        return result
    }
}
