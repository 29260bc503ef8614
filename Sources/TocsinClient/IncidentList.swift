public import TocsinJSON
public import TocsinModel

/// Incidents for people: what nobody has yet comes first, the most urgent before the others, the newest before the old.
public struct IncidentList: Sendable {
    public let incidents: [ListedIncident]
    /// What the server said.
    public let json: JSONValue

    /// - Parameter json: the answer of `GET /api/v1/incidents`.
    public init(_ json: JSONValue) {
        self.json = json
        let statuses = ["triggered", "acknowledged"]
        func rank(_ incident: ListedIncident) -> (Int, String, Int64) {
            let status = statuses.firstIndex(of: incident.status) ?? statuses.count
            // What is over is listed by time alone.
            let priority = status == statuses.count ? "" : incident.priority
            return (status, priority, -incident.triggeredAt.nanosecondsSince1970)
        }
        self.incidents = (json["data"]?.array ?? []).map(ListedIncident.init).sorted { rank($0) < rank($1) }
    }

    /// Their names, one a line.
    public var references: String { self.incidents.map { Terminal.text($0.reference) + "\n" }.joined() }

    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        if format == .json { return self.json.line }
        if self.incidents.isEmpty { return "No incidents.\n" }
        let isWide = format == .wide
        var table = TextTable(
            ["Incident", "Pri", "Status", "Since", "Due", "Who", "Firing"]
                + (isWide ? ["Severity", "Escalation", "Held Back By", "Labels"] : []) + ["Title"])
        for incident in self.incidents {
            let due = incident.due(at: times)
            let more = isWide ? self.more(incident, times) : []
            table.add(
                [
                    TextTable.Cell(incident.reference, .strong),
                    TextTable.Cell(incident.priority, incident.priority == "P1" ? .red : .plain),
                    TextTable.Cell(incident.status, incident.look),
                    TextTable.Cell(times.relative(incident.triggeredAt)),
                    TextTable.Cell(due.text, due.look), TextTable.Cell(incident.owner),
                    TextTable.Cell("\(incident.alerts.firing)"),
                ] + more + [TextTable.Cell(incident.title)])
        }
        return table.text(colours) + self.footer(colours)
    }

    private func more(_ incident: ListedIncident, _ times: TimeText) -> [TextTable.Cell] {
        let escalation = incident.escalation
        let next = escalation.nextAt.map { ", next \(times.relative($0))" } ?? ""
        let labels = (incident.json["labels"]?.pairs ?? []).map { "\($0.name)=\($0.value)" }
        return [
            TextTable.Cell(incident.severity),
            TextTable.Cell(escalation.policy.map { "\($0) \(escalation.state)\(next)" } ?? ""),
            TextTable.Cell(incident.suppressedBy.joined(separator: ", ")),
            TextTable.Cell(labels.joined(separator: " ")),
        ]
    }

    /// How many wait for somebody, and whether there are more than are listed.
    private func footer(_ colours: Colours) -> String {
        var words: [String] = []
        if let counts = self.json["counts"] {
            words.append("\(counts["triggered"]?.integer ?? 0) triggered")
            words.append("\(counts["acknowledged"]?.integer ?? 0) acknowledged")
        }
        if self.json["next_cursor"]?.string != nil { words.append("more are there: --limit") }
        return words.isEmpty ? "" : colours.text(words.joined(separator: ", "), .faint) + "\n"
    }
}

/// Which incidents are asked for.
public struct IncidentQuery: Sendable {
    /// Open ones, if there are none.
    public var statuses: [String] = []
    public var includesResolved = false
    public var priorities: [String] = []
    public var matchers: [Matcher] = []
    public var since: Timestamp?
    public var until: Timestamp?
    public var words: String?
    public var assignee: String?
    /// How many at most.
    public var limit = 50

    /// What one request may ask for.
    private static let pageSize = 200
    public static let maximumLimit = 10_000
    /// A page may be short, or empty, and still lead to another one; but not without end.
    private static let maximumPages = 1000

    public init() {}

    private func parameters(limit: Int) throws(ClientFailure) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        let known = ["triggered", "acknowledged", "resolved"]
        let statuses = self.statuses.isEmpty ? Array(known.prefix(self.includesResolved ? 3 : 2)) : self.statuses
        for status in statuses where !known.contains(status) {
            throw .usage("a status is one of \(known.joined(separator: ", ")), not \(status)")
        }
        parameters.append(("status", statuses.joined(separator: ",")))
        var priorities: [String] = []
        for word in self.priorities {
            guard let priority = Priority(word) else { throw .usage("a priority is one of P1 to P4, not \(word)") }
            priorities.append("\(priority)")
        }
        if !priorities.isEmpty { parameters.append(("priority", priorities.joined(separator: ","))) }
        parameters += self.matchers.map { ("matcher", $0.description) }
        if let since { parameters.append(("since", since.rfc3339)) }
        if let until { parameters.append(("until", until.rfc3339)) }
        if let words { parameters.append(("q", words)) }
        if let assignee { parameters.append(("assignee", assignee)) }
        parameters.append(("limit", "\(limit)"))
        return parameters
    }

    /// Asks a server, page by page if it must; the answers as if they had been one.
    public func list(by client: Client) async throws(ClientFailure) -> IncidentList {
        guard (1...IncidentQuery.maximumLimit).contains(self.limit) else {
            throw .usage("the limit is a number from 1 to \(IncidentQuery.maximumLimit)")
        }
        // A cursor goes with the question that it answers, and the limit may be part of it.
        let parameters = try self.parameters(limit: min(self.limit, IncidentQuery.pageSize))
        var answer = try await client.get("/api/v1/incidents", query: parameters)
        var incidents = answer["data"]?.array ?? []
        for _ in 0..<IncidentQuery.maximumPages {
            guard incidents.count < self.limit, let cursor = answer["next_cursor"]?.string else { break }
            let page = try await client.get("/api/v1/incidents", query: parameters + [("cursor", cursor)])
            answer = answer.with("next_cursor", page["next_cursor"])
            incidents += page["data"]?.array ?? []
        }
        return IncidentList(answer.with("data", .array(incidents)))
    }
}
