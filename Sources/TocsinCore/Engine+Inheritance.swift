import TocsinModel

/// What Alertmanager had told, in a folder that was taken over from one.
extension Engine {
    /// Makes told state of what the log says about alerts that are members of the group by now.
    ///
    /// To be called before an integration is told something: an alert that was told fires is then no news, its end is,
    /// and reminders come when they were due.
    mutating func takeUp(_ integration: Integration, of group: Group) {
        let source = InheritedKey(group: group.key, integration: integration.id)
        guard let inherited = self.inherited[source] else { return }
        if inherited.expiresAt <= self.now {
            self.forget(inherited, of: source)
            return
        }
        var found: [Fingerprint] = []
        var met: Set<LogHash> = []
        for fingerprint in group.members where !group.departed.contains(fingerprint) {
            guard let alert = self.alerts[fingerprint]?.alert else { continue }
            let hash = alert.labels.logHash
            guard inherited.contains(hash) else { continue }
            met.insert(hash)
            let isTheSame =
                alert.startsAt <= inherited.toldAt || self.now - inherited.takenAt < Inherited.anyBeginning
            if isTheSame { found.append(fingerprint) }
        }
        if met.isEmpty { return }
        self.forget(inherited, of: source, only: met)
        if found.isEmpty { return }
        let repeatInterval = group.route.map { self.routing.routes[$0].repeatInterval } ?? .zero
        let key = ToldKey(group: group.key, integration: integration.key)
        let firing = FingerprintSet(found)
        var state =
            self.told[key]
            ?? Told(
                integration: integration.id,
                sendResolved: integration.sendResolved,
                entry: nil,
                mayBelieve: .empty,
                keptFor: min(self.options.retention, repeatInterval * 2),
                notedAt: self.now
            )
        var entry = state.entry ?? Told.Entry(firing: .empty, resolved: .empty, flushedAt: inherited.toldAt)
        entry.firing = entry.firing.union(firing)
        state.entry = entry
        state.mayBelieve = state.mayBelieve.union(firing)
        self.told.put(state, for: key)
    }

    /// Whether the end of all that is there is not yet the end of all that was told: the others' senders may still
    /// come back, and an incident that was closed too early would page nobody again.
    func waitsForOthers(_ integration: Integration, of group: Group) -> Bool {
        guard let inherited = self.inherited[InheritedKey(group: group.key, integration: integration.id)] else {
            return false
        }
        return self.now - inherited.takenAt < Inherited.settling
    }

    /// Once it was told that all is over, whatever fires is news.
    mutating func forgetInherited(_ integration: Integration, of group: Group) {
        let source = InheritedKey(group: group.key, integration: integration.id)
        if let inherited = self.inherited[source] { self.forget(inherited, of: source) }
    }

    /// Whether somebody was told that an alert fires, and may wait for its end.
    func isInherited(_ labels: LabelSet) -> Bool {
        !self.inheritedHashes.isEmpty && self.inheritedHashes[labels.logHash] != nil
    }

    /// - Parameter hashes: those that are dealt with; all if `nil`.
    private mutating func forget(_ inherited: Inherited, of key: InheritedKey, only hashes: Set<LogHash>? = nil) {
        for hash in hashes.map({ Array($0) }) ?? inherited.firing {
            let others = self.inheritedHashes[hash, default: 1] - 1
            self.inheritedHashes[hash] = others > 0 ? others : nil
        }
        let rest = hashes.map { met in inherited.firing.filter { !met.contains($0) } } ?? []
        if rest.isEmpty {
            self.inherited.remove(key)
        } else {
            self.inherited.change(key) { $0.firing = rest }
        }
    }

    mutating func load(_ inherited: Inherited, for key: InheritedKey) {
        self.inherited.load(inherited, for: key)
        for hash in inherited.firing { self.inheritedHashes[hash, default: 0] += 1 }
    }

    mutating func clearInherited() {
        for (key, inherited) in self.inherited where inherited.expiresAt <= self.now { self.forget(inherited, of: key) }
    }

    mutating func stepInherited(by step: Duration) {
        for key in self.inherited.keys {
            self.inherited.change(key) { inherited in
                inherited.toldAt += step
                inherited.takenAt += step
                inherited.expiresAt += step
            }
        }
    }
}
