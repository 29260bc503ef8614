public import TocsinModel

/// The `incidents` part of the configuration; what a file without one gets is the default.
public struct IncidentRules: Hashable, Sendable {
    /// Whether the file has an `incidents` key. Without it Alertmanager's notifications stay as they are.
    public var isConfigured = false
    public var correlation = Correlation.group
    /// In order; the first that matches an alert gives its priority. Built-in rules follow.
    public var priorities: [PriorityRule] = []
    public var targets: [Priority: ResponseTarget] = ResponseTarget.standard
    /// The name of the escalation policy of a priority, where the route has none.
    public var policies: [Priority: String] = [:]
    /// Receivers of pages that failed and of escalations that came to nothing.
    public var fallback: [String] = []
    public var reopenWindow: Duration = .seconds(600)
    public var resolveOn = ResolveOn.all
    public var holdDown: Duration = .seconds(300)
    /// An acknowledgement lapses when the priority is raised to one of these.
    public var unackOnRaise: Set<Priority> = [.p1, .p2]
    public var manualResolveHold: Duration = .seconds(4 * 3600)
    /// Zero: never.
    public var staleAfter: Duration = .zero
    /// New incidents of one route within a minute.
    public var stormCap = 30
    public var onSilence = OnSilence.acknowledge
    public var notifiesOnSilenceEnd = true
    /// How long incidents that ended are kept.
    public var retention: Duration = .seconds(400 * 86400)

    public init() {}

    /// When an incident of several alerts is over.
    public enum ResolveOn: String, Hashable, Sendable, CaseIterable {
        case all
        case first
        case never
    }

    /// What PagerDuty is told when an open incident is silenced.
    public enum OnSilence: String, Hashable, Sendable, CaseIterable {
        case none
        case acknowledge
        case resolve
    }

    /// What a priority promises under these rules.
    public func target(of priority: Priority) -> ResponseTarget {
        self.targets[priority] ?? ResponseTarget.standard[priority] ?? ResponseTarget(respondWithin: .seconds(900))
    }
}

/// What makes alerts of several groups one incident.
public enum Correlation: Hashable, Sendable {
    /// Groups with the same group labels.
    case group
    /// Groups whose alerts have the same values of these labels.
    case labels([String])
}

public struct PriorityRule: Hashable, Sendable {
    public let priority: Priority
    public let matchers: [Matcher]

    public init(priority: Priority, matchers: [Matcher]) {
        self.priority = priority
        self.matchers = matchers
    }
}

/// What a priority promises.
public struct ResponseTarget: Hashable, Sendable {
    public var respondWithin: Duration
    public var urgency: Urgency
    /// `nil`: an acknowledgement holds until the end.
    public var ackExpiresAfter: Duration?
    public var remindAfter: Duration?

    public init(
        respondWithin: Duration,
        urgency: Urgency = .high,
        ackExpiresAfter: Duration? = nil,
        remindAfter: Duration? = nil
    ) {
        self.respondWithin = respondWithin
        self.urgency = urgency
        self.ackExpiresAfter = ackExpiresAfter
        self.remindAfter = remindAfter
    }

    /// 15 min, 30 min, 2 h, 8 h.
    public static let standard: [Priority: ResponseTarget] = [
        .p1: ResponseTarget(
            respondWithin: .seconds(900), ackExpiresAfter: .seconds(3600), remindAfter: .seconds(2700)),
        .p2: ResponseTarget(
            respondWithin: .seconds(1800), ackExpiresAfter: .seconds(7200), remindAfter: .seconds(5400)),
        .p3: ResponseTarget(
            respondWithin: .seconds(7200), urgency: .low, ackExpiresAfter: .seconds(8 * 3600),
            remindAfter: .seconds(7 * 3600)
        ),
        .p4: ResponseTarget(respondWithin: .seconds(8 * 3600), urgency: .low),
    ]
}

/// Whom to call, one after the other, until somebody has it.
public struct EscalationPolicy: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        /// From the step before; the first from the beginning of the spell.
        public let after: Duration
        /// Names of receivers.
        public let notify: [String]

        public init(after: Duration, notify: [String]) {
            self.after = after
            self.notify = notify
        }
    }

    public let name: String
    /// Never empty.
    public let steps: [Step]
    /// Further rounds after the first.
    public let rounds: Int
    /// Receivers told when the promised time passes without an acknowledgement.
    public let onBreach: [String]

    /// How many rounds `repeat: forever` has, so that nothing calls without end.
    public static let mostRounds = 10

    public init(name: String, steps: [Step], rounds: Int = 0, onBreach: [String] = []) {
        self.name = name
        self.steps = steps
        self.rounds = min(rounds, EscalationPolicy.mostRounds)
        self.onBreach = onBreach
    }

    /// How long after its last step a round is over: whoever was called last has as much time as anybody before, and a
    /// policy of one step does not call without pause.
    var patience: Duration { max(self.steps.map(\.after).max() ?? .zero, .seconds(60)) }
}

// MARK: - Priorities

extension IncidentRules {
    /// The priority of an alert: by the rules of the file, then by its labels.
    func priority(of labels: LabelSet) -> Priority {
        for rule in self.priorities where rule.matchers.allSatisfy({ $0.matches(labels) }) { return rule.priority }
        if let said = labels.withValue(of: "priority", { Priority(bytes: $0) }) { return said }
        return labels.withValue(of: "severity") { severity in
            if IncidentRules.says(severity, "critical") || IncidentRules.says(severity, "page") { return .p1 }
            if IncidentRules.says(severity, "error") || IncidentRules.says(severity, "high") { return .p2 }
            return IncidentRules.says(severity, "warning") ? .p3 : .p4
        }
    }

    /// Asked for every alert of every flush, so without a string.
    private static func says(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        bytes.count == word.utf8CodeUnitCount
            && bytes.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// How bad a word for severity is; unknown words are the least.
    static func rank(ofSeverity severity: String) -> Int {
        switch severity {
        case "critical", "page": 5
        case "error", "high": 4
        case "warning": 3
        case "info": 2
        case "": 0
        default: 1
        }
    }
}
