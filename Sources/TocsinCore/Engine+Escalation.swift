import TocsinModel

/// Who is called, one after the other, until somebody has it.
extension Engine {
    /// A spell begins: the policy starts at its first step.
    mutating func beginEscalation(_ id: ID<Incident>) {
        self.amend(id) { incident in
            incident.escalation.level = 0
            incident.escalation.round = 1
            incident.escalation.remaining = nil
            incident.escalation.hasFallenBack = false
            incident.escalation.checkPagesAt = nil
            guard let first = incident.escalation.policy?.steps.first else {
                incident.escalation.state = .none
                incident.escalation.nextAt = nil
                return
            }
            incident.escalation.state = .active
            incident.escalation.nextAt = incident.triggeredAt + first.after
        }
        self.watchPages(of: id)
    }

    /// Somebody has it, or it is over: nobody further is called.
    mutating func stopEscalation(_ id: ID<Incident>) {
        self.amend(id) { incident in
            incident.escalation.state = incident.escalation.policy == nil ? .none : .stopped
            incident.escalation.nextAt = nil
            incident.escalation.remaining = nil
            incident.escalation.checkPagesAt = nil
        }
    }

    /// The next step is due: one step, whatever else is overdue. Steps that reach nobody are passed over at once.
    mutating func escalate(_ id: ID<Incident>, by actor: Actor) {
        guard let incident = self.incidents[id], let policy = incident.escalation.policy else { return }
        let due = incident.escalation.nextAt
        var (level, round) = (incident.escalation.level, incident.escalation.round)
        for _ in 0...policy.steps.count {
            if level >= policy.steps.count {
                guard round <= policy.rounds else {
                    self.exhaust(id)
                    return
                }
                (level, round) = (0, round + 1)
            }
            let step = policy.steps[level]
            level += 1
            let reached = self.call(step.notify, of: id, reason: .escalated, step: level)
            guard reached else { continue }
            let wait = level < policy.steps.count ? policy.steps[level].after : policy.patience
            let next = self.now + wait
            self.amend(id) { incident in
                incident.escalation.level = level
                incident.escalation.round = round
                incident.escalation.state = .active
                incident.escalation.nextAt = next
                incident.touch()
            }
            self.noteStep(level, round, of: id, due: due, by: actor)
            return
        }
        self.exhaust(id)
    }

    private mutating func noteStep(_ level: Int, _ round: Int, of id: ID<Incident>, due: Timestamp?, by actor: Actor) {
        guard let policy = self.incidents[id]?.escalation.policy else { return }
        var details = [
            "policy": policy.name, "level": "\(level)", "round": "\(round)",
            "notified": policy.steps[level - 1].notify.joined(separator: ", "),
        ]
        if let due, self.now - due > .seconds(1) { details["late_by"] = (self.now - due).goText }
        self.noteOnTimeline(id, .escalated, by: actor, LabelSet(details))
        self.note(.escalated(id, policy: policy.name, level: level))
        self.watchPages(of: id)
    }

    /// All steps and rounds were run, and nobody came: never silent.
    private mutating func exhaust(_ id: ID<Incident>) {
        self.amend(id) { incident in
            incident.escalation.state = .exhausted
            incident.escalation.nextAt = nil
            incident.touch()
        }
        self.noteOnTimeline(id, .escalationExhausted, by: .timer)
        self.note(.escalationExhausted(id))
        self.fallBack(id, reason: "escalation exhausted")
    }

    /// Calls the last resort, once in a spell.
    mutating func fallBack(_ id: ID<Incident>, reason: String) {
        let receivers = self.routing.incidents.fallback
        guard let incident = self.incidents[id], incident.isOpen, !incident.escalation.hasFallenBack,
            !receivers.isEmpty
        else { return }
        self.amend(id) { $0.escalation.hasFallenBack = true }
        self.noteOnTimeline(
            id, .fellBack, by: .timer, ["reason": reason, "notified": receivers.joined(separator: ", ")])
        _ = self.call(receivers, of: id, reason: .fellBack, step: nil)
    }

    /// Sends a page to every integration of those receivers.
    ///
    /// - Returns: whether there is anybody to reach.
    mutating func call(_ receivers: [String], of id: ID<Incident>, reason: NotificationReason, step: Int?) -> Bool {
        var reached = false
        for receiver in receivers {
            let integrations = self.routing.integrations(of: receiver)
            if integrations.isEmpty {
                self.noteOnTimeline(id, .targetMissing, by: .timer, ["receiver": receiver])
                continue
            }
            reached = true
            for integration in integrations { self.page(integration, of: id, reason: reason, step: step) }
        }
        return reached
    }

    /// A page that does not get out is noticed after a minute: then the last resort is called.
    private mutating func watchPages(of id: ID<Incident>) {
        guard let incident = self.incidents[id], self.isUrgent(incident), !self.routing.incidents.fallback.isEmpty
        else {
            return
        }
        let at = self.now + .seconds(60)
        self.amend(id) { if $0.escalation.checkPagesAt == nil { $0.escalation.checkPagesAt = at } }
    }

    func isUrgent(_ incident: Incident) -> Bool {
        self.routing.incidents.target(of: incident.priority).urgency == .high
    }
}

// MARK: - Priority and response

extension Engine {
    /// The alerts say another priority than the incident has.
    mutating func followPriority(_ highest: Priority, of id: ID<Incident>) {
        guard let incident = self.incidents[id], highest != incident.priority else { return }
        if !highest.isAbove(incident.priority) {
            if !incident.isPriorityPinned { self.setPriority(highest, of: id, by: .alerts) }
            return
        }
        if incident.isPriorityPinned && highest != .p1 {
            if incident.version != self.lastHeldPriority[id] {
                self.lastHeldPriority[id] = incident.version
                self.noteOnTimeline(id, .priorityHeld, by: .alerts, ["priority": "\(highest)"])
            }
            return
        }
        self.setPriority(highest, of: id, by: .alerts)
    }

    /// Raises or lowers: what is due follows from the beginning of the spell, and a due time that is past is past.
    mutating func setPriority(_ priority: Priority, of id: ID<Incident>, by actor: Actor) {
        guard let incident = self.incidents[id], incident.priority != priority else { return }
        let target = self.routing.incidents.target(of: priority)
        let isRaised = priority.isAbove(incident.priority)
        let due = incident.triggeredAt + target.respondWithin
        self.amend(id) { incident in
            incident.priority = priority
            incident.touch()
            if isRaised {
                incident.response.respondBy = min(incident.response.respondBy, due)
            } else if !incident.response.isBreached {
                incident.response.respondBy = due
            }
            if incident.response.dueSoonAt != nil {
                incident.response.dueSoonAt = incident.triggeredAt + target.respondWithin / 2
            }
        }
        self.noteOnTimeline(
            id, isRaised ? .priorityRaised : .priorityLowered, by: actor,
            ["from": "\(incident.priority)", "to": "\(priority)"]
        )
        if isRaised { self.answerRaise(of: id, by: actor) }
    }

    /// A raised incident calls louder: an acknowledgement of something less urgent may not count any more, and a policy
    /// that begins with others begins anew.
    private mutating func answerRaise(of id: ID<Incident>, by actor: Actor) {
        guard let incident = self.incidents[id] else { return }
        if incident.status == .acknowledged {
            guard self.routing.incidents.unackOnRaise.contains(incident.priority) else { return }
            self.retrigger(id, by: actor, kind: .unacknowledged, reason: "priority_raised")
            self.remind(id)
            return
        }
        guard incident.status == .triggered, let policy = self.currentPolicy(of: incident),
            policy.steps.first?.notify != incident.escalation.policy?.steps.first?.notify
        else { return }
        self.amend(id) { $0.escalation.policy = policy }
        self.beginEscalation(id)
    }

    /// The policy that an incident of that priority would get today.
    func currentPolicy(of incident: Incident) -> EscalationPolicy? {
        for group in self.groups(of: incident.id) {
            guard let route = group.route.map({ self.routing.routes[$0] }) else { continue }
            if let policy = self.policy(on: route, priority: incident.priority) { return policy }
        }
        return self.routing.incidents.policies[incident.priority].flatMap { self.routing.policies[$0] }
    }

    /// Half of the promised time has passed, or all of it.
    mutating func watchResponse(_ id: ID<Incident>) {
        guard let incident = self.incidents[id], incident.isCalling else { return }
        if let soon = incident.response.dueSoonAt, soon <= self.now {
            self.amend(id) { $0.response.dueSoonAt = nil }
            self.noteOnTimeline(
                id, .responseDueSoon, by: .timer, ["respond_by": incident.response.respondBy.rfc3339])
        }
        // Somebody who acknowledges at the very instant is in time: commands come before timers.
        guard !incident.response.isBreached, incident.response.respondBy <= self.now else { return }
        let now = self.now
        self.amend(id) { incident in
            incident.response.isBreached = true
            if incident.response.firstRespondedAt == nil && incident.response.breachedAt == nil {
                incident.response.breachedAt = now
            }
            incident.touch()
        }
        self.noteOnTimeline(
            id, .responseBreached, by: .timer, ["respond_by": incident.response.respondBy.rfc3339])
        self.note(.responseBreached(id, incident.priority))
        if let receivers = incident.escalation.policy?.onBreach, !receivers.isEmpty {
            _ = self.call(receivers, of: id, reason: .responseBreached, step: nil)
        }
    }
}
