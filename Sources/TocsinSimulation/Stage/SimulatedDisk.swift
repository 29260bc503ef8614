import TocsinCore
import TocsinModel
import TocsinRuntime

/// The rows that survive a crash, and the moods of the disk that they lie on.
///
/// A reference, because the loop owns its store and dies with it, while the disk stays.
final class SimulatedDisk {
    enum Mood: Hashable, Sendable {
        case well
        /// Refuses, and nothing of what it was given is there.
        case full
        /// Takes everything and says that it did not: the outcome is unknown to the one who asked.
        case deceiving
        /// Takes each commit, but only after that long.
        case slow(Duration)
    }

    var mood = Mood.well
    /// Whether the process dies before the next commit reaches the disk.
    var dropsCommits = false
    private(set) var commits = 0
    private(set) var rowsWritten = 0
    private var alerts = Table<Fingerprint, Write>()
    private var groups = Table<ID<Group>, Write>()
    private var told = Table<ToldKey, Write>()
    private var deliveries = Table<ID<Delivery>, Write>()
    private var silences = Table<ID<Silence>, Write>()
    private var incidents = Table<ID<Incident>, Write>()
    private var deadLetters = Table<ID<Delivery>, Write>()
    private var requests = Table<RequestKey, Write>()
    private var inherited = Table<InheritedKey, Write>()
    /// The histories of incidents, which nobody reads at a start.
    private(set) var timeline: [TimelineEntry] = []
    private var engine: Write?

    /// How long a commit takes now.
    var delay: Duration {
        if case .slow(let delay) = self.mood { return delay }
        return .zero
    }

    /// Every row, in an order that does not depend on the process.
    var contents: [Write] {
        var contents = self.alerts.map { $0.row }
        contents += self.groups.map { $0.row }
        contents += self.told.map { $0.row }
        contents += self.deliveries.map { $0.row }
        contents += self.silences.map { $0.row }
        contents += self.incidents.map { $0.row }
        contents += self.deadLetters.map { $0.row }
        contents += self.requests.map { $0.row }
        contents += self.inherited.map { $0.row }
        if let engine = self.engine { contents.append(engine) }
        return contents
    }

    /// The row of the engine itself.
    var engineRow: EngineRow? {
        if case .engine(let row)? = self.engine { return row }
        return nil
    }

    fileprivate func commit(_ writes: [Write]) throws(StoreFailure) {
        if self.dropsCommits { return }
        self.commits += 1
        if self.mood == .full { throw StoreFailure("database or disk is full") }
        self.rowsWritten += writes.count
        for write in writes { self.put(write) }
        if self.mood == .deceiving { throw StoreFailure("disk I/O error") }
    }
}

extension SimulatedDisk {
    private func put(_ write: Write) {
        switch write {
        case .alert(let known, _): self.alerts.load(write, for: known.alert.fingerprint)
        case .alertGone(let fingerprint): self.alerts.unload(fingerprint)
        case .group(let group): self.groups.load(write, for: group.id)
        case .groupGone(let id): self.groups.unload(id)
        case .told(let key, _): self.told.load(write, for: key)
        case .toldGone(let key): self.told.unload(key)
        case .delivery(let delivery): self.deliveries.load(write, for: delivery.id)
        case .deliveryGone(let id): self.deliveries.unload(id)
        case .silence(let silence): self.silences.load(write, for: silence.id)
        case .silenceGone(let id): self.silences.unload(id)
        case .incident(let incident): self.incidents.load(write, for: incident.id)
        case .timeline(let entry): self.timeline.append(entry)
        case .deadLetter(let letter): self.deadLetters.load(write, for: letter.delivery.id)
        case .deadLetterGone(let id): self.deadLetters.unload(id)
        case .request(let key, _): self.requests.load(write, for: key)
        case .requestGone(let key): self.requests.unload(key)
        case .inherited(let key, _): self.inherited.load(write, for: key)
        case .inheritedGone(let key): self.inherited.unload(key)
        case .incidentsForgotten: break
        case .engine: self.engine = write
        }
    }
}

/// What the loop knows of the disk.
struct SimulatedStore: Store {
    let disk: SimulatedDisk

    mutating func commit(_ writes: [Write]) throws(StoreFailure) { try self.disk.commit(writes) }

    mutating func close() {}
}
