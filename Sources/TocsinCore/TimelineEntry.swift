public import TocsinModel

/// One line of an incident's history: append-only, and the source of every report.
public struct TimelineEntry: Hashable, Sendable {
    /// Grows with every entry of the service; the cursor of whoever follows.
    public let sequence: Int64
    public let incident: ID<Incident>
    public let at: Timestamp
    public let kind: Kind
    public let actor: Actor
    /// What else there is to say, by name: `level`, `receiver`, `reason`, `note`.
    public let details: LabelSet

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case opened
        case groupJoined = "group_joined"
        case alertsChanged = "alerts_changed"
        case priorityRaised = "priority_raised"
        case priorityLowered = "priority_lowered"
        case priorityHeld = "priority_held"
        case acknowledged
        case alsoAcknowledged = "also_acknowledged"
        case acknowledgementExtended = "acknowledgement_extended"
        case acknowledgementExpired = "acknowledgement_expired"
        case acknowledgementReminder = "acknowledgement_reminder"
        case snoozed
        case unacknowledged
        case resolved
        case resolveHeld = "resolve_held"
        case reopened
        case escalated
        case escalationExhausted = "escalation_exhausted"
        case targetMissing = "target_missing"
        case fellBack = "fell_back"
        case suppressed
        case unsuppressed
        case responseDueSoon = "response_due_soon"
        case responseBreached = "response_breached"
        case notificationDelivered = "notification_delivered"
        case notificationFailed = "notification_failed"
        case notificationRefused = "notification_refused"
        case notificationDead = "notification_dead"
        case notificationRetried = "notification_retried"
        case titleChanged = "title_changed"
        case assigned
        case policyReapplied = "policy_reapplied"
        case note
        case merged
        case absorbed
        case split
        case repaired
    }

    public init(
        sequence: Int64,
        incident: ID<Incident>,
        at: Timestamp,
        kind: Kind,
        actor: Actor,
        details: LabelSet = .empty
    ) {
        self.sequence = sequence
        self.incident = incident
        self.at = at
        self.kind = kind
        self.actor = actor
        self.details = details
    }
}
