import TocsinClient
import TocsinJSON

/// An explanation for people: first what is the matter, in sentences, then what that is concluded from.
struct ExplanationPage {
    private let answer: JSONValue

    init(_ answer: JSONValue) { self.answer = answer }

    var text: String {
        var lines: [String] = []
        for explanation in self.answer["explanations"]?.array ?? [] {
            if !lines.isEmpty { lines.append("") }
            lines += self.lines(explanation)
        }
        if self.answer["truncated"]?.bool == true {
            let total = self.answer["total"]?.integer ?? 0
            lines += ["", "\(total) alerts have these labels; name more of them to see the others."]
        }
        return lines.map { Terminal.text($0) + "\n" }.joined()
    }

    private func lines(_ explanation: JSONValue) -> [String] {
        let labels = (explanation["labels"]?.members ?? []).map { "\($0.name)=\($0.value.string ?? "")" }
        let status = explanation["alert"]?["status"]?.string ?? "not there"
        var lines = ["\(labels.joined(separator: " ")) (\(status), \(explanation["fingerprint"]?.string ?? ""))"]
        let routes = explanation["routes"]?.array ?? []
        for route in routes {
            let sentences = (route["destinations"]?.array ?? []).compactMap { $0["text"]?.string }
            for sentence in sentences.isEmpty ? [route["text"]?.string ?? ""] : sentences {
                lines.append("  \(sentence)")
            }
        }
        if let dropped = explanation["dropped"]?["text"]?.string { lines.append("  Not long ago \(dropped).") }
        for route in routes { lines += self.lines(route: route) }
        return lines
    }

    private func lines(route: JSONValue) -> [String] {
        var lines = ["", "  Receiver \(route["receiver"]?.string ?? ""), by the route"]
        for (depth, step) in (route["path"]?.array ?? []).enumerated() {
            let matchers = (step["matchers"]?.array ?? []).compactMap(\.string)
            let place = step["line"]?.integer.map { " (line \($0))" } ?? ""
            let indent = String(repeating: "  ", count: depth + 2)
            lines.append("\(indent)\(matchers.isEmpty ? "everything" : matchers.joined(separator: ", "))\(place)")
        }
        let group = route["group"]
        lines.append("  Group \(group?["key"]?.string ?? "")")
        if let made = group?["made_at"]?.string {
            lines.append("    made \(made), \(group?["alerts"]?.integer ?? 0) alerts")
        } else {
            lines.append("    is not there")
        }
        let rhythm = ["group_wait", "group_interval", "repeat_interval"].map { "\($0) \(route[$0]?.string ?? "")" }
        lines.append("    \(rhythm.joined(separator: ", "))")
        lines.append("    next flush \(group?["next_flush_at"]?.string ?? "")")
        for destination in route["destinations"]?.array ?? [] {
            guard let time = destination["next_reminder_at"]?.string else { continue }
            lines.append("    next reminder to \(destination["integration"]?.string ?? "") \(time)")
        }
        return lines + self.history(route)
    }

    /// What happened, in its order.
    private func history(_ route: JSONValue) -> [String] {
        var events: [(time: String, text: String)] = []
        for flush in route["flushes"]?.array ?? [] {
            let counts = ["firing", "resolved", "inhibited", "silenced", "muted"].compactMap { name -> String? in
                guard let count = flush[name]?.integer, count > 0 else { return nil }
                return "\(count) \(name)"
            }
            let times = flush["times"]?.integer ?? 1
            let again = times > 1 ? ", \(times) times until \(flush["last_at"]?.string ?? "")" : ""
            let seen = counts.isEmpty ? "nothing" : counts.joined(separator: ", ")
            events.append((flush["first_at"]?.string ?? "", "flush: \(seen)\(again)"))
        }
        for message in route["messages"]?.array ?? [] {
            let attempts = message["attempts"]?.integer ?? 0
            let tries = attempts > 1 ? " after \(attempts) attempts" : ""
            let error = message["error"]?.string.map { ": \($0)" } ?? ""
            let text = [
                "message to \(message["integration"]?.string ?? "") (\(message["reason"]?.string ?? "")):",
                "\(message["state"]?.string ?? "")\(tries)\(error)",
            ]
            events.append((message["decided_at"]?.string ?? "", text.joined(separator: " ")))
        }
        if events.isEmpty { return ["  Nothing has happened in it since the server began."] }
        let sorted = events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        return ["  What happened"] + sorted.map { "    \($0.element.time)  \($0.element.text)" }
    }
}
