import TocsinCore
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let metricsEndpoints = [
        Endpoint(.get, "/metrics", summary: "Numbers for Prometheus.", style: .plain) {
            (api, _) async throws(APIError) in await api.metrics()
        }
    ]
}

extension API {
    /// Alertmanager's names where the meaning is the same; ours begin with `tocsin_`.
    func metrics() async -> APIResponse {
        let snapshot = await self.service.snapshot()
        let now = self.clock.now()
        var text = MetricsText()
        self.writeAlerts(snapshot.engine, at: now, to: &text)
        self.writeSilences(snapshot.engine, at: now, to: &text)
        self.writeCounters(to: &text)
        self.writeHistograms(to: &text)
        self.writeConfiguration(snapshot.engine.routing, to: &text)
        self.writeIncidents(snapshot.engine, at: now, to: &text)
        text.family(
            "tocsin_storage_degraded", .gauge, "Whether the disk refuses writes.",
            snapshot.degradation == nil ? 0 : 1
        )
        text.family(
            "tocsin_deliveries_pending", .gauge, "Notifications that are decided on and not yet taken.",
            Double(snapshot.engine.deliveries.count)
        )
        text.family(
            "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.",
            Double(self.context.startedAt.nanosecondsSince1970) / 1e9
        )
        return APIResponse(
            status: 200,
            headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(text.text.utf8))
        )
    }

    private func writeAlerts(_ engine: Engine, at now: Timestamp, to text: inout MetricsText) {
        var counts = ["active": 0.0, "suppressed": 0.0, "unprocessed": 0.0]
        for (_, known) in engine.alerts where known.alert.endsAt >= now {
            let isFree = Suppression.of(known.alert, in: engine, at: now).isNone
            counts[isFree ? "active" : "suppressed", default: 0] += 1
        }
        text.family(
            "alertmanager_alerts", .gauge, "How many alerts by state.",
            counts.sorted { $0.key < $1.key }.map { (["state": $0.key], $0.value) }
        )
        text.family(
            "alertmanager_dispatcher_aggregation_groups", .gauge, "Number of active aggregation groups.",
            Double(engine.groups.count)
        )
    }

    private func writeSilences(_ engine: Engine, at now: Timestamp, to text: inout MetricsText) {
        var counts = Dictionary(uniqueKeysWithValues: Silence.State.allCases.map { ($0.rawValue, 0.0) })
        for (_, silence) in engine.silences { counts[silence.state(at: now).rawValue, default: 0] += 1 }
        text.family(
            "alertmanager_silences", .gauge, "How many silences by state.",
            counts.sorted { $0.key < $1.key }.map { (["state": $0.key], $0.value) }
        )
    }

    private func writeHistograms(to text: inout MetricsText) {
        let all = self.context.counters.allHistograms
        for (name, help) in API.histograms {
            var samples = all.filter { $0.key.name == name }.map { (labels: $0.key.labels, $0.value) }
            if name == "alertmanager_notification_latency_seconds" {
                for kind in self.context.settings.integrationKinds
                where all[Counters.Key(name, ["integration": kind])] == nil {
                    samples.append((["integration": kind], Histogram(bounds: Counters.latencyBounds)))
                }
            }
            samples.sort { "\($0.labels.sorted { $0.key < $1.key })" < "\($1.labels.sorted { $0.key < $1.key })" }
            if !samples.isEmpty { text.family(name, help, samples) }
        }
    }

    private static let histograms = [
        ("alertmanager_notification_latency_seconds", "How long attempts to notify took."),
        ("alertmanager_http_request_duration_seconds", "How long requests took until their answer began."),
    ]

    private func writeCounters(to text: inout MetricsText) {
        let all = self.context.counters.all
        for (name, help) in API.counters {
            var samples = all.filter { $0.key.name == name }.map { (labels: $0.key.labels, Double($0.value)) }
            for labels in self.zeros(of: name) where all[Counters.Key(name, labels)] == nil {
                samples.append((labels, 0))
            }
            samples.sort { "\($0.labels.sorted { $0.key < $1.key })" < "\($1.labels.sorted { $0.key < $1.key })" }
            if !samples.isEmpty { text.family(name, .counter, help, samples) }
        }
    }

    /// The label sets of a counter that are shown before anything was counted, so that rates can be taken at once.
    private func zeros(of name: String) -> [[String: String]] {
        let kinds = self.context.settings.integrationKinds
        switch name {
        case "alertmanager_alerts_received_total":
            return ["firing", "resolved"].map { ["status": $0, "version": "v2"] }
        case "alertmanager_alerts_invalid_total": return [["version": "v2"]]
        case "alertmanager_notifications_failed_total":
            return kinds.flatMap { kind in
                ["authError", "clientError", "other"].map { ["integration": kind, "reason": $0] }
            }
        case "alertmanager_notifications_suppressed_total":
            return SuppressionReason.allCases.map { ["reason": $0.rawValue] }
        case "alertmanager_http_concurrency_limit_exceeded_total": return [["method": "get"]]
        default: return kinds.map { ["integration": $0] }
        }
    }

    private static let counters = [
        ("alertmanager_alerts_received_total", "The total number of received alerts."),
        ("alertmanager_alerts_invalid_total", "The total number of received alerts that were invalid."),
        ("alertmanager_notifications_total", "The total number of attempted notifications."),
        ("alertmanager_notifications_failed_total", "The total number of failed notifications."),
        ("alertmanager_notification_requests_total", "The total number of attempted notification requests."),
        ("alertmanager_notification_requests_failed_total", "The total number of failed notification requests."),
        ("alertmanager_notifications_suppressed_total", "The total number of alerts that were held back."),
        (
            "alertmanager_http_concurrency_limit_exceeded_total",
            "The total number of reading requests that were refused because too many were under way."
        ),
    ]

    private func writeConfiguration(_ routing: RoutingTable, to text: inout MetricsText) {
        let settings = self.context.settings
        let build = self.context.build
        text.family(
            "alertmanager_build_info", .gauge, "A metric with a constant '1' value, labeled by what was built.",
            [(["version": build.version, "revision": build.revision, "branch": build.branch], 1)]
        )
        text.family(
            "alertmanager_config_last_reload_successful", .gauge,
            "Whether the last configuration reload attempt was successful.", settings.lastReloadSucceeded ? 1 : 0
        )
        text.family(
            "alertmanager_config_last_reload_success_timestamp_seconds", .gauge,
            "Timestamp of the last successful configuration reload.",
            Double(settings.loadedAt.nanosecondsSince1970 / 1_000_000) / 1000
        )
        text.family(
            "alertmanager_receivers", .gauge, "Number of configured receivers.", Double(settings.receivers.count))
        text.family(
            "alertmanager_integrations", .gauge, "Number of configured integrations.",
            Double(routing.integrations.values.reduce(0) { $0 + $1.count })
        )
        text.family(
            "alertmanager_inhibition_rules", .gauge, "Number of configured inhibition rules.",
            Double(routing.inhibitRules.count)
        )
        text.family(
            "alertmanager_cluster_enabled", .gauge, "Whether clustering is enabled.", self.context.peer == nil ? 0 : 1
        )
    }
}
