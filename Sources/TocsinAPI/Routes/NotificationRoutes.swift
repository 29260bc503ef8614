import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let notificationEndpoints = [
        Endpoint(
            .get, "/api/v1/incidents/{id}/notifications", summary: "Lists what was sent for an incident, or will be."
        ) { (api, call) async throws(APIError) in try await api.listIncidentNotifications(call) },
        Endpoint(.get, "/api/v1/notifications", summary: "Lists notifications that wait, or that were given up.") {
            (api, call) async throws(APIError) in try await api.listNotifications(call)
        },
        Endpoint(.post, "/api/v1/notifications/{id}/retry", summary: "Sends a page that was given up once more.") {
            (api, call) async throws(APIError) in try await api.retryNotification(call)
        },
    ]
}

/// A notification and how far it got. What it says is not among it, nor where exactly it goes: that may be a secret.
struct Notice {
    enum State: String {
        case pending
        /// An attempt is under way.
        case sending
        case delivered
        case failed
        case refused
        /// Given up, and kept to be sent again by hand.
        case dead
    }

    var id: String
    var state: State
    var incident: String?
    var integration: String
    var reason: String?
    var attempts: Int?
    var at: Timestamp
    var nextAttemptAt: Timestamp?
    var error: String?

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("state", self.state.rawValue)
        writer.text("incident", self.incident)
        writer.member("integration", self.integration)
        writer.text("reason", self.reason)
        writer.key("attempts")
        if let attempts { writer.integer(attempts) } else { writer.null() }
        writer.time("at", self.at)
        writer.time("next_attempt_at", self.nextAttemptAt)
        writer.text("error", self.error)
        writer.endObject()
    }

    init(_ delivery: Delivery, incident: String?) {
        self.id = "\(delivery.id)"
        self.state = delivery.isUnderWay ? .sending : .pending
        self.incident = incident
        self.integration = delivery.integration.description
        self.reason = delivery.content.reason.rawValue
        self.attempts = delivery.attempts
        self.at = delivery.content.flushedAt
        self.nextAttemptAt = delivery.isUnderWay ? nil : delivery.nextAttemptAt
    }

    init(_ letter: DeadLetter, incident: String?) {
        self.init(letter.delivery, incident: incident)
        self.state = .dead
        self.at = letter.at
        self.nextAttemptAt = nil
        self.error = letter.reason
    }

    /// What a line of the timeline knows; `nil` if it is about something else.
    init?(_ entry: TimelineEntry, incident: String) {
        switch entry.kind {
        case .notificationDelivered: self.state = .delivered
        case .notificationFailed: self.state = .failed
        case .notificationRefused: self.state = .refused
        default: return nil
        }
        self.id = entry.details["notification"] ?? ""
        self.incident = incident
        self.integration = entry.details["integration"] ?? ""
        self.reason = entry.details["reason"]
        self.at = entry.at
        self.error = entry.details["error"]
    }
}

// MARK: - Lists

extension API {
    private static let toldKinds: [TimelineEntry.Kind] = [
        .notificationDelivered, .notificationFailed, .notificationRefused,
    ]

    /// What waits and what was given up, then what the timeline tells, the newest first.
    func notices(of found: FoundIncident) async throws(APIError) -> [Notice] {
        let engine = found.engine
        let id = found.incident.id
        let page = GroupKey("tocsin/\(engine.name(of: id))")
        let keys = Set(engine.groups(of: id).map(\.key) + [page])
        var notices: [Notice] = []
        for (_, delivery) in engine.deliveries where keys.contains(delivery.key.group) {
            notices.append(Notice(delivery, incident: found.name))
        }
        for (_, letter) in engine.deadLetters where letter.delivery.key.group == page {
            notices.append(Notice(letter, incident: found.name))
        }
        let known = Set(notices.map(\.id))
        let told = try await self.timeline(of: found, kinds: API.toldKinds, after: 0, limit: 500)
        let past = told.reversed().compactMap { Notice($0, incident: found.name) }
        return notices + past.filter { $0.state != .failed || !known.contains($0.id) }
    }

    func listIncidentNotifications(_ call: Call) async throws(APIError) -> APIResponse {
        try call.query.refuseOthers(than: [])
        let notices = try await self.notices(of: try await self.incident(of: call))
        return API.list(notices, next: nil)
    }

    private static func list(_ notices: [Notice], next: String?) -> APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for notice in notices { notice.write(to: &writer) }
        writer.endArray()
        writer.text("next_cursor", next)
        writer.endObject()
        return .json(writer)
    }

    func listNotifications(_ call: Call) async throws(APIError) -> APIResponse {
        let query = call.query
        try query.refuseOthers(than: ["state", "limit", "cursor"])
        let limit = try query.wholeNumber("limit", in: 1...200, default: 50)
        let state = query.text("state") ?? "dead"
        let question = ["notifications", state]
        let after = try query.text("cursor").map { text throws(APIError) in
            try IncidentCursor.place(text, of: question)
        }
        let first = ID<Delivery>((after?.id ?? -1) + 1)
        let engine = await self.service.snapshot().engine
        var notices: [Notice]
        switch state {
        case "dead":
            notices = engine.deadLetters.rows(from: first).prefix(limit + 1).map { row in
                Notice(row.row, incident: row.row.delivery.content.incident?.reference)
            }
        case "pending":
            notices = engine.deliveries.rows(from: first).prefix(limit + 1).map { row in
                Notice(row.row, incident: row.row.content.incident?.reference)
            }
        default: throw .badRequest("state must be dead or pending")
        }
        var next: String?
        if notices.count > limit {
            notices.removeLast()
            let last = notices.last.flatMap { Int64($0.id) } ?? 0
            next = IncidentCursor.text(HistorySearch.Place(value: 0, id: last), of: question)
        }
        return API.list(notices, next: next)
    }
}

// MARK: - Once more

extension API {
    func retryNotification(_ call: Call) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        var body = try IncidentBody(call.request.body)
        let actor = try Caller.actor(of: call.request, onBehalfOf: try body.behalf())
        try body.finish()
        guard Caller.mayAdminister(call.request) else { return APIProblem(.adminOnly, of: "it").answer }
        let name = call.parameters.first ?? ""
        guard let number = Int64(name) else { return APIProblem(.unknownDelivery, of: Excerpt.cut(name)).answer }
        let id = ID<Delivery>(number)
        if await self.service.snapshot().engine.deliveries.contains(id) { return API.retried(id, changed: false) }
        let receipt = try await self.submit(.deliveryRevived(id, by: actor))
        if let rejection = receipt.rejection {
            let problem = APIProblem(rejection, of: rejection == .unknownDelivery ? name : "its incident")
            return problem.answer
        }
        guard receipt.isDurable else { return .notSaved(await self.reasonOfDegradation(), incident: nil) }
        return API.retried(id, changed: true)
    }

    private static func retried(_ id: ID<Delivery>, changed: Bool) -> APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("changed", changed)
        writer.member("notification", "\(id)")
        writer.endObject()
        return .json(writer)
    }
}
