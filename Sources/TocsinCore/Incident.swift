public import TocsinModel

/// The thing that a person responds to: one or more groups of alerts that somebody owns, or that the next one is
/// called for (docs/incidents.md).
public struct Incident: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Nobody has it yet.
        case triggered
        case acknowledged
        case resolved
    }

    public let id: ID<Incident>
    /// The n of INC-n, by which people call it.
    public let reference: Int64
    public var title: String
    public var status: Status
    /// Counts the changes; what was read at one version and is changed at another is a conflict.
    public var version: Int
    public let createdAt: Timestamp
    public var priority: Priority
    /// Whether a person has set the priority: then alerts do not lower it.
    public var isPriorityPinned = false
    /// Of the worst alert so far, as its label says.
    public var severity: String
    /// Labels that its alerts had in common when it opened, its group's labels among them: what filters look at.
    public var labels: LabelSet
    /// What makes alerts of the same trouble meet in one incident.
    public var correlation: String
    /// The receiver of the route that opened it.
    public let receiver: String

    /// When the present spell of waiting for somebody began.
    public var triggeredAt: Timestamp
    public let firstTriggeredAt: Timestamp
    /// Counts the spells: a new one begins when nobody has it any more.
    public var spell = 1
    /// Counts how often it came back after its end; each occurrence has a key of its own at PagerDuty.
    public var occurrence = 1
    public var response: Response
    public var acknowledgement: Acknowledgement?
    public var resolution: Resolution?
    public var escalation: Escalation
    public var assignees: [String] = []
    public var suppression: Suppression?
    public var flapping: Flapping
    /// The groups that are or were part of it, in the order in which they came; at most ``Incident/shownGroups``.
    public var groups: [GroupKey] = []
    public var previous: ID<Incident>?
    public var mergedInto: ID<Incident>?
    /// Absorbs what opens beyond the cap on a route.
    public var isStorm = false
    /// When its alerts last said something.
    public var lastNewsAt: Timestamp

    /// How many groups an incident lists; more are counted, not listed.
    static let shownGroups = 200

    /// An incident that opens; what happened to it since is set one by one.
    public init(
        id: ID<Incident>,
        reference: Int64,
        title: String,
        priority: Priority,
        labels: LabelSet,
        correlation: String,
        receiver: String,
        openedAt: Timestamp,
        response: Response,
        escalation: Escalation
    ) {
        self.id = id
        self.reference = reference
        self.title = title
        self.status = .triggered
        self.version = 1
        self.createdAt = openedAt
        self.priority = priority
        self.severity = labels["severity"] ?? ""
        self.labels = labels
        self.correlation = correlation
        self.receiver = receiver
        self.triggeredAt = openedAt
        self.firstTriggeredAt = openedAt
        self.response = response
        self.escalation = escalation
        self.flapping = Flapping()
        self.lastNewsAt = openedAt
    }
}

extension Incident {
    /// The promise of its priority.
    public struct Response: Hashable, Sendable {
        /// By when somebody must have acknowledged it.
        public var respondBy: Timestamp
        /// When half of that time has passed; `nil` once that was noted.
        public var dueSoonAt: Timestamp?
        public var firstRespondedAt: Timestamp?
        /// When the promise was broken for the first time.
        public var breachedAt: Timestamp?
        /// Whether it is broken in the present spell.
        public var isBreached = false

        public init(respondBy: Timestamp, dueSoonAt: Timestamp?) {
            self.respondBy = respondBy
            self.dueSoonAt = dueSoonAt
        }
    }

    public struct Acknowledgement: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case ack
            /// With a time to wake up.
            case snooze
        }

        public var kind: Kind
        public var by: Actor
        public var at: Timestamp
        /// When it lapses; `nil`: it holds until the end.
        public var expiresAt: Timestamp?
        /// When whoever has it is asked whether they still do; `nil` once asked.
        public var remindAt: Timestamp?
        /// Others who acknowledged it as well, at most ``shownOthers``.
        public var alsoBy: [Actor] = []

        static let shownOthers = 100

        public init(kind: Kind, by: Actor, at: Timestamp, expiresAt: Timestamp? = nil, remindAt: Timestamp? = nil) {
            self.kind = kind
            self.by = by
            self.at = at
            self.expiresAt = expiresAt
            self.remindAt = remindAt
        }
    }

    public struct Resolution: Hashable, Sendable {
        public enum Reason: String, Hashable, Sendable, CaseIterable {
            case alerts
            case manual
            case pagerduty
            case slack
            case stale
            case merged
        }

        public var at: Timestamp
        public var by: Actor
        public var reason: Reason
        /// Alerts that fired when a person resolved it. As long as they go on, they open nothing anew...
        public var stillFiring: FingerprintSet = .empty
        /// ...until then.
        public var heldUntil: Timestamp?

        public init(at: Timestamp, by: Actor, reason: Reason) {
            self.at = at
            self.by = by
            self.reason = reason
        }
    }

    /// All of its firing alerts are held back.
    public struct Suppression: Hashable, Sendable {
        public var reasons: [SuppressionReason]
        public var since: Timestamp

        public init(reasons: [SuppressionReason], since: Timestamp) {
            self.reasons = reasons
            self.since = since
        }
    }

    /// It comes and goes.
    public struct Flapping: Hashable, Sendable {
        /// When it came back, within the last hour.
        public var returns: [Timestamp] = []
        /// When it ends if nothing fires until then; only while it waits for that.
        public var holdUntil: Timestamp?

        /// From the third return within an hour on its end waits until it is stable.
        public var isFlapping: Bool { self.returns.count >= 3 }

        public init() {}
    }

    public var isOpen: Bool { self.status != .resolved }

    /// Whether escalation and reminders go on.
    public var isCalling: Bool { self.status == .triggered && self.suppression == nil }

    /// Counts a change.
    mutating func touch() { self.version += 1 }
}

/// How far the calling has come.
public struct Escalation: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Nobody further is called: there is no policy.
        case none
        case active
        /// Its alerts are held back.
        case paused
        /// All steps and rounds were run.
        case exhausted
        /// Somebody has it, or it is over.
        case stopped
    }

    /// As it was when the incident opened: another file changes new incidents only.
    public var policy: EscalationPolicy?
    public var state: State
    /// Steps run in this round.
    public var level = 0
    public var round = 1
    /// When the next step runs; only while active.
    public var nextAt: Timestamp?
    /// How long the next step had to wait still when it was paused.
    public var remaining: Duration?
    /// When it is checked that the first pages of this spell went out.
    public var checkPagesAt: Timestamp?
    /// Whether the last resort was called in this spell.
    public var hasFallenBack = false

    public init(policy: EscalationPolicy?) {
        self.policy = policy
        self.state = policy == nil ? .none : .active
    }
}
