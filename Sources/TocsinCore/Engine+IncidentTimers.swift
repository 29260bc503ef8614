import TocsinModel

/// What falls due for an incident. Its due times are fields of its row; there is one timer for the earliest of them.
extension Engine {
    /// Sets the incident's timer to the earliest of its due times.
    mutating func schedule(_ id: ID<Incident>) {
        let due = self.incidents[id].flatMap { self.nextDue(of: $0) }
        let before = self.incidentIndex.dues[id]
        if due == before { return }
        if let before { self.timers.cancel(.incident, id.number, at: before) }
        if let due { self.timers.set(.incident, id.number, at: due) }
        self.incidentIndex.dues[id] = due
    }

    func nextDue(of incident: Incident) -> Timestamp? {
        var dues: [Timestamp?] = [incident.flapping.holdUntil]
        switch incident.status {
        case .triggered:
            if incident.suppression == nil {
                dues += [incident.escalation.nextAt, incident.escalation.checkPagesAt, incident.response.dueSoonAt]
                if !incident.response.isBreached { dues.append(incident.response.respondBy) }
            }
        case .acknowledged:
            dues += [incident.acknowledgement?.expiresAt, incident.acknowledgement?.remindAt]
        case .resolved:
            dues = [incident.resolution?.heldUntil]
        }
        if incident.isOpen, self.routing.incidents.staleAfter > .zero {
            dues.append(incident.lastNewsAt + self.routing.incidents.staleAfter)
        }
        return dues.compactMap { $0 }.min()
    }

    /// Whether somebody has the group's incident, or has ended it: nobody is reminded then.
    func isOwned(_ group: Group) -> Bool {
        guard let incident = group.incident.flatMap({ self.incidents[$0] }) else { return false }
        return incident.status == .acknowledged || incident.resolution?.heldUntil != nil
    }

    /// The incident's timer fires: what is overdue happens, one step of the escalation at most.
    mutating func runIncident(_ id: ID<Incident>) {
        self.incidentIndex.dues[id] = nil
        guard let incident = self.incidents[id] else { preconditionFailure("a timer without its incident") }
        switch incident.status {
        case .triggered:
            // A silence made a moment ago holds back the very next step.
            self.reviewSuppression(of: id)
            self.watchResponse(id)
            self.runEscalation(id)
            self.runPageCheck(id)
        case .acknowledged:
            self.runAcknowledgement(id)
        case .resolved:
            self.runManualHold(id)
        }
        self.runHoldDown(id)
        self.runStaleness(id)
        self.schedule(id)
    }

    private mutating func runEscalation(_ id: ID<Incident>) {
        guard let incident = self.incidents[id], incident.isCalling, incident.escalation.state == .active,
            let next = incident.escalation.nextAt, next <= self.now
        else { return }
        self.escalate(id, by: .timer)
    }

    private mutating func runPageCheck(_ id: ID<Incident>) {
        guard let incident = self.incidents[id], incident.isCalling, let check = incident.escalation.checkPagesAt,
            check <= self.now
        else { return }
        self.amend(id) { $0.escalation.checkPagesAt = nil }
        if self.isAnythingStuck(incident) { self.fallBack(id, reason: "a page is not out after a minute") }
    }

    private mutating func runAcknowledgement(_ id: ID<Incident>) {
        guard let acknowledgement = self.incidents[id]?.acknowledgement else { return }
        if let expires = acknowledgement.expiresAt, expires <= self.now {
            self.noteOnTimeline(
                id, .acknowledgementExpired, by: .timer,
                ["by": acknowledgement.by.name, "kind": acknowledgement.kind.rawValue]
            )
            self.note(.acknowledgementExpired(id))
            self.retrigger(id, by: .timer, kind: nil)
            self.remind(id)
            return
        }
        if let reminder = acknowledgement.remindAt, reminder <= self.now {
            self.amend(id) { $0.acknowledgement?.remindAt = nil }
            self.noteOnTimeline(id, .acknowledgementReminder, by: .timer, ["to": acknowledgement.by.name])
            self.askOwner(of: id)
        }
    }

    /// A person resolved it, alerts went on all the while: that is a new incident now.
    private mutating func runManualHold(_ id: ID<Incident>) {
        guard let held = self.incidents[id]?.resolution?.heldUntil, held <= self.now else { return }
        self.amend(id) { incident in
            incident.resolution?.heldUntil = nil
            incident.resolution?.stillFiring = .empty
        }
        self.flushNow(id)
    }

    private mutating func runHoldDown(_ id: ID<Incident>) {
        guard let incident = self.incidents[id], incident.isOpen, let hold = incident.flapping.holdUntil,
            hold <= self.now
        else { return }
        self.amend(id) { $0.flapping.holdUntil = nil }
        if self.incidentIndex.firing(in: id).total == 0 { self.resolve(id, by: .alerts, reason: .alerts) }
    }

    private mutating func runStaleness(_ id: ID<Incident>) {
        let limit = self.routing.incidents.staleAfter
        guard limit > .zero, let incident = self.incidents[id], incident.isOpen,
            incident.lastNewsAt + limit <= self.now
        else { return }
        self.resolve(id, by: .timer, reason: .stale)
    }

    /// The groups of an incident are flushed in this turn, and their receivers reminded whether it is time or not.
    mutating func remind(_ id: ID<Incident>) {
        for group in self.incidentIndex.groups(of: id) { self.reminded.insert(group) }
        self.flushNow(id)
    }

    private mutating func flushNow(_ id: ID<Incident>) {
        let due = max(self.now, self.speaksFrom)
        for group in self.incidentIndex.groups(of: id) {
            guard let known = self.groups[group], known.dueAt > due else { continue }
            self.timers.cancel(.group, group.number, at: known.dueAt)
            self.groups.change(group) { $0.dueAt = due }
            self.timers.set(.group, group.number, at: due)
        }
    }
}

// MARK: - The clock, the start, the past

extension Engine {
    /// Due times move with the clock, so that a step neither delays nor hurries a page.
    mutating func stepIncidents(by step: Duration) {
        for id in self.incidents.keys { self.incidents.change(id) { $0.move(by: step) } }
        self.incidentIndex.dues = [:]
        for id in self.incidents.keys { self.schedule(id) }
    }

    /// Finds again what rows of incidents and groups say of each other.
    mutating func deriveIncidents() {
        for (id, due) in self.incidentIndex.dues { self.timers.cancel(.incident, id.number, at: due) }
        let openings = self.incidentIndex.openings
        self.incidentIndex = IncidentIndex()
        self.incidentIndex.openings = openings
        for (_, incident) in self.incidents { self.incidentIndex.insert(incident) }
        for (id, group) in self.groups {
            guard let incident = group.incident, self.incidents.contains(incident) else { continue }
            self.incidentIndex.attach(id, to: incident)
            self.incidentIndex.count(self.firingCounts(in: group), of: id, in: incident)
        }
        for id in self.incidents.keys { self.schedule(id) }
    }

    func firingCounts(in group: Group) -> FiringCounts {
        var counts = FiringCounts.zero
        guard let route = group.route.map({ self.routing.routes[$0] }), route.incident else { return counts }
        for fingerprint in group.members where !group.departed.contains(fingerprint) {
            guard let known = self.alerts[fingerprint], !known.hasEnded else { continue }
            counts.count(self.priority(of: known, on: route))
        }
        return counts
    }

    /// Lets incidents go that have ended long ago; their rows stay on the disk for as long as the configuration says.
    mutating func clearIncidents() {
        let kept = max(
            Engine.incidentMemory, self.routing.incidents.reopenWindow, self.routing.incidents.manualResolveHold)
        for (id, incident) in self.incidents {
            guard let resolution = incident.resolution, !incident.isOpen, resolution.at + kept <= self.now,
                self.incidentIndex.groups(of: id).isEmpty, !self.hasPages(id)
            else { continue }
            if let due = self.incidentIndex.dues[id] { self.timers.cancel(.incident, id.number, at: due) }
            self.incidentIndex.remove(incident)
            self.lastHeldPriority[id] = nil
            self.incidents.unload(id)
        }
        for (key, request) in self.pastRequests where request.at + .seconds(86400) <= self.now {
            self.pastRequests.remove(key)
        }
        if self.lastReference > 0, self.forgottenAt.map({ self.now - $0 >= .seconds(86400) }) ?? true {
            self.forgottenAt = self.now
            self.forgetIncidentsBefore = self.now - self.routing.incidents.retention
        }
    }

    /// How long an incident that ended stays in memory.
    public static let incidentMemory = Duration.seconds(86400)
}

extension Incident {
    /// Moves what waits; what has happened stays where it was, but for what the waits of an open incident count from.
    fileprivate mutating func move(by step: Duration) {
        if self.isOpen {
            self.triggeredAt += step
            self.response.respondBy += step
            self.response.dueSoonAt? += step
            self.lastNewsAt += step
        }
        self.suppression?.since += step
        self.acknowledgement?.expiresAt? += step
        self.acknowledgement?.remindAt? += step
        self.escalation.nextAt? += step
        self.escalation.checkPagesAt? += step
        self.flapping.holdUntil? += step
        self.flapping.returns = self.flapping.returns.map { $0 + step }
        self.resolution?.heldUntil? += step
        self.resolution?.at += step
    }
}
