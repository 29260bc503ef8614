import TocsinCore
import TocsinModel
import TocsinRuntime

/// Only what is news is told, and for the right reason: Alertmanager's table, written a second time
/// (docs/alertmanager.md, *When a group speaks*), and nothing is said twice without need.
struct News: Checker {
    private struct State {
        /// The last message that was confirmed.
        var firing: Set<Fingerprint> = []
        var resolved: Set<Fingerprint> = []
        var toldAt: Duration?
        /// What the other side was told fires, or may have been.
        var believed: Set<Fingerprint> = []
        /// An answer was lost, or a crash or the disk may have made the server forget: a repetition is no mistake.
        var isOpen = false
    }

    private var states: [Channel: State] = [:]
    private var decided: [ID<Delivery>: Duration] = [:]
    private var underWay: [ID<Delivery>: Send] = [:]

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        switch occurrence {
        case .up(let isClockOpen):
            if isClockOpen {
                for channel in self.states.keys { self.states[channel]?.isOpen = true }
                // What was decided before is told with a time that is not exact.
                self.decided = [:]
            }
        case .down(let isClean, _):
            // Where a message was under way, or told state not saved, the server cannot know.
            if !isClean { for channel in self.states.keys { self.states[channel]?.isOpen = true } }
            for send in self.underWay.values { self.states[send.channel, default: State()].isOpen = true }
            self.underWay = [:]
        case .turn(let turn, _):
            for case .notificationDecided(let id, _, _, _, _, _) in turn.facts { self.decided[id] = moment.time }
            for case .givenUp(let integration, let key, _) in turn.facts {
                for channel in self.states.keys
                where channel.groupKey == key && channel.integration.receiver == integration.receiver {
                    self.states[channel]?.isOpen = true
                }
            }
            if moment.isDegraded { for channel in self.states.keys { self.states[channel]?.isOpen = true } }
        case .sent(let send, let fate):
            let problems = self.check(send, at: moment, scene)
            self.underWay[send.delivery] = send
            if fate.arrives || fate.outcome != .delivered {
                self.states[send.channel, default: State()].believed.formUnion(send.firing)
            }
            return problems
        case .answered(let id, let attempt, let outcome):
            guard let send = self.underWay[id], send.attempt == attempt else { return [] }
            self.underWay[id] = nil
            self.note(outcome, of: send)
        }
        return []
    }

    private mutating func note(_ outcome: Outcome, of send: Send) {
        var state = self.states[send.channel] ?? State()
        switch outcome {
        case .delivered:
            state.firing = send.firing
            state.resolved = send.resolved
            state.toldAt = self.decided[send.delivery]
            state.believed.subtract(send.resolved)
            state.believed.formUnion(send.firing)
            state.isOpen = state.toldAt == nil
        case .failed(_, mayHaveArrived: true, _): state.isOpen = true
        case .failed, .refused: break
        }
        self.states[send.channel] = state
    }

    /// Looks at each message once, when it is decided on.
    private func check(_ send: Send, at moment: Moment, _ scene: Scene) -> [String] {
        guard self.decided[send.delivery] == moment.time, send.attempt == 1 else { return [] }
        let current = scene.routes.table.integrations[send.content.receiver] ?? []
        guard let integration = current.first(where: { $0.key == send.integration }), integration.sendResolved else {
            return []
        }
        let places = scene.places(of: GroupKey(send.content.groupKey), send.content.receiver)
        guard let repetition = places.map(\.repeatInterval).min() else { return [] }
        let state = self.states[send.channel] ?? State()
        if state.isOpen { return [] }
        // What is forgotten after a while is told as for the first time.
        let memory = scene.hasReloaded ? min(repetition * 2, .seconds(600)) : repetition * 2
        if let toldAt = state.toldAt, moment.time - toldAt >= memory { return [] }

        let isDue = state.toldAt.map { moment.time - $0 >= repetition } ?? false
        let expected = News.reason(send.firing, send.resolved, state, isReminderDue: isDue)
        if send.content.reason == expected { return [] }
        return [
            "\(send.name) is told of \(send.content.groupKey) because of “\(send.content.reason.rawValue)”, "
                + "and it is " + (expected.map { "“\($0.rawValue)”" } ?? "no news")
        ]
    }

    private static func reason(
        _ firing: Set<Fingerprint>,
        _ resolved: Set<Fingerprint>,
        _ told: State,
        isReminderDue: Bool
    ) -> NotificationReason? {
        if !firing.isSubset(of: told.firing) { return told.firing.isEmpty ? .firstNotification : .newAlertsAdded }
        let endsABelief = !resolved.isDisjoint(with: told.believed)
        if firing.isEmpty {
            return resolved.isEmpty || (told.firing.isEmpty && !endsABelief) ? nil : .allAlertsResolved
        }
        if !resolved.isSubset(of: told.resolved) || endsABelief { return .someAlertsResolved }
        return isReminderDue ? .repeatIntervalElapsed : nil
    }
}

extension Send {
    var channel: Channel { Channel(integration: self.integration, groupKey: GroupKey(self.content.groupKey)) }
    var firing: Set<Fingerprint> { Set(self.content.alerts.lazy.filter(\.isFiring).map(\.fingerprint)) }
    var resolved: Set<Fingerprint> { Set(self.content.alerts.lazy.filter { !$0.isFiring }.map(\.fingerprint)) }
}
