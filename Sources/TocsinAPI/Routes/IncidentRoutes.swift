import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let incidentEndpoints = [
        Endpoint(.get, "/api/v1/incidents", summary: "Lists incidents, the newest first.") {
            (api, call) async throws(APIError) in try await api.listIncidents(call)
        },
        Endpoint(.get, "/api/v1/incidents/{id}", summary: "Shows an incident, by its id or as INC-n.") {
            (api, call) async throws(APIError) in try await api.showIncident(call)
        },
        Endpoint(.get, "/api/v1/incidents/{id}/notes", summary: "Lists what people noted on an incident.") {
            (api, call) async throws(APIError) in try await api.listTimeline(call, kinds: [.note])
        },
        Endpoint(.get, "/api/v1/incidents/{id}/timeline", summary: "Lists what happened, the oldest first.") {
            (api, call) async throws(APIError) in try await api.listTimeline(call, kinds: [])
        },
        Endpoint(.get, "/api/v1/incidents/{id}/alerts", summary: "Lists the alerts of an incident as they are now.") {
            (api, call) async throws(APIError) in try await api.listMembers(call)
        },
        Endpoint(.get, "/api/v1/escalation-policies", summary: "Lists the escalation policies of the file.") {
            (api, call) async throws(APIError) in try await api.listPolicies(call)
        },
    ]
}

/// An incident, and the state in which it was found.
struct FoundIncident: Sendable {
    let incident: Incident
    let engine: Engine
    /// Whether the engine still holds it: only then anything can be done with it.
    var isHeld: Bool { self.engine.incidents.contains(self.incident.id) }
    /// What people call it.
    var name: String { IncidentJSON.name(self.incident) }
}

// MARK: - One incident

extension API {
    /// The incident that the path names.
    func incident(of call: Call) async throws(APIError) -> FoundIncident {
        try await self.incident(named: call.parameters.first ?? "")
    }

    /// - Parameter name: a ULID, or INC-n.
    func incident(named name: String) async throws(APIError) -> FoundIncident {
        let engine = await self.service.snapshot().engine
        var incident: Incident?
        do throws(HistoryFailure) {
            if let reference = API.reference(name) {
                incident = engine.incident(reference: reference).flatMap { engine.incidents[$0] }
                if incident == nil { incident = try await self.context.history.incident(reference: reference) }
            } else if let number = engine.installation.incidentNumber(named: name) {
                incident = engine.incidents[ID(number)]
                if incident == nil { incident = try await self.context.history.incident(ID(number)) }
            }
        } catch {
            throw .noHistory(reason: error.reason)
        }
        guard let incident else { throw .own(.unknownIncident(name)) }
        return FoundIncident(incident: incident, engine: engine)
    }

    /// The n of `INC-n`, in any case.
    private static func reference(_ name: String) -> Int64? {
        guard name.utf8.count <= 24, name.lowercased().hasPrefix("inc-") else { return nil }
        let digits = name.dropFirst(4)
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(digits)
    }

    func showIncident(_ call: Call) async throws(APIError) -> APIResponse {
        try call.query.refuseOthers(than: ["expand"])
        let found = try await self.incident(of: call)
        let parts = call.query.words("expand")
        guard parts.allSatisfy(["alerts", "timeline", "notifications"].contains) else {
            throw .badRequest("expand must be alerts, timeline or notifications, or several with commas")
        }
        let timeline =
            parts.contains("timeline") ? try await self.timeline(of: found, kinds: [], after: 0, limit: 200) : []
        let sent = parts.contains("notifications") ? try await self.notices(of: found) : []
        let now = self.clock.now()
        var writer = JSONWriter(.plain)
        IncidentJSON(found.engine, at: now).write(found.incident, to: &writer) { writer in
            if parts.isEmpty { return }
            writer.key("expanded")
            writer.beginObject()
            if parts.contains("alerts") {
                writer.key("alerts")
                MemberJSON.write(of: found, at: now, to: &writer)
            }
            if parts.contains("timeline") {
                writer.key("timeline")
                writer.beginArray()
                for entry in timeline { writer.entry(entry, of: found.engine.installation) }
                writer.endArray()
            }
            if parts.contains("notifications") {
                writer.key("notifications")
                writer.beginArray()
                for notice in sent { notice.write(to: &writer) }
                writer.endArray()
            }
            writer.endObject()
        }
        var response = APIResponse.json(writer)
        response.headers.append(IncidentJSON.tag(of: found.incident))
        return response
    }
}

// MARK: - Lists

extension API {
    func listIncidents(_ call: Call) async throws(APIError) -> APIResponse {
        let filter = try IncidentFilter(call.query, self.context.settings)
        let engine = await self.service.snapshot().engine
        let page: IncidentPage
        do throws(HistoryFailure) {
            page = try await IncidentPage(filter, in: engine, self.context.history)
        } catch {
            throw .noHistory(reason: error.reason)
        }
        let counts = IncidentPage.counts(filter, in: engine)
        let shape = IncidentJSON(engine, at: self.clock.now())
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for incident in page.incidents { shape.write(incident, to: &writer) }
        writer.endArray()
        writer.text("next_cursor", page.next.map { IncidentCursor.text($0, of: filter.question) })
        writer.key("counts")
        writer.beginObject()
        writer.member("triggered", counts.triggered)
        writer.member("acknowledged", counts.acknowledged)
        writer.endObject()
        writer.endObject()
        return .json(writer)
    }

    func timeline(
        of found: FoundIncident,
        kinds: [TimelineEntry.Kind],
        after sequence: Int64,
        limit: Int
    ) async throws(APIError) -> [TimelineEntry] {
        do throws(HistoryFailure) {
            return try await self.context.history.timeline(
                of: found.incident.id, kinds: kinds, after: sequence, limit: limit)
        } catch {
            throw .noHistory(reason: error.reason)
        }
    }

    func listTimeline(_ call: Call, kinds: [TimelineEntry.Kind]) async throws(APIError) -> APIResponse {
        try call.query.refuseOthers(than: ["limit", "cursor"])
        let limit = try call.query.wholeNumber("limit", in: 1...200, default: 50)
        let found = try await self.incident(of: call)
        let question = ["timeline", found.name] + kinds.map(\.rawValue)
        let after = try call.query.text("cursor").map { text throws(APIError) in
            try IncidentCursor.place(text, of: question)
        }
        var entries = try await self.timeline(of: found, kinds: kinds, after: after?.value ?? 0, limit: limit + 1)
        let hasMore = entries.count > limit
        if hasMore { entries.removeLast() }
        let last = hasMore ? entries.last.map { HistorySearch.Place(value: $0.sequence, id: 0) } : nil
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for entry in entries { writer.entry(entry, of: found.engine.installation) }
        writer.endArray()
        writer.text("next_cursor", last.map { IncidentCursor.text($0, of: question) })
        writer.endObject()
        return .json(writer)
    }

    func listMembers(_ call: Call) async throws(APIError) -> APIResponse {
        try call.query.refuseOthers(than: [])
        let found = try await self.incident(of: call)
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("data")
        let isTruncated = MemberJSON.write(of: found, at: self.clock.now(), to: &writer)
        writer.member("truncated", isTruncated)
        writer.endObject()
        return .json(writer)
    }

    func listPolicies(_ call: Call) async throws(APIError) -> APIResponse {
        let engine = await self.service.snapshot().engine
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for policy in engine.routing.policies.values.sorted(by: { $0.name < $1.name }) {
            writer.beginObject()
            writer.member("name", policy.name)
            writer.key("steps")
            writer.beginArray()
            for step in policy.steps {
                writer.beginObject()
                writer.member("after_seconds", step.after.wholeSeconds)
                writer.key("notify")
                writer.strings(step.notify)
                writer.endObject()
            }
            writer.endArray()
            writer.member("repeat", policy.rounds)
            writer.key("on_breach")
            writer.strings(policy.onBreach)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer)
    }
}

/// The alerts of an incident as a list.
enum MemberJSON {
    /// - Returns: whether there are more than are listed.
    @discardableResult
    static func write(of found: FoundIncident, at now: Timestamp, to writer: inout JSONWriter) -> Bool {
        var count = 0
        var isTruncated = false
        writer.beginArray()
        for member in IncidentMembers(of: found.incident.id, in: found.engine, at: now) {
            if count >= IncidentJSON.countedAlerts {
                isTruncated = true
                break
            }
            count += 1
            self.write(member, to: &writer)
        }
        writer.endArray()
        return isTruncated
    }

    private static func write(_ member: IncidentMembers.Member, to writer: inout JSONWriter) {
        let alert = member.alert
        writer.beginObject()
        writer.member("fingerprint", alert.fingerprint.description)
        writer.member("status", member.state.rawValue)
        writer.key("labels")
        writer.labelObject(alert.labels)
        writer.key("annotations")
        writer.labelObject(alert.annotations)
        writer.time("starts_at", alert.startsAt)
        writer.time("ends_at", alert.endsAt)
        writer.time("updated_at", alert.updatedAt)
        writer.member("generator_url", alert.generatorURL)
        writer.key("silenced_by")
        writer.strings(member.suppression.silencedBy)
        writer.key("inhibited_by")
        writer.strings(member.suppression.inhibitedBy.map(\.description))
        writer.key("muted_by")
        writer.strings(member.suppression.mutedBy)
        writer.endObject()
    }
}
