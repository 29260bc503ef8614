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
    /// No group speaks before, see ``EngineOptions/startDelay``.
    var speaksFrom: Timestamp = .distantPast
    /// When the engine last ran what was due, to tell a late turn.
    var ranDueAt: Timestamp
    var lastNumber: Int64

    public internal(set) var alerts = Table<Fingerprint, KnownAlert>()
    public internal(set) var groups = Table<ID<Group>, Group>()
    public internal(set) var told = Table<ToldKey, Told>()
    public internal(set) var deliveries = Table<ID<Delivery>, Delivery>()
    public internal(set) var silences = Table<ID<Silence>, Silence>()
    /// Those that are open, and those that ended not long ago.
    public internal(set) var incidents = Table<ID<Incident>, Incident>()
    /// Pages that were given up.
    public internal(set) var deadLetters = Table<ID<Delivery>, DeadLetter>()
    /// Requests of the last day that named a key.
    var pastRequests = Table<RequestKey, PastRequest>()
    /// The n of the INC-n given out last, and the one up to which a row has set them aside.
    var lastReference: Int64 = 0
    var reservedReference: Int64 = 0

    /// What is left of an Alertmanager's log; empty but in the days after a move.
    public internal(set) var inherited = Table<InheritedKey, Inherited>()

    /// In how many rows of `inherited` a hash stands. Derived from them.
    var inheritedHashes: [LogHash: Int] = [:]
    /// Finds a silence by the name that it came with. Derived from `silences`.
    var foreignSilences: [ForeignName: ID<Silence>] = [:]
    /// Finds a group by what makes it. Derived from `groups`.
    var groupIndex: [GroupIdentity: ID<Group>] = [:]
    /// Finds the one delivery of a group to an integration. Derived from `deliveries`.
    var deliveryIndex = Table<ToldKey, ID<Delivery>>()
    /// Finds the silences of an alert. Derived from those of `silences` that have not expired.
    var silenceIndex = MatcherIndex<ID<Silence>>()
    /// Finds the alert that inhibits another one. Derived from those of `alerts` that have not ended.
    var inhibition: InhibitionIndex
    /// Finds incidents. Derived from their rows and those of groups.
    var incidentIndex = IncidentIndex()
    /// Groups whose receivers are reminded at the flush of this turn, whether it is time or not.
    var reminded: Set<ID<Group>> = []
    /// At which version of an incident its alerts were last refused a higher priority, so that it is said once.
    var lastHeldPriority: [ID<Incident>: Int] = [:]
    /// When incidents are looked at again because silences began or ended.
    var suppressionReviewAt: Timestamp?
    /// When it was last made sure that no incident is without a future.
    var auditedAt: Timestamp?
    /// Incidents that ended before are due to be forgotten on the disk.
    var forgetIncidentsBefore: Timestamp?
    /// When that was asked for last: once a day.
    var forgottenAt: Timestamp?
    var timers = TimerQueue()
    /// When told state and silences that nobody needs any more are next cleared away.
    var maintenanceAt: Timestamp
    /// Since when a destination is gone from the configuration; not on the disk, since a restart does not know its
    /// settings any more.
    var orphanedAt: [IntegrationKey: Timestamp] = [:]

    /// For explanations alone: no rule looks at it, and it is on no disk.
    var history = HistoryBook()

    private var sends: [Send] = []
    private var facts: [Fact] = []
    private(set) var timeline: [TimelineEntry] = []
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
        let hasPast =
            !self.told.isEmpty || !self.silences.isEmpty || !self.incidents.isEmpty || !self.inherited.isEmpty
        let dues = [self.timers.nextDeadline, self.suppressionReviewAt, hasPast ? self.maintenanceAt : nil]
        return dues.compactMap { $0 }.min()
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
        case .deliveryFinished(let id, let attempt, let outcome, let receiverData):
            self.finish(id, attempt: attempt, outcome, receiverData: receiverData)
        case .routingReplaced(let routing): self.replaceRouting(with: routing)
        case .silenceSubmitted(let draft): return .silence(try self.submit(draft))
        case .incidentCommanded(let command): return .incident(try self.obey(command))
        case .incidentReported(let draft): return .incident(try self.open(draft))
        case .deliveryRevived(let id, let actor): try self.revive(id, by: actor)
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
        self.timeline = []
        return effects
    }

    private mutating func runWhatIsDue() {
        self.auditIncidents()
        self.runTimers()
        if let review = self.suppressionReviewAt, review <= self.now {
            self.reviewSilencedIncidents()
            // Groups that it woke speak in this turn.
            self.runTimers()
        }
        if self.maintenanceAt <= self.now { self.clearWhatIsPast() }
        self.ranDueAt = self.now
    }

    private mutating func runTimers() {
        while let timer = self.timers.next(dueAt: self.now) {
            switch timer.kind {
            case .delivery: self.retry(ID(timer.id))
            case .group: self.flush(ID(timer.id))
            case .incident: self.runIncident(ID(timer.id))
            case .silence: self.noticeEnd(of: ID(timer.id))
            }
        }
    }

    private mutating func clearWhatIsPast() {
        self.maintenanceAt = self.now + Engine.maintenanceInterval
        self.clearInherited()
        self.clearTold()
        self.clearSilences()
        self.clearIncidents()
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

    mutating func note(_ entry: TimelineEntry) { self.timeline.append(entry) }

    mutating func send(_ send: Send) { self.sends.append(send) }
}

extension Engine: Equatable {
    /// Whether the two would do the same from here on. What follows from an event and is not yet taken does not
    /// count.
    public static func == (a: Engine, b: Engine) -> Bool {
        a.routing == b.routing && a.options == b.options && a.now == b.now && a.lastNumber == b.lastNumber
            && a.alerts == b.alerts && a.groups == b.groups && a.told == b.told && a.deliveries == b.deliveries
            && a.silences == b.silences && a.inherited == b.inherited && a.incidents == b.incidents
            && a.deadLetters == b.deadLetters && a.timers == b.timers
    }
}
