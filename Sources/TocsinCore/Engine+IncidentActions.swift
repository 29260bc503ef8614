import TocsinModel

/// What people do with incidents. Repeats change nothing and are no error; what is impossible is refused, and then
/// nothing has changed (`docs/incidents.md` has the table).
extension Engine {
    mutating func obey(_ command: IncidentCommand) throws(Rejection) -> IncidentAnswer {
        if let past = try self.pastAnswer(to: command.request) { return past }
        guard let incident = self.incidents[command.incident] else { throw .unknownIncident }
        if let version = command.version, version != incident.version {
            throw .incidentChanged(command.incident, version: incident.version)
        }
        let changed = try self.carryOut(command, on: incident)
        if changed, let note = command.note, !note.isEmpty {
            self.noteOnTimeline(command.incident, .note, by: command.actor, ["note": note])
        }
        let answer = IncidentAnswer(incident: command.incident, changed: changed)
        self.remember(command.request, answer)
        return answer
    }

    private mutating func carryOut(_ command: IncidentCommand, on incident: Incident) throws(Rejection) -> Bool {
        let (id, actor) = (incident.id, command.actor)
        if incident.mergedInto != nil, !command.action.isNote { throw .incidentMerged(id) }
        switch command.action {
        case .acknowledge(let expiresIn, let extend):
            return try self.acknowledge(incident, by: actor, expiresIn: expiresIn, extend: extend)
        case .unacknowledge:
            if incident.status == .resolved { throw .incidentResolved(id) }
            guard incident.status == .acknowledged else { return false }
            self.retrigger(id, by: actor, kind: .unacknowledged, reason: "manual")
            return true
        case .resolve:
            guard incident.isOpen else { return false }
            self.resolve(id, by: actor, reason: actor.resolveReason)
            return true
        case .reopen: return try self.reopen(incident, by: actor, isAdmin: command.isAdmin)
        case .escalate: return try self.escalate(incident, by: actor)
        case .snooze(let until): return try self.snooze(incident, until: until, by: actor)
        case .setPriority(let priority): return try self.pin(priority, on: incident, by: command)
        case .setTitle(let title): return self.setTitle(title, of: incident, by: actor)
        case .assign(let people): return self.assign(people, to: incident, by: actor)
        case .revise(let revision):
            // What may be refused comes first, so that the rest does not happen without it.
            var changed = false
            switch revision.priority {
            case .at(let priority): changed = try self.pin(priority, on: incident, by: command)
            case .automatic: changed = try self.pin(nil, on: incident, by: command)
            case nil: break
            }
            if let title = revision.title, self.setTitle(title, of: incident, by: actor) { changed = true }
            if let people = revision.assignees, self.assign(people, to: incident, by: actor) { changed = true }
            return changed
        case .note(let text):
            self.noteOnTimeline(id, .note, by: actor, ["note": text])
            return true
        case .merge(let target):
            guard command.isAdmin else { throw .adminOnly }
            return try self.merge(incident, into: target, by: actor)
        case .split(let groups):
            guard command.isAdmin else { throw .adminOnly }
            return try self.split(groups, off: incident, by: actor)
        case .reapplyPolicy: return try self.reapplyPolicy(of: incident, by: actor)
        }
    }

    private mutating func setTitle(_ title: String, of incident: Incident, by actor: Actor) -> Bool {
        if title.utf8.elementsEqual(incident.title.utf8) { return false }
        self.amend(incident.id) { incident in
            incident.title = title
            incident.touch()
        }
        self.noteOnTimeline(incident.id, .titleChanged, by: actor, ["title": title])
        return true
    }

    private mutating func assign(_ people: [String], to incident: Incident, by actor: Actor) -> Bool {
        if people == incident.assignees { return false }
        self.amend(incident.id) { incident in
            incident.assignees = people
            incident.touch()
        }
        self.noteOnTimeline(incident.id, .assigned, by: actor, ["to": people.joined(separator: ", ")])
        return true
    }

    private mutating func acknowledge(
        _ incident: Incident,
        by actor: Actor,
        expiresIn: Duration?,
        extend: Bool
    ) throws(Rejection) -> Bool {
        let id = incident.id
        let target = self.routing.incidents.target(of: incident.priority)
        let expiry = (expiresIn ?? target.ackExpiresAfter).map { self.now + $0 }
        let reminder = target.remindAfter.map { self.now + $0 }.flatMap { $0 < (expiry ?? .distantFuture) ? $0 : nil }
        switch incident.status {
        case .resolved: throw .incidentResolved(id)
        case .triggered:
            self.own(
                incident,
                Incident.Acknowledgement(
                    kind: .ack, by: actor, at: self.now, expiresAt: expiry, remindAt: reminder)
            )
            self.noteOnTimeline(id, .acknowledged, by: actor, Engine.until(expiry))
            return true
        case .acknowledged:
            guard let held = incident.acknowledgement else { preconditionFailure("acknowledged, but by nobody") }
            if held.by.isSamePerson(as: actor) || held.alsoBy.contains(where: { $0.isSamePerson(as: actor) }) {
                guard extend else { return false }
                self.amend(id) { incident in
                    incident.acknowledgement?.expiresAt = expiry
                    incident.acknowledgement?.remindAt = reminder
                    incident.touch()
                }
                self.noteOnTimeline(id, .acknowledgementExtended, by: actor, Engine.until(expiry))
                return true
            }
            if held.alsoBy.count >= Incident.Acknowledgement.shownOthers { return false }
            self.amend(id) { $0.acknowledgement?.alsoBy.append(actor) }
            self.noteOnTimeline(id, .alsoAcknowledged, by: actor)
            return false
        }
    }

    private static func until(_ time: Timestamp?) -> LabelSet { time.map { ["until": $0.rfc3339] } ?? .empty }

    /// Somebody has it: nobody further is called, and pages that wait for their retry are taken back.
    private mutating func own(_ incident: Incident, _ acknowledgement: Incident.Acknowledgement) {
        let now = self.now
        let isFirst = incident.response.firstRespondedAt == nil
        self.amend(incident.id) { incident in
            incident.status = .acknowledged
            incident.acknowledgement = acknowledgement
            if isFirst { incident.response.firstRespondedAt = now }
            incident.touch()
        }
        self.stopEscalation(incident.id)
        self.takeBackPages(of: incident.id)
        self.note(
            .incidentMoved(incident.id, from: incident.status, to: .acknowledged, by: acknowledgement.by.via))
        if isFirst {
            self.note(.incidentAnswered(incident.priority, after: now - incident.firstTriggeredAt))
        }
    }

    private mutating func snooze(_ incident: Incident, until: Timestamp, by actor: Actor) throws(Rejection) -> Bool {
        if incident.status == .resolved { throw .incidentResolved(incident.id) }
        guard until > self.now, until - self.now <= .seconds(30 * 86400) else { throw .invalidSnooze }
        if incident.status == .acknowledged {
            self.amend(incident.id) { incident in
                incident.acknowledgement?.kind = .snooze
                incident.acknowledgement?.expiresAt = until
                incident.acknowledgement?.remindAt = nil
                incident.touch()
            }
        } else {
            self.own(
                incident, Incident.Acknowledgement(kind: .snooze, by: actor, at: self.now, expiresAt: until))
        }
        self.noteOnTimeline(incident.id, .snoozed, by: actor, Engine.until(until))
        return true
    }

    private mutating func escalate(_ incident: Incident, by actor: Actor) throws(Rejection) -> Bool {
        if incident.status == .resolved { throw .incidentResolved(incident.id) }
        guard incident.escalation.policy != nil else { throw .nobodyToEscalateTo }
        if incident.status == .acknowledged {
            let level = incident.escalation.level
            let round = incident.escalation.round
            self.retrigger(incident.id, by: actor, kind: .unacknowledged, reason: "escalated")
            self.amend(incident.id) { incident in
                incident.escalation.level = level
                incident.escalation.round = round
            }
        } else if incident.escalation.state == .exhausted {
            self.beginEscalation(incident.id)
        }
        self.escalate(incident.id, by: actor)
        return true
    }

    private mutating func pin(
        _ priority: Priority?,
        on incident: Incident,
        by command: IncidentCommand
    ) throws(Rejection) -> Bool {
        let actor = command.actor
        if incident.status == .resolved { throw .incidentResolved(incident.id) }
        guard let priority else {
            guard incident.isPriorityPinned else { return false }
            self.amend(incident.id) { incident in
                incident.isPriorityPinned = false
                incident.touch()
            }
            let said = self.incidentIndex.firing(in: incident.id).highest ?? incident.priority
            self.setPriority(said, of: incident.id, by: actor)
            return true
        }
        if incident.priority == priority && incident.isPriorityPinned { return false }
        if incident.priority == .p1 && priority != .p1 && !command.isAdmin { throw .adminOnly }
        self.amend(incident.id) { incident in
            incident.isPriorityPinned = true
            incident.touch()
        }
        self.setPriority(priority, of: incident.id, by: actor)
        return true
    }

    private mutating func reapplyPolicy(of incident: Incident, by actor: Actor) throws(Rejection) -> Bool {
        guard incident.isOpen else { throw .incidentResolved(incident.id) }
        let policy = self.currentPolicy(of: incident)
        if policy == incident.escalation.policy { return false }
        self.amend(incident.id) { incident in
            incident.escalation.policy = policy
            incident.touch()
        }
        if incident.status == .triggered { self.beginEscalation(incident.id) }
        self.noteOnTimeline(incident.id, .policyReapplied, by: actor, ["policy": policy?.name ?? ""])
        return true
    }
}

extension IncidentAction {
    fileprivate var isNote: Bool {
        if case .note = self { return true }
        return false
    }
}

extension Actor {
    fileprivate var resolveReason: Incident.Resolution.Reason {
        switch self.via {
        case .slack: .slack
        case .pagerduty: .pagerduty
        default: .manual
        }
    }
}

// MARK: - Ends and new beginnings

extension Engine {
    mutating func resolve(_ id: ID<Incident>, by actor: Actor, reason: Incident.Resolution.Reason) {
        guard let incident = self.incidents[id], incident.isOpen else { return }
        var resolution = Incident.Resolution(at: self.now, by: actor, reason: reason)
        if reason != .alerts && reason != .merged {
            let firing = self.firingMembers(of: id)
            if !firing.isEmpty {
                resolution.stillFiring = FingerprintSet(firing.lazy.map { $0.alert.fingerprint })
                resolution.heldUntil = self.now + self.routing.incidents.manualResolveHold
            }
        }
        self.amend(id) { incident in
            incident.status = .resolved
            incident.resolution = resolution
            incident.flapping.holdUntil = nil
            incident.suppression = nil
            incident.acknowledgement?.expiresAt = nil
            incident.acknowledgement?.remindAt = nil
            incident.touch()
        }
        self.stopEscalation(id)
        if let ended = self.incidents[id] { self.incidentIndex.insert(ended) }
        self.noteOnTimeline(id, .resolved, by: actor, ["reason": reason.rawValue])
        self.note(.incidentMoved(id, from: incident.status, to: .resolved, by: actor.via))
        self.note(.incidentOver(incident.priority, after: self.now - incident.firstTriggeredAt))
        self.tellTheCalled(of: id)
    }

    private mutating func reopen(_ incident: Incident, by actor: Actor, isAdmin: Bool) throws(Rejection) -> Bool {
        guard !incident.isOpen, let resolution = incident.resolution else { return false }
        if let other = self.incidentIndex.open[incident.correlation] { throw .incidentSuperseded(by: other) }
        if self.now - resolution.at > self.routing.incidents.reopenWindow && !isAdmin { throw .adminOnly }
        self.retrigger(incident.id, by: actor, kind: .reopened, isNewOccurrence: true)
        return true
    }

    /// A new spell: nobody has it, the promise counts anew, and the policy begins at its first step.
    mutating func retrigger(
        _ id: ID<Incident>,
        by actor: Actor,
        kind: TimelineEntry.Kind?,
        reason: String? = nil,
        isNewOccurrence: Bool = false
    ) {
        guard let incident = self.incidents[id] else { return }
        let now = self.now
        let target = self.routing.incidents.target(of: incident.priority)
        self.amend(id) { incident in
            incident.status = .triggered
            incident.acknowledgement = nil
            incident.resolution = nil
            incident.triggeredAt = now
            incident.spell += 1
            if isNewOccurrence { incident.occurrence += 1 }
            incident.response.respondBy = now + target.respondWithin
            incident.response.dueSoonAt = now + target.respondWithin / 2
            incident.response.isBreached = false
            incident.touch()
        }
        if let incident = self.incidents[id] { self.incidentIndex.insert(incident) }
        if let kind { self.noteOnTimeline(id, kind, by: actor, reason.map { ["reason": $0] } ?? .empty) }
        self.note(.incidentMoved(id, from: incident.status, to: .triggered, by: actor.via))
        self.beginEscalation(id)
        if incident.suppression != nil { self.pauseEscalation(id) }
    }
}
