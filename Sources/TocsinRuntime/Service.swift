public import TocsinCore
public import TocsinModel

/// The engine's thread. A commit blocks on the disk, so it does not run on the pool that serves requests; all that
/// waits when a turn begins shares that turn and its one commit.
public final class Service: Sendable {
    private let mailbox: Mailbox
    private let clock: any WallClock
    private let ended: Latch
    private let published: Published

    public struct Configuration: Sendable {
        /// Requests that may wait for the engine at once.
        public var mailboxCapacity = 4096

        public init() {}
    }

    /// Starts the thread. `courier` gets what is to be sent, `observer` every turn's facts; both are called on the
    /// engine's thread and must return at once.
    ///
    /// - Parameter clockStep: by how much the wall clock is behind the last committed turn, if it is.
    public init<Storage: Store & Sendable>(
        loop: Loop<Storage>,
        courier: any Courier & Sendable,
        clock: any WallClock,
        observer: any TurnObserver,
        clockStep: Duration? = nil,
        configuration: Configuration = Configuration()
    ) {
        self.clock = clock
        self.mailbox = Mailbox(capacity: configuration.mailboxCapacity)
        self.ended = Latch()
        self.published = Published()
        let thread = EngineThread(
            loop: loop,
            courier: courier,
            clock: clock,
            observer: observer,
            mailbox: self.mailbox,
            published: self.published,
            firstStep: clockStep
        )
        let ended = self.ended
        // Taken out of its box by the thread: a second reference would make the engine copy whatever it changes.
        let box = Locked<EngineThread<Storage>?>(thread)
        Thread.start {
            guard var thread = box.withLock({ $0.take() }) else { return }
            thread.run()
            ended.open()
        }
    }

    /// Hands an event to the engine and waits until it has had its effect and that is durable.
    public func submit(_ event: Event) async throws(Unavailable) -> Receipt {
        let mailbox = self.mailbox
        let result = await withCheckedContinuation { continuation in
            if let reason = mailbox.submit(Mailbox.Submission(event: event, answer: continuation)) {
                continuation.resume(returning: .failure(reason))
            }
        }
        return try result.get()
    }

    /// Hands over what came of a delivery.
    public func post(_ result: Event) { self.mailbox.post(result) }

    /// The state after the last turn: durable, and complete as far as anybody has been answered. Reading it costs
    /// the engine nothing but the moment of publishing it.
    public func snapshot() async -> Snapshot {
        if let current = self.published.current { return current }
        let mailbox = self.mailbox
        let published = self.published
        return await withCheckedContinuation { continuation in
            if mailbox.read(continuation) { return }
            guard let last = published.current else {
                preconditionFailure("the engine's thread publishes its last state before it closes the mailbox")
            }
            continuation.resume(returning: last)
        }
    }

    /// Refuses what is submitted from now on, finishes with a last turn, closes the store and ends the thread.
    /// Results of deliveries that come meanwhile are part of that turn.
    public func stop() async {
        self.mailbox.stop()
        await self.ended.wait()
    }
}

/// An immutable view of everything after some turn.
public struct Snapshot: Sendable {
    public let engine: Engine
    /// Why and since when the disk refuses writes, if it does.
    public let degradation: (reason: String, since: Timestamp)?
}

/// Hears what happened in each turn, after its commit.
public protocol TurnObserver: Sendable {
    func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp)
    /// The disk began to refuse writes, or to take them again (`nil`).
    func observe(degradation reason: String?)
}
