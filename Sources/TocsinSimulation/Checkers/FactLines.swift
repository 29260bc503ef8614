import TocsinCore
import TocsinModel
import TocsinRuntime

extension Duration {
    /// As scenarios write it: `1h30s`, `-5m`.
    var scenarioText: String { self.prometheusText }
}

extension Stage.Occurrence {
    /// In words that are the same in every process.
    var lines: [String] {
        switch self {
        case .up: ["the process begins"]
        case .down(let isClean, _): [isClean ? "the process stops" : "the process dies"]
        case .turn(let turn, let step):
            (step.map { ["the clock was set by \($0.scenarioText)"] } ?? [])
                + turn.receipts.filter { $0.rejection != nil || !$0.isDurable }.map { "receipt: \($0.line)" }
                + turn.facts.map(\.line)
        case .sent(let send, let fate):
            ["\(send.name) attempt \(send.attempt) \(send.content.line) -> \(fate.line)"]
        case .answered(let id, let attempt, let outcome): ["delivery \(id) attempt \(attempt) \(outcome.line)"]
        }
    }
}

extension Receipt {
    fileprivate var line: String { self.rejection.map { "\($0)" } ?? "in force, not saved" }
}

extension Fate {
    fileprivate var line: String {
        "\(self.arrives ? "arrives" : "lost") \(self.outcome.line) after \(self.after.scenarioText)"
            + (self.again.map { " and \($0.scenarioText)" } ?? "")
    }
}

extension Outcome {
    fileprivate var line: String {
        switch self {
        case .delivered: "delivered"
        case .failed(let reason, let mayHaveArrived, let retryAfter):
            "failed (\(reason)\(mayHaveArrived ? ", may have arrived" : ""))"
                + (retryAfter.map { " retry after \($0.scenarioText)" } ?? "")
        case .refused(let reason): "refused (\(reason))"
        }
    }
}

extension NotificationContent {
    /// `first notification {}:{}: firing Disk@a, resolved Disk@b`
    fileprivate var line: String {
        let firing = self.alerts.filter(\.isFiring).map { PoolAlert($0.labels).name }
        let ended = self.alerts.filter { !$0.isFiring }.map { PoolAlert($0.labels).name }
        return "\(self.groupKey) \(self.reason.rawValue): firing [\(firing.joined(separator: " "))]"
            + " resolved [\(ended.joined(separator: " "))]"
    }
}

extension Fact {
    /// Facts without numbers of things are as Swift prints them; the others are put shortly.
    fileprivate var line: String {
        switch self {
        case .alertStarted(let fingerprint): "started \(fingerprint)"
        case .alertEnded(let fingerprint, let timedOut): "ended \(fingerprint)\(timedOut ? " by timeout" : "")"
        case .groupOpened(let id, let key): "group \(id) opened \(key.text)"
        case .groupClosed(let id, let key): "group \(id) closed \(key.text)"
        case .flushed(let id, let firing, let resolved): "group \(id) flushed, \(firing) firing, \(resolved) resolved"
        case .attemptBegun(let id, let integration, let attempt): "delivery \(id) attempt \(attempt) to \(integration)"
        case .notificationDecided(let id, let integration, let key, let reason, let firing, let resolved):
            "delivery \(id) to \(integration) of \(key.text) decided: \(reason.rawValue) \(firing) \(resolved)"
        case .notificationReplaced(let id, let integration): "delivery \(id) to \(integration) replaced"
        case .delivered(let id, let integration, _, let attempt): "delivery \(id) to \(integration) done \(attempt)"
        case .heldBack(let id, _, let reason, let count): "group \(id) holds back \(count): \(reason.rawValue)"
        default: "\(self)"
        }
    }
}
