import TocsinModel

extension Engine {
    /// Every sentence about the engine's state that must hold between two events, as the sentences that do not.
    /// Tests and simulations ask after every event.
    public func brokenInvariants() -> [String] {
        var broken: [String] = []
        self.checkGroups(&broken)
        self.checkAlerts(&broken)
        self.checkDeliveries(&broken)
        let timers = self.timers.all.count
        let waiting = self.deliveries.lazy.filter { !$0.row.isUnderWay }.count
        if timers != self.groups.count + waiting {
            broken.append("\(timers) timers for \(self.groups.count) groups and \(waiting) waiting deliveries")
        }
        return broken
    }

    private func checkGroups(_ broken: inout [String]) {
        let timers = Set(self.timers.all)
        for (id, group) in self.groups {
            if !timers.contains(.init(due: group.dueAt, kind: .group, id: id.number)) {
                broken.append("group \(group.key.text) has no timer")
            }
            if group.members.isEmpty && !self.deliveries.contains(where: { $0.row.key.group == group.key }) {
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
                broken.append("delivery \(id) is \(delivery.isUnderWay ? "under way and waits" : "waiting without a timer")")
            }
            if delivery.content.alerts.isEmpty { broken.append("delivery \(id) tells of nothing") }
        }
        if self.deliveryIndex.count != self.deliveries.count { broken.append("two deliveries for one destination") }
    }
}
