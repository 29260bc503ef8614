public import TocsinCore
public import TocsinModel

/// The state that an Alertmanager left in its folder, as rows of ours: `silences` and `nflog`, as
/// versions 0.25 to 0.34 write them (`docs/operations.md`, *Moving from Alertmanager*).
public struct Takeover: Sendable {
    /// To be written before the engine is restored from them. Empty if there is nothing to take over.
    public private(set) var rows: [Write] = []
    public private(set) var silences = 0
    /// Entries of the log that speak of firing alerts; the others are of no use.
    public private(set) var logEntries = 0
    /// What could not be taken over, a line for each file.
    public private(set) var complaints: [String] = []

    private let now: Timestamp
    private var lastNumber: Int64

    /// - Parameters:
    ///   - silences: the file of that name; `nil` if there is none.
    ///   - log: the file `nflog`; `nil` if there is none.
    ///   - limit: how many silences there may be.
    public init(silences: [UInt8]?, log: [UInt8]?, routing: RoutingTable, limit: Int = 100_000, now: Timestamp) {
        self.now = now
        self.lastNumber = now.nanosecondsSince1970
        if let silences { self.take(silences: silences, limit: limit) }
        if let log { self.take(log: log) }
        if self.rows.isEmpty { return }
        self.rows.append(.engine(EngineRow(lastNumber: self.lastNumber, routing: routing.fingerprint, now: now)))
    }

    private mutating func take(silences bytes: [UInt8], limit: Int) {
        let snapshot = Snapshot(bytes) { message throws(WireMessage.Damage) in try SnapshotSilence(message) }
        if let complaint = snapshot.complaint(about: "silences") { self.complaints.append(complaint) }
        var newest: [String: SnapshotSilence] = [:]
        for silence in snapshot.entries where silence.expiresAt > self.now {
            if let known = newest[silence.id], known.updatedAt >= silence.updatedAt { continue }
            newest[silence.id] = silence
        }
        // In the order in which they were made, as far as that is known; what is active goes before what is over.
        let sorted = newest.values.sorted { a, b in
            let (isOver, isOtherOver) = (a.endsAt <= self.now, b.endsAt <= self.now)
            if isOver != isOtherOver { return isOtherOver }
            return a.startsAt != b.startsAt ? a.startsAt < b.startsAt : a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
        }
        if sorted.count > limit {
            self.complaints.append("silences: \(sorted.count - limit) of \(sorted.count) are more than there may be")
        }
        for silence in sorted.prefix(limit) {
            self.lastNumber += 1
            self.rows.append(.silence(silence.silence(numbered: ID(self.lastNumber))))
            self.silences += 1
        }
    }

    private mutating func take(log bytes: [UInt8]) {
        let snapshot = Snapshot(bytes) { message throws(WireMessage.Damage) in try SnapshotLogEntry(message) }
        if let complaint = snapshot.complaint(about: "nflog") { self.complaints.append(complaint) }
        var newest: [InheritedKey: SnapshotLogEntry] = [:]
        for entry in snapshot.entries where entry.expiresAt > self.now {
            let integration = IntegrationID(receiver: entry.receiver, kind: entry.kind, index: Int(entry.index))
            let key = InheritedKey(group: GroupKey(entry.groupKey), integration: integration)
            if let known = newest[key], known.toldAt >= entry.toldAt { continue }
            newest[key] = entry
        }
        for (key, entry) in newest.sorted(by: { $0.key < $1.key }) where !entry.firing.isEmpty {
            let inherited = Inherited(
                firing: entry.firing,
                // A clock that was ahead must not put reminders off.
                toldAt: min(entry.toldAt, self.now),
                takenAt: self.now,
                expiresAt: entry.expiresAt
            )
            self.rows.append(.inherited(key, inherited))
            self.logEntries += 1
        }
    }
}

extension SnapshotSilence {
    fileprivate func silence(numbered id: ID<Silence>) -> Silence {
        Silence(
            id: id,
            matcherSets: self.matcherSets,
            startsAt: self.startsAt,
            endsAt: self.endsAt,
            updatedAt: self.updatedAt,
            createdBy: self.createdBy,
            comment: self.comment,
            annotations: LabelSet(self.annotations),
            foreignName: ForeignName(self.id)
        )
    }
}
