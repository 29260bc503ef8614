public import TocsinModel

/// Why somebody was notified of an alert or was not, for an alert that is there or for one that only might be.
public struct Explanation: Sendable {
    public let labels: LabelSet
    /// `nil` if no such alert is there.
    public let known: KnownAlert?
    /// If an alert with these labels came not long ago and was not taken in.
    public let dropped: DroppedAlert?
    /// The silences that are about it now.
    public let silences: [Silence]
    public let inhibition: Inhibition?
    /// The routes that take it, in the order of the file.
    public let routes: [RouteExplanation]

    /// An alert that fires holds this one back.
    public struct Inhibition: Hashable, Sendable {
        public let source: LabelSet
        public let rule: InhibitRule
        /// The rule's place in the file, from 0.
        public let place: Int
    }
}

/// What one route does with an alert.
public struct RouteExplanation: Sendable {
    /// From the root to the route that takes it.
    public let path: [Route]
    public let groupKey: GroupKey
    public let groupLabels: LabelSet
    /// `nil` if there is no such group now.
    public let group: Group?
    /// Whether the alert is in that group.
    public let isMember: Bool
    /// When the group is next looked at; of a group that is not there, when it would be.
    public let nextFlushAt: Timestamp
    public let muting: Muting?
    /// What happened to the group since the server began, even if it is gone.
    public let history: GroupHistory?
    /// One for each integration of the receiver.
    public let destinations: [DestinationExplanation]

    public var route: Route { self.path[self.path.count - 1] }
}

/// What one integration was told of an alert.
public struct DestinationExplanation: Sendable {
    public let integration: Integration
    public let told: Told?
    /// The message that is on its way.
    public let pending: Delivery?
    public let verdict: Verdict
    /// When it is reminded of what still fires, if nothing else happens.
    public let nextReminderAt: Timestamp?
}

/// How an alert and an integration stand to each other.
public enum Verdict: Hashable, Sendable {
    /// It knows that the alert fires.
    case notified(at: Timestamp)
    /// It knows that the alert has ended.
    case endTold(at: Timestamp)
    /// The first attempt to tell it is under way.
    case sending
    /// Attempts failed; the next one is due then.
    case failing(attempts: Int, nextAttemptAt: Timestamp)
    /// It refused the last message; the next flush tries anew.
    case refused(reason: String, nextFlushAt: Timestamp)
    case silenced
    case inhibited
    case muted
    /// The group is looked at then, and not before.
    case waiting(until: Timestamp)
    /// Its end is told at the next flush.
    case endWaiting(until: Timestamp)
    /// It does not want to hear of ends.
    case endNotWanted
    /// The alert ended before anybody was told of it.
    case endedUntold
    /// Of an alert that is not there: it would be told then.
    case wouldBeNotified(at: Timestamp)
}

extension Engine {
    /// Looks, and changes nothing.
    public func explain(_ labels: LabelSet, at now: Timestamp) -> Explanation {
        let known = self.alerts[labels.fingerprint].flatMap { $0.alert.labels == labels ? $0 : nil }
        let inhibition = self.inhibition(of: labels, at: now)
        let silences = self.silences(of: labels, at: now).compactMap { self.silences[$0] }
        let held: Verdict? = inhibition != nil ? .inhibited : silences.isEmpty ? nil : .silenced
        return Explanation(
            labels: labels,
            known: known,
            dropped: self.history.dropped(labels.fingerprint),
            silences: silences,
            inhibition: inhibition,
            routes: self.routing.takers(of: labels).map { self.explain(labels, known, under: $0, held: held, at: now) }
        )
    }

    /// An alert that came not long ago and was not taken in.
    public func dropped(_ alert: Fingerprint) -> DroppedAlert? { self.history.dropped(alert) }

    private func inhibition(of labels: LabelSet, at now: Timestamp) -> Explanation.Inhibition? {
        guard let source = self.inhibitor(of: labels, at: now).flatMap({ self.alerts[$0]?.alert.labels }) else {
            return nil
        }
        for (place, rule) in self.routing.inhibitRules.enumerated() {
            guard rule.target.match(labels), rule.source.match(source), rule.equalLabelsAgree(labels, source) else {
                continue
            }
            if rule.source.match(labels) && rule.target.match(source) { continue }
            return Explanation.Inhibition(source: source, rule: rule, place: place)
        }
        return nil
    }

    private func explain(
        _ labels: LabelSet,
        _ known: KnownAlert?,
        under index: RoutingTable.RouteIndex,
        held: Verdict?,
        at now: Timestamp
    ) -> RouteExplanation {
        let route = self.routing.routes[index]
        let groupLabels = route.grouping.groupLabels(of: labels)
        let identity = GroupIdentity(route: index, labels: groupLabels.fingerprint)
        let group = self.groupIndex[identity].flatMap { self.groups[$0] }
        let key = group?.key ?? Group.key(route: route, labels: groupLabels)
        let muting = route.muting(at: now)
        let position = Position(
            labels: labels,
            known: known,
            group: group,
            nextFlushAt: group?.dueAt ?? now + route.groupWait,
            held: muting != nil ? .muted : held,
            now: now
        )
        let history = self.history.history(of: key, receiver: route.receiver)
        return RouteExplanation(
            path: self.routing.path(to: index),
            groupKey: key,
            groupLabels: groupLabels,
            group: group,
            isMember: group?.holds(labels.fingerprint) ?? false,
            nextFlushAt: position.nextFlushAt,
            muting: muting,
            history: history,
            destinations: self.routing.integrations(of: route.receiver).map { integration in
                let toldKey = ToldKey(group: key, integration: integration.key)
                let (told, pending) = (self.told[toldKey], self.pendingDelivery(toldKey))
                let verdict = position.verdict(integration, told, pending, history)
                return DestinationExplanation(
                    integration: integration,
                    told: told,
                    pending: pending,
                    verdict: verdict,
                    nextReminderAt: position.reminder(verdict, told, route)
                )
            }
        )
    }

    /// Where an alert stands before one of its receivers is asked.
    private struct Position {
        let labels: LabelSet
        let known: KnownAlert?
        let group: Group?
        let nextFlushAt: Timestamp
        /// What holds it back now, if anything does.
        let held: Verdict?
        let now: Timestamp

        func verdict(
            _ integration: Integration,
            _ told: Told?,
            _ pending: Delivery?,
            _ history: GroupHistory?
        ) -> Verdict {
            let alert = self.labels.fingerprint
            guard let known = self.known else {
                return self.held ?? .wouldBeNotified(at: self.nextFlushAt)
            }
            let isOver = known.hasEnded || known.alert.isResolved(at: self.now)
            if let pending, (isOver ? pending.resolved : pending.firing).contains(alert) {
                return self.way(of: pending)
            }
            if isOver { return self.verdictOfEnd(integration, told) }
            if let entry = told?.entry, entry.firing.contains(alert) { return .notified(at: entry.flushedAt) }
            if let held { return held }
            if let last = history?.messages.last(where: { $0.integration == integration.id }),
                case .refused(let reason) = last.state
            {
                return .refused(reason: reason, nextFlushAt: self.nextFlushAt)
            }
            return .waiting(until: self.nextFlushAt)
        }

        private func way(of pending: Delivery) -> Verdict {
            if pending.attempts <= 1 && pending.isUnderWay { return .sending }
            return .failing(
                attempts: pending.attempts,
                nextAttemptAt: pending.isUnderWay ? self.now : pending.nextAttemptAt
            )
        }

        private func verdictOfEnd(_ integration: Integration, _ told: Told?) -> Verdict {
            let alert = self.labels.fingerprint
            if let entry = told?.entry, entry.resolved.contains(alert) {
                return integration.sendResolved ? .endTold(at: entry.flushedAt) : .endNotWanted
            }
            let isBelieved = told.map { $0.mayBelieve.contains(alert) || $0.entry?.firing.contains(alert) == true }
            guard isBelieved == true else { return .endedUntold }
            return integration.sendResolved ? .endWaiting(until: self.nextFlushAt) : .endNotWanted
        }

        /// The first flush that comes at least `repeat_interval` after the one that was told.
        func reminder(_ verdict: Verdict, _ told: Told?, _ route: Route) -> Timestamp? {
            guard case .notified = verdict, self.held == nil, let group, let entry = told?.entry else { return nil }
            let earliest = entry.flushedAt + route.repeatInterval
            let missing = (earliest - group.dueAt).wholeNanoseconds
            if missing <= 0 { return group.dueAt }
            let interval = max(route.groupInterval.wholeNanoseconds, 1)
            let flushes = (missing - 1) / interval + 1
            let (wait, overflow) = flushes.multipliedReportingOverflow(by: interval)
            return overflow ? .distantFuture : group.dueAt + .nanoseconds(wait)
        }
    }
}

extension RoutingTable {
    /// The routes from the root to one of them, it included.
    func path(to index: RouteIndex) -> [Route] {
        var path = [self.routes[index]]
        var current = index
        while let parent = self.routes.firstIndex(where: { $0.children.contains(current) }) {
            path.insert(self.routes[parent], at: 0)
            current = parent
        }
        return path
    }
}
