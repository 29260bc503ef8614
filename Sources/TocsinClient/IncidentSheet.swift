public import TocsinJSON
import TocsinModel

/// One incident with all that somebody wants to know who was woken by it.
public struct IncidentSheet: Sendable {
    private let incident: ListedIncident
    private let plan: CallingPlan
    /// Where the server is, for the link.

    /// - Parameter json: the answer of `GET /api/v1/incidents/{id}`, with its parts expanded or without.
    public init(_ json: JSONValue, plan: CallingPlan) {
        self.incident = ListedIncident(json)
        self.plan = plan
    }

    public func text(times: TimeText, colours: Colours) -> String {
        let incident = self.incident
        let line = [
            colours.text(Terminal.text(incident.reference), .strong),
            colours.text(Terminal.text(incident.priority), incident.priority == "P1" ? .red : .strong),
            colours.text(Terminal.text(incident.status), incident.look), Terminal.text(incident.title),
        ]
        var text = line.joined(separator: "  ") + "\n\n"
        var facts = Facts(colours)
        self.addTimes(to: &facts, times)
        self.addPeople(to: &facts, times)
        self.addWhat(to: &facts, times)
        text += facts.text
        let expanded = incident.json["expanded"] ?? incident.json
        text += self.alerts(expanded["alerts"]?.array ?? [], times, colours)
        text += self.timeline(expanded["timeline"]?.array ?? [], times, colours)
        let sent = NotificationList(expanded["notifications"] ?? .null, ofOneIncident: true)
        if !sent.isEmpty { text += "\n" + sent.text(.table, times: times, colours: colours) }
        return text
    }

    // MARK: Facts

    /// Names and what they stand for, one below the other.
    private struct Facts {
        private let colours: Colours
        private(set) var text = ""

        init(_ colours: Colours) { self.colours = colours }

        mutating func add(_ name: String, _ value: String, _ look: Look = .plain) {
            guard !value.isEmpty else { return }
            let blanks = String(repeating: " ", count: max(1, 14 - name.count))
            self.text += "  \(self.colours.text(name, .faint))\(blanks)"
            self.text += self.colours.text(Terminal.text(value), look) + "\n"
        }
    }

    private func addTimes(to facts: inout Facts, _ times: TimeText) {
        let incident = self.incident
        facts.add("triggered", times.both(incident.triggeredAt))
        if incident.isTriggered, let respondBy = incident.respondBy {
            let due = incident.due(at: times)
            facts.add("respond by", "\(times.clock(respondBy)) (\(due.text))", due.look)
        } else if incident.isBreached {
            facts.add("respond by", "nobody did in time", .red)
        }
        if let resolvedAt = incident.resolvedAt {
            let reason = incident.json["resolution"]?["reason"]?.string.map { ", by \($0)" } ?? ""
            facts.add("resolved", times.both(resolvedAt) + reason, .green)
        }
    }

    private func addPeople(to facts: inout Facts, _ times: TimeText) {
        let incident = self.incident
        if let acknowledgement = incident.acknowledgement {
            var text = acknowledgement.name
            if !acknowledgement.via.isEmpty { text += " (\(acknowledgement.via))" }
            if let at = incident.acknowledgedAt { text += ", since \(times.both(at))" }
            facts.add("taken by", text, incident.status == "acknowledged" ? .yellow : .plain)
            facts.add("also by", acknowledgement.alsoBy.joined(separator: ", "))
            if incident.resolvedAt == nil, let expiry = acknowledgement.expiresAt {
                facts.add(acknowledgement.isSnooze ? "sleeps until" : "lapses", times.both(expiry))
            }
        } else if incident.isTriggered {
            facts.add("taken by", "nobody", .alarm)
        }
        facts.add("assigned to", incident.assignees.joined(separator: ", "))
        if let next = self.plan.next(for: incident, at: times) {
            facts.add("next", next, incident.escalation.state == "exhausted" ? .alarm : .plain)
        }
        if let policy = incident.escalation.policy {
            let escalation = incident.escalation
            facts.add(
                "escalation", "\(policy), \(escalation.state), step \(escalation.level) of round \(escalation.round)")
        }
    }

    private func addWhat(to facts: inout Facts, _ times: TimeText) {
        let incident = self.incident
        let alerts = incident.alerts
        var counts = "\(alerts.firing) firing"
        if alerts.suppressed > 0 { counts += ", \(alerts.suppressed) held back" }
        if alerts.resolved > 0 { counts += ", \(alerts.resolved) resolved" }
        facts.add("alerts", counts)
        facts.add("held back by", incident.suppressedBy.joined(separator: ", "), .yellow)
        facts.add("severity", incident.severity)
        let labels = (incident.json["labels"]?.pairs ?? []).map { "\($0.name)=\($0.value)" }
        facts.add("labels", labels.joined(separator: " "))
        if incident.json["is_flapping"]?.bool == true { facts.add("flapping", "comes and goes", .yellow) }
        facts.add("before it", incident.json["previous_incident"]?.string ?? "")
        facts.add("merged into", incident.json["merged_into"]?.string ?? "")
        for reference in incident.json["external_refs"]?.array ?? [] {
            facts.add(reference["kind"]?.string ?? "elsewhere", reference["url"]?.string ?? "")
        }
    }

    // MARK: Lists

    private func alerts(_ alerts: [JSONValue], _ times: TimeText, _ colours: Colours) -> String {
        if alerts.isEmpty { return "" }
        var table = TextTable(["Alert", "Labels", "Since", "State", "Summary"])
        for alert in alerts {
            let labels = alert["labels"]?.pairs ?? []
            let name = labels.first { $0.name == "alertname" }?.value ?? ""
            let others = labels.filter { $0.name != "alertname" }.map { "\($0.name)=\($0.value)" }
            let state = alert["status"]?.string ?? ""
            table.add([
                TextTable.Cell(name), TextTable.Cell(others.joined(separator: " ")),
                TextTable.Cell(alert["starts_at"]?.time.map { times.relative($0) } ?? ""),
                TextTable.Cell(state, state == "firing" ? .red : state == "resolved" ? .green : .yellow),
                TextTable.Cell(alert["annotations"]?["summary"]?.string ?? ""),
            ])
        }
        return "\n" + table.text(colours)
    }

    private func timeline(_ entries: [JSONValue], _ times: TimeText, _ colours: Colours) -> String {
        if entries.isEmpty { return "" }
        var table = TextTable(["When", "Who", "What"])
        for entry in entries.map({ TimelineLine($0, times) }) {
            table.add([
                TextTable.Cell(entry.at.map { times.both($0) } ?? "", .faint), TextTable.Cell(entry.actor),
                TextTable.Cell(entry.words, entry.look),
            ])
        }
        return "\n" + table.text(colours)
    }
}

/// A line of an incident's history in words.
struct TimelineLine {
    let at: Timestamp?
    let words: String
    /// Empty for what nobody did.
    let actor: String
    let look: Look

    private static let alarming: Set<String> = [
        "response_breached", "escalation_exhausted", "acknowledgement_expired", "notification_dead",
        "notification_refused", "target_missing",
    ]

    /// What one must know comes first; what only programs need is left out.
    private static let order = ["integration", "notified", "reason", "error"]
    private static let unsaid: Set<String> = ["notification"]

    init(_ json: JSONValue, _ times: TimeText) {
        let kind = json["kind"]?.string ?? ""
        self.at = json["at"]?.time
        let details = (json["details"]?.pairs ?? []).filter { !TimelineLine.unsaid.contains($0.name) }
        let title = kind.split(separator: "_").joined(separator: " ")
        if kind == "note", let note = details.first(where: { $0.name == "note" }) {
            self.words = "“\(note.value)”"
        } else {
            let first = TimelineLine.order.flatMap { name in details.filter { $0.name == name } }
            let said = (first + details.filter { !TimelineLine.order.contains($0.name) }).map { detail in
                let value = Timestamp(rfc3339: detail.value).map { times.clock($0) } ?? detail.value
                return "\(detail.name.split(separator: "_").joined(separator: " ")) \(value)"
            }
            self.words = said.isEmpty ? title : "\(title): \(said.joined(separator: ", "))"
        }
        let name = json["actor"]?["kind"]?.string == "system" ? "" : json["actor"]?["id"]?.string ?? ""
        let via = json["actor"]?["via"]?.string.map { " (\($0))" } ?? ""
        self.actor = name.isEmpty ? "" : name + via
        self.look = TimelineLine.alarming.contains(kind) ? .red : .plain
    }
}
