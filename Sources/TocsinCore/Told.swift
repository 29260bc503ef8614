public import TocsinModel

/// What an integration was told about a group. It outlives the group.
public struct Told: Hashable, Sendable {
    /// The last notification that arrived for certain.
    public struct Entry: Hashable, Sendable {
        public var firing: FingerprintSet
        public var resolved: FingerprintSet
        /// When the flush was that it told of.
        public var flushedAt: Timestamp

        public init(firing: FingerprintSet, resolved: FingerprintSet, flushedAt: Timestamp) {
            self.firing = firing
            self.resolved = resolved
            self.flushedAt = flushedAt
        }

        /// Without certainty about those alerts: the other side may have heard that they ended.
        func less(_ alerts: FingerprintSet) -> Entry {
            Entry(firing: self.firing.subtracting(alerts), resolved: self.resolved, flushedAt: self.flushedAt)
        }
    }

    /// Where to find the integration's settings.
    public internal(set) var integration: IntegrationID
    public internal(set) var sendResolved: Bool
    public internal(set) var entry: Entry?
    /// The alerts that the receiver was told fire, or may have been told: a message that timed out may have arrived.
    /// It is always told their end.
    public internal(set) var mayBelieve: FingerprintSet
    /// How long it is kept after the last flush once the group is gone: min(retention, 2 × repeat_interval).
    public internal(set) var keptFor: Duration
    /// When the last thing about it was noted.
    public internal(set) var notedAt: Timestamp
    /// What the receiver wants to know again at the next notification, such as the ID of a message that it changes
    /// then. Names and values of its own, no secrets.
    public internal(set) var receiverData: LabelSet

    public init(
        integration: IntegrationID,
        sendResolved: Bool,
        entry: Entry?,
        mayBelieve: FingerprintSet,
        keptFor: Duration,
        notedAt: Timestamp,
        receiverData: LabelSet = .empty
    ) {
        self.integration = integration
        self.sendResolved = sendResolved
        self.entry = entry
        self.mayBelieve = mayBelieve
        self.keptFor = keptFor
        self.notedAt = notedAt
        self.receiverData = receiverData
    }
}

/// Whose told state it is: a group and a destination.
public struct ToldKey: Hashable, Comparable, Sendable {
    public let group: GroupKey
    public let integration: IntegrationKey

    public init(group: GroupKey, integration: IntegrationKey) {
        self.group = group
        self.integration = integration
    }

    public static func < (a: ToldKey, b: ToldKey) -> Bool {
        a.group != b.group ? a.group < b.group : a.integration < b.integration
    }
}

/// An integration by where it leads, not by its place in the file: a new entry before it changes nothing, a new URL
/// is a destination that has been told nothing yet.
public struct IntegrationKey: Hashable, Comparable, Sendable {
    public let receiver: String
    public let kind: String
    public let destination: UInt64
    /// Its place among those of the receiver that lead to the same destination.
    public let ordinal: Int

    public init(receiver: String, kind: String, destination: UInt64, ordinal: Int) {
        self.receiver = receiver
        self.kind = kind
        self.destination = destination
        self.ordinal = ordinal
    }

    public static func < (a: IntegrationKey, b: IntegrationKey) -> Bool {
        if a.receiver != b.receiver { return a.receiver.utf8.lexicographicallyPrecedes(b.receiver.utf8) }
        if a.kind != b.kind { return a.kind.utf8.lexicographicallyPrecedes(b.kind.utf8) }
        return a.destination != b.destination ? a.destination < b.destination : a.ordinal < b.ordinal
    }

    /// Before all others of its group.
    static let lowest = IntegrationKey(receiver: "", kind: "", destination: 0, ordinal: 0)
}
