public import TocsinModel

/// An alert as the engine holds it.
public struct KnownAlert: Hashable, Sendable {
    public internal(set) var alert: Alert
    /// Whether its end is a fact: told by the sender, or noticed when its time ran out. A fact in its row, never read
    /// off an old `endsAt`.
    public internal(set) var hasEnded: Bool
    /// The groups that hold it. Empty only between two steps of one rule.
    public internal(set) var groups: GroupMembership
    /// Its volatile times as they stand on the disk.
    var saved: SavedTimes

    /// What was last written of `endsAt` and `updatedAt`, to the second: enough to tell when to write again.
    struct SavedTimes: Hashable, Sendable {
        var updatedAt: Int64
        var window: Int32

        init(_ alert: Alert) {
            self.updatedAt = alert.updatedAt.seconds
            self.window = Int32(clamping: alert.endsAt.seconds - alert.updatedAt.seconds)
        }
    }

    public init(alert: Alert, hasEnded: Bool, groups: GroupMembership) {
        self.alert = alert
        self.hasEnded = hasEnded
        self.groups = groups
        self.saved = SavedTimes(alert)
    }

    /// When it ended; `nil` while it fires.
    public var endedAt: Timestamp? { self.hasEnded ? self.alert.endsAt : nil }

    /// How much later than now the sender's words reach.
    var window: Duration { self.alert.endsAt - self.alert.updatedAt }

    /// Whether a re-send that touched only volatile fields must reach the disk all the same: its window changed by
    /// half, or half of a long window has passed. docs/architecture.md says what is on the disk, and when.
    var isWorthWriting: Bool {
        let window = Int64(clamping: self.alert.endsAt.seconds - self.alert.updatedAt.seconds)
        let saved = Int64(self.saved.window)
        if abs(window - saved) * 2 > saved { return true }
        return saved > 3600 && (self.alert.updatedAt.seconds - self.saved.updatedAt) * 2 >= saved
    }

    func announced() -> AnnouncedAlert {
        AnnouncedAlert(
            labels: self.alert.labels,
            details: self.alert.details,
            startsAt: self.alert.startsAt,
            endedAt: self.endedAt
        )
    }
}

// MARK: - Merging

extension KnownAlert {
    /// What a message about a known alert came to.
    enum Merge {
        /// Only volatile fields changed.
        case confirmed
        /// Something changed that must be written.
        case changed
        case ended
        /// It fires anew after its end.
        case firesAgain
        /// An end of what has ended already; Prometheus repeats it for 15 minutes.
        case nothingNew
    }

    /// Takes in what the sender says now: Alertmanager's rule for two alerts with the same labels. Overlapping times
    /// are one episode, anything else begins a new one; what the latest message says beyond the times wins.
    mutating func merge(_ item: AlertBatch.Item, of batch: AlertBatch, at now: Timestamp) -> Merge {
        let isEnd = item.endsAt <= now
        if self.hasEnded && isEnd { return .nothingNew }

        let old = self.alert
        let (startsAt, endsAt) = KnownAlert.mergedTimes(old, item, isEnd: isEnd, at: now)
        self.alert.startsAt = startsAt
        self.alert.endsAt = endsAt
        self.alert.endsByTimeout = item.endsByTimeout
        self.alert.updatedAt = now
        if !batch.details(of: item, are: old.details) { self.alert.details = batch.details(of: item) }

        if isEnd {
            self.hasEnded = true
            return .ended
        }
        if self.hasEnded {
            self.hasEnded = false
            return .firesAgain
        }
        let isSameEpisode = startsAt == old.startsAt && item.endsByTimeout == old.endsByTimeout
        return isSameEpisode && !self.isWorthWriting ? .confirmed : .changed
    }

    private static func mergedTimes(
        _ old: Alert,
        _ new: AlertBatch.Item,
        isEnd: Bool,
        at now: Timestamp
    ) -> (startsAt: Timestamp, endsAt: Timestamp) {
        let overlaps =
            (new.endsAt > old.startsAt && new.endsAt < old.endsAt)
            || (new.startsAt > old.startsAt && new.startsAt < old.endsAt)
        guard overlaps else { return (new.startsAt, new.endsAt) }

        let startsAt = old.startsAt < new.startsAt ? old.startsAt : new.startsAt
        let oldOutlasts = old.endsAt > new.endsAt
        if isEnd {
            return (startsAt, old.isResolved(at: now) && oldOutlasts ? old.endsAt : new.endsAt)
        }
        return (startsAt, oldOutlasts && !old.endsByTimeout ? old.endsAt : new.endsAt)
    }
}

/// The groups of an alert: nearly always one, which then costs no memory of its own.
public struct GroupMembership: Hashable, Sendable {
    private var first: ID<Group>?
    private var others: [ID<Group>] = []

    public init(_ groups: [ID<Group>] = []) {
        self.first = groups.first
        self.others = Array(groups.dropFirst())
    }

    public var all: [ID<Group>] { self.first.map { [$0] + self.others } ?? [] }
    public var isEmpty: Bool { self.first == nil }

    public func contains(_ group: ID<Group>) -> Bool { self.first == group || self.others.contains(group) }

    mutating func insert(_ group: ID<Group>) {
        if self.contains(group) { return }
        if self.first == nil { self.first = group } else { self.others.append(group) }
    }

    mutating func remove(_ group: ID<Group>) {
        self = GroupMembership(self.all.filter { $0 != group })
    }
}
