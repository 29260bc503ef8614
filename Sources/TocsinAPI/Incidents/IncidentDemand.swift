import TocsinCore
import TocsinJSON
import TocsinModel

/// What can be done with an incident by a `POST` to its name and this word.
enum IncidentVerb: String, CaseIterable {
    case acknowledge
    case unacknowledge
    case resolve
    case reopen
    case escalate
    case snooze
    case merge
    case split
    case reapplyPolicy = "reapply-policy"

    /// For the list of endpoints.
    var summary: String {
        switch self {
        case .acknowledge: "Somebody has it: nobody further is called."
        case .unacknowledge: "Nobody has it any more: the calling begins anew."
        case .resolve: "It is over."
        case .reopen: "It is not over after all."
        case .escalate: "Calls the next step now."
        case .snooze: "Somebody has it, and wants to be called again at a time."
        case .merge: "Makes it part of another one."
        case .split: "Makes some of its groups an incident of their own."
        case .reapplyPolicy: "Takes the escalation policy as the file has it now."
        }
    }
}

/// What the body of such a request asks for.
struct IncidentDemand: Sendable {
    var action: IncidentAction
    var note: String?
    var behalf: String?
}

extension API {
    /// Reads the members that belong to a verb.
    func demand(_ verb: IncidentVerb, _ body: inout IncidentBody) async throws(APIError) -> IncidentDemand {
        let action: IncidentAction
        switch verb {
        case .acknowledge:
            action = .acknowledge(expiresIn: try body.duration("expires_in"), extend: try body.flag("extend"))
        case .unacknowledge: action = .unacknowledge
        case .resolve: action = .resolve
        case .reopen: action = .reopen
        case .escalate: action = .escalate
        case .snooze:
            guard let until = try body.time("until") else { throw IncidentBody.invalid("until is missing") }
            action = .snooze(until: until)
        case .merge:
            guard let into = try body.line("into", maximum: IncidentBody.maximumName) else {
                throw IncidentBody.invalid("into is missing")
            }
            action = .merge(into: try await self.incident(named: into).incident.id)
        case .split:
            guard let groups = try body.lines("groups", count: 200, maximum: 4096), !groups.isEmpty else {
                throw IncidentBody.invalid("groups is missing, or empty")
            }
            action = .split(groups: groups.map { GroupKey($0) })
        case .reapplyPolicy: action = .reapplyPolicy
        }
        return IncidentDemand(action: action, note: try body.note(), behalf: try body.behalf())
    }

    /// What `PATCH` asks for.
    func revision(_ body: inout IncidentBody) throws(APIError) -> IncidentDemand {
        var revision = IncidentRevision()
        revision.title = try body.line("title", maximum: IncidentBody.maximumTitle)
        if body.value("priority") == .null {
            revision.priority = .automatic
        } else {
            revision.priority = try body.priority("priority").map { .at($0) }
        }
        revision.assignees = try body.lines("assignees", count: 20, maximum: IncidentBody.maximumName)
        return IncidentDemand(action: .revise(revision), note: nil, behalf: try body.behalf())
    }
}

/// What header fields say about how a command is to be taken.
enum CommandFields {
    static let maximumKeyLength = 255

    /// The version that `If-Match` names; `nil` if any will do. What no incident ever had is -1.
    static func version(_ request: APIRequest) -> Int? {
        guard let field = request.headers.value(of: "If-Match") else { return nil }
        var tag = Substring(field).drop { $0 == " " }
        while tag.last == " " { tag.removeLast() }
        if tag == "*" { return nil }
        if tag.first == "\"", tag.last == "\"", tag.count > 1 { tag = tag.dropFirst().dropLast() }
        guard tag.first == "v", let version = Int(tag.dropFirst()), version > 0 else { return -1 }
        return version
    }

    /// The `Idempotency-Key`, whose it is, and what it stands for.
    ///
    /// - Parameter part: tells the parts of a request from each other that has several.
    static func mark(_ call: Call, by actor: Actor, part: String = "") throws(APIError) -> RequestMark? {
        guard let key = call.request.headers.value(of: "Idempotency-Key") else { return nil }
        guard (1...self.maximumKeyLength).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
        else {
            throw .own(
                APIProblem(
                    status: 400,
                    detail: "Idempotency-Key must be 1 to \(self.maximumKeyLength) printable ASCII characters"))
        }
        var hash = FNV1a()
        for var text in [call.request.method.name, call.request.target] {
            text.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
            hash.combine(0xFF)
        }
        call.request.body.withBytes { hash.combine($0) }
        return RequestMark(
            sender: "\(actor.kind.rawValue)/\(actor.name)", key: part.isEmpty ? key : "\(key) \(part)",
            content: hash.value)
    }
}
