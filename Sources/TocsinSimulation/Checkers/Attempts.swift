import TocsinCore
import TocsinModel
import TocsinRuntime

/// One message at a time for each group and destination, and retries that neither hurry nor forget.
struct Attempts: Checker {
    private struct Failure {
        let delivery: ID<Delivery>
        let failedAt: Duration
        /// When the other side asked to be tried again.
        let notBefore: Duration?
    }

    private var underWay: [Channel: Send] = [:]
    private var failures: [Channel: Failure] = [:]

    /// The longest back-off.
    private static let patience = Duration.seconds(60)

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        switch occurrence {
        case .up(let isClockOpen):
            if isClockOpen { self.failures = [:] }
            return []
        case .down(let isClean, let wasDegraded):
            if wasDegraded || !isClean { self.failures = [:] }
            self.underWay = [:]
            return []
        case .turn(let turn, _):
            for fact in turn.facts { self.see(fact) }
            return self.findForgotten(at: moment, scene)
        case .sent(let send, _): return self.see(send, at: moment)
        case .answered(let id, let attempt, let outcome):
            guard let send = self.underWay.values.first(where: { $0.delivery == id && $0.attempt == attempt }) else {
                return []
            }
            self.underWay[send.channel] = nil
            guard case .failed(_, _, let retryAfter) = outcome else { return [] }
            let wait = retryAfter.map { moment.time + min(max($0, .zero), .seconds(900)) }
            self.failures[send.channel] = Failure(delivery: id, failedAt: moment.time, notBefore: wait)
            return []
        }
    }

    private mutating func see(_ fact: Fact) {
        switch fact {
        case .notificationReplaced(let id, _):
            // The wait that the other side asked for holds for what comes in its place.
            self.failures = self.failures.filter { $0.value.delivery != id || $0.value.notBefore != nil }
            for (channel, failure) in self.failures where failure.delivery == id {
                self.failures[channel] = Failure(
                    delivery: ID(0), failedAt: failure.failedAt, notBefore: failure.notBefore
                )
            }
        case .givenUp(let integration, let key, _):
            self.failures = self.failures.filter {
                $0.key.groupKey != key || $0.key.integration.receiver != integration.receiver
            }
        default: break
        }
    }

    private mutating func see(_ send: Send, at moment: Moment) -> [String] {
        var problems: [String] = []
        if self.underWay[send.channel] != nil {
            let key = send.content.groupKey
            problems.append("\(send.name) gets a second message about \(key) before it answered the first")
        }
        self.underWay[send.channel] = send
        guard let failure = self.failures.removeValue(forKey: send.channel) else { return problems }
        if let time = failure.notBefore {
            // A message dropped meanwhile takes its wait with it.
            if moment.time < time && failure.delivery == send.delivery {
                problems.append("\(send.name) is tried again before the time it asked for")
            }
        } else if failure.delivery == send.delivery && moment.time - failure.failedAt < .milliseconds(250) {
            problems.append("\(send.name) is tried again at once")
        }
        return problems
    }

    private mutating func findForgotten(at moment: Moment, _ scene: Scene) -> [String] {
        let forgotten = self.failures.filter { _, failure in
            guard failure.delivery != ID(0) else { return false }
            let due = failure.notBefore ?? failure.failedAt + Attempts.patience
            return due < moment.time && scene.gap.to + Attempts.patience < due
        }
        for channel in forgotten.keys { self.failures[channel] = nil }
        return forgotten.keys.map { "\($0.integration.receiver) is not tried again with \($0.groupKey.text)" }.sorted()
    }
}

/// No number is given out twice, not even after a crash that lost it. But rows that a disk refused and a clock that was
/// put back leave nothing to tell which numbers are taken.
struct Numbers: Checker {
    private var seen: Set<Int64> = []
    private var wentBack = false

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        if case .down(_, wasDegraded: true) = occurrence, self.wentBack { self.seen = [] }
        guard case .turn(let turn, let step) = occurrence else { return [] }
        if let step, step < .zero { self.wentBack = true }
        var problems: [String] = []
        for fact in turn.facts {
            let number: Int64
            switch fact {
            case .groupOpened(let id, _): number = id.number
            case .notificationDecided(let id, _, _, _, _, _): number = id.number
            default: continue
            }
            if !self.seen.insert(number).inserted { problems.append("the number \(number) is given out twice") }
        }
        return problems
    }
}

/// No alert ends whose sender has not let it: not by a step of the clock, a sleep or a restart.
struct Timeouts: Checker {
    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        guard case .turn(let turn, _) = occurrence else { return [] }
        var problems: [String] = []
        for case .alertEnded(let fingerprint, timedOut: true) in turn.facts {
            guard let alert = scene.alert(fingerprint), scene.fires(alert, at: moment.wall) else { continue }
            problems.append("\(scene.pool[alert].name) ended though its sender's time is not over")
        }
        return problems
    }
}
