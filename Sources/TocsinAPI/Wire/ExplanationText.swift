import TocsinCore
import TocsinModel

/// Verdicts in sentences that somebody understands who was woken at three.
struct ExplanationText {
    private let explanation: Explanation
    private let route: RouteExplanation
    private let installation: InstallationID

    init(_ explanation: Explanation, _ route: RouteExplanation, _ installation: InstallationID) {
        self.explanation = explanation
        self.route = route
        self.installation = installation
    }

    /// Of a receiver without integrations.
    var nobody: String { "Nobody is told: the receiver \(self.route.route.receiver) has no integrations." }

    func sentence(_ destination: DestinationExplanation) -> String {
        let who = destination.integration.id.description
        switch destination.verdict {
        case .notified(let time): return "\(who) was told at \(self.text(time)) that it fires.\(self.whatHoldsItNow)"
        case .endTold(let time): return "\(who) was told at \(self.text(time)) that it has ended."
        case .sending: return "\(who) is being told right now."
        case .failing(attempts: 0, let next):
            return "\(who) does not know yet: it asked for a pause, and is told at \(self.text(next))."
        case .failing(let attempts, let next):
            return "\(who) does not know yet: \(self.failures(attempts, destination)); "
                + "the next attempt is due at \(self.text(next))."
        case .refused(let reason, let next):
            return "\(who) does not know: it refused the message (\(reason)); the next try is at \(self.text(next))."
        case .silenced: return "\(who) is not told: \(self.silence)."
        case .inhibited: return "\(who) is not told: \(self.inhibitor)."
        case .muted: return "\(who) is not told: \(self.interval)."
        case .waiting(let time):
            return "\(who) has not been told yet: its group is looked at next at \(self.text(time))."
        case .endWaiting(let time):
            return "\(who) was told that it fires, and will be told its end at \(self.text(time)) at the earliest."
        case .endNotWanted: return "\(who) is not told of its end: send_resolved is false."
        case .endedUntold: return "\(who) was never told: it ended before its turn came."
        case .wouldBeNotified(let time):
            return "No such alert is there. If it fired now, \(who) would be told at \(self.text(time))."
        }
    }

    /// Why an alert that came was not taken in.
    static func dropped(_ dropped: DroppedAlert) -> String {
        let time = dropped.lastAt.utc.rfc3339Milliseconds
        switch dropped.reason {
        case .arrivedResolved:
            return "it arrived at \(time), resolved already and never seen firing, so there was nothing to tell"
        case .tooMany: return "it arrived at \(time), when there was no room for more alerts, and was refused"
        }
    }

    private func text(_ time: Timestamp) -> String { time.utc.rfc3339Milliseconds }

    private func failures(_ attempts: Int, _ destination: DestinationExplanation) -> String {
        let count = attempts == 1 ? "1 attempt failed" : "\(attempts) attempts failed"
        let last = self.route.history?.messages.last { $0.id == destination.pending?.id }
        guard case .failed(let reason) = last?.state else { return count }
        return "\(count) (\(reason))"
    }

    private var silence: String {
        guard let silence = self.explanation.silences.first else { return "it is silenced" }
        let comment = silence.comment.isEmpty ? "without a comment" : "\"\(Excerpt.cut(silence.comment))\""
        let author = silence.createdBy.isEmpty ? "somebody" : Excerpt.cut(silence.createdBy)
        return "\(author) silenced it until \(self.text(silence.endsAt)), \(comment) "
            + "(silence \(self.installation.name(of: silence.id)))"
    }

    private var inhibitor: String {
        guard let inhibition = self.explanation.inhibition else { return "it is inhibited" }
        let name = inhibition.rule.name.isEmpty ? "number \(inhibition.place + 1)" : inhibition.rule.name
        return "\(inhibition.source.braced) fires and inhibits it by rule \(name)"
    }

    private var interval: String {
        guard let muting = self.route.muting else { return "its route is silent at this time" }
        let names = muting.intervals.joined(separator: ", ")
        switch muting.reason {
        case .activeTimeInterval: return "it is outside of the time interval \(names), in which its route is active"
        default: return "it is within the time interval \(names), in which its route is muted"
        }
    }

    /// What stands in the way of reminders to somebody who knows already.
    private var whatHoldsItNow: String {
        if self.route.muting != nil { return " Nothing more is told now: \(self.interval)." }
        if self.explanation.inhibition != nil { return " Nothing more is told now: \(self.inhibitor)." }
        return self.explanation.silences.isEmpty ? "" : " Nothing more is told now: \(self.silence)."
    }
}

extension LabelSet {
    /// `{alertname="Disk", host="a"}`, not at any length.
    fileprivate var braced: String {
        Excerpt.cut("{" + self.map { "\($0.name)=\(GoQuote.quote($0.value))" }.joined(separator: ", ") + "}")
    }
}
