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
    public internal(set) var title: String
    public internal(set) var status: Status
    /// Counts the changes; what was read at one version and is changed at another is a conflict.
    public internal(set) var version: Int
    public let createdAt: Timestamp
    public internal(set) var priority: Priority
    /// Whether a person has set the priority: then alerts do not lower it.
    public internal(set) var isPriorityPinned = false
    /// Of the worst alert so far, as its label says.
    public internal(set) var severity: String
    /// Labels that its alerts had in common when it opened, its group's labels among them: what filters look at.
    public internal(set) var labels: LabelSet
    /// What makes alerts of the same trouble meet in one incident.
    public internal(set) var correlation: String
    /// The receiver of the route that opened it.
    public let receiver: String

    /// When the present spell of waiting for somebody began.
    public internal(set) var triggeredAt: Timestamp
    public let firstTriggeredAt: Timestamp
    /// Counts the spells: a new one begins when nobody has it any more.
    public internal(set) var spell = 1
    /// Counts how often it came back after its end; each occurrence has a key of its own at PagerDuty.
    public internal(set) var occurrence = 1
    public internal(set) var response: Response
    public internal(set) var acknowledgement: Acknowledgement?
    public internal(set) var resolution: Resolution?
    public internal(set) var escalation: Escalation
    public internal(set) var assignees: [String] = []
    public internal(set) var suppression: Suppression?
    public internal(set) var flapping: Flapping
    /// The groups that are or were part of it, in the order in which they came; at most ``Incident/shownGroups``.
    public internal(set) var groups: [GroupKey] = []
    public internal(set) var previous: ID<Incident>?
    public internal(set) var mergedInto: ID<Incident>?
    /// Absorbs what opens beyond the cap on a route.
    public internal(set) var isStorm = false
    /// When its alerts last said something.
    public internal(set) var lastNewsAt: Timestamp

    /// How many groups an incident lists; more are counted, not listed.
    static let shownGroups = 200
}

extension Incident {
    /// The promise of its priority.
    public struct Response: Hashable, Sendable {
        /// By when somebody must have acknowledged it.
        public internal(set) var respondBy: Timestamp
        /// When half of that time has passed; `nil` once that was noted.
        public internal(set) var dueSoonAt: Timestamp?
        public internal(set) var firstRespondedAt: Timestamp?
        /// When the promise was broken for the first time.
        public internal(set) var breachedAt: Timestamp?
        /// Whether it is broken in the present spell.
        public internal(set) var isBreached = false
    }

    public struct Acknowledgement: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case ack
            /// With a time to wake up.
            case snooze
        }

        public internal(set) var kind: Kind
        public internal(set) var by: Actor
        public internal(set) var at: Timestamp
        /// When it lapses; `nil`: it holds until the end.
        public internal(set) var expiresAt: Timestamp?
        /// When whoever has it is asked whether they still do; `nil` once asked.
        public internal(set) var remindAt: Timestamp?
        /// Others who acknowledged it as well.
        public internal(set) var alsoBy: [Actor] = []
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

        public internal(set) var at: Timestamp
        public internal(set) var by: Actor
        public internal(set) var reason: Reason
        /// Alerts that fired when a person resolved it. As long as they go on, they open nothing anew...
        public internal(set) var stillFiring: FingerprintSet = .empty
        /// ...until then.
        public internal(set) var heldUntil: Timestamp?
    }

    /// All of its firing alerts are held back.
    public struct Suppression: Hashable, Sendable {
        public internal(set) var reasons: [SuppressionReason]
        public internal(set) var since: Timestamp
    }

    /// It comes and goes.
    public struct Flapping: Hashable, Sendable {
        /// When it came back, within the last hour.
        public internal(set) var returns: [Timestamp] = []
        /// When it ends if nothing fires until then; only while it waits for that.
        public internal(set) var holdUntil: Timestamp?

        /// From the third return within an hour on its end waits until it is stable.
        public var isFlapping: Bool { self.returns.count >= 3 }
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
    public internal(set) var policy: EscalationPolicy?
    public internal(set) var state: State
    /// Steps run in this round.
    public internal(set) var level = 0
    public internal(set) var round = 1
    /// When the next step runs; only while active.
    public internal(set) var nextAt: Timestamp?
    /// How long the next step had to wait still when it was paused.
    public internal(set) var remaining: Duration?
    /// When it is checked that the first pages of this spell went out.
    public internal(set) var checkPagesAt: Timestamp?
    /// Whether the last resort was called in this spell.
    public internal(set) var hasFallenBack = false

    init(policy: EscalationPolicy?) {
        self.policy = policy
        self.state = policy == nil ? .none : .active
    }
}
