import TocsinCore
import TocsinModel
import TocsinRuntime

/// The service on a stage: production's loop and engine, and around them a clock, a disk and a network that are played.
///
/// Time is virtual and never goes back; the wall clock stands apart from it by as much as it was set. Everything that
/// happens is told to the audience.
struct Stage {
    /// What can be seen from outside, in the order in which it happens.
    enum Occurrence {
        /// `isClockOpen`: the wall clock was set while nobody looked, so that waits are not as long as they were.
        case up(isClockOpen: Bool)
        /// The process is gone; a clean stop saved what is volatile. `wasDegraded`: with rows that were never saved.
        case down(isClean: Bool, wasDegraded: Bool)
        /// A turn is over: what was submitted in it, and what came of that.
        case turn(Turn, step: Duration?)
        /// A message leaves, and this becomes of it.
        case sent(Send, Fate)
        /// The engine gets to know what came of an attempt.
        case answered(ID<Delivery>, attempt: Int, Outcome)
    }

    /// Where in a turn the process dies.
    enum Breakpoint: Hashable, Sendable, CaseIterable {
        case beforeCommit, afterCommit, afterSending
    }

    private(set) var time: Duration = .zero
    let start: Timestamp
    private(set) var clockError: Duration = .zero
    private(set) var loop: Loop<SimulatedStore>?
    let disk: SimulatedDisk
    var network: SimulatedNetwork
    private(set) var routing: RoutingTable
    let options: EngineOptions
    /// What the process dies of in its next turn.
    var breakpoint: Breakpoint?
    private let audience: any Audience
    /// By how much the wall clock was set since the process last looked.
    private var unnoticedStep: Duration = .zero
    /// When the engine's thread wakes by itself.
    private var wakesAt: Duration = .zero
    /// Whether the process asked for turn after turn without time passing, until it was shot.
    private(set) var isStuck = false
    private static let patience = 1_000
    /// How long a step of the clock and a deadline may go unnoticed, as in production.
    private static let slice = Duration.seconds(60)

    init(
        routing: RoutingTable,
        options: EngineOptions,
        start: Timestamp,
        dice: PRNG,
        disk: SimulatedDisk,
        audience: any Audience
    ) {
        self.disk = disk
        self.audience = audience
        self.routing = routing
        self.options = options
        self.start = start
        self.network = SimulatedNetwork(dice: dice)
    }

    var wall: Timestamp { self.start + self.time + self.clockError }
    var engine: Engine? { self.loop?.engine }
    var isUp: Bool { self.loop != nil }

    private func show(_ occurrence: Occurrence) {
        let moment = Moment(
            time: self.time,
            wall: self.wall,
            engine: self.loop?.engine,
            isDegraded: self.loop?.degradation != nil
        )
        self.audience.see(occurrence, at: moment)
    }
}

/// When something happened, and the engine as it was right after.
struct Moment {
    let time: Duration
    let wall: Timestamp
    let engine: Engine?
    /// Whether rows wait for a disk that refuses them.
    let isDegraded: Bool
}

/// Whoever watches the stage. It is told of everything at once, in the order in which it happens.
protocol Audience: AnyObject {
    func see(_ occurrence: Stage.Occurrence, at moment: Moment)
}

// MARK: - The process

extension Stage {
    /// The process begins, perhaps with another configuration.
    mutating func begin(with routing: RoutingTable? = nil) {
        precondition(self.loop == nil, "a process that runs does not begin")
        if let routing { self.routing = routing }
        let last = self.disk.engineRow?.now
        let engine = Engine.restore(
            self.disk.contents, routing: self.routing, options: self.options, now: self.wall
        )
        self.loop = Loop(engine: engine, store: SimulatedStore(disk: self.disk))
        // As the server does: a wall clock behind the last committed turn was set back.
        let step = last.flatMap { $0 > self.wall ? self.wall - $0 : nil }
        self.show(.up(isClockOpen: step != nil || self.unnoticedStep != .zero))
        self.unnoticedStep = .zero
        _ = self.turn(submitting: [.started], step: step)
    }

    /// The process dies between two turns.
    mutating func crash() {
        guard let loop = self.loop else { return }
        self.loop = nil
        self.disk.dropsCommits = false
        self.breakpoint = nil
        self.network.loseAnswers()
        self.show(.down(isClean: false, wasDegraded: loop.degradation != nil))
    }

    /// The process is asked to stop. Answers that do not come in time are lost.
    mutating func stop() {
        // As the thread does: it looks at the clock before its last turn.
        if self.unnoticedStep != .zero { _ = self.turn() }
        guard var loop = self.loop else { return }
        let answers = self.network.takeAnswers(until: self.time)
        for answer in answers.compactMap(Stage.answer) { self.show(answer) }
        var turn = loop.finish(results: answers, at: self.wall)
        // Nothing new is begun while the process stops.
        turn.sends = []
        self.loop = loop
        self.show(.turn(turn, step: nil))
        self.loop = nil
        self.breakpoint = nil
        self.network.loseAnswers()
        self.show(.down(isClean: true, wasDegraded: loop.degradation != nil))
    }

    /// Submits events that share a turn.
    ///
    /// - Returns: a receipt for each; none if nobody is there to take them, or the process died of it.
    mutating func submit(_ events: [Event]) -> [Receipt] {
        guard self.isUp else { return [] }
        for case .routingReplaced(let routing) in events { self.routing = routing }
        return self.turn(submitting: events)
    }

    private mutating func turn(
        results: [Event] = [],
        submitting events: [Event] = [],
        step: Duration? = nil
    ) -> [Receipt] {
        guard var loop = self.loop else { return [] }
        // Steps too small to be noticed are not played.
        let step = step ?? (self.unnoticedStep == .zero ? nil : self.unnoticedStep)
        self.unnoticedStep = .zero
        for answer in results.compactMap(Stage.answer) { self.show(answer) }
        self.disk.dropsCommits = self.breakpoint == .beforeCommit
        let turn = loop.turn(results: results, submitted: events, at: self.wall, clockStep: step)
        self.loop = loop
        if self.breakpoint == .beforeCommit {
            // What it noticed dies with it.
            self.unnoticedStep = step ?? .zero
            self.crash()
            return []
        }
        // What is on the disk has happened, though nobody hears of it.
        self.show(.turn(turn, step: step))
        if self.breakpoint == .afterCommit {
            self.crash()
            return []
        }
        for send in turn.sends { self.show(.sent(send, self.network.carry(send, at: self.time + self.disk.delay))) }
        self.time += self.disk.delay
        if self.breakpoint == .afterSending {
            self.crash()
            return []
        }
        self.fallAsleep()
        return turn.receipts
    }

    private static func answer(_ event: Event) -> Occurrence? {
        guard case .deliveryFinished(let id, let attempt, let outcome, _) = event else { return nil }
        return .answered(id, attempt: attempt, outcome)
    }
}

// MARK: - Time

extension Stage {
    /// Lets time pass, with everything in it that happens by itself.
    mutating func run(until end: Duration) {
        var idle = 0
        while let next = self.nextMoment, next <= end {
            idle = next > self.time ? 0 : idle + 1
            if idle > Stage.patience {
                self.isStuck = true
                self.crash()
                return
            }
            self.time = max(self.time, next)
            self.deliverAnswers()
            self.wakeIfDue()
        }
        self.time = max(self.time, end)
    }

    /// The machine sleeps: time passes, and nothing happens until it wakes.
    mutating func sleep(until end: Duration) {
        self.time = max(self.time, end)
        self.wakesAt = self.time
        self.run(until: self.time)
    }

    /// Somebody sets the clock; the process sees it with its next turn, in a minute at the latest.
    mutating func setClock(by step: Duration) {
        self.clockError += step
        self.unnoticedStep += step
    }

    private var nextMoment: Duration? {
        guard self.isUp else { return nil }
        return self.network.nextArrival.map { min($0, self.wakesAt) } ?? self.wakesAt
    }

    /// Lets time pass up to, and not with, what happens by itself at its end: that shares a turn with what is submitted
    /// then.
    mutating func run(before end: Duration) {
        self.run(until: end - .nanoseconds(1))
        self.time = max(self.time, end)
    }

    /// Answers that are there have a turn of their own, before what is submitted next.
    mutating func deliverAnswers() {
        while self.isUp, let arrival = self.network.nextArrival, arrival <= self.time {
            _ = self.turn(results: self.network.takeAnswers(until: self.time))
        }
    }

    private mutating func wakeIfDue() {
        guard let loop = self.loop, self.wakesAt <= self.time else { return }
        let isDue = loop.nextDeadline.map { $0 <= self.wall } ?? false
        if isDue || self.unnoticedStep != .zero { _ = self.turn() } else { self.fallAsleep() }
    }

    private mutating func fallAsleep() {
        guard let loop = self.loop else { return }
        let patience = loop.nextDeadline.map { max($0 - self.wall, .zero) } ?? Stage.slice
        self.wakesAt = self.time + min(patience, Stage.slice)
    }
}
