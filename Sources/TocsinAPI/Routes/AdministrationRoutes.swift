import TocsinModel
import TocsinRuntime

extension Endpoint {
    /// What orchestrators and operators ask.
    static let administrationEndpoints = [
        Endpoint(.get, "/-/healthy", summary: "Answers while the process lives.", style: .plain, isLimited: false) {
            (_, _) async throws(APIError) in .word(200, "OK")
        },
        Endpoint(
            .get,
            "/-/ready",
            summary: "Says whether alerts are taken; names what is wrong with the disk, if anything.",
            style: .plain,
            isLimited: false
        ) { (api, _) async throws(APIError) in await api.readiness() },
        Endpoint(.post, "/-/reload", summary: "Reads the configuration anew.", style: .plain) {
            (api, _) async throws(APIError) in try await api.reload()
        },
    ]
}

extension API {
    fileprivate func readiness() async -> APIResponse {
        switch self.context.phase {
        case .starting: return .word(503, "starting")
        case .stopping: return .word(503, "stopping")
        case .serving: break
        }
        // Pages still go out, so an orchestrator must not end the process; people read the text.
        guard let degradation = await self.service.snapshot().degradation else { return .word(200, "OK") }
        return .word(200, "degraded: \(degradation.reason) since \(degradation.since.utc.rfc3339Milliseconds)")
    }

    fileprivate func reload() async throws(APIError) -> APIResponse {
        if let reason = await self.context.reload() { throw .reloadFailed(reason: reason) }
        return APIResponse(status: 200)
    }
}

extension APIResponse {
    /// A text without a line's end, as probes compare it.
    fileprivate static func word(_ status: Int, _ text: String) -> APIResponse {
        APIResponse(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: .bytes(Array(text.utf8))
        )
    }
}
