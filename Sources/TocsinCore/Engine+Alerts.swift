import TocsinModel

/// An alert comes in: merged with what is known, routed, put into its groups.
extension Engine {
    /// Takes the alerts of one request in their order.
    mutating func receive(_ batch: AlertBatch) throws(Rejection) {
        var refused = 0
        for item in batch.items where !self.receive(item, of: batch) { refused += 1 }
        if refused > 0 {
            self.note(.alertsRefused(count: refused, limit: self.options.limits.alerts))
            throw .tooManyAlerts(refused: refused, limit: self.options.limits.alerts)
        }
    }

    /// - Returns: `false` if the alert is new and there is no room for it.
    private mutating func receive(_ item: AlertBatch.Item, of batch: AlertBatch) -> Bool {
        let now = self.now
        var merge = KnownAlert.Merge.nothingNew
        let isKnown = self.alerts.touch(item.fingerprint) { known in
            merge = known.merge(item, of: batch, at: now)
            switch merge {
            case .confirmed, .nothingNew: return false
            case .changed, .ended, .firesAgain: return true
            }
        }
        guard isKnown else { return self.admit(item, of: batch) }

        switch merge {
        case .confirmed, .changed, .nothingNew: break
        case .ended: self.noticeEnd(of: batch.labels(of: item), timedOut: false)
        case .firesAgain:
            self.noticeStart(of: batch.labels(of: item))
            self.join(item.fingerprint)
        }
        return true
    }

    /// Takes in an alert that is not known. One that arrives resolved makes no row and no group: Prometheus repeats
    /// its resolves for 15 minutes. But where an Alertmanager had told that it fires, its end is told.
    private mutating func admit(_ item: AlertBatch.Item, of batch: AlertBatch) -> Bool {
        let hasEnded = item.endsAt <= self.now
        if hasEnded && !self.isInherited(batch.labels(of: item)) {
            self.rememberDropped(item.fingerprint, .arrivedResolved)
            return true
        }
        guard self.alerts.count < self.options.limits.alerts else {
            self.rememberDropped(item.fingerprint, .tooMany)
            return false
        }
        let alert = Alert(
            labels: batch.labels(of: item),
            details: batch.details(of: item),
            startsAt: item.startsAt,
            endsAt: item.endsAt,
            updatedAt: self.now,
            endsByTimeout: item.endsByTimeout
        )
        let known = KnownAlert(alert: alert, hasEnded: hasEnded, groups: GroupMembership())
        self.alerts.put(known, for: item.fingerprint)
        if !hasEnded { self.noticeStart(of: alert.labels) }
        self.join(item.fingerprint)
        return true
    }

    /// Puts a firing alert into a group of each route that takes it.
    mutating func join(_ fingerprint: Fingerprint) {
        guard let alert = self.alerts[fingerprint]?.alert else {
            preconditionFailure("an alert must be in the table before it is grouped")
        }
        for route in self.routing.takers(of: alert.labels) {
            self.add(alert, to: self.group(of: alert, under: route))
        }
    }

    private mutating func add(_ alert: Alert, to group: ID<Group>) {
        if let known = self.groups[group], known.holds(alert.fingerprint) { return }
        _ = self.groups.touch(group) { group in
            group.members.insert(alert.fingerprint)
            group.departed.remove(alert.fingerprint)
            return false
        }
        self.alerts.change(alert.fingerprint) { $0.groups.insert(group) }
    }

    /// The group that the alert falls into under a route; a new one waits `group_wait`, unless the alert has been
    /// firing for that long already.
    private mutating func group(of alert: Alert, under index: RoutingTable.RouteIndex) -> ID<Group> {
        let route = self.routing.routes[index]
        let labels = route.grouping.groupLabels(of: alert.labels)
        let identity = GroupIdentity(route: index, labels: labels.fingerprint)
        if let known = self.groupIndex[identity] { return known }

        let isLate = alert.startsAt + route.groupWait < self.now
        let due = isLate ? self.now : self.now + route.groupWait
        let group = Group(
            id: ID(self.nextNumber()),
            key: Group.key(route: route, labels: labels),
            labels: labels,
            receiver: route.receiver,
            route: index,
            routeSignature: route.signature,
            dueAt: max(due, self.speaksFrom)
        )
        self.groups.put(group, for: group.id)
        self.groupIndex[identity] = group.id
        self.timers.set(.group, group.id.number, at: group.dueAt)
        self.note(.groupOpened(group.id, group.key))
        return group.id
    }

    /// Takes an alert out of a group; an alert that ended and is in no group any more is forgotten.
    mutating func remove(_ fingerprint: Fingerprint, from group: ID<Group>) {
        _ = self.groups.touch(group) { group in
            group.members.remove(fingerprint)
            group.departed.remove(fingerprint)
            return false
        }
        let isOver = self.alerts.change(fingerprint) { known in
            known.groups.remove(group)
            return known.hasEnded && known.groups.isEmpty
        }
        if isOver { self.alerts.remove(fingerprint) }
    }
}
