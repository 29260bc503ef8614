public import TocsinModel

/// What became of the last flushes of a group, and of the messages that they made: the answer to "why was I not
/// notified?". In memory only; what decides anything stands in rows of its own.
public struct GroupHistory: Hashable, Sendable {
    /// One look at the group, or several in a row that saw the same.
    public struct Flush: Hashable, Sendable {
        public let firstAt: Timestamp
        public fileprivate(set) var lastAt: Timestamp
        public fileprivate(set) var times: UInt32
        public let seen: Sight
    }

    /// How many members of the group a flush saw in which state.
    public struct Sight: Hashable, Sendable {
        public var firing: UInt32 = 0
        public var resolved: UInt32 = 0
        public var inhibited: UInt32 = 0
        public var silenced: UInt32 = 0
        /// Outside of the route's active time intervals, or inside of its mute ones.
        public var muted: UInt32 = 0

        public init() {}
    }

    /// A message to one integration.
    public struct Message: Hashable, Sendable {
        public enum State: Hashable, Sendable {
            /// The first attempt has not ended.
            case begun
            case delivered
            /// The last attempt failed; there will be another one.
            case failed(reason: String)
            case refused(reason: String)
            /// A newer one took its place, or what it had to say was news no more.
            case replaced
        }

        public let id: ID<Delivery>
        public let integration: IntegrationID
        public let reason: NotificationReason
        public let firing: UInt32
        public let resolved: UInt32
        public let decidedAt: Timestamp
        public fileprivate(set) var attempts: UInt32
        public fileprivate(set) var state: State
        /// When it came into that state.
        public fileprivate(set) var changedAt: Timestamp
    }

    /// More are forgotten, the oldest first.
    public static let capacity = 20
    /// An answer may be a whole page.
    private static let maximumReason = 300

    public private(set) var flushes: [Flush] = []
    public private(set) var messages: [Message] = []

    init() {}

    /// A flush that sees what the last one saw is the same line once more: a group in which nothing happens takes no
    /// more memory from hour to hour.
    mutating func note(_ seen: Sight, at now: Timestamp) {
        if let last = self.flushes.last, last.seen == seen {
            self.flushes[self.flushes.count - 1].lastAt = now
            self.flushes[self.flushes.count - 1].times &+= 1
            return
        }
        GroupHistory.append(Flush(firstAt: now, lastAt: now, times: 1, seen: seen), to: &self.flushes)
    }

    mutating func note(_ delivery: Delivery, at now: Timestamp) {
        GroupHistory.append(
            Message(
                id: delivery.id,
                integration: delivery.integration,
                reason: delivery.content.reason,
                firing: UInt32(clamping: delivery.firing.count),
                resolved: UInt32(clamping: delivery.resolved.count),
                decidedAt: now,
                attempts: 0,
                state: .begun,
                changedAt: now
            ),
            to: &self.messages
        )
    }

    mutating func note(_ state: Message.State, of delivery: Delivery, at now: Timestamp) {
        guard let index = self.messages.lastIndex(where: { $0.id == delivery.id }) else { return }
        self.messages[index].attempts = UInt32(clamping: delivery.attempts)
        self.messages[index].changedAt = now
        self.messages[index].state =
            switch state {
            case .failed(let reason): .failed(reason: GroupHistory.cut(reason))
            case .refused(let reason): .refused(reason: GroupHistory.cut(reason))
            case .begun, .delivered, .replaced: state
            }
    }

    private static func cut(_ reason: String) -> String {
        if reason.utf8.count <= self.maximumReason { return reason }
        return String(decoding: reason.utf8.prefix(self.maximumReason), as: UTF8.self) + "…"
    }

    private static func append<Line>(_ line: Line, to lines: inout [Line]) {
        if lines.count == self.capacity { lines.removeFirst() }
        // One by one: most groups never have more than one or two, and doubling would waste half.
        lines.reserveCapacity(min(lines.count + 1, self.capacity))
        lines.append(line)
    }
}

/// An alert that came and was not taken in.
public struct DroppedAlert: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable {
        /// It was resolved when it first arrived, so there was nobody to tell anything.
        case arrivedResolved = "arrived_resolved"
        /// ``Limits/alerts`` were there already.
        case tooMany = "too_many"
    }

    public fileprivate(set) var reason: Reason
    public let firstAt: Timestamp
    public fileprivate(set) var lastAt: Timestamp
    public fileprivate(set) var times: Int
}

/// All that is remembered for explanations alone.
struct HistoryBook: Sendable {
    /// Two routes with the same matchers make groups with the same key; their receivers tell them apart.
    private struct Key: Comparable, Sendable {
        let group: GroupKey
        let receiver: String

        static func == (a: Key, b: Key) -> Bool {
            a.group == b.group && a.receiver.utf8.elementsEqual(b.receiver.utf8)
        }

        static func < (a: Key, b: Key) -> Bool {
            a.group != b.group ? a.group < b.group : a.receiver.utf8.lexicographicallyPrecedes(b.receiver.utf8)
        }
    }

    private var open = Table<Key, GroupHistory>()
    /// Of groups that are gone: people ask in the morning.
    private var closed = RecentTable<Key, GroupHistory>(limit: 1000)
    private var dropped = RecentTable<Fingerprint, DroppedAlert>(limit: 1000)

    func history(of group: GroupKey, receiver: String) -> GroupHistory? {
        let key = Key(group: group, receiver: receiver)
        return self.open[key] ?? self.closed[key]
    }

    func dropped(_ alert: Fingerprint) -> DroppedAlert? { self.dropped[alert] }

    fileprivate mutating func change(
        _ group: GroupKey,
        receiver: String,
        _ body: (inout GroupHistory) -> Void
    ) {
        let key = Key(group: group, receiver: receiver)
        let isKnown = self.open.touch(key) { history in
            body(&history)
            return false
        }
        if isKnown { return }
        var history = self.closed.remove(key) ?? GroupHistory()
        body(&history)
        self.open.load(history, for: key)
    }

    fileprivate mutating func close(_ group: Group) {
        let key = Key(group: group.key, receiver: group.receiver)
        guard let history = self.open[key] else { return }
        self.open.unload(key)
        self.closed.put(history, for: key)
    }

    fileprivate mutating func drop(_ alert: Fingerprint, _ reason: DroppedAlert.Reason, at now: Timestamp) {
        var line =
            self.dropped.remove(alert) ?? DroppedAlert(reason: reason, firstAt: now, lastAt: now, times: 0)
        line.reason = reason
        line.lastAt = now
        line.times += 1
        self.dropped.put(line, for: alert)
    }
}

/// At most so many rows: the one that was put longest ago goes first.
private struct RecentTable<Key: Comparable & Sendable, Row: Sendable>: Sendable {
    private var rows = Table<Key, (row: Row, place: Int64)>()
    private var order = Table<Int64, Key>()
    private var nextPlace: Int64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Row? { self.rows[key]?.row }

    mutating func put(_ row: Row, for key: Key) {
        _ = self.remove(key)
        if self.rows.count == self.limit, let oldest = self.order.first?.row { _ = self.remove(oldest) }
        self.rows.load((row, self.nextPlace), for: key)
        self.order.load(key, for: self.nextPlace)
        self.nextPlace += 1
    }

    mutating func remove(_ key: Key) -> Row? {
        guard let known = self.rows[key] else { return nil }
        self.rows.unload(key)
        self.order.unload(known.place)
        return known.row
    }
}

// MARK: - What the rules say

extension Engine {
    mutating func remember(_ flush: Flush) {
        var seen = GroupHistory.Sight()
        seen.firing = UInt32(clamping: flush.firing.count)
        seen.resolved = UInt32(clamping: flush.ended.count)
        if !flush.heldBack.isEmpty {
            let count = { (reason: SuppressionReason) in UInt32(clamping: flush.heldBack[reason] ?? 0) }
            seen.inhibited = count(.inhibition)
            seen.silenced = count(.silence)
            seen.muted = max(count(.activeTimeInterval), count(.muteTimeInterval))
        }
        let now = self.now
        self.history.change(flush.group.key, receiver: flush.group.receiver) { $0.note(seen, at: now) }
    }

    mutating func remember(_ delivery: Delivery) {
        // Calls for an incident are on its timeline.
        guard self.incident(calledFor: delivery) == nil else { return }
        let now = self.now
        self.history.change(delivery.key.group, receiver: delivery.key.integration.receiver) {
            $0.note(delivery, at: now)
        }
    }

    mutating func remember(_ state: GroupHistory.Message.State, of delivery: Delivery) {
        guard self.incident(calledFor: delivery) == nil else { return }
        let now = self.now
        self.history.change(delivery.key.group, receiver: delivery.key.integration.receiver) {
            $0.note(state, of: delivery, at: now)
        }
    }

    mutating func rememberEnd(of group: Group) { self.history.close(group) }

    mutating func rememberDropped(_ alert: Fingerprint, _ reason: DroppedAlert.Reason) {
        self.history.drop(alert, reason, at: self.now)
    }
}
