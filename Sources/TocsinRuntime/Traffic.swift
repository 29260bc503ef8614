public import TocsinCore

/// Which notifications may be on their way at once: so many to each destination, so many in all. A destination that
/// let the last attempt time out gets two until one succeeds, so that a hundred hanging ones hold two hundred. The last
/// quarter of the room is for destinations that have no more than that under way, so that those that hang for the first
/// time, and are not known to, leave room for the others.
///
/// A value without surroundings; ``Dispatcher`` does as it says.
public struct Traffic: Sendable {
    public struct Limits: Hashable, Sendable {
        public var perEndpoint = 256
        public var perHangingEndpoint = 2
        public var total = 1024

        public init() {}

        /// What a destination with many under way may fill.
        fileprivate var shared: Int { self.total - self.total / 4 }
    }

    /// Scheme, host and port; or what stands for them where they are not known before rendering.
    public typealias Endpoint = String

    private struct Queue: Sendable {
        var underWay = 0
        var isHanging = false
        /// Pages go before updates.
        var pages: ArraySlice<Send> = []
        var updates: ArraySlice<Send> = []

        var isEmpty: Bool { self.pages.isEmpty && self.updates.isEmpty }

        mutating func popFirst() -> Send? { self.pages.popFirst() ?? self.updates.popFirst() }
    }

    private let limits: Limits
    private var queues: [Endpoint: Queue] = [:]
    /// Endpoints with something waiting, in the order in which they get their turn.
    private var waiting: ArraySlice<Endpoint> = []
    public private(set) var underWay = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// - Returns: whether it may start now; otherwise it waits.
    public mutating func admit(_ send: Send, to endpoint: Endpoint) -> Bool {
        var queue = self.queues[endpoint] ?? Queue()
        defer { self.queues[endpoint] = queue }
        if queue.isEmpty && self.hasRoom(queue) {
            queue.underWay += 1
            self.underWay += 1
            return true
        }
        if queue.isEmpty { self.waiting.append(endpoint) }
        if send.isPage { queue.pages.append(send) } else { queue.updates.append(send) }
        return false
    }

    /// An attempt came to its end.
    ///
    /// - Returns: what may start now, with where it goes.
    public mutating func finish(_ endpoint: Endpoint, _ end: End) -> [(send: Send, endpoint: Endpoint)] {
        guard var queue = self.queues[endpoint] else { return [] }
        queue.underWay -= 1
        self.underWay -= 1
        switch end {
        case .answered: queue.isHanging = false
        case .timedOut: queue.isHanging = true
        case .other: break
        }
        let isIdle = queue.underWay == 0 && queue.isEmpty && !queue.isHanging
        self.queues[endpoint] = isIdle ? nil : queue
        return self.startWaiting()
    }

    public enum End: Sendable { case answered, timedOut, other }

    /// Forgets all that waits.
    public mutating func clear() {
        self.waiting = []
        for endpoint in self.queues.keys {
            self.queues[endpoint]?.pages = []
            self.queues[endpoint]?.updates = []
        }
    }

    private func hasRoom(_ queue: Queue) -> Bool {
        let limit = queue.isHanging ? self.limits.perHangingEndpoint : self.limits.perEndpoint
        let room = queue.underWay < self.limits.perHangingEndpoint ? self.limits.total : self.limits.shared
        return queue.underWay < limit && self.underWay < room
    }

    /// One from each waiting endpoint in turn, as long as there is room.
    private mutating func startWaiting() -> [(send: Send, endpoint: Endpoint)] {
        var started: [(Send, Endpoint)] = []
        var skipped: [Endpoint] = []
        while self.underWay < self.limits.total, let endpoint = self.waiting.popFirst() {
            guard var queue = self.queues[endpoint] else { continue }
            if !self.hasRoom(queue) {
                skipped.append(endpoint)
                continue
            }
            guard let send = queue.popFirst() else { continue }
            queue.underWay += 1
            self.underWay += 1
            if !queue.isEmpty { self.waiting.append(endpoint) }
            self.queues[endpoint] = queue
            started.append((send, endpoint))
        }
        self.waiting = ArraySlice(skipped) + self.waiting
        return started
    }
}
