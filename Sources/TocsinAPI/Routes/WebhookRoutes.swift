import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let webhookEndpoints = [
        Endpoint(
            .post,
            "/api/v1/webhook/alertmanager",
            summary: """
                Takes the webhook messages of another Alertmanager or of Grafana. An alert fires until a message \
                resolves it, or none names it for `expire_after` (24h).
                """
        ) { (api, call) async throws(APIError) in try await api.takeWebhook(call) }
    ]
}

extension API {
    private static let usualExpiry = Duration.seconds(24 * 3600)
    private static let shortestExpiry = Duration.seconds(300)

    func takeWebhook(_ call: Call) async throws(APIError) -> APIResponse {
        let expiry = try API.expiry(call.query)
        let now = self.clock.now()
        let syntax = self.context.settings.matcherSyntax
        let message: WebhookJSON.Message
        do throws(RequestProblem) {
            message = try call.request.body.withBytes { bytes throws(RequestProblem) in
                try WebhookJSON.decode(body: bytes, now: now, expireAfter: expiry, syntax: syntax)
            }
        } catch {
            throw .problem(error)
        }
        return try await self.take(message.alerts)
    }

    /// How long an alert fires that no message names again.
    private static func expiry(_ query: Query) throws(APIError) -> Duration {
        guard let text = query.text("expire_after") else { return self.usualExpiry }
        guard let expiry = self.duration(text) else {
            throw .badRequest("failed to parse expire_after param: not a duration: \(GoQuote.quote(Excerpt.cut(text)))")
        }
        guard expiry >= self.shortestExpiry else { throw .badRequest("expire_after param must be at least 5m") }
        return expiry
    }

    /// In the spelling of Prometheus (`1d`) or of Go (`36h30m`).
    private static func duration(_ text: String) -> Duration? {
        do throws(DurationError) {
            return try Duration(prometheus: text)
        } catch {
            do throws(DurationError) {
                return try Duration(go: text)
            } catch {
                return nil
            }
        }
    }
}
