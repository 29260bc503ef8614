import TocsinModel

extension Engine {
    /// Every sentence about the engine's state that must hold between two events, as the sentences that do not.
    /// Tests and simulations ask after every event.
    public func brokenInvariants() -> [String] {
        var broken: [String] = []
        self.checkGroups(&broken)
        self.checkAlerts(&broken)
        self.checkDeliveries(&broken)
        self.checkSilences(&broken)
        self.checkInhibition(&broken)
        self.checkIncidents(&broken)
        let timers = self.timers.all.count
        let waiting = self.deliveries.lazy.filter { !$0.row.isUnderWay }.count
        let incidents = self.incidentIndex.dues.count
        if timers != self.groups.count + waiting + self.silenceIndex.count + incidents {
            broken.append(
                "\(timers) timers for \(self.groups.count) groups, \(waiting) waiting deliveries, "
                    + "\(self.silenceIndex.count) silences, \(incidents) incidents"
            )
        }
        return broken
    }

    private func checkSilences(_ broken: inout [String]) {
        let timers = Set(self.timers.all)
        for (id, silence) in self.silences {
            let isFindable = self.silenceIndex.contains(id)
            // One whose end is due in this very turn may be in the index still.
            if silence.endsAt > self.now && !isFindable { broken.append("silence \(id) cannot be found") }
            let timer = TimerQueue.Timer(due: silence.endsAt, kind: .silence, id: id.number)
            if timers.contains(timer) != isFindable { broken.append("silence \(id) has a wrong timer") }
            if silence.matcherSets.contains(where: \.isEmpty) || silence.matcherSets.isEmpty {
                broken.append("silence \(id) is about everything")
            }
            if silence.endsAt < silence.startsAt { broken.append("silence \(id) ends before it starts") }
        }
        for (fingerprint, known) in self.alerts {
            let labels = known.alert.labels
            let all = self.silences.lazy.map { $0.row }
            let expected = all.filter { $0.state(at: self.now) == .active && $0.isAbout(labels) }.map { $0.id }
            if self.silences(of: labels, at: self.now) != Array(expected) {
                broken.append("not all silences of alert \(fingerprint) are found")
            }
        }
    }

    private func checkInhibition(_ broken: inout [String]) {
        var anew = InhibitionIndex(rules: self.routing.inhibitRules)
        for (_, known) in self.alerts where !known.hasEnded { anew.insert(known.alert.labels) }
        if anew.all != self.inhibition.all { broken.append("the index of inhibiting alerts is not up to date") }
        if anew.rules != self.inhibition.rules { broken.append("inhibition goes by rules that are not in force") }
    }

    private func checkGroups(_ broken: inout [String]) {
        let timers = Set(self.timers.all)
        for (id, group) in self.groups {
            if !timers.contains(.init(due: group.dueAt, kind: .group, id: id.number)) {
                broken.append("group \(group.key.text) has no timer")
            }
            // Another group of its key may have had something on its way just now; the next flush closes this one.
            let isAlone = !self.groups.contains { $0.row.key == group.key && $0.key != id }
            if group.members.isEmpty && isAlone
                && !self.deliveries.contains(where: { $0.row.key.group == group.key })
            {
                broken.append("group \(group.key.text) is empty and nothing is on its way")
            }
            if !group.departed.isSubset(of: group.members) {
                broken.append("group \(group.key.text) lists departed alerts that are no members")
            }
            for member in group.members where self.alerts[member]?.groups.contains(id) != true {
                broken.append("group \(group.key.text) holds \(member), which does not name it")
            }
            if let route = group.route {
                let identity = GroupIdentity(route: route, labels: group.labels.fingerprint)
                if self.groupIndex[identity] != id { broken.append("group \(group.key.text) cannot be found") }
            }
        }
        let findable = self.groups.lazy.filter { $0.row.route != nil }.count
        if self.groupIndex.count != findable { broken.append("the index of groups knows too much") }
    }

    private func checkAlerts(_ broken: inout [String]) {
        for (fingerprint, known) in self.alerts {
            if known.groups.isEmpty { broken.append("alert \(fingerprint) is in no group") }
            for group in known.groups.all where self.groups[group]?.members.contains(fingerprint) != true {
                broken.append("alert \(fingerprint) names a group that does not hold it")
            }
        }
    }

    private func checkDeliveries(_ broken: inout [String]) {
        let timers = Set(self.timers.all)
        for (id, delivery) in self.deliveries {
            if self.deliveryIndex[delivery.key] != id { broken.append("delivery \(id) cannot be found") }
            let timer = TimerQueue.Timer(due: delivery.nextAttemptAt, kind: .delivery, id: id.number)
            if timers.contains(timer) == delivery.isUnderWay {
                broken.append(
                    "delivery \(id) is \(delivery.isUnderWay ? "under way and waits" : "waiting without a timer")")
            }
            if delivery.content.alerts.isEmpty { broken.append("delivery \(id) tells of nothing") }
        }
        if self.deliveryIndex.count != self.deliveries.count { broken.append("two deliveries for one destination") }
    }
}
