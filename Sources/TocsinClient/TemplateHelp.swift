import TocsinReceivers

/// What templates can be made of, for a terminal.
public enum TemplateHelp {
    /// Everything, or what has a word in its name or its description; empty if nothing has.
    public static func text(matching word: String?, colours: Colours) -> String {
        let sections: [(title: String, entries: [TemplateReference.Entry])] = [
            ("The notification, which is the dot", TemplateReference.data),
            ("An alert, as in {{ range .Alerts }}", TemplateReference.alert),
            ("Functions", TemplateReference.functions),
            ("Functions of the template language", TemplateReference.languageFunctions),
        ]
        let wanted = word?.lowercased()
        return sections.compactMap { section -> String? in
            let entries = section.entries.filter { entry in
                guard let wanted else { return true }
                return entry.name.lowercased().contains(wanted) || entry.doc.lowercased().contains(wanted)
            }
            guard !entries.isEmpty else { return nil }
            let lines = entries.map { self.text($0, colours: colours) }.joined()
            return "\(colours.text(section.title, .strong))\n\(lines)"
        }
        .joined(separator: "\n")
    }

    private static func text(_ entry: TemplateReference.Entry, colours: Colours) -> String {
        let result = entry.result.map { "  \(colours.text("→", .faint))  \(Terminal.text($0))" } ?? ""
        return "  \(colours.text(entry.name, .strong))  \(entry.doc)\n      \(entry.example)\(result)\n"
    }
}
