import TocsinCore
import TocsinModel

/// What the engine's thread does: wait, turn, answer, send, and again.
struct EngineThread<Storage: Store & Sendable>: Sendable {
    private var loop: Loop<Storage>
    private let courier: any Courier & Sendable
    private let clock: any WallClock
    private let observer: any TurnObserver
    private let mailbox: Mailbox
    private let published: Published
    private var watch: ClockWatch
    private var firstStep: Duration?

    init(
        loop: Loop<Storage>,
        courier: any Courier & Sendable,
        clock: any WallClock,
        observer: any TurnObserver,
        mailbox: Mailbox,
        published: Published,
        firstStep: Duration?
    ) {
        self.loop = loop
        self.courier = courier
        self.clock = clock
        self.observer = observer
        self.mailbox = mailbox
        self.published = published
        self.firstStep = firstStep
        self.watch = ClockWatch(clock)
    }

    /// Runs until the mailbox says stop.
    mutating func run() {
        self.begin()
        while true {
            let contents = self.mailbox.take(within: self.patience)
            if contents.isStopping {
                self.end(contents)
                return
            }
            self.turn(contents)
        }
    }

    /// The first turn, before anybody is let in.
    private mutating func begin() {
        let turn = self.loop.turn(submitted: [.started], at: self.clock.now(), clockStep: self.firstStep)
        self.firstStep = nil
        self.tell(turn)
    }

    /// In slices of a minute at most, so that a clock that was set is noticed.
    private var patience: Duration? {
        let slice = Duration.seconds(60)
        guard let deadline = self.loop.nextDeadline else { return slice }
        return min(max(deadline - self.clock.now(), .zero), slice)
    }

    private mutating func turn(_ contents: Mailbox.Contents) {
        let now = self.clock.now()
        let step = self.watch.step(self.clock)
        let isDue = self.loop.nextDeadline.map { $0 <= now } ?? false
        if !contents.results.isEmpty || !contents.submitted.isEmpty || isDue || step != nil {
            self.published.invalidate()
            let turn = self.loop.turn(
                results: contents.results,
                submitted: contents.submitted.map(\.event),
                at: now,
                clockStep: step
            )
            for (submission, receipt) in zip(contents.submitted, turn.receipts) {
                submission.answer.resume(returning: .success(receipt))
            }
            self.tell(turn)
        }
        self.serve(contents.readers)
    }

    private mutating func tell(_ turn: Turn) {
        if !turn.sends.isEmpty { self.courier.carry(turn.sends) }
        if !turn.facts.isEmpty { self.observer.observe(turn.facts, in: self.loop.engine, at: self.loop.engine.now) }
        self.observer.observe(degradation: self.loop.degradation?.reason)
    }

    private func serve(_ readers: [CheckedContinuation<Snapshot, Never>]) {
        if readers.isEmpty { return }
        let snapshot = self.snapshot
        self.published.publish(snapshot)
        for reader in readers { reader.resume(returning: snapshot) }
    }

    private var snapshot: Snapshot {
        Snapshot(
            engine: self.loop.engine,
            degradation: self.loop.degradation.map { ($0.reason, $0.since) }
        )
    }

    /// Whoever asks between the last turn and the end of the process reads what was published last.
    private mutating func end(_ contents: Mailbox.Contents) {
        self.turn(contents)
        self.published.publish(self.snapshot)
        let rest = self.mailbox.close()
        let turn = self.loop.finish(results: rest.results, at: self.clock.now())
        self.published.publish(self.snapshot)
        self.tell(Turn(facts: turn.facts))
        self.serve(rest.readers)
        for submission in rest.submitted { submission.answer.resume(returning: .failure(.stopping)) }
    }
}
