public import TocsinJSON
public import TocsinModel

/// What somebody does with an incident.
public enum IncidentAct: Hashable, Sendable {
    /// - Parameters:
    ///   - lasting: when it lapses, as Prometheus writes durations; `nil`: as its priority says.
    ///   - extend: whether it counts anew from now if they have it already.
    case acknowledge(lasting: String?, extend: Bool)
    case unacknowledge
    case resolve
    case reopen
    case escalate
    case snooze(until: Timestamp)
    case merge(into: IncidentReference)
    /// Makes these groups an incident of their own.
    case split(groups: [String])
    case note(String)

    var segment: String {
        switch self {
        case .acknowledge: "acknowledge"
        case .unacknowledge: "unacknowledge"
        case .resolve: "resolve"
        case .reopen: "reopen"
        case .escalate: "escalate"
        case .snooze: "snooze"
        case .merge: "merge"
        case .split: "split"
        case .note: "notes"
        }
    }

    func body(note: String?) -> JSONValue {
        var members: [JSONValue.Member] = []
        switch self {
        case .acknowledge(let lasting, let extend):
            if let lasting { members.append(JSONValue.Member("expires_in", .string(lasting))) }
            if extend { members.append(JSONValue.Member("extend", true)) }
        case .snooze(let until): members.append(JSONValue.Member("until", .string(until.rfc3339)))
        case .merge(let target): members.append(JSONValue.Member("into", .string(target.name)))
        case .split(let groups): members.append(JSONValue.Member("groups", .array(groups.map(JSONValue.string))))
        case .note(let text): members.append(JSONValue.Member("text", .string(text)))
        case .unacknowledge, .resolve, .reopen, .escalate: break
        }
        if let note { members.append(JSONValue.Member("note", .string(note))) }
        return .object(members)
    }

    /// How long something lasts that somebody typed, checked.
    public static func lasting(_ text: String) throws(ClientFailure) -> String {
        do {
            guard try Duration(prometheus: text) > .zero else {
                throw ClientFailure.usage("--for must be longer than nothing")
            }
            return text
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .usage("--for is no time such as 2h: \(text)")
        }
    }
}

/// What came of it.
public struct ActReply: Sendable {
    public let json: JSONValue
    public let incident: ListedIncident
    /// Whether it was not so before.
    public let changed: Bool
    private let act: IncidentAct

    init(_ json: JSONValue, to act: IncidentAct) {
        self.json = json
        self.act = act
        self.incident = ListedIncident(json["incident"] ?? .null)
        self.changed = json["changed"]?.bool ?? false
    }

    /// In a line: `INC-42 is yours until 2026-01-02 04:04:05 UTC (in 1h): DiskFull`.
    public func text(times: TimeText, colours: Colours) -> String {
        let said = self.changed ? self.news(times) : self.old(times)
        let look: Look = self.changed ? self.incident.look : .plain
        return colours.text(Terminal.text(self.incident.reference), .strong) + " "
            + colours.text(Terminal.text(said), look) + Terminal.text(": \(self.incident.title)") + "\n"
    }

    private func news(_ times: TimeText) -> String {
        let expiry = self.incident.acknowledgement?.expiresAt.map { " until \(times.both($0))" } ?? ""
        let next = self.incident.escalation.nextAt.map { ", the next step \(times.relative($0))" } ?? ""
        switch self.act {
        case .acknowledge: return "is acknowledged\(expiry)"
        case .unacknowledge: return "is nobody's again"
        case .resolve: return "is resolved"
        case .reopen: return "is open again"
        case .escalate: return "is escalated\(next)"
        case .snooze: return "sleeps\(expiry)"
        case .merge(let target): return "is part of \(target.name) now"
        case .split: return "is split"
        case .note: return "has your note"
        }
    }

    private func old(_ times: TimeText) -> String {
        guard let acknowledgement = self.incident.acknowledgement, self.incident.resolvedAt == nil else {
            return "was \(self.incident.status) already"
        }
        let since = self.incident.acknowledgedAt.map { ", \(times.relative($0))" } ?? ""
        return "was acknowledged already, by \(acknowledgement.name)\(since)"
    }
}

extension Client {
    /// Does something with one incident.
    public func act(
        _ act: IncidentAct,
        on incident: IncidentReference,
        note: String? = nil
    ) async throws(ClientFailure) -> ActReply {
        let path = "/api/v1/incidents/\(try Client.segment(incident.name))/\(act.segment)"
        return ActReply(try await self.success(of: "POST", path, body: act.body(note: note)).json(), to: act)
    }

    /// Whom the server calls. One that does not say is no failure: it is older, or the caller may not know.
    public func callingPlan() async throws(ClientFailure) -> CallingPlan {
        let answer = try await self.answer(to: "GET", "/api/v1/escalation-policies")
        return answer.isSuccess ? CallingPlan(try answer.json()) : .unknown
    }
}
