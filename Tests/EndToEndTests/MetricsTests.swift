import Foundation
import Testing

/// `/metrics`, as Prometheus's own tool judges it.
@Suite(.timeLimit(.minutes(3)))
struct MetricsTests {
    @Test func promtoolAcceptsTheMetricsAndTheyCountWhatHappened() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)
            let alerts = [PostedAlert("DiskFull", severity: "warning"), PostedAlert("DiskSlow", severity: "warning")]
            _ = try await server.client.send("POST", "/api/v2/alerts", body: alerts.json)
            _ = try await eventually("Slack hears of it") { try stage.sink.slackMessages().first }

            let text = try await server.get("/metrics").text

            for line in [
                #"alertmanager_alerts{state="active"} 2"#,
                #"alertmanager_alerts_received_total{status="firing",version="v2"} 2"#,
                #"alertmanager_alerts_received_total{status="resolved",version="v2"} 0"#,
                #"alertmanager_notifications_failed_total{integration="slack",reason="clientError"} 0"#,
                #"alertmanager_silences{state="active"} 0"#,
                #"alertmanager_notifications_suppressed_total{reason="inhibition"} 0"#,
                #"alertmanager_http_concurrency_limit_exceeded_total{method="get"} 0"#,
                "alertmanager_config_last_reload_successful 1",
                "tocsin_storage_degraded 0",
                #"tocsin_incidents{priority="P1",status="triggered"} 0"#,
                "tocsin_escalation_exhausted_total 0",
            ] {
                #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) is not in \(text)")
            }
            let verdict = try Verdict.ofPromtool(["check", "metrics"], input: text)
            #expect(verdict.status == 0, "\(verdict.output)")
        }
    }
}
