/// What people ask not to be told of for a while: alerts that match, between two times of the wall clock.
public struct Silence: Hashable, Sendable {
    public let id: ID<Silence>
    /// The name it has outside if another server had given it one; else it follows from the number.
    public var foreignName: ForeignName?
    /// An alert is silenced if every matcher of any one set matches it. Neither the list nor a set is ever empty.
    public var matcherSets: [[Matcher]]
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    /// When it was made or last changed, be it by ending it.
    public var updatedAt: Timestamp
    public var createdBy: String
    public var comment: String
    public var annotations: LabelSet

    public init(
        id: ID<Silence>,
        matcherSets: [[Matcher]],
        startsAt: Timestamp,
        endsAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        comment: String,
        annotations: LabelSet = .empty,
        foreignName: ForeignName? = nil
    ) {
        self.id = id
        self.foreignName = foreignName
        self.matcherSets = matcherSets
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.comment = comment
        self.annotations = annotations
    }

    /// Where a silence stands at some time; the names are those of the API.
    public enum State: String, Hashable, Sendable, CaseIterable {
        case pending
        case active
        case expired
    }
}

extension Silence {
    /// Active from its start up to, and no longer at, its end, so that an expiry takes effect in its own turn.
    public func state(at time: Timestamp) -> State {
        if self.endsAt <= time { return .expired }
        return self.startsAt <= time ? .active : .pending
    }

    /// Whether it is about an alert with these labels, whenever.
    public func isAbout(_ labels: LabelSet) -> Bool { self.matcherSets.contains { $0.match(labels) } }
}
