import TocsinModel

/// What must hold for incidents at all times. Tests ask after every event; in production it is looked at once a
/// minute, and what is found is put right: an incident without a future would be an incident that nobody hears of.
extension Engine {
    func checkIncidents(_ broken: inout [String]) {
        for (id, incident) in self.incidents {
            let name = "INC-\(incident.reference)"
            broken += self.contradictions(in: incident).map { "\(name) \($0)" }
            if self.lacksFuture(incident) { broken.append("\(name) has no future") }
            if self.incidentIndex.dues[id] != self.nextDue(of: incident) { broken.append("\(name) has a wrong timer") }
            if incident.isOpen && self.incidentIndex.open[incident.correlation] != id {
                broken.append("\(name) cannot be found by what it is about")
            }
            if self.incidentIndex.references[incident.reference] != id {
                broken.append("\(name) cannot be found by its name")
            }
            let members = self.groups.lazy.filter { $0.row.incident == id }.map { $0.key }
            if !self.incidentIndex.groups(of: id).elementsEqual(members) { broken.append("\(name) has lost a group") }
        }
        if self.incidentIndex.references.count != self.incidents.count { broken.append("an incident has two names") }
    }

    private func contradictions(in incident: Incident) -> [String] {
        var found: [String] = []
        if (incident.status == .acknowledged) != (incident.acknowledgement != nil) && incident.isOpen {
            found.append("is \(incident.status), and its acknowledgement says otherwise")
        }
        if (incident.status == .resolved) != (incident.resolution != nil) {
            found.append("is \(incident.status), and its resolution says otherwise")
        }
        if incident.status != .triggered && incident.escalation.nextAt != nil {
            found.append("is \(incident.status) and goes on calling")
        }
        if incident.mergedInto != nil && incident.isOpen { found.append("is merged and open") }
        if (incident.escalation.state == .active) != (incident.escalation.nextAt != nil) {
            found.append("is \(incident.escalation.state) in its escalation with a next step or without")
        }
        return found
    }

    /// Whether nothing would ever happen to somebody who is waiting.
    private func lacksFuture(_ incident: Incident) -> Bool {
        guard incident.isCalling else { return false }
        switch incident.escalation.state {
        case .active: return incident.escalation.nextAt == nil
        case .paused, .stopped: return true
        case .exhausted: return false
        // Its response target, and after that the reminders of its route.
        case .none: return false
        }
    }

    /// Gives incidents without a future one.
    mutating func auditIncidents() {
        guard self.auditedAt.map({ self.now - $0 >= .seconds(60) || self.now < $0 }) ?? true else { return }
        self.auditedAt = self.now
        for (id, incident) in self.incidents where incident.isOpen {
            if self.lacksFuture(incident) {
                let now = self.now
                self.amend(id) { incident in
                    incident.escalation.state = incident.escalation.policy == nil ? .none : .active
                    incident.escalation.nextAt = incident.escalation.policy == nil ? nil : now
                    incident.touch()
                }
                self.noteOnTimeline(id, .repaired, by: .timer)
                self.note(.incidentRepaired(id))
            }
            if self.incidentIndex.dues[id] != self.nextDue(of: incident) { self.schedule(id) }
        }
    }
}
