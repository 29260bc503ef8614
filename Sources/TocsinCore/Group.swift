public import TocsinModel

/// Alerts that go out together: those of one route whose group labels agree.
public struct Group: Hashable, Sendable {
    public let id: ID<Group>
    public let key: GroupKey
    public let labels: LabelSet
    public let receiver: String
    /// The route in the table that is in force; `nil` when no route makes this group any more, and it lives on only
    /// until whoever was told of its alerts is told their end.
    public internal(set) var route: RoutingTable.RouteIndex?
    /// What finds the route again after a restart or a reload, see ``Route/signature``.
    public let routeSignature: String
    /// Every alert in it, departed ones too. Not in its row: each alert's row names its groups.
    public internal(set) var members: FingerprintSet
    /// Members that the routes lead elsewhere since a reload. They are announced no more; their end is still told.
    public internal(set) var departed: FingerprintSet
    /// The next flush.
    public internal(set) var dueAt: Timestamp
    /// Whether its first flush, after `group_wait`, has been.
    public internal(set) var hasFlushed: Bool
    /// The incident that it is part of, or was part of last.
    public internal(set) var incident: ID<Incident>?

    public init(
        id: ID<Group>,
        key: GroupKey,
        labels: LabelSet,
        receiver: String,
        route: RoutingTable.RouteIndex?,
        routeSignature: String,
        dueAt: Timestamp,
        hasFlushed: Bool = false,
        incident: ID<Incident>? = nil
    ) {
        self.id = id
        self.key = key
        self.labels = labels
        self.receiver = receiver
        self.route = route
        self.routeSignature = routeSignature
        self.members = .empty
        self.departed = .empty
        self.dueAt = dueAt
        self.hasFlushed = hasFlushed
        self.incident = incident
    }
}

extension Group {
    /// Whether the alert is a member of which is spoken.
    func holds(_ fingerprint: Fingerprint) -> Bool {
        self.members.contains(fingerprint) && !self.departed.contains(fingerprint)
    }

    /// `<route key>:<group labels>`, with the labels in Go's quoting.
    static func key(route: Route, labels: LabelSet) -> GroupKey {
        let pairs = labels.map { "\($0.name)=\(GoQuote.quote($0.value))" }
        return GroupKey("\(route.key):{\(pairs.joined(separator: ", "))}")
    }
}

/// What makes two alerts of one route fall into the same group.
struct GroupIdentity: Hashable, Sendable {
    let route: RoutingTable.RouteIndex
    let labels: Fingerprint
}
