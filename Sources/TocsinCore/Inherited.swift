public import TocsinModel

/// What an Alertmanager whose folder this server took over had told an integration about a group.
///
/// Its log names alerts by hashes, so who is meant shows only when the alerts come back: ``Engine/takeUp(_:of:)`` turns
/// what it can into told state at each flush, and the rest waits here. Hashes of alerts that were told to have ended
/// are not kept: an alert comes into a group when it fires, and what it is told then is told state of our own.
public struct Inherited: Hashable, Sendable {
    /// The alerts that it was told fire, in order, and that no flush has met since.
    public internal(set) var firing: [LogHash]
    /// When the last notification was sent.
    public internal(set) var toldAt: Timestamp
    /// When the folder was taken over.
    public internal(set) var takenAt: Timestamp
    /// When Alertmanager would have forgotten it.
    public internal(set) var expiresAt: Timestamp

    public init(firing: some Sequence<LogHash>, toldAt: Timestamp, takenAt: Timestamp, expiresAt: Timestamp) {
        self.firing = Set(firing).sorted()
        self.toldAt = toldAt
        self.takenAt = takenAt
        self.expiresAt = expiresAt
    }

    /// How long senders are given to come back: Prometheus speaks of an alert at least each minute or two.
    static let settling = Duration.seconds(300)

    /// How long an alert counts as the one that was told whatever beginning its sender names now: some senders name
    /// none. Later, one that began after the message is news.
    static let anyBeginning = Duration.seconds(900)

    func contains(_ hash: LogHash) -> Bool {
        var (low, high) = (0, self.firing.count)
        while low < high {
            let middle = (low + high) / 2
            if self.firing[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < self.firing.count && self.firing[low] == hash
    }
}

/// Whose it is. Alertmanager knows integrations by their place in the file.
public struct InheritedKey: Hashable, Comparable, Sendable {
    public let group: GroupKey
    public let integration: IntegrationID

    public init(group: GroupKey, integration: IntegrationID) {
        self.group = group
        self.integration = integration
    }

    public static func < (a: InheritedKey, b: InheritedKey) -> Bool {
        a.group != b.group ? a.group < b.group : a.integration < b.integration
    }
}
