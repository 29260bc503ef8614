import TocsinModel

/// A new configuration comes into force, or a start finds a file that changed while the process was away: one step.
extension Engine {
    mutating func replaceRouting(with routing: RoutingTable) {
        self.orphan(self.routing, besides: routing)
        self.routing = routing
        self.routingFingerprint = routing.fingerprint
        self.deriveInhibition()
        self.reroute()
    }

    /// Remembers since when a destination is gone: its settings are kept in memory for an hour, to tell it the end.
    private mutating func orphan(_ old: RoutingTable, besides new: RoutingTable) {
        let kept = Set(new.integrations.values.lazy.joined().map { $0.key })
        for key in Set(old.integrations.values.lazy.joined().map { $0.key }) where !kept.contains(key) {
            self.orphanedAt[key] = self.now
        }
        self.orphanedAt = self.orphanedAt.filter { !kept.contains($0.key) && self.now - $0.value < Engine.orphanage }
    }

    /// How long the settings of a destination that is gone are kept.
    public static let orphanage = Duration.seconds(3600)

    /// Whether a message to the destination can still be carried out.
    func canStillReach(_ key: IntegrationKey) -> Bool {
        if self.routing.integrations(of: key.receiver).contains(where: { $0.key == key }) { return true }
        return self.orphanedAt[key].map { self.now - $0 < Engine.orphanage } ?? false
    }

    /// Leads every alert where the routes in force want it. Groups whose route, grouping and receiver stay keep their
    /// timers; an alert whose old group may have been announced stays in it as departed, so that its end is told.
    mutating func reroute() {
        let retired = self.findRoutesOfGroups()
        for fingerprint in self.alerts.keys { self.reroute(fingerprint) }
        for (id, delivery) in self.deliveries where !self.isCurrent(delivery) {
            if delivery.isUnderWay {
                self.deliveries.change(id) { $0.decideAgain = true }
            } else if !delivery.firing.isEmpty {
                self.drop(delivery)
            }
        }
        for id in self.groups.keys { self.letGo(id) }
        self.deriveIncidents()
        self.note(.routingReplaced(groupsKept: self.groups.count - retired, groupsRetired: retired))
    }

    /// - Returns: how many groups no route makes any more.
    private mutating func findRoutesOfGroups() -> Int {
        let indices = self.routeIndices()
        self.groupIndex = [:]
        var retired = 0
        for (id, group) in self.groups {
            let route = indices[group.routeSignature]
            if let route {
                self.groupIndex[GroupIdentity(route: route, labels: group.labels.fingerprint)] = id
            } else {
                retired += 1
            }
            _ = self.groups.touch(id) { group in
                group.route = route
                return false
            }
        }
        return retired
    }

    /// Where in the table in force a route of that signature is.
    func routeIndices() -> [String: RoutingTable.RouteIndex] {
        Dictionary(uniqueKeysWithValues: self.routing.routes.enumerated().map { ($0.element.signature, $0.offset) })
    }

    private mutating func reroute(_ fingerprint: Fingerprint) {
        guard let known = self.alerts[fingerprint] else { return }
        // One that has ended departs, too: should it fire anew, only its new groups speak of it.
        if !known.hasEnded { self.join(fingerprint) }
        let wanted = Set(
            self.routing.takers(of: known.alert.labels).compactMap { route in
                let labels = self.routing.routes[route].grouping.groupLabels(of: known.alert.labels)
                return self.groupIndex[GroupIdentity(route: route, labels: labels.fingerprint)]
            }
        )
        for id in known.groups.all where !wanted.contains(id) && self.groups[id]?.holds(fingerprint) == true {
            _ = self.groups.touch(id) { group in
                group.departed.insert(fingerprint)
                return false
            }
            // Which groups an alert has departed from stands in its own row.
            self.alerts.change(fingerprint) { _ in }
        }
    }

    /// Whether the delivery goes where its group's route leads today.
    private func isCurrent(_ delivery: Delivery) -> Bool {
        let receiver = delivery.key.integration.receiver
        // A call for an incident goes by its policy, not by a route.
        if self.incident(calledFor: delivery) != nil { return self.canStillReach(delivery.key.integration) }
        let isMade = delivery.firing.union(delivery.resolved).contains { fingerprint in
            (self.alerts[fingerprint]?.groups.all ?? []).contains { id in
                guard let group = self.groups[id], group.route != nil else { return false }
                return group.key == delivery.key.group && group.receiver == receiver
            }
        }
        return isMade && self.routing.integrations(of: receiver).contains { $0.key == delivery.key.integration }
    }
}
