public import TocsinJSON
public import TocsinModel

/// An incident as the server shows it. What an answer lacks is empty: servers differ in their age.
public struct ListedIncident: Sendable {
    public let json: JSONValue
    /// `INC-42`
    public let reference: String
    public let title: String
    /// `triggered`, `acknowledged` or `resolved`.
    public let status: String
    /// `P1` to `P4`.
    public let priority: String
    public let severity: String
    public let triggeredAt: Timestamp
    public let acknowledgedAt: Timestamp?
    public let resolvedAt: Timestamp?
    /// Until when somebody has to take it, by the promise of its priority.
    public let respondBy: Timestamp?
    public let isBreached: Bool
    public let acknowledgement: Acknowledgement?
    public let escalation: Escalation
    public let assignees: [String]
    public let suppressedBy: [String]
    public let alerts: (firing: Int64, resolved: Int64, suppressed: Int64)

    /// Who has it.
    public struct Acknowledgement: Sendable {
        /// `ana`
        public let name: String
        /// `slack`, `cli`; empty if nobody said.
        public let via: String
        public let expiresAt: Timestamp?
        public let isSnooze: Bool
        public let alsoBy: [String]
    }

    /// How far the calling has come.
    public struct Escalation: Sendable {
        public let policy: String?
        /// How many steps were run in this round.
        public let level: Int64
        public let round: Int64
        /// `none`, `active`, `paused`, `exhausted` or `stopped`.
        public let state: String
        public let nextAt: Timestamp?
    }

    public init(_ json: JSONValue) {
        self.json = json
        self.reference = json["ref"]?.string ?? json["id"]?.string ?? ""
        self.title = json["title"]?.string ?? ""
        self.status = json["status"]?.string ?? ""
        self.priority = json["priority"]?.string ?? ""
        self.severity = json["severity"]?.string ?? ""
        self.triggeredAt = json["triggered_at"]?.time ?? .distantPast
        self.acknowledgedAt = json["acknowledged_at"]?.time
        self.resolvedAt = json["resolved_at"]?.time
        self.respondBy = json["response"]?["respond_by"]?.time
        self.isBreached = json["response"]?["breached"]?.bool ?? false
        self.acknowledgement = json["acknowledgement"].flatMap(Acknowledgement.init(json:))
        self.escalation = Escalation(json: json["escalation"] ?? .null)
        self.assignees = json["assignees"]?.texts ?? []
        self.suppressedBy = json["suppressed_by"]?.texts ?? []
        let alerts = json["alerts"]
        self.alerts = (
            alerts?["firing"]?.integer ?? 0, alerts?["resolved"]?.integer ?? 0, alerts?["suppressed"]?.integer ?? 0
        )
    }

    public var isTriggered: Bool { self.status == "triggered" }

    /// The name of whoever has it.
    public var owner: String { self.acknowledgement?.name ?? self.assignees.joined(separator: ", ") }

    /// What the status looks like: red is nobody's yet.
    var look: Look { self.isTriggered ? .alarm : self.status == "acknowledged" ? .yellow : .faint }

    /// What there is to wait for, and whether it is late: `answer in 10m`, `overdue 5m`, `wakes in 2h`.
    func due(at times: TimeText) -> (text: String, look: Look) {
        if let resolvedAt { return ("ended \(times.relative(resolvedAt))", .faint) }
        if let acknowledgement {
            guard let expiry = acknowledgement.expiresAt else { return ("", .plain) }
            return ("\(acknowledgement.isSnooze ? "wakes" : "lapses") \(times.relative(expiry))", .plain)
        }
        guard self.isTriggered, let respondBy else { return ("", .plain) }
        if respondBy < times.now { return ("overdue \(times.distance(to: respondBy))", .alarm) }
        let isSoon = respondBy - times.now < .seconds(300)
        return ("answer \(times.relative(respondBy))", isSoon ? .red : .plain)
    }
}

extension ListedIncident.Acknowledgement {
    init?(json: JSONValue) {
        guard json.members != nil else { return nil }
        self.name = json["by"]?["id"]?.string ?? "somebody"
        self.via = json["by"]?["via"]?.string ?? ""
        self.expiresAt = json["expires_at"]?.time
        self.isSnooze = json["kind"]?.string == "snooze"
        self.alsoBy = (json["also_by"]?.array ?? []).compactMap { $0["id"]?.string }
    }
}

extension ListedIncident.Escalation {
    init(json: JSONValue) {
        self.policy = json["policy"]?.string
        self.level = json["level"]?.integer ?? 0
        self.round = json["round"]?.integer ?? 1
        self.state = json["state"]?.string ?? "none"
        self.nextAt = json["next_at"]?.time
    }
}

extension JSONValue {
    /// The elements of a list that are strings.
    var texts: [String] { (self.array ?? []).compactMap(\.string) }
}
