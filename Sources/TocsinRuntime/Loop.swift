public import TocsinCore
public import TocsinModel

/// Apply, make durable, then send: one turn of the service. It is synchronous, so that production and simulation run
/// the same code.
public struct Loop<Storage: Store> {
    public private(set) var engine: Engine
    private var store: Storage
    /// Rows that the disk has not taken yet, one entry a row.
    private var backlog: [RowKey: Write] = [:]
    /// Why and since when the disk refuses writes; `nil` while it takes them.
    public private(set) var degradation: Degradation?
    private var selfAlertSentAt: Timestamp?
    private var unconfirmed = UnconfirmedSilences()
    private var nextCommitAt: Timestamp?

    public struct Degradation: Hashable, Sendable {
        public let reason: String
        public let since: Timestamp
    }

    public init(engine: Engine, store: Storage) {
        self.engine = engine
        self.store = store
    }

    /// The time by which the next turn is wanted.
    public var nextDeadline: Timestamp? {
        guard let commit = self.nextCommitAt else { return self.engine.nextDeadline }
        return self.engine.nextDeadline.map { min($0, commit) } ?? commit
    }

    /// One turn: a step of the clock, then what came of deliveries, then what was submitted, each in the order of
    /// arrival, then what is due. All of it becomes durable in one transaction before anybody hears of it.
    ///
    /// - Parameter step: by how much the wall clock was set since the last turn.
    public mutating func turn(
        results: [Event] = [],
        submitted: [Event] = [],
        at now: Timestamp,
        clockStep step: Duration? = nil
    ) -> Turn {
        var turn = Turn()
        if let step {
            self.moveWaits(by: step)
            _ = self.submit(.clockStepped(by: step), at: now)
        }
        for event in results { _ = self.submit(event, at: now) }
        for event in submitted { turn.receipts.append(self.submit(event, at: now)) }
        if let batch = self.alertOfOurOwn(at: now) { _ = self.submit(.alertsReceived(batch), at: now) }
        _ = self.submit(.timePassed, at: now)

        let effects = self.engine.takeEffects()
        self.makeDurable(effects.writes, at: now)
        for index in turn.receipts.indices {
            self.confirm(&turn.receipts[index], of: submitted[index])
        }
        turn.sends = effects.sends
        turn.facts = effects.facts
        return turn
    }

    private mutating func moveWaits(by step: Duration) {
        self.nextCommitAt = self.nextCommitAt.map { $0 + step }
        self.selfAlertSentAt = self.selfAlertSentAt.map { $0 + step }
    }

    private mutating func submit(_ event: Event, at now: Timestamp) -> Receipt {
        if case .silenceSubmitted(let draft) = event,
            let known = self.unconfirmed.silence(for: draft, in: self.engine, at: now)
        {
            return Receipt(answer: .silence(known))
        }
        do {
            return Receipt(answer: try self.engine.apply(event, at: now))
        } catch {
            return Receipt(rejection: error)
        }
    }

    /// Once the turn is committed, or not.
    private mutating func confirm(_ receipt: inout Receipt, of event: Event) {
        receipt.isDurable = self.isDurable(event, receipt.answer)
        if case .silenceSubmitted(let draft) = event, case .silence(let silence) = receipt.answer {
            self.unconfirmed.note(draft, silence, isConfirmed: receipt.isDurable)
        }
    }

    /// The last turn of a clean stop: what is volatile is written too, and the store closed.
    public mutating func finish(results: [Event], at now: Timestamp) -> Turn {
        self.engine.saveEverything()
        // The last chance is taken whenever it comes.
        self.nextCommitAt = self.nextCommitAt.map { min($0, now) }
        let turn = self.turn(results: results, at: now)
        self.store.close()
        return turn
    }
}

extension Loop: Sendable where Storage: Sendable {}

/// What came of a turn. Everything in it may leave the process.
public struct Turn: Sendable {
    /// One for each submitted event, in their order.
    public var receipts: [Receipt] = []
    public var sends: [Send] = []
    public var facts: [Fact] = []
}

/// What the one who submitted an event gets to know.
public struct Receipt: Hashable, Sendable {
    public var rejection: Rejection?
    /// What was asked for, unless it was refused.
    public var answer: Answer?
    /// Whether it survives the loss of power. If not, it is in force but must not be confirmed.
    public var isDurable = true

    public init(rejection: Rejection? = nil, answer: Answer? = nil) {
        self.rejection = rejection
        self.answer = answer
    }
}

// MARK: - Durability

extension Loop {
    /// How long after a refused commit the disk is asked again.
    private static var patience: Duration { .seconds(1) }

    private mutating func makeDurable(_ writes: [Write], at now: Timestamp) {
        let isDue = self.nextCommitAt.map { $0 <= now } ?? true
        if self.backlog.isEmpty {
            if writes.isEmpty { return }
            do {
                try self.store.commit(writes)
            } catch {
                self.hold(writes)
                self.degrade(error, at: now)
            }
            return
        }
        self.hold(writes)
        guard isDue else { return }
        do {
            try self.store.commit(self.heldWrites)
            self.backlog = [:]
            self.degradation = nil
            self.nextCommitAt = nil
        } catch {
            self.degrade(error, at: now)
        }
    }

    private mutating func hold(_ writes: [Write]) {
        for write in writes { self.backlog[write.row] = write }
    }

    /// The rows to write again; which comes first does not matter within one transaction.
    private var heldWrites: [Write] { Array(self.backlog.values) }

    private mutating func degrade(_ failure: StoreFailure, at now: Timestamp) {
        self.degradation = Degradation(reason: failure.reason, since: self.degradation?.since ?? now)
        self.nextCommitAt = now + Loop.patience
    }

    /// Whether all that the event brought about is on the disk.
    private func isDurable(_ event: Event, _ answer: Answer?) -> Bool {
        if self.backlog.isEmpty { return true }
        switch event {
        case .alertsReceived(let batch):
            return !batch.items.contains { self.backlog[.alert($0.fingerprint)] != nil }
        case .silenceSubmitted(let draft):
            guard case .silence(let silence) = answer else { return true }
            // The one that it took the place of must be known to have ended, too.
            return ![silence, draft.id].contains { $0.map { self.backlog[.silence($0)] != nil } ?? false }
        case .silenceExpired(let silence):
            return self.backlog[.silence(silence)] == nil
        case .incidentCommanded, .incidentReported, .deliveryRevived:
            // The row, its history, and whom it calls: all that came of it must be there.
            return !self.backlog.keys.contains { $0.isOfIncidents }
        case .started, .deliveryFinished, .routingReplaced, .clockStepped, .timePassed:
            return false
        }
    }

    /// While the disk refuses writes the service raises an alert of its own, through the routes like any other.
    private mutating func alertOfOurOwn(at now: Timestamp) -> AlertBatch? {
        if let degradation {
            if let sent = self.selfAlertSentAt, now - sent < .seconds(60) { return nil }
            self.selfAlertSentAt = now
            return Loop.batch(startsAt: degradation.since, endsAt: now + .seconds(300), reason: degradation.reason)
        }
        guard self.selfAlertSentAt != nil else { return nil }
        self.selfAlertSentAt = nil
        return Loop.batch(startsAt: now, endsAt: now, reason: "the disk takes writes again")
    }

    private static func batch(startsAt: Timestamp, endsAt: Timestamp, reason: String) -> AlertBatch {
        var batch = AlertBatch()
        batch.append(
            Alert(
                labels: ["alertname": "TocsinStorageDegraded", "severity": "critical"],
                details: AlertDetails(
                    annotations: [
                        "summary": "Tocsin cannot write to its disk",
                        "description": "Pages still go out but may repeat after a crash: \(reason)",
                    ],
                    generatorURL: ""
                ),
                startsAt: startsAt,
                endsAt: endsAt,
                updatedAt: startsAt
            )
        )
        return batch
    }
}

extension RowKey {
    fileprivate var isOfIncidents: Bool {
        switch self {
        case .incident, .timeline, .deadLetter, .request: true
        default: false
        }
    }
}
