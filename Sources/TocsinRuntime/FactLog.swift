public import Logging
public import TocsinCore
public import TocsinModel

/// Facts as log lines. `info` at most; `warning` where someone should look; `error` where a page may be lost.
public final class FactLog: TurnObserver, Sendable {
    private let logger: Logger
    private let degradation = Locked<String?>(nil)

    public init(logger: Logger) { self.logger = logger }

    public func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {
        let threshold = self.logger.logLevel
        for fact in facts where threshold <= .debug || fact.isWorthALine {
            let line = FactLine(incident: fact, in: engine) ?? FactLine(fact)
            self.logger.log(level: line.level, "\(line.message)", metadata: line.metadata)
        }
    }

    public func observe(degradation reason: String?) {
        let changed = self.degradation.withLock { known in
            defer { known = reason }
            return known != reason
        }
        guard changed else { return }
        if let reason {
            self.logger.error(
                "the disk refuses writes; pages still go out and may repeat after a crash",
                metadata: ["reason": "\(reason)"]
            )
        } else {
            self.logger.notice("the disk takes writes again; everything is saved")
        }
    }
}

extension Fact {
    /// Whether it is more than a step on the way: the others, thousands in a large flush, are not put into words
    /// unless somebody listens.
    fileprivate var isWorthALine: Bool {
        switch self {
        case .alertStarted, .alertEnded, .groupOpened, .groupClosed, .flushed, .notificationReplaced, .attemptBegun,
            .heldBack, .arrived, .incidentChanged, .incidentAnswered, .incidentOver:
            false
        default: true
        }
    }
}

/// One fact in words.
struct FactLine {
    var level: Logger.Level
    var message: String
    var metadata: Logger.Metadata

    init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
        self.level = level
        self.message = message
        self.metadata = metadata
    }

    init(_ fact: Fact) {
        switch fact {
        case .restored(let alerts, let groups, let deliveries):
            self.init(
                .info, "state restored",
                [
                    "alerts": .stringConvertible(alerts), "groups": .stringConvertible(groups),
                    "deliveries": .stringConvertible(deliveries),
                ]
            )
        case .alertStarted(let fingerprint):
            self.init(.debug, "alert started", ["fingerprint": "\(fingerprint)"])
        case .alertEnded(let fingerprint, let timedOut):
            self.init(
                .debug, "alert ended", ["fingerprint": "\(fingerprint)", "timed_out": .stringConvertible(timedOut)])
        case .alertsRefused(let count, let limit):
            self.init(
                .warning, "alerts refused: too many",
                ["count": .stringConvertible(count), "limit": .stringConvertible(limit)])
        case .groupOpened(_, let key): self.init(.debug, "group opened", ["group": "\(key.text)"])
        case .groupClosed(_, let key): self.init(.debug, "group closed", ["group": "\(key.text)"])
        case .flushed(let id, let firing, let resolved):
            self.init(
                .debug, "group flushed",
                ["id": "\(id)", "firing": .stringConvertible(firing), "resolved": .stringConvertible(resolved)])
        case .routingReplaced(let kept, let retired):
            self.init(
                .info, "routes replaced",
                ["groups_kept": .stringConvertible(kept), "groups_retired": .stringConvertible(retired)])
        case .heldBack(_, let group, let reason, let count):
            self.init(
                .debug, "alerts held back",
                ["group": "\(group.text)", "reason": "\(reason.rawValue)", "count": .stringConvertible(count)])
        case .silenceMade(let name, let author, let end):
            self.init(
                .info, "silence made", ["silence": "\(name)", "by": "\(author)", "until": "\(end.rfc3339Milliseconds)"])
        case .silenceChanged(let name, let author):
            self.init(.info, "silence changed", ["silence": "\(name)", "by": "\(author)"])
        case .silenceEnded(let name): self.init(.info, "silence ended", ["silence": "\(name)"])
        case .clockStepped(let step): self.init(.warning, "the clock was set", ["by": "\(step)"])
        case .wokeLate(let late): self.init(.warning, "woke late; was the machine asleep?", ["by": "\(late)"])
        default: self.init(delivery: fact)
        }
    }

    private init(delivery fact: Fact) {
        switch fact {
        case .notificationDecided(_, let integration, let group, let reason, let firing, let resolved):
            self.init(
                .info, "notification",
                [
                    "integration": "\(integration)", "group": "\(group.text)", "reason": "\(reason.rawValue)",
                    "firing": .stringConvertible(firing), "resolved": .stringConvertible(resolved),
                ]
            )
        case .notificationReplaced(_, let integration):
            self.init(.debug, "waiting notification replaced", ["integration": "\(integration)"])
        case .attemptBegun(_, let integration, let attempt):
            self.init(.debug, "attempt", ["integration": "\(integration)", "attempt": .stringConvertible(attempt)])
        case .delivered(_, let integration, let group, let attempt):
            self.init(
                .info, "delivered",
                ["integration": "\(integration)", "group": "\(group.text)", "attempt": .stringConvertible(attempt)]
            )
        case .attemptFailed(_, let integration, let attempt, let reason, let next):
            self.init(
                .warning, "attempt failed",
                [
                    "integration": "\(integration)", "attempt": .stringConvertible(attempt), "reason": "\(reason)",
                    "next_attempt_at": "\(next.rfc3339Milliseconds)",
                ]
            )
        case .toldToWait(_, let integration, let reason, let next):
            self.init(
                .info, "told to wait",
                [
                    "integration": "\(integration)", "reason": "\(reason)",
                    "next_attempt_at": "\(next.rfc3339Milliseconds)",
                ]
            )
        case .refused(_, let integration, let group, let attempt, let reason):
            self.init(
                .error, "notification refused",
                [
                    "integration": "\(integration)", "group": "\(group.text)", "attempt": .stringConvertible(attempt),
                    "reason": "\(reason)",
                ]
            )
        case .givenUp(let integration, let group, let reason):
            self.init(
                .error, "given up: the end of what was told is not told",
                ["integration": "\(integration)", "group": "\(group.text)", "reason": "\(reason.rawValue)"]
            )
        default:
            self.init(.debug, "\(fact)", [:])
        }
    }
}
