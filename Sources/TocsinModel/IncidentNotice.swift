/// What a notification says of the incident that it belongs to.
public struct IncidentNotice: Hashable, Sendable {
    /// Its ULID.
    public var name: String
    /// `INC-42`.
    public var reference: String
    public var title: String
    public var priority: Priority
    /// `triggered`, `acknowledged` or `resolved`.
    public var status: String
    /// By which PagerDuty knows this occurrence: route receivers and escalation steps share it, so that they page once.
    public var key: String
    /// Who has it, if somebody does.
    public var owner: String?
    /// The step of the escalation that calls, from 1; `nil` where it is news of the alerts themselves.
    public var step: Int?

    public init(
        name: String,
        reference: String,
        title: String,
        priority: Priority,
        status: String,
        key: String,
        owner: String? = nil,
        step: Int? = nil
    ) {
        self.name = name
        self.reference = reference
        self.title = title
        self.priority = priority
        self.status = status
        self.key = key
        self.owner = owner
        self.step = step
    }
}
