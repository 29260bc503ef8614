import TocsinModel

/// A group's timer fires: what there is to tell, and to whom.
extension Engine {
    /// The alerts of a group as one flush sees them.
    struct Flush {
        let group: Group
        /// In Alertmanager's order, firing and ended ones apart; those that are held back are in neither.
        var firing: [KnownAlert] = []
        var ended: [KnownAlert] = []
        /// Ended members that are silenced or inhibited: of them only those hear who may believe that they fire.
        var endedUnheard: [KnownAlert] = []
        /// Members that fire and are held back.
        var firingUnheard: [KnownAlert] = []
        /// Whether whoever was told is told again, whether it is time or not.
        var isReminder = false
        /// Members that fire and are led elsewhere since a reload.
        var departed: [Fingerprint] = []
        var heldBack: [SuppressionReason: Int] = [:]

        /// What there is to say to somebody who may believe that those alerts fire: their ends, held back or not.
        func heard(by believer: FingerprintSet) -> Flush {
            let ends = self.endedUnheard.filter { believer.contains($0.alert.fingerprint) }
            if ends.isEmpty { return self }
            var heard = self
            heard.ended = (heard.ended + ends).sorted(by: Engine.announcementOrder)
            return heard
        }

        var firingSet: FingerprintSet { FingerprintSet(self.firing.lazy.map { $0.alert.fingerprint }) }
        var endedSet: FingerprintSet { FingerprintSet(self.ended.lazy.map { $0.alert.fingerprint }) }
    }

    /// Looks at a group and tells each integration of its receiver what is news to it. The next flush is due
    /// `group_interval` from now.
    mutating func flush(_ id: ID<Group>) {
        guard let interval = self.groups[id].map({ self.interval(of: $0) }) else {
            preconditionFailure("a timer without its group")
        }
        let due = self.now + interval
        self.groups.change(id) { group in
            group.dueAt = due
            group.hasFlushed = true
        }
        self.timers.set(.group, id.number, at: due)
        self.noticeEnds(in: id)

        var flush = self.split(id)
        flush.isReminder = self.reminded.remove(id) != nil
        self.follow(flush)
        self.remember(flush)
        self.note(.flushed(id, firing: flush.firing.count, resolved: flush.ended.count))
        for reason in SuppressionReason.allCases {
            if let count = flush.heldBack[reason] { self.note(.heldBack(id, flush.group.key, reason, count: count)) }
        }
        let integrations = self.integrations(of: flush.group)
        for integration in integrations { self.tell(integration, about: flush) }
        self.tellOrphans(about: flush, besides: integrations)
        self.leaveUntold(flush)
        self.letGo(id)
    }

    /// Decides anew for one integration, because the group was flushed while a message to it was under way.
    mutating func decideAgain(_ key: ToldKey, group id: ID<Group>) {
        self.noticeEnds(in: id)
        let flush = self.split(id)
        if let integration = self.integrations(of: flush.group).first(where: { $0.key == key.integration }) {
            self.tell(integration, about: flush)
        } else {
            self.tellOrphans(about: flush, besides: self.integrations(of: flush.group))
        }
        self.leaveUntold(flush)
    }

    private func interval(of group: Group) -> Duration {
        group.route.map { self.routing.routes[$0].groupInterval } ?? .seconds(300)
    }

    /// The integrations that a group's route tells; none once no route makes the group.
    func integrations(of group: Group) -> [Integration] {
        group.route == nil ? [] : self.routing.integrations(of: group.receiver)
    }

    /// That an alert's time ran out becomes a fact in the turn that notices it.
    private mutating func noticeEnds(in id: ID<Group>) {
        for fingerprint in self.groups[id]?.members ?? .empty {
            guard let known = self.alerts[fingerprint], !known.hasEnded, known.alert.isResolved(at: self.now) else {
                continue
            }
            self.alerts.change(fingerprint) { $0.hasEnded = true }
            self.noticeEnd(of: known.alert.labels, timedOut: true)
        }
    }

    /// Sorts a group's members: firing, ended, held back.
    private func split(_ id: ID<Group>) -> Flush {
        guard let group = self.groups[id] else { preconditionFailure("a flush of a group that is gone") }
        var flush = Flush(group: group)
        let muting = self.muting(of: group, at: self.now)
        for fingerprint in group.members {
            guard let known = self.alerts[fingerprint] else {
                preconditionFailure("a group's member must be in the table of alerts")
            }
            if !known.hasEnded && group.departed.contains(fingerprint) {
                flush.departed.append(fingerprint)
            } else if let muting {
                // The first of Alertmanager's stages counts: inhibition, the time of day, silences.
                let isInhibited = self.inhibitor(of: known.alert.labels, at: self.now) != nil
                flush.heldBack[isInhibited ? .inhibition : muting.reason, default: 0] += 1
                // An end waits until its time has come: it is in no list, and stays in the group while anybody may
                // believe otherwise.
                if known.hasEnded && !self.options.tellsTheEnd { flush.endedUnheard.append(known) }
                if !known.hasEnded { flush.firingUnheard.append(known) }
            } else if let reason = self.suppression(of: known.alert.labels) {
                flush.heldBack[reason, default: 0] += 1
                if known.hasEnded { flush.endedUnheard.append(known) } else { flush.firingUnheard.append(known) }
            } else if known.hasEnded {
                flush.ended.append(known)
            } else {
                flush.firing.append(known)
            }
        }
        flush.firing.sort(by: Engine.announcementOrder)
        flush.ended.sort(by: Engine.announcementOrder)
        return flush
    }

    /// Alertmanager's order: by `job`, then `instance` (who has the label comes first), then by the whole set.
    static func announcementOrder(_ a: KnownAlert, _ b: KnownAlert) -> Bool {
        for name: StaticString in ["job", "instance"] {
            if let order = LabelSet.compare(a.alert.labels, b.alert.labels, by: name), order != 0 { return order < 0 }
        }
        return a.alert.labels < b.alert.labels
    }
}

// MARK: - Whom to tell

extension Engine {
    private mutating func tell(_ integration: Integration, about flush: Flush) {
        let key = ToldKey(group: flush.group.key, integration: integration.key)
        self.takeUp(integration, of: flush.group)
        let pending = self.pendingDelivery(key)
        if let pending, pending.isUnderWay {
            self.deliveries.change(pending.id) { $0.decideAgain = true }
            return
        }
        guard let route = flush.group.route.map({ self.routing.routes[$0] }) else {
            preconditionFailure("only a group with a route has integrations")
        }
        let state = self.told[key]
        let belief = self.belief(state, pending)
        let flush = self.options.tellsTheEnd ? flush.heard(by: belief) : flush
        let reason = Engine.reasonToNotify(
            firing: flush.firingSet,
            ended: flush.endedSet,
            told: pending?.mayHaveArrived == true ? state?.entry?.less(pending?.resolved ?? .empty) : state?.entry,
            mayBelieve: belief,
            sendResolved: integration.sendResolved,
            isReminderDue: { told in
                flush.isReminder
                    || (self.now - told.flushedAt >= route.repeatInterval && !self.isOwned(flush.group))
            }
        )
        guard let reason else {
            // Whatever waits is news no more: what it would have told has ended, and nobody may believe it.
            if let pending { self.drop(pending) }
            return
        }
        if flush.firing.isEmpty {
            if self.waitsForOthers(integration, of: flush.group) { return }
            self.forgetInherited(integration, of: flush.group)
        }
        let keptFor = min(self.options.retention, route.repeatInterval * 2)
        if flush.firing.isEmpty && !integration.sendResolved {
            self.recordEnd(key, integration, flush, keptFor: keptFor)
            return
        }
        self.announce(flush, to: integration, key: key, reason: reason, keptFor: keptFor, replacing: pending)
    }

    /// Alertmanager's table of what is news, and what is ours: whoever may have got a message that seemed lost is told
    /// the end of what it said.
    static func reasonToNotify(
        firing: FingerprintSet,
        ended: FingerprintSet,
        told: Told.Entry?,
        mayBelieve: FingerprintSet,
        sendResolved: Bool,
        isReminderDue: (Told.Entry) -> Bool
    ) -> NotificationReason? {
        if firing.isEmpty && ended.isEmpty { return nil }
        let toldFiring = told?.firing ?? .empty
        if !firing.isSubset(of: toldFiring) {
            return toldFiring.isEmpty ? .firstNotification : .newAlertsAdded
        }
        if firing.isEmpty {
            let isOver = !toldFiring.isEmpty || !mayBelieve.isEmpty
            return isOver && !ended.isEmpty ? .allAlertsResolved : nil
        }
        guard let told else { return nil }
        let isNews = !ended.isSubset(of: told.resolved) || ended.contains { mayBelieve.contains($0) }
        if sendResolved && isNews { return .someAlertsResolved }
        return isReminderDue(told) ? .repeatIntervalElapsed : nil
    }

    /// What the other side may believe fires, counting a message that waits and may have arrived.
    func belief(_ told: Told?, _ pending: Delivery?) -> FingerprintSet {
        let believed = told?.mayBelieve ?? .empty
        guard let pending, pending.mayHaveArrived else { return believed }
        return believed.union(pending.firing)
    }

    /// With `send_resolved: false` the end is noted as told, and nothing goes out.
    private mutating func recordEnd(_ key: ToldKey, _ integration: Integration, _ flush: Flush, keptFor: Duration) {
        if let pending = self.pendingDelivery(key) { self.drop(pending) }
        let ended = flush.endedSet
        let believed = self.told[key]?.mayBelieve ?? .empty
        let entry = Told.Entry(firing: .empty, resolved: ended, flushedAt: self.now)
        self.told.put(
            Told(
                integration: integration.id,
                sendResolved: integration.sendResolved,
                entry: entry,
                mayBelieve: believed.subtracting(ended),
                keptFor: keptFor,
                notedAt: self.now
            ),
            for: key
        )
    }

    /// Destinations that were told of this group and that its route no longer leads to are told its end, no more.
    private mutating func tellOrphans(about flush: Flush, besides current: [Integration]) {
        for key in self.orphans(of: flush.group, besides: current) {
            if let pending = self.pendingDelivery(key) {
                if pending.isUnderWay {
                    self.deliveries.change(pending.id) { $0.decideAgain = true }
                    continue
                }
                // What still fires is news for others now.
                if !pending.firing.isEmpty { self.drop(pending) }
            }
            guard let state = self.told[key], !state.mayBelieve.isEmpty else { continue }
            if self.canStillReach(key.integration) {
                self.tellEnd(to: key, state, about: flush)
            } else {
                self.giveUp(key, reason: .receiverRemoved)
            }
        }
    }

    /// Tells a destination which of the alerts that it may believe fire have ended. What still fires of them is told
    /// elsewhere now, so there is no word of it.
    private mutating func tellEnd(to key: ToldKey, _ state: Told, about flush: Flush) {
        var end = Flush(group: flush.group)
        let heard = self.options.tellsTheEnd ? flush.heard(by: state.mayBelieve) : flush
        end.ended = heard.ended.filter { state.mayBelieve.contains($0.alert.fingerprint) }
        if end.ended.isEmpty { return }
        let isOver = state.mayBelieve.isSubset(of: end.endedSet)
        let integration = Integration(
            id: state.integration,
            sendResolved: state.sendResolved,
            destination: key.integration.destination,
            ordinal: key.integration.ordinal
        )
        guard integration.sendResolved else {
            self.recordEnd(key, integration, end, keptFor: state.keptFor)
            return
        }
        self.announce(
            end,
            to: integration,
            key: key,
            reason: isOver ? .allAlertsResolved : .someAlertsResolved,
            keptFor: state.keptFor,
            replacing: self.pendingDelivery(key)
        )
    }

    /// With `--tell-the-end=false` ends that are held back are nobody's news, as in Alertmanager, and nobody is waited
    /// for who might believe otherwise. What is under way is seen to when its result is in.
    private mutating func leaveUntold(_ flush: Flush) {
        if self.options.tellsTheEnd || flush.endedUnheard.isEmpty { return }
        let unheard = FingerprintSet(flush.endedUnheard.lazy.map { $0.alert.fingerprint })
        let current = self.integrations(of: flush.group)
        let keys = current.map { ToldKey(group: flush.group.key, integration: $0.key) }
        for key in keys + self.orphans(of: flush.group, besides: current) {
            let believed = self.told[key]?.mayBelieve ?? .empty
            guard believed.contains(where: { unheard.contains($0) }) else { continue }
            self.told.change(key) { $0.mayBelieve = $0.mayBelieve.subtracting(unheard) }
        }
    }

    func orphans(of group: Group, besides current: [Integration]) -> [ToldKey] {
        let first = ToldKey(group: group.key, integration: .lowest)
        let told = self.told.rows(from: first).lazy.map { $0.key }.prefix { $0.group == group.key }
        let pending = self.deliveryIndex.rows(from: first).lazy.map { $0.key }.prefix { $0.group == group.key }
        var keys: [ToldKey] = []
        for key in Array(told) + Array(pending) where key.integration.receiver == group.receiver {
            if current.contains(where: { $0.key == key.integration }) || keys.contains(key) { continue }
            keys.append(key)
        }
        return keys.sorted()
    }
}
