/// What senders of alerts wrote, made harmless for a place where some of it would mean more than it says.
///
/// Alertmanager sends labels and annotations as they are, and people rely on the markup in them. But whoever may post
/// an alert must not be able to call a whole channel. So the values, never the templates, lose what makes a mention: a
/// word joiner, which takes no room, stands behind the `@`.
enum SenderText {
    /// A value without mentions of everybody.
    ///
    /// - Parameters:
    ///   - groups: the words that call everybody when `@` stands before them.
    ///   - marks: what makes a mention of anybody when it stands behind `<`: `@` in Discord and Webex.
    static func withoutMentions(_ value: String, of groups: [String], marks: [Unicode.Scalar] = []) -> String {
        guard value.unicodeScalars.contains(where: { $0 == "@" || $0 == "<" }) else { return value }
        let scalars = Array(value.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            result.append(scalar)
            let rest = scalars[(index + 1)...]
            if scalar == "<", !marks.isEmpty, rest.first.map({ marks.contains($0) }) ?? true {
                result.append(self.wordJoiner)
            } else if scalar == "@", self.begins(rest, with: groups) {
                result.append(self.wordJoiner)
            }
        }
        return String(result)
    }

    private static let wordJoiner: Unicode.Scalar = "\u{2060}"

    /// Also where the value ends in the middle of the word, because the value that stands next may go on with it.
    private static func begins(_ rest: ArraySlice<Unicode.Scalar>, with groups: [String]) -> Bool {
        var text = ""
        text.unicodeScalars.append(contentsOf: rest.prefix(16))
        let word = text.lowercased()
        return groups.contains { word.hasPrefix($0) || (rest.count < 16 && $0.hasPrefix(word)) }
    }

    /// A value for a text that is read as HTML.
    static func escapedForHTML(_ value: String) -> String {
        var result = ""
        result.reserveCapacity(value.utf8.count)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&#34;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
