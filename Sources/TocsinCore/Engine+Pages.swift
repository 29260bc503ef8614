import TocsinModel

/// Calls for an incident. A page is a delivery like any other, under a key of its own: what its receiver may believe
/// is known like that of a group's, and it is told the end.
extension Engine {
    /// Under which pages of an incident are filed, whatever the step.
    func pageKey(_ incident: ID<Incident>) -> GroupKey { GroupKey("tocsin/\(self.name(of: incident))") }

    /// By which PagerDuty knows the present occurrence of an incident.
    func occurrenceKey(of incident: Incident) -> String {
        let name = "tocsin/\(self.name(of: incident.id))"
        return incident.occurrence == 1 ? name : "\(name)#\(incident.spell)"
    }

    func notice(of incident: Incident, step: Int? = nil) -> IncidentNotice {
        IncidentNotice(
            name: self.name(of: incident.id),
            reference: "INC-\(incident.reference)",
            title: incident.title,
            priority: incident.priority,
            status: incident.status.rawValue,
            key: self.occurrenceKey(of: incident),
            owner: incident.acknowledgement?.by.name,
            step: step
        )
    }

    /// What notifications of a group say of its incident; nothing in a configuration without incidents.
    func notice(for group: Group) -> IncidentNotice? {
        guard self.routing.incidents.isConfigured, let incident = group.incident.flatMap({ self.incidents[$0] }) else {
            return nil
        }
        return self.notice(of: incident)
    }

    /// Alerts of an incident that fire now, in the order of its groups.
    func firingMembers(of id: ID<Incident>, limit: Int = .max) -> [KnownAlert] {
        var members: [Fingerprint: KnownAlert] = [:]
        for groupID in self.incidentIndex.groups(of: id) {
            guard let group = self.groups[groupID] else { continue }
            for fingerprint in group.members where !group.departed.contains(fingerprint) {
                guard let known = self.alerts[fingerprint], !known.hasEnded else { continue }
                members[fingerprint] = known
                if members.count >= limit { return members.values.sorted(by: Engine.announcementOrder) }
            }
        }
        return members.values.sorted(by: Engine.announcementOrder)
    }

    /// Sends a page, in the place of one that still waits.
    mutating func page(_ integration: Integration, of id: ID<Incident>, reason: NotificationReason, step: Int?) {
        guard let incident = self.incidents[id] else { return }
        let key = ToldKey(group: self.pageKey(id), integration: integration.key)
        let alerts = self.pageAlerts(of: incident)
        let pending = self.pendingDelivery(key)
        if let pending, pending.isUnderWay {
            // The one under way says the same; only another occurrence would be news.
            return
        }
        let delivery = Delivery(
            id: ID(self.nextNumber()),
            key: key,
            integration: integration.id,
            content: NotificationContent(
                receiver: integration.id.receiver,
                groupKey: key.group.text,
                groupLabels: incident.labels,
                alerts: alerts,
                reason: reason,
                flushedAt: self.now,
                incident: self.notice(of: incident, step: step)
            ),
            firing: FingerprintSet(alerts.lazy.map { $0.fingerprint }),
            resolved: .empty,
            sendResolved: integration.sendResolved,
            keptFor: self.options.retention,
            nextAttemptAt: self.now
        )
        self.put(delivery, replacing: pending)
    }

    /// An incident that a person opened has no alerts; it is told as one.
    private func pageAlerts(of incident: Incident) -> [AnnouncedAlert] {
        let members = self.firingMembers(of: incident.id, limit: Incident.looksAt)
        if !members.isEmpty { return members.map { $0.announced() } }
        return [Engine.standIn(for: incident, endedAt: nil)]
    }

    private static func standIn(for incident: Incident, endedAt: Timestamp?) -> AnnouncedAlert {
        var labels: [String: String] = [:]
        for (name, value) in incident.labels { labels[name] = value }
        if labels["alertname"] == nil { labels["alertname"] = incident.title }
        return AnnouncedAlert(
            labels: LabelSet(labels),
            details: AlertDetails(annotations: ["summary": incident.title], generatorURL: ""),
            startsAt: incident.firstTriggeredAt,
            endedAt: endedAt
        )
    }

    /// Whoever was called for an incident, or may have been.
    private func pageKeys(of id: ID<Incident>) -> [ToldKey] {
        let group = self.pageKey(id)
        let first = ToldKey(group: group, integration: .lowest)
        let told = self.told.rows(from: first).lazy.map { $0.key }.prefix { $0.group == group }
        let pending = self.deliveryIndex.rows(from: first).lazy.map { $0.key }.prefix { $0.group == group }
        return Set(Array(told) + Array(pending)).sorted()
    }

    func hasPages(_ id: ID<Incident>) -> Bool { !self.pageKeys(of: id).isEmpty }

    /// The incident that a delivery calls for; `nil` for news of a group.
    func incident(calledFor delivery: Delivery) -> ID<Incident>? {
        guard let name = delivery.content.incident?.name, delivery.key.group.text == "tocsin/\(name)" else {
            return nil
        }
        return self.options.installation.incidentNumber(named: name).map { ID($0) }
    }

    /// Pages that wait for their retry are taken back: somebody has it.
    mutating func takeBackPages(of id: ID<Incident>) {
        for key in self.pageKeys(of: id) {
            guard let pending = self.pendingDelivery(key), !pending.isUnderWay else { continue }
            if pending.content.isFiring { self.drop(pending) }
        }
    }

    /// Whoever was called, or may have been, hears that it is over. What waits and cannot have arrived is taken back
    /// with its end.
    mutating func tellTheCalled(of id: ID<Incident>) {
        guard let incident = self.incidents[id], !incident.isOpen else { return }
        for key in self.pageKeys(of: id) {
            if let pending = self.pendingDelivery(key) {
                // Its result decides; see `settlePage`.
                if pending.isUnderWay || !pending.content.isFiring { continue }
                self.drop(pending)
            }
            guard let told = self.told[key], !told.mayBelieve.isEmpty else {
                self.told.remove(key)
                continue
            }
            guard told.sendResolved, self.canStillReach(key.integration) else {
                self.told.remove(key)
                continue
            }
            self.tellEnd(of: incident, to: key, told)
        }
    }

    private mutating func tellEnd(of incident: Incident, to key: ToldKey, _ told: Told) {
        var alerts: [AnnouncedAlert] = []
        for fingerprint in told.mayBelieve.prefix(Incident.looksAt) {
            guard var alert = self.alerts[fingerprint]?.announced() else { continue }
            if alert.endedAt == nil { alert.endedAt = self.now }
            alerts.append(alert)
        }
        if alerts.isEmpty { alerts = [Engine.standIn(for: incident, endedAt: self.now)] }
        let delivery = Delivery(
            id: ID(self.nextNumber()),
            key: key,
            integration: told.integration,
            content: NotificationContent(
                receiver: told.integration.receiver,
                groupKey: key.group.text,
                groupLabels: incident.labels,
                alerts: alerts,
                reason: .incidentResolved,
                flushedAt: self.now,
                incident: self.notice(of: incident)
            ),
            firing: .empty,
            resolved: told.mayBelieve,
            sendResolved: true,
            keptFor: told.keptFor,
            nextAttemptAt: self.now
        )
        self.put(delivery, replacing: nil)
    }

    /// Asks whoever has the incident whether they still do, where they were called.
    mutating func askOwner(of id: ID<Incident>) {
        for key in self.pageKeys(of: id) {
            let integrations = self.routing.integrations(of: key.integration.receiver)
            guard let integration = integrations.first(where: { $0.key == key.integration }) else { continue }
            self.page(integration, of: id, reason: .acknowledgementReminder, step: nil)
        }
    }

    // MARK: What came of it

    /// What an answer means for the incident that the delivery belongs to.
    ///
    /// - Parameter groups: those that the delivery speaks of.
    mutating func settle(_ delivery: Delivery, _ outcome: Outcome, of groups: [ID<Group>]) {
        if let id = self.incident(calledFor: delivery) {
            self.noteResult(of: delivery, outcome, for: id)
            if case .refused(let reason) = outcome {
                self.keep(DeadLetter(delivery: delivery, reason: reason, at: self.now))
                // Whoever refuses to hear of the end is not told again.
                if !delivery.content.isFiring {
                    self.giveUp(delivery.key, reason: .refused)
                    self.told.remove(delivery.key)
                }
            }
            self.settlePage(delivery, of: id)
            return
        }
        // News of a group: on the timeline of the group's incident.
        for group in groups {
            // Of a storm there is too much to tell.
            guard let id = self.groups[group]?.incident, self.incidents[id]?.isStorm == false else { continue }
            self.noteResult(of: delivery, outcome, for: id)
        }
    }

    private mutating func noteResult(of delivery: Delivery, _ outcome: Outcome, for id: ID<Incident>) {
        guard let incident = self.incidents[id] else { return }
        var details = [
            "integration": delivery.integration.description, "notification": "\(delivery.id)",
            "reason": delivery.content.reason.rawValue,
        ]
        switch outcome {
        case .delivered: self.noteOnTimeline(id, .notificationDelivered, by: .timer, LabelSet(details))
        case .failed(let error, _, let retryAfter):
            // Of many failures in a row the first says it all; the end of it is noted.
            guard delivery.failures == 0, retryAfter == nil else { return }
            details["error"] = error
            self.noteOnTimeline(id, .notificationFailed, by: .timer, LabelSet(details))
        case .refused(let error):
            details["error"] = error
            self.noteOnTimeline(id, .notificationRefused, by: .timer, LabelSet(details))
            if delivery.content.isFiring && incident.isCalling && self.isUrgent(incident)
                && delivery.content.reason != .fellBack
            {
                self.fallBack(id, reason: "\(delivery.integration) refused the page")
            }
        }
    }

    /// A page came to some end, while its incident may have gone on.
    private mutating func settlePage(_ delivery: Delivery, of id: ID<Incident>) {
        if let told = self.told[delivery.key], told.mayBelieve.isEmpty, self.pendingDelivery(delivery.key) == nil {
            self.told.remove(delivery.key)
        }
        guard let incident = self.incidents[id] else { return }
        if !incident.isOpen {
            self.tellTheCalled(of: id)
        } else if !incident.isCalling, let pending = self.pendingDelivery(delivery.key), !pending.isUnderWay,
            pending.content.isFiring, pending.content.reason != .acknowledgementReminder
        {
            self.drop(pending)
        }
    }

    /// How long a page is tried before it is given up as dead: 6 h if it is urgent, else a day.
    func isPastHope(_ delivery: Delivery) -> Bool {
        guard let id = self.incident(calledFor: delivery), delivery.content.isFiring else { return false }
        let isUrgent = self.incidents[id].map { self.isUrgent($0) } ?? false
        return self.now - delivery.content.flushedAt >= .seconds(isUrgent ? 6 * 3600 : 24 * 3600)
    }

    /// Whether some page or first news of the incident has not got out.
    func isAnythingStuck(_ incident: Incident) -> Bool {
        if self.pageKeys(of: incident.id).contains(where: { self.pendingDelivery($0)?.content.isFiring == true }) {
            return true
        }
        for group in self.groups(of: incident.id) {
            for integration in self.integrations(of: group) {
                let key = ToldKey(group: group.key, integration: integration.key)
                guard let pending = self.pendingDelivery(key), pending.content.isFiring else { continue }
                if self.told[key] == nil { return true }
            }
        }
        return false
    }
}
