import TocsinCore
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let reportEndpoints = [
        Endpoint(
            .get,
            "/api/v1/reports/response",
            summary: "Tells how fast incidents were taken and solved, as JSON or CSV.",
            produces: ["application/json", "text/csv"]
        ) { (api, call) async throws(APIError) in try await api.reportResponse(call) }
    ]
}

extension API {
    /// A report over more incidents is refused.
    private static let maximumReported = 50_000
    private static let maximumSpan = Duration.seconds(400 * 86400)

    func reportResponse(_ call: Call) async throws(APIError) -> APIResponse {
        let query = call.query
        try query.refuseOthers(than: ["from", "to", "group_by", "format"])
        let to = try query.time("to") ?? self.clock.now()
        let from = try query.time("from") ?? to - .seconds(30 * 86400)
        guard from < to, to - from <= API.maximumSpan else {
            throw .badRequest("from must be before to, by 400 days at most")
        }
        guard let grouping = ResponseReport.Grouping(rawValue: query.text("group_by") ?? "priority") else {
            throw .badRequest("group_by must be priority, service or responder")
        }
        let isCSV = try API.wantsCSV(call)
        let engine = await self.service.snapshot().engine
        let responses = try await self.responses(from: from, to: to, in: engine)
        let report = ResponseReport(responses, from: from, to: to, by: grouping)
        guard isCSV else { return .json(report.json) }
        return APIResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/csv; charset=utf-8; header=present"), ("X-Content-Type-Options", "nosniff"),
            ],
            body: .bytes(Array(report.csv.utf8))
        )
    }

    private static func wantsCSV(_ call: Call) throws(APIError) -> Bool {
        switch call.query.text("format") {
        case "csv": return true
        case "json": return false
        case nil: return call.request.headers.values(of: "Accept").contains { $0.contains("text/csv") }
        default: throw .badRequest("format must be json or csv")
        }
    }

    /// Rows of the disk, and in their place what the engine holds: that is newer while the disk refuses writes.
    private func responses(
        from: Timestamp,
        to: Timestamp,
        in engine: Engine
    ) async throws(APIError) -> [RecordedResponse] {
        let recorded: [RecordedResponse]
        do throws(HistoryFailure) {
            recorded = try await self.context.history.responses(
                from: from, to: to, limit: API.maximumReported + 1)
        } catch {
            throw .noHistory(reason: error.reason)
        }
        guard recorded.count <= API.maximumReported else {
            throw .own(
                APIProblem(
                    status: 422, code: "too-many-incidents", title: "The span of time holds too many incidents",
                    detail: "more than \(API.maximumReported) incidents; ask for a shorter span of time"))
        }
        var known: Set<ID<Incident>> = []
        var responses = recorded.map { response in
            known.insert(response.incident.id)
            guard let held = engine.incidents[response.incident.id] else { return response }
            return RecordedResponse(held, responder: response.responder ?? held.acknowledgement?.by)
        }
        for (id, incident) in engine.incidents
        where !known.contains(id) && incident.firstTriggeredAt >= from && incident.firstTriggeredAt < to {
            responses.append(RecordedResponse(incident, responder: incident.acknowledgement?.by))
        }
        return responses
    }
}
