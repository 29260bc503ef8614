import TocsinCore
import TocsinModel
import TocsinRuntime

/// What is on the disk gives back the engine, what was confirmed is there after a crash, and no sentence about the
/// engine's state is broken.
struct Durability: Checker {
    private let disk: SimulatedDisk
    private var turns = 0

    init(disk: SimulatedDisk) { self.disk = disk }

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        guard let engine = moment.engine else { return [] }
        switch occurrence {
        case .up:
            defer { scene.ledger.noteRestart(at: moment.wall) }
            return self.checkConfirmed(engine, scene)
        case .turn(let turn, _):
            self.turns += 1
            // Most turns are senders that repeat themselves; looking at everything costs more than running it.
            if self.turns % 16 != 0 && (scene.isPeace || turn.facts.isEmpty) { return [] }
            var problems = engine.brokenInvariants()
            if !moment.isDegraded {
                let restored = Engine.restore(
                    self.disk.contents, routing: engine.routing, options: scene.options, now: engine.now
                )
                problems += Durability.differences(engine, restored)
            }
            return problems
        default: return []
        }
    }

    private func checkConfirmed(_ engine: Engine, _ scene: Scene) -> [String] {
        var problems: [String] = []
        for (index, entry) in scene.ledger.entries.enumerated() {
            let known = engine.alerts[scene.pool[index].labels.fingerprint]
            let name = scene.pool[index].name
            if entry.firesUntil != nil && known?.hasEnded != false {
                problems.append("\(name) fired for certain, and is forgotten after a restart")
            }
            if entry.mayFireUntil == nil && known?.hasEnded == false {
                problems.append("\(name) had ended for certain, and fires after a restart")
            }
        }
        for mute in scene.ledger.mutes where mute.isCertain && mute.endsAt > engine.now {
            let kept = engine.silences[mute.id]
            if kept?.endsAt != mute.endsAt || kept?.matcherSets != [mute.matchers] {
                problems.append("silence \(mute.id) was confirmed, and is not what it was after a restart")
            }
        }
        return problems
    }

    /// Field for field, but for what a restart is allowed to lose: nothing is under way, and of an alert that was told
    /// again the latest end, mention, annotations and link.
    private static func differences(_ live: Engine, _ restored: Engine) -> [String] {
        var differences: [String] = []
        if live.groups != restored.groups { differences.append("the groups on the disk are others") }
        if live.told != restored.told { differences.append("the told state on the disk is another") }
        if live.silences != restored.silences { differences.append("the silences on the disk are others") }
        let deliveries = live.deliveries.map { $0.row.atRest }
        if deliveries != restored.deliveries.map({ $0.row.atRest }) {
            differences.append("the deliveries on the disk are others")
        }
        let alerts = live.alerts.map { $0.row.withoutVolatileFields }
        if alerts != restored.alerts.map({ $0.row.withoutVolatileFields }) {
            differences.append("the alerts on the disk are others")
        }
        return differences
    }
}

extension Delivery {
    fileprivate struct AtRest: Equatable {
        let content: NotificationContent
        let firing, resolved: FingerprintSet
        let attempts, failures: Int
        let nextAttemptAt: Timestamp
        let flags: [Bool]
        let keptFor: Duration
    }

    fileprivate var atRest: AtRest {
        AtRest(
            content: self.content,
            firing: self.firing,
            resolved: self.resolved,
            attempts: self.attempts,
            failures: self.failures,
            nextAttemptAt: self.nextAttemptAt,
            flags: [self.mayHaveArrived, self.decideAgain, self.isToldToWait, self.sendResolved],
            keptFor: self.keptFor
        )
    }
}

extension KnownAlert {
    fileprivate struct Durable: Equatable {
        let labels: LabelSet
        let startsAt: Timestamp
        let endedAt: Timestamp?
        let endsByTimeout: Bool
        let groups: GroupMembership
    }

    fileprivate var withoutVolatileFields: Durable {
        Durable(
            labels: self.alert.labels,
            startsAt: self.alert.startsAt,
            endedAt: self.endedAt,
            endsByTimeout: self.alert.endsByTimeout,
            groups: self.groups
        )
    }
}
