public import TocsinModel

/// Every rule of the service and none of its surroundings: events in, effects out. It knows no clock, disk, network
/// or thread; `now` is an argument, and the same events at the same times give the same effects in every process.
///
/// Read this file first, then `Engine+Alerts` (an alert comes in), `Engine+Flush` (its group speaks) and
/// `Engine+Deliveries` (what came of it); `Engine+Suppression` has the reasons not to speak.
public struct Engine: Sendable {
    /// Who gets what.
    public internal(set) var routing: RoutingTable
    /// ``RoutingTable/fingerprint`` of `routing`.
    var routingFingerprint: UInt64
    let options: EngineOptions
    /// The time of the last turn.
    public internal(set) var now: Timestamp
    /// When the engine last ran what was due, to tell a late turn.
    var ranDueAt: Timestamp
    var lastNumber: Int64

    public internal(set) var alerts = Table<Fingerprint, KnownAlert>()
    public internal(set) var groups = Table<ID<Group>, Group>()
    public internal(set) var told = Table<ToldKey, Told>()
    public internal(set) var deliveries = Table<ID<Delivery>, Delivery>()
    public internal(set) var silences = Table<ID<Silence>, Silence>()

    /// Finds a group by what makes it. Derived from `groups`.
    var groupIndex: [GroupIdentity: ID<Group>] = [:]
    /// Finds the one delivery of a group to an integration. Derived from `deliveries`.
    var deliveryIndex = Table<ToldKey, ID<Delivery>>()
    /// Finds the silences of an alert. Derived from those of `silences` that have not expired.
    var silenceIndex = SilenceIndex()
    /// Finds the alert that inhibits another one. Derived from those of `alerts` that have not ended.
    var inhibition: InhibitionIndex
    var timers = TimerQueue()
    /// When told state and silences that nobody needs any more are next cleared away.
    var maintenanceAt: Timestamp
    /// Since when a destination is gone from the configuration; not on the disk, since a restart does not know its
    /// settings any more.
    var orphanedAt: [IntegrationKey: Timestamp] = [:]

    private var sends: [Send] = []
    private var facts: [Fact] = []
    /// The routes under which the rows on the disk were written; another hash means that the file changed meanwhile.
    var restoredRouting: UInt64?
    /// Only while rows are read: who has departed from which group.
    var departures: [ID<Group>: [Fingerprint]] = [:]

    /// An engine that knows nothing yet.
    public init(routing: RoutingTable, options: EngineOptions = EngineOptions(), now: Timestamp) {
        self.routing = routing
        self.routingFingerprint = routing.fingerprint
        self.options = options
        self.now = now
        self.ranDueAt = now
        self.lastNumber = 0
        self.inhibition = InhibitionIndex(rules: routing.inhibitRules)
        self.maintenanceAt = now + Engine.maintenanceInterval
    }

    static let maintenanceInterval = Duration.seconds(900)

    /// The time by which the engine wants its next turn.
    public var nextDeadline: Timestamp? {
        let hasPast = !self.told.isEmpty || !self.silences.isEmpty
        guard let due = self.timers.nextDeadline else { return hasPast ? self.maintenanceAt : nil }
        return hasPast ? min(due, self.maintenanceAt) : due
    }

    /// Lets one thing happen at `now`, which never goes back but by ``Event/clockStepped(by:)``.
    ///
    /// What follows is collected until ``takeEffects()``. A rejection leaves the engine as it was, but for what its
    /// case says.
    ///
    /// - Returns: what the one who submitted the event asked for, if it was something.
    @discardableResult
    public mutating func apply(_ event: Event, at now: Timestamp) throws(Rejection) -> Answer? {
        if case .clockStepped(let step) = event {
            self.stepClock(by: step, to: now)
            return nil
        }
        self.now = max(self.now, now)
        // Before anything else of the turn: what came of a delivery may look at groups, too.
        self.forgiveLateness()
        switch event {
        case .started: self.start()
        case .alertsReceived(let batch): try self.receive(batch)
        case .deliveryFinished(let id, let attempt, let outcome): self.finish(id, attempt: attempt, outcome)
        case .routingReplaced(let routing): self.replaceRouting(with: routing)
        case .silenceSubmitted(let draft): return .silence(try self.submit(draft))
        case .silenceExpired(let id): try self.expireSilence(id)
        case .clockStepped: break
        case .timePassed: self.runWhatIsDue()
        }
        return nil
    }

    /// What follows from all that happened since the last call: rows that changed, deliveries to carry out, facts.
    public mutating func takeEffects() -> Effects {
        var effects = Effects()
        self.collectWrites(into: &effects.writes)
        effects.sends = self.sends
        effects.facts = self.facts
        self.sends = []
        self.facts = []
        return effects
    }

    private mutating func runWhatIsDue() {
        while let timer = self.timers.next(dueAt: self.now) {
            switch timer.kind {
            case .delivery: self.retry(ID(timer.id))
            case .group: self.flush(ID(timer.id))
            case .silence: self.noticeEnd(of: ID(timer.id))
            }
        }
        if self.maintenanceAt <= self.now { self.clearWhatIsPast() }
        self.ranDueAt = self.now
    }

    private mutating func clearWhatIsPast() {
        self.maintenanceAt = self.now + Engine.maintenanceInterval
        self.clearTold()
        self.clearSilences()
    }
}

// MARK: - What the rules use

extension Engine {
    /// A number that was never given out before, not even to rows that were lost.
    mutating func nextNumber() -> Int64 {
        self.lastNumber = max(self.lastNumber + 1, self.now.nanosecondsSince1970)
        return self.lastNumber
    }

    mutating func note(_ fact: Fact) { self.facts.append(fact) }

    mutating func send(_ send: Send) { self.sends.append(send) }
}

extension Engine: Equatable {
    /// Whether the two would do the same from here on. What follows from an event and is not yet taken does not
    /// count.
    public static func == (a: Engine, b: Engine) -> Bool {
        a.routing == b.routing && a.options == b.options && a.now == b.now && a.lastNumber == b.lastNumber
            && a.alerts == b.alerts && a.groups == b.groups && a.told == b.told && a.deliveries == b.deliveries
            && a.silences == b.silences && a.timers == b.timers
    }
}
