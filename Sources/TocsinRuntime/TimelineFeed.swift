public import TocsinCore
public import TocsinModel

/// Tells whoever listens of every line of every incident's history, as soon as it is on the disk.
///
/// The engine's thread never waits for a listener: one that does not keep up is cut off, and goes on from its last line
/// with what the disk has.
public final class TimelineFeed: TurnObserver {
    /// What a listener hears.
    public enum News: Hashable, Sendable {
        case entry(TimelineEntry)
        /// Nothing has happened; whoever listens is still listened to.
        case heartbeat
    }

    public struct Configuration: Sendable {
        public var maximumListeners = 100
        /// Lines that wait for a listener; one that has more is cut off.
        public var maximumWaiting = 256
        public var heartbeat: Duration = .seconds(15)

        public init() {}
    }

    private struct State {
        var listeners: [Int: AsyncStream<News>.Continuation] = [:]
        var lastNumber = 0
        var isClosed = false
    }

    private let configuration: Configuration
    private let state = Locked(State())

    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// One who listens; stops when it is let go of.
    public final class Listener: Sendable {
        /// Ends when the listener was too slow, or the feed closes.
        public let news: AsyncStream<News>
        private let number: Int
        private let feed: TimelineFeed
        private let beating: Task<Void, Never>

        fileprivate init(_ number: Int, _ feed: TimelineFeed, _ news: AsyncStream<News>, _ beating: Task<Void, Never>) {
            self.number = number
            self.feed = feed
            self.news = news
            self.beating = beating
        }

        public func stop() {
            self.beating.cancel()
            self.feed.drop(self.number)
        }

        deinit { self.stop() }
    }

    /// - Returns: `nil` if as many listen as may, or the server stops.
    public func listen() -> Listener? {
        let (news, continuation) = AsyncStream.makeStream(
            of: News.self, bufferingPolicy: .bufferingOldest(self.configuration.maximumWaiting))
        let number = self.state.withLock { state -> Int? in
            if state.isClosed || state.listeners.count >= self.configuration.maximumListeners { return nil }
            state.lastNumber += 1
            state.listeners[state.lastNumber] = continuation
            return state.lastNumber
        }
        guard let number else { return nil }
        let pause = self.configuration.heartbeat
        let beating = Task {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    return
                }
                // Whoever has heartbeats waiting reads nothing: it is cut off when the next line finds no room.
                continuation.yield(.heartbeat)
            }
        }
        return Listener(number, self, news, beating)
    }

    /// Ends what everybody hears, as the server stops.
    public func close() {
        let listeners = self.state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [:] }
            return state.listeners
        }
        for (_, listener) in listeners { listener.finish() }
    }

    private func drop(_ number: Int) {
        self.state.withLock { $0.listeners.removeValue(forKey: number) }?.finish()
    }

    // MARK: What the engine says

    public func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {
        let listeners = self.state.withLock { $0.listeners }
        if listeners.isEmpty { return }
        for fact in facts {
            guard case .incidentChanged(let entry) = fact else { continue }
            for (number, listener) in listeners {
                if case .dropped = listener.yield(.entry(entry)) { self.drop(number) }
            }
        }
    }

    public func observe(degradation reason: String?) {}
}
