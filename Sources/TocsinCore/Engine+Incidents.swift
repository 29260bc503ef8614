public import TocsinModel

/// A flush means something for an incident: it opens, grows, shrinks, ends, or comes back.
extension Engine {
    /// Takes in what a flush saw, before anybody is told of it.
    mutating func follow(_ flush: Flush) {
        guard let group = self.groups[flush.group.id] else { return }
        let counts = self.firingCounts(of: flush)
        if let id = group.incident, let incident = self.incidents[id] {
            if incident.isOpen {
                self.follow(flush, counts, in: id)
                return
            }
            if self.isSettled(flush, by: incident) { return }
        }
        if flush.firing.isEmpty || !self.makesIncidents(group) { return }
        self.enter(flush, counts)
    }

    /// Whether the group's route keeps incidents: by default where its receiver reaches anybody at all.
    func makesIncidents(_ group: Group) -> Bool {
        guard let route = group.route.map({ self.routing.routes[$0] }) else { return false }
        return route.incident && !self.routing.integrations(of: group.receiver).isEmpty
    }

    private func firingCounts(of flush: Flush) -> FiringCounts {
        var counts = FiringCounts.zero
        guard let route = flush.group.route.map({ self.routing.routes[$0] }), route.incident else { return counts }
        for known in flush.firing { counts.count(self.priority(of: known, on: route)) }
        for known in flush.firingUnheard { counts.count(self.priority(of: known, on: route)) }
        return counts
    }

    func priority(of known: KnownAlert, on route: Route) -> Priority {
        route.priority ?? self.routing.incidents.priority(of: known.alert.labels)
    }

    /// Whether a resolved incident still answers for what fires: a person resolved it, and the same alerts go on.
    private mutating func isSettled(_ flush: Flush, by incident: Incident) -> Bool {
        let firing = flush.firingSet.union(FingerprintSet(flush.firingUnheard.lazy.map { $0.alert.fingerprint }))
        guard let resolution = incident.resolution, resolution.heldUntil != nil else { return false }
        let gone = resolution.stillFiring.filter { fingerprint in
            self.groups[flush.group.id]?.members.contains(fingerprint) == true && !firing.contains(fingerprint)
        }
        if !gone.isEmpty {
            self.amend(incident.id) { $0.resolution?.stillFiring = resolution.stillFiring.subtracting(.init(gone)) }
        }
        return flush.firingSet.isSubset(of: resolution.stillFiring)
    }
}

// MARK: - Opening

extension Engine {
    /// Alerts fire that no open incident holds: they join the one that is about the same, bring back the one that just
    /// ended, or open a new one.
    private mutating func enter(_ flush: Flush, _ counts: FiringCounts) {
        let group = flush.group
        guard let route = group.route.map({ self.routing.routes[$0] }) else { return }
        let correlation = self.correlation(of: flush, on: route)
        let known = self.openIncident(ofAlertsIn: flush) ?? self.incidentIndex.open[correlation]
        let id: ID<Incident>
        if let known {
            id = known
            self.noteOnTimeline(id, .groupJoined, by: .alerts, ["group": group.key.text])
        } else if let ended = self.returning(correlation) {
            id = ended
            self.comeBack(id)
        } else if let storm = self.storm(on: route) {
            id = storm
        } else {
            id = self.open(flush, correlation: correlation, counts: counts, on: route, isStorm: false)
        }
        self.attach(group.id, to: id)
        self.follow(flush, counts, in: id, isNew: true)
    }

    /// An alert belongs to one open incident at most: what reaches several routes is in the one that it is in already.
    private func openIncident(ofAlertsIn flush: Flush) -> ID<Incident>? {
        for known in flush.firing.prefix(Incident.looksAt) where known.groups.all.count > 1 {
            for other in known.groups.all {
                if let id = self.groups[other]?.incident, self.incidents[id]?.isOpen == true { return id }
            }
        }
        return nil
    }

    private func correlation(of flush: Flush, on route: Route) -> String {
        let policy = self.policyName(on: route, priority: nil).map { "\($0): " } ?? ""
        switch route.correlation ?? self.routing.incidents.correlation {
        case .group:
            // Routes that put everything into one group have nothing in common but that.
            return flush.group.labels.isEmpty ? flush.group.key.text : policy + Engine.text(of: flush.group.labels)
        case .labels(let names):
            let labels = flush.firing.first?.alert.labels.only(names) ?? .empty
            return labels.isEmpty ? flush.group.key.text : policy + Engine.text(of: labels)
        }
    }

    private static func text(of labels: LabelSet) -> String {
        labels.map { "\($0.name)=\(GoQuote.quote($0.value))" }.joined(separator: ", ")
    }

    /// The incident that ended just now, of itself.
    private func returning(_ correlation: String) -> ID<Incident>? {
        guard let id = self.incidentIndex.last[correlation], let incident = self.incidents[id],
            let resolution = incident.resolution, resolution.reason == .alerts,
            self.now - resolution.at <= self.routing.incidents.reopenWindow
        else { return nil }
        return id
    }

    /// Beyond the cap on new incidents of a route within a minute one incident takes them all.
    private mutating func storm(on route: Route) -> ID<Incident>? {
        let cap = self.routing.incidents.stormCap
        let minuteAgo = self.now - .seconds(60)
        var openings = self.incidentIndex.openings[route.signature] ?? []
        openings.removeAll { $0 <= minuteAgo }
        defer { self.incidentIndex.openings[route.signature] = openings }
        let correlation = "storm: \(route.signature)"
        if openings.count < cap {
            openings.append(self.now)
            return nil
        }
        if let storm = self.incidentIndex.open[correlation] { return storm }
        let title = "Many alerts at once for \(route.receiver)"
        let incident = self.makeIncident(
            title: title, priority: .p4, labels: .empty, correlation: correlation, receiver: route.receiver,
            policy: self.policy(on: route, priority: .p4)
        ) { $0.isStorm = true }
        self.noteOnTimeline(incident, .opened, by: .alerts, ["reason": "storm", "cap": "\(cap)"])
        return incident
    }

    private mutating func open(
        _ flush: Flush,
        correlation: String,
        counts: FiringCounts,
        on route: Route,
        isStorm: Bool
    ) -> ID<Incident> {
        let priority = counts.highest ?? .p4
        let previous = flush.group.incident ?? self.incidentIndex.last[correlation]
        let id = self.makeIncident(
            title: Engine.title(of: flush),
            priority: priority,
            labels: Engine.commonLabels(of: flush),
            correlation: correlation,
            receiver: route.receiver,
            policy: self.policy(on: route, priority: priority)
        ) { $0.previous = previous }
        self.noteOnTimeline(
            id, .opened, by: .alerts, ["priority": "\(priority)", "group": flush.group.key.text])
        return id
    }

    /// Makes the row of a new incident and sets its clock.
    mutating func makeIncident(
        title: String,
        priority: Priority,
        labels: LabelSet,
        correlation: String,
        receiver: String,
        policy: EscalationPolicy?,
        _ complete: (inout Incident) -> Void
    ) -> ID<Incident> {
        let id = ID<Incident>(self.nextNumber())
        let target = self.routing.incidents.target(of: priority)
        var incident = Incident(
            id: id,
            reference: self.nextReference(),
            title: title,
            priority: priority,
            labels: labels,
            correlation: correlation,
            receiver: receiver,
            openedAt: self.now,
            response: Incident.Response(
                respondBy: self.now + target.respondWithin,
                dueSoonAt: self.now + target.respondWithin / 2
            ),
            escalation: Escalation(policy: policy)
        )
        complete(&incident)
        self.incidents.put(incident, for: id)
        self.incidentIndex.insert(incident)
        self.note(.incidentOpened(id, priority))
        self.beginEscalation(id)
        return id
    }

    /// What people see first: what fires and where, as the group names it.
    private static func title(of flush: Flush) -> String {
        let name = flush.group.labels["alertname"] ?? flush.firing.first?.alert.labels["alertname"] ?? ""
        let rest = flush.group.labels.filter { label, _ in label != "alertname" && label != "severity" }
        let details = rest.prefix(6).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let title = [name, details].filter { !$0.isEmpty }.joined(separator: " ")
        return title.isEmpty ? "Alerts for \(flush.group.receiver)" : String(title.prefix(200))
    }

    private static func commonLabels(of flush: Flush) -> LabelSet {
        guard let first = flush.firing.first?.alert.labels else { return flush.group.labels }
        let others = flush.firing.dropFirst().prefix(Incident.looksAt)
        return first.filter { name, value in others.allSatisfy { $0.alert.labels[name] == value } }
    }

    /// Makes a group part of another incident, with what fires in it.
    mutating func move(_ group: ID<Group>, to incident: ID<Incident>) {
        self.attach(group, to: incident)
        guard let known = self.groups[group] else { return }
        self.incidentIndex.count(self.firingCounts(in: known), of: group, in: incident)
    }

    private mutating func attach(_ group: ID<Group>, to incident: ID<Incident>) {
        if let old = self.groups[group]?.incident, old != incident { self.incidentIndex.detach(group, from: old) }
        let key = self.groups.change(group) { group in
            group.incident = incident
            return group.key
        }
        self.incidentIndex.attach(group, to: incident)
        guard let known = self.incidents[incident], known.groups.count < Incident.shownGroups,
            !known.groups.contains(key)
        else { return }
        self.amend(incident) { $0.groups.append(key) }
    }

    /// The n of the next INC-n. Numbers are set aside in blocks by a row, so that a crash leaves a gap and never gives
    /// one out twice.
    private mutating func nextReference() -> Int64 {
        if self.lastReference >= self.reservedReference { self.reservedReference = self.lastReference + 100 }
        self.lastReference += 1
        return self.lastReference
    }
}

extension Incident {
    /// Of how many alerts an incident takes the measure where all would be too many.
    static let looksAt = 1000
}

// MARK: - What a group says while its incident is open

extension Engine {
    private mutating func follow(
        _ flush: Flush,
        _ counts: FiringCounts,
        in id: ID<Incident>,
        isNew: Bool = false
    ) {
        let before = self.incidentIndex.firing(in: id)
        let changed = self.incidentIndex.count(counts, of: flush.group.id, in: id)
        let after = self.incidentIndex.firing(in: id)
        if changed && !isNew { self.noteNews(of: id, before: before.total, after: after.total) }
        if changed || isNew { self.noteSeverity(of: flush, in: id) }
        if let highest = after.highest { self.followPriority(highest, of: id) }
        // Something that is told of is not held back; only else is a closer look needed.
        if flush.firing.isEmpty || self.incidents[id]?.suppression != nil { self.reviewSuppression(of: id) }
        let isFirstEnd = self.routing.incidents.resolveOn == .first && !flush.ended.isEmpty
        self.reviewEnd(of: id, isOver: after.total == 0 || isFirstEnd)
    }

    private mutating func noteNews(of id: ID<Incident>, before: Int, after: Int) {
        guard let incident = self.incidents[id] else { return }
        // An incident that changes all the time does not fill the disk with it.
        let isQuiet = self.now - incident.lastNewsAt >= .seconds(60) || after == 0
        guard isQuiet || before == 0 else { return }
        let now = self.now
        self.amend(id) { $0.lastNewsAt = now }
        self.noteOnTimeline(id, .alertsChanged, by: .alerts, ["firing": "\(after)", "before": "\(before)"])
    }

    private mutating func noteSeverity(of flush: Flush, in id: ID<Incident>) {
        guard let incident = self.incidents[id] else { return }
        var worst = incident.severity
        for known in flush.firing.prefix(Incident.looksAt) {
            let severity = known.alert.labels["severity"] ?? ""
            if IncidentRules.rank(ofSeverity: severity) > IncidentRules.rank(ofSeverity: worst) { worst = severity }
        }
        if worst != incident.severity { self.amend(id) { $0.severity = worst } }
    }

    /// Nothing of it fires any more, or something does again.
    mutating func reviewEnd(of id: ID<Incident>, isOver: Bool) {
        guard let incident = self.incidents[id], incident.isOpen, !incident.groups.isEmpty else { return }
        if !isOver {
            if incident.flapping.holdUntil != nil { self.amend(id) { $0.flapping.holdUntil = nil } }
            return
        }
        if self.routing.incidents.resolveOn == .never { return }
        if incident.flapping.isFlapping {
            if incident.flapping.holdUntil != nil { return }
            let hold = min(
                self.routing.incidents.holdDown * incident.flapping.returns.count, .seconds(1800))
            let until = self.now + hold
            self.amend(id) { $0.flapping.holdUntil = until }
            self.noteOnTimeline(id, .resolveHeld, by: .alerts, ["until": until.rfc3339, "reason": "flapping"])
            return
        }
        self.resolve(id, by: .alerts, reason: .alerts)
    }

    /// It fires again within the window: the same incident, a new occurrence.
    private mutating func comeBack(_ id: ID<Incident>) {
        let hourAgo = self.now - .seconds(3600)
        let now = self.now
        self.amend(id) { incident in
            incident.flapping.returns.removeAll { $0 <= hourAgo }
            incident.flapping.returns.append(now)
        }
        self.retrigger(id, by: .alerts, kind: .reopened, isNewOccurrence: true)
    }
}

// MARK: - What the rules use

extension Engine {
    /// Changes an incident's row and sets its timer anew.
    @discardableResult
    mutating func amend<Result>(_ id: ID<Incident>, _ body: (inout Incident) -> Result) -> Result {
        let result = self.incidents.change(id, body)
        self.schedule(id)
        return result
    }

    mutating func noteOnTimeline(
        _ incident: ID<Incident>,
        _ kind: TimelineEntry.Kind,
        by actor: Actor,
        _ details: LabelSet = .empty
    ) {
        let entry = TimelineEntry(
            sequence: self.nextNumber(), incident: incident, at: self.now, kind: kind, actor: actor, details: details)
        self.note(entry)
        self.note(.incidentChanged(entry))
    }

    /// The name of an incident outside.
    public func name(of incident: ID<Incident>) -> String { self.options.installation.incidentName(incident.number) }

    /// The policy that calls for incidents of a route.
    func policy(on route: Route, priority: Priority) -> EscalationPolicy? {
        self.policyName(on: route, priority: priority).flatMap { self.routing.policies[$0] }
    }

    private func policyName(on route: Route, priority: Priority?) -> String? {
        if let named = route.escalationPolicy { return named }
        return priority.flatMap { self.routing.incidents.policies[$0] }
    }

    /// The incident that a person means by INC-n.
    public func incident(reference: Int64) -> ID<Incident>? { self.incidentIndex.references[reference] }

    /// Groups that belong to an incident now.
    public func groups(of incident: ID<Incident>) -> [Group] {
        self.incidentIndex.groups(of: incident).compactMap { self.groups[$0] }
    }

    /// Takes a group that is closed, or moves elsewhere, out of its incident.
    mutating func leaveIncident(_ group: Group) {
        guard let id = group.incident else { return }
        self.incidentIndex.detach(group.id, from: id)
        guard self.incidents[id]?.isOpen == true else { return }
        self.reviewEnd(of: id, isOver: self.incidentIndex.firing(in: id).total == 0)
    }
}
