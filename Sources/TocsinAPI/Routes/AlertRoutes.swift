import TocsinCore
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let alertEndpoints = [
        Endpoint(.post, "/api/v2/alerts", summary: "Takes alerts, as Prometheus sends them.") {
            (api, call) async throws(APIError) in try await api.postAlerts(call)
        },
        Endpoint(.get, "/api/v2/alerts", summary: "Lists the alerts that have not ended.") {
            (api, call) async throws(APIError) in try await api.listAlerts(call)
        },
        Endpoint(.get, "/api/v2/alerts/groups", summary: "Lists the groups of alerts, as they are notified.") {
            (api, call) async throws(APIError) in try await api.listGroups(call)
        },
    ]
}

// MARK: - Taking alerts

extension API {
    func postAlerts(_ call: Call) async throws(APIError) -> APIResponse {
        let now = self.clock.now()
        let settings = self.context.settings
        let decoded: DecodedAlerts
        do throws(RequestProblem) {
            decoded = try call.request.body.withBytes { bytes throws(RequestProblem) in
                try AlertJSON.decode(
                    body: bytes,
                    now: now,
                    resolveTimeout: settings.resolveTimeout,
                    syntax: settings.matcherSyntax
                )
            }
        } catch {
            throw .problem(error)
        }
        return try await self.take(decoded)
    }

    /// Hands the good alerts of a request to the engine, whatever is wrong with the others, and answers once they are
    /// durable.
    func take(_ decoded: DecodedAlerts) async throws(APIError) -> APIResponse {
        self.count(decoded)
        if !decoded.batch.isEmpty {
            let receipt = try await self.submit(.alertsReceived(decoded.batch))
            if let rejection = receipt.rejection { throw .rejected(rejection) }
            guard receipt.isDurable else { throw .notSaved(reason: await self.reasonOfDegradation()) }
        }
        if let problem = decoded.problem { throw .problem(problem) }
        return APIResponse(status: 200)
    }

    private func count(_ decoded: DecodedAlerts) {
        let counters = self.context.counters
        for (status, count) in [("firing", decoded.receivedFiring), ("resolved", decoded.receivedResolved)] {
            counters.add(count, to: "alertmanager_alerts_received_total", ["status": status, "version": "v2"])
        }
        counters.add(decoded.invalidCount, to: "alertmanager_alerts_invalid_total", ["version": "v2"])
    }

    /// Hands an event to the engine and waits for what comes of it.
    func submit(_ event: Event) async throws(APIError) -> Receipt {
        do throws(Unavailable) {
            return try await self.service.submit(event)
        } catch {
            throw .unavailable(error)
        }
    }

    func reasonOfDegradation() async -> String {
        await self.service.snapshot().degradation?.reason ?? "the disk refused it just now"
    }
}

// MARK: - Listing

extension API {
    func listAlerts(_ call: Call) async throws(APIError) -> APIResponse {
        let filter = try AlertFilter(call.query, self.context.settings)
        let engine = await self.service.snapshot().engine
        return .json(AlertListJSON(of: engine, filter, at: self.clock.now(), slot: call.slot))
    }

    func listGroups(_ call: Call) async throws(APIError) -> APIResponse {
        let settings = self.context.settings
        let filter = try AlertFilter(call.query, settings)
        let engine = await self.service.snapshot().engine
        return .json(
            GroupListJSON(
                of: engine,
                filter,
                at: self.clock.now(),
                slot: call.slot,
                routeLabels: settings.routeLabels
            )
        )
    }
}
