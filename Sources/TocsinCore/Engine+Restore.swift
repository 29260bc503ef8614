public import TocsinModel

/// Rows to engine and engine to rows.
extension Engine {
    /// The engine that wrote these rows, as far as rows know: nothing is under way, and of alerts that were told
    /// again since their row was written the last word is missing. Give it ``Event/started`` next.
    public static func restore(
        _ rows: some Sequence<Write>,
        routing: RoutingTable,
        options: EngineOptions = EngineOptions(),
        now: Timestamp
    ) -> Engine {
        var engine = Engine(routing: routing, options: options, now: now)
        engine.restoredRouting = engine.routingFingerprint
        for row in rows { engine.load(row) }
        engine.deriveMembers()
        engine.deriveInhibition()
        engine.watchSilences()
        engine.deriveIncidents()
        return engine
    }

    private mutating func load(_ row: Write) {
        switch row {
        case .alert(let known, let departedFrom):
            self.alerts.load(known, for: known.alert.fingerprint)
            for group in departedFrom { self.departures[group, default: []].append(known.alert.fingerprint) }
        case .group(let group):
            var group = group
            group.members = .empty
            group.departed = .empty
            self.groups.load(group, for: group.id)
            self.timers.set(.group, group.id.number, at: group.dueAt)
        case .told(let key, let told):
            self.told.load(told, for: key)
        case .delivery(let delivery):
            var delivery = delivery
            delivery.isUnderWay = false
            self.deliveries.load(delivery, for: delivery.id)
            self.deliveryIndex.load(delivery.id, for: delivery.key)
            self.timers.set(.delivery, delivery.id.number, at: delivery.nextAttemptAt)
        case .silence(let silence):
            self.silences.load(silence, for: silence.id)
        case .incident(let incident):
            self.incidents.load(incident, for: incident.id)
        case .deadLetter(let letter):
            self.deadLetters.load(letter, for: letter.delivery.id)
        case .request(let key, let request):
            self.pastRequests.load(request, for: key)
        case .inherited(let key, let inherited): self.load(inherited, for: key)
        case .engine(let row):
            self.lastReference = row.reservedReference
            self.reservedReference = row.reservedReference
            self.lastNumber = row.lastNumber
            self.restoredRouting = row.routing
        case .alertGone, .groupGone, .toldGone, .deliveryGone, .silenceGone, .timeline, .deadLetterGone, .requestGone,
            .incidentsForgotten, .inheritedGone:
            preconditionFailure("a row that is gone cannot be read")
        }
    }

    /// Members of groups stand in the alerts' rows, routes in the configuration.
    private mutating func deriveMembers() {
        let indices = self.routeIndices()
        for (id, group) in self.groups {
            let route = indices[group.routeSignature]
            if let route { self.groupIndex[GroupIdentity(route: route, labels: group.labels.fingerprint)] = id }
            let departed = FingerprintSet(self.departures[id] ?? [])
            _ = self.groups.touch(id) { group in
                group.route = route
                group.departed = departed
                return false
            }
        }
        self.departures = [:]
        for (fingerprint, known) in self.alerts {
            for id in known.groups.all {
                let exists = self.groups.touch(id) { group in
                    group.members.insert(fingerprint)
                    return false
                }
                if !exists { self.alerts.change(fingerprint) { $0.groups.remove(id) } }
            }
        }
    }

    /// The process begins: alerts get time for their senders to speak, what may have been under way may have arrived,
    /// and a file that changed meanwhile comes into force.
    mutating func start() {
        let now = self.now
        self.ranDueAt = now
        self.maintenanceAt = now + Engine.maintenanceInterval
        self.holdGroups(for: self.options.startDelay)
        let override = self.options.restartGrace
        for fingerprint in self.alerts.keys {
            _ = self.alerts.touch(fingerprint) { known in
                if !known.hasEnded { known.extend(to: now + known.grace(overriddenBy: override)) }
                return false
            }
        }
        for (id, delivery) in self.deliveries where delivery.attempts > 0 && !delivery.mayHaveArrived {
            self.deliveries.change(id) { $0.mayHaveArrived = true }
        }
        for (fingerprint, known) in self.alerts where known.groups.isEmpty && !known.hasEnded { self.join(fingerprint) }
        if self.restoredRouting != self.routingFingerprint { self.reroute() }
        self.restoredRouting = self.routingFingerprint
        self.note(
            .restored(alerts: self.alerts.count, groups: self.groups.count, deliveries: self.deliveries.count)
        )
    }

    /// No group speaks until then, whatever was due before; waits go on meanwhile.
    private mutating func holdGroups(for delay: Duration) {
        if delay <= .zero { return }
        let until = self.now + delay
        self.speaksFrom = until
        for (id, group) in self.groups where group.dueAt < until {
            self.timers.cancel(.group, id.number, at: group.dueAt)
            self.groups.change(id) { $0.dueAt = until }
            self.timers.set(.group, id.number, at: until)
        }
    }

    /// Marks the volatile fields of every alert for writing, as at a clean stop.
    public mutating func saveEverything() {
        // Nothing is lost from here on, so numbers that were set aside can be given out.
        self.reservedReference = self.lastReference
        for (fingerprint, known) in self.alerts where known.saved != KnownAlert.SavedTimes(known.alert) {
            self.alerts.change(fingerprint) { _ in }
        }
    }

    /// The rows that changed, as they are now.
    mutating func collectWrites(into writes: inout [Write]) {
        for fingerprint in self.alerts.takeChanges() {
            guard let known = self.alerts[fingerprint] else {
                writes.append(.alertGone(fingerprint))
                continue
            }
            let departed = known.groups.all.filter { self.groups[$0]?.departed.contains(fingerprint) == true }
            writes.append(.alert(known, departedFrom: departed))
            _ = self.alerts.touch(fingerprint) { known in
                known.saved = KnownAlert.SavedTimes(known.alert)
                return false
            }
        }
        for id in self.groups.takeChanges() {
            writes.append(self.groups[id].map { .group($0) } ?? .groupGone(id))
        }
        for key in self.told.takeChanges() {
            writes.append(self.told[key].map { .told(key, $0) } ?? .toldGone(key))
        }
        for id in self.deliveries.takeChanges() {
            writes.append(self.deliveries[id].map { .delivery($0) } ?? .deliveryGone(id))
        }
        for id in self.silences.takeChanges() {
            writes.append(self.silences[id].map { .silence($0) } ?? .silenceGone(id))
        }
        self.collectIncidentWrites(into: &writes)
        for key in self.inherited.takeChanges() {
            writes.append(self.inherited[key].map { .inherited(key, $0) } ?? .inheritedGone(key))
        }
        if !writes.isEmpty { writes.append(.engine(self.engineRow)) }
    }

    private mutating func collectIncidentWrites(into writes: inout [Write]) {
        for id in self.incidents.takeChanges() {
            if let incident = self.incidents[id] { writes.append(.incident(incident)) }
        }
        writes += self.timeline.map { .timeline($0) }
        for id in self.deadLetters.takeChanges() {
            writes.append(self.deadLetters[id].map { .deadLetter($0) } ?? .deadLetterGone(id))
        }
        for key in self.pastRequests.takeChanges() {
            writes.append(self.pastRequests[key].map { .request(key, $0) } ?? .requestGone(key))
        }
        if let before = self.forgetIncidentsBefore {
            self.forgetIncidentsBefore = nil
            writes.append(.incidentsForgotten(before: before))
        }
    }

    private var engineRow: EngineRow {
        EngineRow(
            lastNumber: self.lastNumber,
            routing: self.routingFingerprint,
            now: self.now,
            reservedReference: self.reservedReference
        )
    }
}
