public import TocsinModel

/// What somebody asks to be done with an incident.
public struct IncidentCommand: Hashable, Sendable {
    public var incident: ID<Incident>
    public var action: IncidentAction
    public var actor: Actor
    /// Whether the actor may do what only administrators may: merge, split, reopen late, pin a P1 down.
    public var isAdmin: Bool
    public var note: String?
    /// Only if the incident is still at that version.
    public var version: Int?
    /// Tells a repeat of the same request from another one.
    public var request: RequestMark?

    public init(
        _ incident: ID<Incident>,
        _ action: IncidentAction,
        by actor: Actor,
        isAdmin: Bool = false,
        note: String? = nil,
        version: Int? = nil,
        request: RequestMark? = nil
    ) {
        self.incident = incident
        self.action = action
        self.actor = actor
        self.isAdmin = isAdmin
        self.note = note
        self.version = version
        self.request = request
    }
}

public enum IncidentAction: Hashable, Sendable {
    /// - `expiresIn`: instead of what the priority says.
    /// - `extend`: moves the expiry although it is acknowledged already.
    case acknowledge(expiresIn: Duration? = nil, extend: Bool = false)
    case unacknowledge
    case resolve
    case reopen
    /// Calls the next step now.
    case escalate
    case snooze(until: Timestamp)
    /// `nil`: as its alerts say.
    case setPriority(Priority?)
    case setTitle(String)
    case assign([String])
    /// Several of the three above at once: all of them, or none.
    case revise(IncidentRevision)
    case note(String)
    case merge(into: ID<Incident>)
    /// The groups become an incident of their own.
    case split(groups: [GroupKey])
    /// Takes the policy as the file has it now.
    case reapplyPolicy
}

/// What somebody wants to be different about an incident; what is `nil` stays.
public struct IncidentRevision: Hashable, Sendable {
    public enum Pin: Hashable, Sendable {
        case at(Priority)
        /// As its alerts say.
        case automatic
    }

    public var title: String?
    public var priority: Pin?
    public var assignees: [String]?

    public init(title: String? = nil, priority: Pin? = nil, assignees: [String]? = nil) {
        self.title = title
        self.priority = priority
        self.assignees = assignees
    }
}

/// An incident that a person opens, without any alert.
public struct IncidentDraft: Hashable, Sendable {
    public var title: String
    public var priority: Priority
    public var labels: LabelSet
    public var policy: String?
    public var actor: Actor
    public var note: String?
    public var request: RequestMark?

    public init(
        title: String,
        priority: Priority,
        labels: LabelSet = .empty,
        policy: String? = nil,
        actor: Actor,
        note: String? = nil,
        request: RequestMark? = nil
    ) {
        self.title = title
        self.priority = priority
        self.labels = labels
        self.policy = policy
        self.actor = actor
        self.note = note
        self.request = request
    }
}

/// What tells a repeated request from a new one: an `Idempotency-Key`, the id of a vendor's webhook.
public struct RequestMark: Hashable, Sendable {
    public let key: RequestKey
    /// A hash of method, path and body: the same key with another request is an error.
    public let content: UInt64

    public init(sender: String, key: String, content: UInt64) {
        self.key = RequestKey(sender: sender, key: key)
        self.content = content
    }
}

/// A key and who chose it, through which door: another sender's key is another one.
public struct RequestKey: Hashable, Comparable, Sendable {
    public let sender: String
    public let key: String

    public init(sender: String, key: String) {
        self.sender = sender
        self.key = key
    }

    public static func < (a: RequestKey, b: RequestKey) -> Bool {
        if a.sender != b.sender { return a.sender.utf8.lexicographicallyPrecedes(b.sender.utf8) }
        return a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
    }
}

/// A request that was carried out, kept for a day so that its repeat changes nothing.
public struct PastRequest: Hashable, Sendable {
    public let content: UInt64
    public let answer: IncidentAnswer
    public let at: Timestamp

    public init(content: UInt64, answer: IncidentAnswer, at: Timestamp) {
        self.content = content
        self.answer = answer
        self.at = at
    }
}

/// What became of a command.
public struct IncidentAnswer: Hashable, Sendable {
    public let incident: ID<Incident>
    /// Whether anything is different from before: a repeat changes nothing, and is no error.
    public let changed: Bool

    public init(incident: ID<Incident>, changed: Bool) {
        self.incident = incident
        self.changed = changed
    }
}
