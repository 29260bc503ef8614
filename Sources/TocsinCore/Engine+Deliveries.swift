import TocsinModel

/// A notification on its way: decided on, attempted, told or given up.
extension Engine {
    func pendingDelivery(_ key: ToldKey) -> Delivery? {
        self.deliveryIndex[key].flatMap { self.deliveries[$0] }
    }

    /// Makes a delivery of what a flush has to say and begins its first attempt. The one that waited, if any, is
    /// replaced: the newest content wins.
    mutating func announce(
        _ flush: Flush,
        to integration: Integration,
        key: ToldKey,
        reason: NotificationReason,
        keptFor: Duration,
        replacing pending: Delivery?
    ) {
        let firing = flush.firing.map { $0.announced() }
        let ended = flush.ended.map { $0.announced() }
        let delivery = Delivery(
            id: ID(self.nextNumber()),
            key: key,
            integration: integration.id,
            content: NotificationContent(
                receiver: flush.group.receiver,
                groupKey: flush.group.key.text,
                groupLabels: flush.group.labels,
                routeLabels: flush.group.route.map { self.routing.routes[$0].labels } ?? .empty,
                alerts: integration.sendResolved ? Engine.merged(flush) : firing,
                reason: reason,
                flushedAt: self.now,
                incident: self.notice(for: self.groups[flush.group.id] ?? flush.group)
            ),
            firing: flush.firingSet,
            resolved: flush.endedSet,
            sendResolved: integration.sendResolved,
            keptFor: keptFor,
            nextAttemptAt: self.now
        )
        self.note(
            .notificationDecided(
                delivery.id, integration.id, key.group, reason, firing: firing.count, resolved: ended.count
            )
        )
        self.markForSaving(flush)
        self.put(delivery, replacing: pending)
    }

    /// Files a delivery in the place of the one that waited, if any, and begins its first attempt.
    mutating func put(_ delivery: Delivery, replacing pending: Delivery?) {
        let waitsUntil = pending.flatMap { $0.isToldToWait ? $0.nextAttemptAt : nil }
        if let pending {
            self.noteBelief(of: pending)
            self.remove(pending)
            self.note(.notificationReplaced(pending.id, delivery.integration))
            self.remember(.replaced, of: pending)
        }
        self.remember(delivery)
        self.deliveries.put(delivery, for: delivery.id)
        self.deliveryIndex.load(delivery.id, for: delivery.key)
        if let waitsUntil, waitsUntil > self.now {
            // The other side said when to come again; new content does not make it sooner.
            self.deliveries.change(delivery.id) { delivery in
                delivery.nextAttemptAt = waitsUntil
                delivery.isToldToWait = true
            }
            self.timers.set(.delivery, delivery.id.number, at: waitsUntil)
        } else {
            self.attempt(delivery.id)
        }
    }

    /// Firing and ended alerts in one order.
    private static func merged(_ flush: Flush) -> [AnnouncedAlert] {
        if flush.ended.isEmpty { return flush.firing.map { $0.announced() } }
        return (flush.firing + flush.ended).sorted(by: Engine.announcementOrder).map { $0.announced() }
    }

    /// The volatile fields of an alert are written when it goes into a notification, if they moved.
    private mutating func markForSaving(_ flush: Flush) {
        for known in flush.firing where known.saved != KnownAlert.SavedTimes(known.alert) {
            self.alerts.change(known.alert.fingerprint) { _ in }
        }
    }

    /// A retry falls due. If its group is about to be flushed in the same turn, as after a sleep, it waits for that:
    /// nobody is told old news. Nor is anybody told that something fires which was silenced meanwhile, or out of the
    /// route's times.
    mutating func retry(_ id: ID<Delivery>) {
        guard let delivery = self.deliveries[id] else { preconditionFailure("a timer without its delivery") }
        let groups = self.groups(of: delivery)
        let isGroupDue = groups.contains { (self.groups[$0]?.dueAt ?? .distantFuture) <= self.now }
        guard isGroupDue else {
            if self.isHeldBack(delivery, in: groups) { groups.forEach { self.decideAgain(delivery.key, group: $0) } }
            if self.deliveries.contains(id) { self.attempt(id) }
            groups.forEach { self.letGo($0) }
            return
        }
        let now = self.now
        self.deliveries.change(id) { $0.nextAttemptAt = now }
        self.timers.set(.delivery, id.number, at: now)
    }

    /// Whether some alert of which it says that it fires is not to be spoken of now.
    private func isHeldBack(_ delivery: Delivery, in groups: [ID<Group>]) -> Bool {
        let firing = delivery.content.alerts.filter(\.isFiring)
        if firing.isEmpty { return false }
        let now = self.now
        let isMuted = groups.contains { id in self.groups[id].flatMap { self.muting(of: $0, at: now) } != nil }
        return isMuted || firing.contains { self.suppression(of: $0.labels) != nil }
    }

    /// Begins the next attempt.
    mutating func attempt(_ id: ID<Delivery>) {
        guard self.deliveries.contains(id) else { preconditionFailure("a timer without its delivery") }
        let delivery = self.deliveries.change(id) { delivery in
            delivery.attempts += 1
            delivery.isUnderWay = true
            return delivery
        }
        self.note(.attemptBegun(id, delivery.integration, attempt: delivery.attempts))
        // A group that begins anew is a new message, and no change of the one that told of its last end.
        let isBeginning = delivery.content.reason == .firstNotification
        self.send(
            Send(
                delivery: id,
                attempt: delivery.attempts,
                integration: delivery.key.integration,
                name: delivery.integration,
                content: delivery.content,
                receiverData: isBeginning ? .empty : self.told[delivery.key]?.receiverData ?? .empty
            )
        )
    }

    /// Takes in what came of an attempt. An answer to an attempt that is not under way any more says nothing.
    mutating func finish(_ id: ID<Delivery>, attempt: Int, _ outcome: Outcome, receiverData: LabelSet) {
        guard let delivery = self.deliveries[id], delivery.isUnderWay, delivery.attempts == attempt else { return }
        self.deliveries.change(id) { $0.isUnderWay = false }
        switch outcome {
        case .delivered: self.succeed(delivery, receiverData: receiverData)
        case .failed(let reason, let mayHaveArrived, let retryAfter):
            self.retry(delivery, reason: reason, mayHaveArrived: mayHaveArrived, retryAfter: retryAfter)
        case .refused(let reason): self.refuse(delivery, reason: reason)
        }
        let groups = self.groups(of: delivery)
        self.settle(delivery, outcome, of: groups)
        for group in groups {
            if delivery.decideAgain { self.decideAgain(delivery.key, group: group) }
            self.letGo(group)
        }
    }

    /// What the delivery's row holds is now what the receiver was told.
    private mutating func succeed(_ delivery: Delivery, receiverData: LabelSet) {
        let believed = self.told[delivery.key]?.mayBelieve ?? .empty
        self.told.put(
            Told(
                integration: delivery.integration,
                sendResolved: delivery.sendResolved,
                entry: Told.Entry(
                    firing: delivery.firing,
                    resolved: delivery.resolved,
                    flushedAt: delivery.content.flushedAt
                ),
                mayBelieve: believed.subtracting(delivery.resolved).union(delivery.firing),
                keptFor: delivery.keptFor,
                notedAt: self.now,
                receiverData: receiverData
            ),
            for: delivery.key
        )
        self.remove(delivery)
        self.remember(.delivered, of: delivery)
        self.note(.delivered(delivery.id, delivery.integration, delivery.key.group, attempt: delivery.attempts))
        self.note(.arrived(delivery.integration, after: self.now - delivery.content.flushedAt))
    }

    private mutating func retry(_ delivery: Delivery, reason: String, mayHaveArrived: Bool, retryAfter: Duration?) {
        let now = self.now
        if self.isPastHope(delivery) {
            self.bury(delivery, reason: reason, mayHaveArrived: mayHaveArrived)
            return
        }
        let waiting = self.deliveries.change(delivery.id) { delivery in
            delivery.mayHaveArrived = delivery.mayHaveArrived || mayHaveArrived
            delivery.decideAgain = false
            delivery.isToldToWait = retryAfter != nil
            if let retryAfter {
                // No attempt: a restart must not take it for one that may have arrived. Its number is free again, as
                // its answer is in.
                delivery.attempts -= 1
                delivery.nextAttemptAt = now + min(max(retryAfter, .zero), .seconds(900))
            } else {
                delivery.failures += 1
                delivery.nextAttemptAt = now + delivery.backOff
            }
            return delivery
        }
        self.timers.set(.delivery, delivery.id.number, at: waiting.nextAttemptAt)
        self.remember(.failed(reason: reason), of: delivery)
        if waiting.isToldToWait {
            self.note(
                .toldToWait(delivery.id, delivery.integration, reason: reason, nextAttemptAt: waiting.nextAttemptAt))
        } else {
            self.note(
                .attemptFailed(
                    delivery.id, delivery.integration, attempt: delivery.attempts, reason: reason,
                    nextAttemptAt: waiting.nextAttemptAt
                )
            )
        }
    }

    /// A refusal ends the delivery; the receiver was not told, so the next flush tries anew, as in Alertmanager. Only
    /// an end that is refused for as long as told state is kept is given up.
    private mutating func refuse(_ delivery: Delivery, reason: String) {
        self.noteBelief(of: delivery)
        self.remove(delivery)
        self.remember(.refused(reason: reason), of: delivery)
        self.note(
            .refused(
                delivery.id, delivery.integration, delivery.key.group, attempt: delivery.attempts, reason: reason
            )
        )
        let lastTold = self.told[delivery.key]?.entry?.flushedAt
        if delivery.firing.isEmpty, let lastTold, self.now - lastTold > delivery.keptFor {
            self.giveUp(delivery.key, reason: .refused)
        }
    }

    /// Takes a waiting delivery back that is no longer news.
    mutating func drop(_ pending: Delivery) {
        self.noteBelief(of: pending)
        self.remove(pending)
        self.remember(.replaced, of: pending)
        self.note(.notificationReplaced(pending.id, pending.integration))
    }

    mutating func remove(_ delivery: Delivery) {
        if !delivery.isUnderWay {
            self.timers.cancel(.delivery, delivery.id.number, at: delivery.nextAttemptAt)
        }
        self.deliveries.remove(delivery.id)
        self.deliveryIndex.unload(delivery.key)
    }

    /// Keeps in mind what a delivery that ends without success may have told: that something fires, whose end must be
    /// told then, or that something ended, which is news if it fires again.
    mutating func noteBelief(of delivery: Delivery) {
        guard delivery.mayHaveArrived else { return }
        var state =
            self.told[delivery.key]
            ?? Told(
                integration: delivery.integration,
                sendResolved: delivery.sendResolved,
                entry: nil,
                mayBelieve: .empty,
                keptFor: delivery.keptFor,
                notedAt: self.now
            )
        state.mayBelieve = state.mayBelieve.union(delivery.firing)
        state.entry = state.entry?.less(delivery.resolved)
        state.notedAt = self.now
        self.told.put(state, for: delivery.key)
    }

    mutating func giveUp(_ key: ToldKey, reason: GiveUpReason) {
        if let pending = self.pendingDelivery(key) { self.remove(pending) }
        guard let state = self.told[key] else { return }
        self.told.change(key) { $0.mayBelieve = .empty }
        self.note(.givenUp(state.integration, key.group, reason: reason))
    }
}

// MARK: - Letting go

extension Engine {
    /// The groups that a delivery speaks of: those with its key and receiver.
    func groups(of delivery: Delivery) -> [ID<Group>] {
        var groups: Set<ID<Group>> = []
        for fingerprint in delivery.firing.union(delivery.resolved) {
            for id in self.alerts[fingerprint]?.groups.all ?? [] { groups.insert(id) }
        }
        return groups.sorted().filter { id in
            guard let group = self.groups[id] else { return false }
            return group.key == delivery.key.group && group.receiver == delivery.key.integration.receiver
        }
    }

    /// Ended alerts leave the group once nobody may believe that they fire; an empty group is closed.
    mutating func letGo(_ id: ID<Group>) {
        guard let group = self.groups[id] else { return }
        let (believed, isPending) = self.whatIsBelieved(of: group)
        for fingerprint in group.members where !believed.contains(fingerprint) {
            let isOver = self.alerts[fingerprint]?.hasEnded == true
            if isOver || group.departed.contains(fingerprint) { self.remove(fingerprint, from: id) }
        }
        if self.groups[id]?.members.isEmpty == true && !isPending { self.close(group) }
    }

    /// Everything that some destination of the group may believe fires or is about to be told, and whether anything
    /// is on its way.
    private func whatIsBelieved(of group: Group) -> (FingerprintSet, isPending: Bool) {
        var believed = FingerprintSet.empty
        var isPending = false
        var keys = self.integrations(of: group).map { ToldKey(group: group.key, integration: $0.key) }
        keys += self.orphans(of: group, besides: self.integrations(of: group))
        for key in keys {
            if let state = self.told[key] { believed = believed.union(state.mayBelieve) }
            if let pending = self.pendingDelivery(key) {
                believed = believed.union(pending.firing).union(pending.resolved)
                isPending = true
            }
        }
        return (believed, isPending)
    }

    private mutating func close(_ group: Group) {
        self.timers.cancel(.group, group.id.number, at: group.dueAt)
        if let route = group.route {
            self.groupIndex[GroupIdentity(route: route, labels: group.labels.fingerprint)] = nil
        }
        self.leaveIncident(self.groups[group.id] ?? group)
        self.groups.remove(group.id)
        self.rememberEnd(of: group)
        self.note(.groupClosed(group.id, group.key))
    }

    /// Forgets told state whose group is gone and that has served its time.
    mutating func clearTold() {
        var living = Set(self.groups.lazy.map { $0.row.key })
        for (id, incident) in self.incidents where incident.isOpen { living.insert(self.pageKey(id)) }
        for (key, state) in self.told where !living.contains(key.group) && !self.deliveryIndex.contains(key) {
            // A group is not closed while someone may believe that it fires; if it is gone all the same, nobody is
            // left who could tell.
            if !state.mayBelieve.isEmpty { self.giveUp(key, reason: .receiverRemoved) }
            let lastNews = max(state.entry?.flushedAt ?? state.notedAt, state.notedAt)
            if self.now - lastNews >= state.keptFor { self.told.remove(key) }
        }
    }
}
