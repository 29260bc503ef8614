import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let incidentActionEndpoints =
        [
            Endpoint(.post, "/api/v1/incidents", summary: "Opens an incident that no alert told of.") {
                (api, call) async throws(APIError) in try await api.reportIncident(call)
            },
            Endpoint(.post, "/api/v1/incidents:batch", summary: "Does the same with many incidents.") {
                (api, call) async throws(APIError) in try await api.actOnMany(call)
            },
            Endpoint(.patch, "/api/v1/incidents/{id}", summary: "Changes title, priority or assignees.") {
                (api, call) async throws(APIError) in try await api.reviseIncident(call)
            },
            Endpoint(.post, "/api/v1/incidents/{id}/notes", summary: "Notes something on an incident.") {
                (api, call) async throws(APIError) in try await api.noteOnIncident(call)
            },
        ]
        + IncidentVerb.allCases.map { verb in
            Endpoint(.post, "/api/v1/incidents/{id}/\(verb.rawValue)", summary: verb.summary) {
                (api, call) async throws(APIError) in try await api.act(call, verb)
            }
        }
}

// MARK: - One incident

extension API {
    func act(_ call: Call, _ verb: IncidentVerb) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        var body = try IncidentBody(call.request.body)
        let demand = try await self.demand(verb, &body)
        try body.finish()
        return try await self.carryOut(demand, call, isRepeatable: true)
    }

    func reviseIncident(_ call: Call) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        guard call.request.headers.value(of: "If-Match") != nil else { throw .own(.noVersion) }
        var body = try IncidentBody(call.request.body)
        let demand = try self.revision(&body)
        try body.finish()
        return try await self.carryOut(demand, call, isRepeatable: false)
    }

    func noteOnIncident(_ call: Call) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        var body = try IncidentBody(call.request.body)
        guard let text = try body.text("text", maximum: IncidentBody.maximumNote), !text.isEmpty else {
            throw IncidentBody.invalid("text is missing, or empty")
        }
        let demand = IncidentDemand(action: .note(text), note: nil, behalf: try body.behalf())
        try body.finish()
        return try await self.carryOut(demand, call, isRepeatable: true, status: 201)
    }

    /// - Parameter isRepeatable: whether an `Idempotency-Key` counts.
    private func carryOut(
        _ demand: IncidentDemand,
        _ call: Call,
        isRepeatable: Bool,
        status: Int = 200
    ) async throws(APIError) -> APIResponse {
        let actor = try Caller.actor(of: call.request, onBehalfOf: demand.behalf)
        let found = try await self.incident(of: call)
        let command = IncidentCommand(
            found.incident.id,
            demand.action,
            by: actor,
            isAdmin: Caller.mayAdminister(call.request),
            note: demand.note,
            version: CommandFields.version(call.request),
            request: isRepeatable ? try CommandFields.mark(call, by: actor) : nil
        )
        let receipt = try await self.submit(command, found)
        if let rejection = receipt.rejection { return await self.refusal(rejection, of: found) }
        return try await self.reply(to: receipt, of: found, status: status)
    }

    /// An incident that the engine has let go of is over, and stays so; to resolve it once more changes nothing.
    private func submit(_ command: IncidentCommand, _ found: FoundIncident) async throws(APIError) -> Receipt {
        if found.isHeld {
            var receipt = try await self.submit(.incidentCommanded(command))
            if receipt.rejection == .unknownIncident { receipt.rejection = .incidentResolved(found.incident.id) }
            return receipt
        }
        let old = found.incident
        if let version = command.version, version != old.version {
            return Receipt(rejection: .incidentChanged(old.id, version: old.version))
        }
        if old.mergedInto != nil { return Receipt(rejection: .incidentMerged(old.id)) }
        guard command.action == .resolve else { return Receipt(rejection: .incidentResolved(old.id)) }
        return Receipt(answer: .incident(IncidentAnswer(incident: old.id, changed: false)))
    }
}

// MARK: - Many

extension API {
    static let maximumBatch = 500
    /// So many are in the engine's mailbox at once, and share a commit.
    private static let batchPart = 50

    func actOnMany(_ call: Call) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        var body = try IncidentBody(call.request.body)
        let word = try body.line("action", maximum: IncidentBody.maximumName) ?? ""
        guard let verb = IncidentVerb(rawValue: word), verb != .split else {
            let words = IncidentVerb.allCases.filter { $0 != .split }.map(\.rawValue).joined(separator: ", ")
            throw IncidentBody.invalid("action must be one of \(words)")
        }
        guard
            let names = try body.lines("ids", count: API.maximumBatch, maximum: IncidentBody.maximumName),
            !names.isEmpty
        else { throw IncidentBody.invalid("ids is missing, or empty") }
        let demand = try await self.demand(verb, &body)
        try body.finish()
        let actor = try Caller.actor(of: call.request, onBehalfOf: demand.behalf)

        var results: [(name: String, result: BatchResult)] = []
        for start in stride(from: 0, to: names.count, by: API.batchPart) {
            let part = Array(names[start..<min(start + API.batchPart, names.count)])
            results += zip(part, await self.carryOut(demand, on: part, by: actor, call)).map { ($0, $1) }
        }
        if results.contains(where: { $0.result.isUnsaved }) {
            return APIResponse.notSaved(await self.reasonOfDegradation(), incident: nil)
        }
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        for (name, result) in results { result.write(of: name, to: &writer) }
        writer.endArray()
        writer.endObject()
        return .json(writer)
    }

    /// What became of one incident of many.
    private struct BatchResult: Sendable {
        var reference: String?
        var changed = false
        var isUnsaved = false
        var problem: APIProblem?

        func write(of name: String, to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("id", name)
            writer.text("ref", self.reference)
            writer.member("changed", self.changed)
            writer.key("error")
            if let problem {
                writer.beginObject()
                writer.member("type", APIProblem.typePrefix + problem.code)
                writer.member("title", problem.title)
                writer.member("status", problem.status)
                writer.member("detail", problem.detail)
                writer.endObject()
            } else {
                writer.null()
            }
            writer.endObject()
        }
    }

    private func carryOut(
        _ demand: IncidentDemand,
        on names: [String],
        by actor: Actor,
        _ call: Call
    ) async -> [BatchResult] {
        await withTaskGroup(of: (Int, BatchResult).self) { group in
            for (place, name) in names.enumerated() {
                group.addTask { (place, await self.result(of: demand, on: name, by: actor, call)) }
            }
            var results = [BatchResult](repeating: BatchResult(), count: names.count)
            for await (place, result) in group { results[place] = result }
            return results
        }
    }

    private func result(
        of demand: IncidentDemand,
        on name: String,
        by actor: Actor,
        _ call: Call
    ) async -> BatchResult {
        var result = BatchResult()
        do throws(APIError) {
            let found = try await self.incident(named: name)
            result.reference = found.name
            let command = IncidentCommand(
                found.incident.id,
                demand.action,
                by: actor,
                isAdmin: Caller.mayAdminister(call.request),
                note: demand.note,
                request: try CommandFields.mark(call, by: actor, part: found.name)
            )
            let receipt = try await self.submit(command, found)
            result.isUnsaved = !receipt.isDurable && receipt.rejection == nil
            if case .incident(let answer) = receipt.answer { result.changed = answer.changed }
            result.problem = receipt.rejection.map { APIProblem($0, of: found.name) }
        } catch {
            if case .own(let problem) = error {
                result.problem = problem
            } else {
                let response = error.response
                let text = String(decoding: response.bodyBytes, as: UTF8.self)
                result.problem = APIProblem(status: response.status, detail: text)
            }
        }
        return result
    }
}

// MARK: - New ones

extension API {
    func reportIncident(_ call: Call) async throws(APIError) -> APIResponse {
        try Caller.refuseOtherSites(call.request)
        var body = try IncidentBody(call.request.body)
        guard let title = try body.line("title", maximum: IncidentBody.maximumTitle) else {
            throw IncidentBody.invalid("title is missing")
        }
        guard let priority = try body.priority("priority") else { throw IncidentBody.invalid("priority is missing") }
        let service = try body.line("service", maximum: IncidentBody.maximumName)
        let policy = try body.line("escalation_policy", maximum: IncidentBody.maximumName)
        let note = try body.note()
        let actor = try Caller.actor(of: call.request, onBehalfOf: try body.behalf())
        try body.finish()
        let draft = IncidentDraft(
            title: title,
            priority: priority,
            labels: service.map { ["service": $0] } ?? .empty,
            policy: policy,
            actor: actor,
            note: note,
            request: try CommandFields.mark(call, by: actor)
        )
        let receipt = try await self.submit(.incidentReported(draft))
        if let rejection = receipt.rejection { return APIProblem(rejection, of: "the incident").answer }
        return try await self.reply(to: receipt, of: nil, status: 201)
    }
}

// MARK: - Answers

extension API {
    /// What came of a command, with the incident as it is now.
    private func reply(to receipt: Receipt, of found: FoundIncident?, status: Int) async throws(APIError) -> APIResponse
    {
        guard case .incident(let answer) = receipt.answer else {
            preconditionFailure("the answer to a command must be an incident")
        }
        let engine = await self.service.snapshot().engine
        guard let incident = engine.incidents[answer.incident] ?? found?.incident else {
            // A repeat within a day, of something that was let go of meanwhile.
            throw .own(.unknownIncident(engine.name(of: answer.incident)))
        }
        let shape = IncidentJSON(engine, at: self.clock.now())
        guard receipt.isDurable else {
            return .notSaved(await self.reasonOfDegradation(), incident: shape.value(incident))
        }
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("changed", answer.changed)
        writer.key("incident")
        shape.write(incident, to: &writer)
        writer.endObject()
        var response = APIResponse.json(writer)
        response.status = status
        response.headers.append(IncidentJSON.tag(of: incident))
        if found == nil { response.headers.append(("Location", "/api/v1/incidents/\(IncidentJSON.name(incident))")) }
        return response
    }

    /// Why a command was refused, with the incident that is in its way.
    private func refusal(_ rejection: Rejection, of found: FoundIncident) async -> APIResponse {
        let engine = await self.service.snapshot().engine
        let subject = rejection.subject ?? found.incident.id
        let incident = engine.incidents[subject] ?? found.incident
        var problem = APIProblem(rejection, of: IncidentJSON.name(incident))
        if case .incidentResolved = rejection, let resolution = incident.resolution {
            problem = problem.saying(
                "\(IncidentJSON.name(incident)) was resolved at \(resolution.at.rfc3339), reason: "
                    + resolution.reason.rawValue)
        }
        let shape = IncidentJSON(engine, at: self.clock.now())
        problem.members.append(JSONValue.Member("incident", shape.value(incident)))
        var response = problem.answer
        response.headers.append(IncidentJSON.tag(of: incident))
        if let target = incident.mergedInto, case .incidentMerged = rejection {
            let name = engine.incidents[target].map { IncidentJSON.name($0) } ?? engine.name(of: target)
            response.headers.append(("Location", "/api/v1/incidents/\(name)"))
        }
        return response
    }
}

extension APIProblem {
    /// The same with other words for people.
    fileprivate func saying(_ detail: String) -> APIProblem {
        var problem = APIProblem(status: self.status, code: self.code, title: self.title, detail: detail)
        problem.members = self.members
        return problem
    }

    /// What the client reads; when to come again, if it is worth it.
    var answer: APIResponse {
        var response = self.response
        if self.status == 503 { response.headers.append(("Retry-After", "10")) }
        return response
    }
}

extension APIResponse {
    static func notSaved(_ reason: String, incident: JSONValue?) -> APIResponse {
        var problem = APIProblem.notSaved(reason)
        if let incident { problem.members.append(JSONValue.Member("incident", incident)) }
        return problem.answer
    }
}
