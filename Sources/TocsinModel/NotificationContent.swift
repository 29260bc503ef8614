/// What one notification says, as of the flush that decided on it. It holds no rendered text and no secret: templates
/// and credentials come in when it is sent.
public struct NotificationContent: Hashable, Sendable {
    /// The receiver's name.
    public var receiver: String
    /// Identifies the group to every receiver; docs/alertmanager.md has its form.
    public var groupKey: String
    public var groupLabels: LabelSet
    /// The route's labels: templates until the notification is sent, then what they came to.
    public var routeLabels: LabelSet
    /// In Alertmanager's order (docs/alertmanager.md). Never empty.
    public var alerts: [AnnouncedAlert]
    public var reason: NotificationReason
    /// The time of the flush.
    public var flushedAt: Timestamp
    /// The incident that it belongs to; `nil` where the configuration has no `incidents`.
    public var incident: IncidentNotice?

    public init(
        receiver: String,
        groupKey: String,
        groupLabels: LabelSet,
        routeLabels: LabelSet = .empty,
        alerts: [AnnouncedAlert],
        reason: NotificationReason,
        flushedAt: Timestamp,
        incident: IncidentNotice? = nil
    ) {
        self.receiver = receiver
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.routeLabels = routeLabels
        self.alerts = alerts
        self.reason = reason
        self.flushedAt = flushedAt
        self.incident = incident
    }

    /// Whether anything still fires; a notification without is the news that all is over.
    public var isFiring: Bool { self.alerts.contains { $0.isFiring } }
}

/// An alert as a notification tells of it.
public struct AnnouncedAlert: Hashable, Sendable {
    public var labels: LabelSet
    public var details: AlertDetails
    public var startsAt: Timestamp
    /// When it ended; `nil` while it fires.
    public var endedAt: Timestamp?

    public init(labels: LabelSet, details: AlertDetails = .none, startsAt: Timestamp, endedAt: Timestamp? = nil) {
        self.labels = labels
        self.details = details
        self.startsAt = startsAt
        self.endedAt = endedAt
    }

    public var isFiring: Bool { self.endedAt == nil }
    public var fingerprint: Fingerprint { self.labels.fingerprint }
    public var annotations: LabelSet { self.details.annotations }
    public var generatorURL: String { self.details.generatorURL }
}

/// Why a notification goes out; the texts are Alertmanager's (docs/alertmanager.md) and stand in payloads.
public enum NotificationReason: String, Hashable, Sendable, CaseIterable {
    case firstNotification = "first notification"
    case newAlertsAdded = "new alerts added"
    case allAlertsResolved = "all alerts resolved"
    case someAlertsResolved = "some alerts resolved"
    case repeatIntervalElapsed = "repeat interval elapsed"
    /// A step of an escalation policy is called.
    case escalated = "escalated"
    /// Nobody acknowledged in time.
    case responseBreached = "response target breached"
    /// A page failed, or an escalation came to nothing: the last resort is called.
    case fellBack = "fallback"
    /// Whoever has the incident is asked whether they still do.
    case acknowledgementReminder = "acknowledgement reminder"
    /// An incident is over for those who were called for it.
    case incidentResolved = "incident resolved"
    /// Where no flush decided: previews, tests of a receiver, route labels.
    case unknown = "unknown"
}

/// One integration of a receiver: its kind and its place among those of its kind, as in `pagerduty[0]`.
public struct IntegrationID: Hashable, Sendable {
    public let receiver: String
    /// `slack`, `pagerduty`, …
    public let kind: String
    public let index: Int

    public init(receiver: String, kind: String, index: Int) {
        self.receiver = receiver
        self.kind = kind
        self.index = index
    }
}

extension IntegrationID: Comparable, CustomStringConvertible {
    public var description: String { "\(self.receiver)/\(self.kind)[\(self.index)]" }

    public static func < (a: IntegrationID, b: IntegrationID) -> Bool {
        if a.receiver != b.receiver { return a.receiver.utf8.lexicographicallyPrecedes(b.receiver.utf8) }
        if a.kind != b.kind { return a.kind.utf8.lexicographicallyPrecedes(b.kind.utf8) }
        return a.index < b.index
    }
}
