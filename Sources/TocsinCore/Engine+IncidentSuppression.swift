import TocsinModel

/// An incident whose alerts are all held back waits: nobody further is called, and the promised time stands still.
extension Engine {
    /// Looks whether the incident is held back now, and what follows if that is different from before.
    mutating func reviewSuppression(of id: ID<Incident>) {
        guard let incident = self.incidents[id], incident.isOpen else { return }
        let reasons = self.suppressionReasons(of: id)
        switch (incident.suppression, reasons) {
        case (nil, let reasons?): self.suppress(id, reasons)
        case (let before?, let reasons?) where before.reasons != reasons:
            self.amend(id) { $0.suppression?.reasons = reasons }
        case (let before?, nil): self.unsuppress(id, before)
        default: break
        }
    }

    /// Why all of its firing alerts are held back; `nil` if one is not, or nothing fires.
    private func suppressionReasons(of id: ID<Incident>) -> [SuppressionReason]? {
        var reasons: Set<SuppressionReason> = []
        for groupID in self.incidentIndex.groups(of: id) {
            guard let group = self.groups[groupID] else { continue }
            let muting = self.muting(of: group, at: self.now)
            for fingerprint in group.members where !group.departed.contains(fingerprint) {
                guard let known = self.alerts[fingerprint], !known.hasEnded, !known.alert.isResolved(at: self.now)
                else {
                    continue
                }
                guard let reason = muting?.reason ?? self.suppression(of: known.alert.labels) else { return nil }
                reasons.insert(reason)
            }
        }
        return reasons.isEmpty ? nil : SuppressionReason.allCases.filter { reasons.contains($0) }
    }

    private mutating func suppress(_ id: ID<Incident>, _ reasons: [SuppressionReason]) {
        let now = self.now
        self.amend(id) { incident in
            incident.suppression = Incident.Suppression(reasons: reasons, since: now)
            incident.touch()
        }
        self.pauseEscalation(id)
        self.takeBackPages(of: id)
        self.noteOnTimeline(
            id, .suppressed, by: .alerts, ["by": reasons.map(\.rawValue).joined(separator: ", ")])
    }

    mutating func pauseEscalation(_ id: ID<Incident>) {
        let now = self.now
        self.amend(id) { incident in
            guard incident.escalation.state == .active else { return }
            incident.escalation.state = .paused
            incident.escalation.remaining = incident.escalation.nextAt.map { max($0 - now, .zero) }
            incident.escalation.nextAt = nil
        }
    }

    private mutating func unsuppress(_ id: ID<Incident>, _ before: Incident.Suppression) {
        let (now, pause) = (self.now, self.now - before.since)
        self.amend(id) { incident in
            incident.suppression = nil
            if !incident.response.isBreached {
                incident.response.respondBy += pause
                incident.response.dueSoonAt? += pause
            }
            if incident.escalation.state == .paused {
                incident.escalation.state = .active
                incident.escalation.nextAt = now + (incident.escalation.remaining ?? .zero)
                incident.escalation.remaining = nil
            }
            incident.touch()
        }
        self.noteOnTimeline(id, .unsuppressed, by: .alerts)
        guard let incident = self.incidents[id], incident.status == .triggered,
            self.routing.incidents.isConfigured, self.routing.incidents.notifiesOnSilenceEnd,
            before.reasons.contains(.silence)
        else { return }
        self.remind(id)
    }

    /// Silences were made or ended: once a second at most, incidents are looked at again. Their first alert tells
    /// whether a closer look is worth it.
    mutating func reviewSilencedIncidents() {
        self.suppressionReviewAt = nil
        for id in self.incidents.keys {
            guard let incident = self.incidents[id], incident.isOpen else { continue }
            let isFirstHeldBack = self.isFirstAlertHeldBack(of: id)
            if isFirstHeldBack != (incident.suppression != nil) { self.reviewSuppression(of: id) }
        }
    }

    private func isFirstAlertHeldBack(of id: ID<Incident>) -> Bool {
        for groupID in self.incidentIndex.groups(of: id) {
            guard let group = self.groups[groupID] else { continue }
            for fingerprint in group.members where !group.departed.contains(fingerprint) {
                guard let known = self.alerts[fingerprint], !known.hasEnded, !known.alert.isResolved(at: self.now)
                else {
                    continue
                }
                return self.muting(of: group, at: self.now) != nil || self.suppression(of: known.alert.labels) != nil
            }
        }
        return false
    }

    /// A silence began or ended.
    mutating func wakeSuppressionReview() {
        if self.suppressionReviewAt == nil && !self.incidents.isEmpty {
            self.suppressionReviewAt = self.now + .seconds(1)
        }
    }
}
