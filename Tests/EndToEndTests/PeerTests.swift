import Foundation
import Testing

/// The main job with its real neighbours: what a Prometheus and an Alertmanager send goes out to Slack and PagerDuty.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PeerTests {
    @Test func whatPrometheusFindsWithTheShippedRulesReachesSlackAndPagerDutyAndSoDoesItsEnd() async throws {
        try await Stage.play { stage in
            let exporter = Exporter(on: stage.sink)
            try ShippedFiles.copyConfiguration(to: stage)
            let tocsin = try await Tocsin.start(on: stage)
            try PeerTests.startPrometheus(alerting: tocsin, on: stage)
            // An increase needs a value before it.
            try await eventually("Prometheus scrapes") { stage.sink.requests("/metrics").count >= 3 }

            exporter.show(.hot)

            let warning = try await eventually("Slack hears of the memory") { try stage.sink.slackMessages().first }
            #expect(warning.channel == "#zakenak-alerts")
            #expect(warning.title == "[FIRING 1] GPUHighMemoryUsage (warning)")
            let gpu = "gpu 3 on 127.0.0.1:\(stage.sink.port)"
            #expect(warning.text.hasPrefix(":red_circle: *GPUHighMemoryUsage* [warning] \(gpu), since "))
            #expect(warning.text.contains("GPU 3 memory usage above 90% for 5 minutes"))

            let pages = try await eventually("PagerDuty hears of both criticals") {
                let events = try stage.sink.pagerDutyEvents()
                return Set(events.map(\.incident)).count >= 2 ? events : nil
            }
            #expect(pages.allSatisfy { $0.action == "trigger" && $0.key == "<PAGERDUTY_KEY>" })
            #expect(
                Set(pages.map(\.summary)) == [
                    "GPUHighTemperature (critical) \(gpu): GPU 3 temperature above 80°C",
                    "GPUErrorsDetected (critical) \(gpu): GPU errors detected on 3",
                ]
            )

            exporter.show(.recovered)

            let incidents = Set(pages.map(\.incident))
            try await eventually("Slack and PagerDuty hear of the end") {
                let ended = try stage.sink.pagerDutyEvents().filter { $0.action == "resolve" }
                return try stage.sink.slackMessages().last?.title == "[RESOLVED 1] GPUHighMemoryUsage (warning)"
                    && Set(ended.map(\.incident)) == incidents
            }
            try PeerTests.expectEveryStoryToAlternate(at: stage.sink)
        }
    }

    @Test func whatAnAlertmanagerForwardsReachesSlackAndPagerDutyAndSoDoesItsEnd() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let tocsin = try await Tocsin.start(on: stage)
            let alertmanager = try await PeerTests.startAlertmanager(forwardingTo: tocsin, on: stage)
            let alerts = [
                PostedAlert("DiskFull", severity: "warning", ["instance": "node1"]),
                PostedAlert("NodeDown", severity: "critical", ["instance": "node2"]),
            ]

            #expect(try await alertmanager.send("POST", "/api/v2/alerts", body: alerts.json).status == 200)

            let message = try await eventually("Slack hears of it") { try stage.sink.slackMessages().first }
            #expect(message.channel == "#zakenak-alerts")
            #expect(message.title == "[FIRING 1] DiskFull (warning)")
            #expect(message.text.contains("node1"))
            #expect(message.text.contains("DiskFull happened"))
            let page = try await eventually("PagerDuty hears of it") { try stage.sink.pagerDutyEvents().first }
            #expect(page.action == "trigger")
            #expect(page.summary == "NodeDown (critical) node2: NodeDown happened")

            let ended = try alerts.map(\.resolved).json
            #expect(try await alertmanager.send("POST", "/api/v2/alerts", body: ended).status == 200)

            try await eventually("Slack and PagerDuty hear of the end") {
                let last = try stage.sink.pagerDutyEvents().last
                return try stage.sink.slackMessages().last?.title == "[RESOLVED 1] DiskFull (warning)"
                    && last?.action == "resolve" && last?.incident == page.incident
            }
            try PeerTests.expectEveryStoryToAlternate(at: stage.sink)
        }
    }

    /// Nobody is told the same thing twice: after a beginning comes an end, and after an end a beginning.
    private static func expectEveryStoryToAlternate(at sink: Sink) throws {
        let pages = Dictionary(grouping: try sink.pagerDutyEvents(), by: \.incident).mapValues { $0.map(\.action) }
        let messages = Dictionary(grouping: try sink.slackMessages().map(\.title)) { title in
            title.drop { $0 != "]" }
        }
        for story in Array(pages.values) + Array(messages.values) {
            #expect(zip(story, story.dropFirst()).allSatisfy { $0 != $1 }, "\(story)")
        }
    }
}

// MARK: - The neighbours

extension PeerTests {
    private static func startPrometheus(alerting tocsin: Tocsin, on stage: Stage) throws {
        var rules = try ShippedFiles.text("rules/gpu.rules.yml")
        try rules.replace("for: 5m", by: "for: 1s")
        try rules.replace("for: 2m", by: "for: 1s")
        // Errors stay news for as long as the window is.
        try rules.replace("[5m]", by: "[8s]")
        try stage.write(rules, to: "rules/gpu.rules.yml")
        var configuration = try ShippedFiles.text("prometheus.yml")
        try configuration.replace(": 15s", by: ": 1s")
        try configuration.replace("localhost:9093", by: "127.0.0.1:\(tocsin.client.port)")
        try configuration.replace("localhost:9835", by: "127.0.0.1:\(stage.sink.port)")
        // Its own metrics are of no interest; nobody listens on port 1.
        try configuration.replace("localhost:9090", by: "127.0.0.1:1")
        try stage.write(configuration, to: "prometheus.yml")
        let arguments = [
            "--config.file=prometheus.yml", "--storage.tsdb.path=prometheus", "--web.listen-address=127.0.0.1:0",
            "--rules.alert.resend-delay=1s",
        ]
        _ = try stage.run(try Peers.prometheus, arguments)
    }

    static func startAlertmanager(forwardingTo tocsin: Tocsin, on stage: Stage) async throws -> HTTPClient {
        let webhook = "http://127.0.0.1:\(tocsin.client.port)/api/v1/webhook/alertmanager"
        try stage.write(
            """
            route:
              receiver: tocsin
              group_by: [alertname]
              group_wait: 200ms
              group_interval: 500ms
            receivers:
              - name: tocsin
                webhook_configs:
                  - url: '\(webhook)'
            """,
            to: "alertmanager.yml"
        )
        let program = try stage.run(
            try await self.alertmanager(on: stage),
            [
                "--config.file=alertmanager.yml", "--storage.path=alertmanager", "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=",
            ]
        )
        let port = try await eventually("Alertmanager listens") {
            if let end = program.end { throw Overdue(description: "Alertmanager ended, \(end): \(program.output)") }
            let line = program.output.firstMatch(of: #/msg="Listening on" address=127\.0\.0\.1:(\d+)/#)
            return line.flatMap { Int($0.1) }
        }
        return HTTPClient(port: port)
    }

    /// Debian's Alertmanager reads its built-in templates from `/usr/share`, where the unpacked package has not put
    /// them. A copy of the program gets to look for them in its working directory, by a path of the same length.
    static func alertmanager(on stage: Stage) async throws -> URL {
        let program = try Peers.alertmanager
        let installed = "/usr/share/prometheus/alertmanager"
        let root = program.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let assets = root.appending(path: String(installed.dropFirst()))
        guard FileManager.default.fileExists(atPath: assets.appending(path: "default.tmpl").path) else {
            return program
        }
        let local = "usr/share/prometheus/alertmanager/"
        var bytes = try Data(contentsOf: program)
        while let range = bytes.range(of: Data(installed.utf8)) {
            bytes.replaceSubrange(range, with: Data(local.utf8))
        }
        let copy = stage.folder.appending(path: "alertmanager-program")
        // Not written here: a program that another test is just starting has the file open for writing too, until it is
        // itself, and what is open for writing cannot be run.
        try bytes.write(to: stage.folder.appending(path: "alertmanager-bytes"))
        try await stage.finish("/bin/cp", ["alertmanager-bytes", "alertmanager-program"])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy.path)
        let share = stage.folder.appending(path: local)
        try FileManager.default.createDirectory(
            at: share.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(at: share, withDestinationURL: assets)
        return copy
    }
}

/// What measures the GPUs of a machine: shows Prometheus one of them.
private struct Exporter {
    struct Reading {
        let usedMemory: Int
        let temperature: Int
        let errors: Int

        static let healthy = Reading(usedMemory: 10_000_000_000, temperature: 45, errors: 2)
        static let hot = Reading(usedMemory: 78_000_000_000, temperature: 91, errors: 5)
        static let recovered = Reading(usedMemory: 9_000_000_000, temperature: 50, errors: 5)
    }

    let sink: Sink

    init(on sink: Sink) {
        self.sink = sink
        self.show(.healthy)
    }

    func show(_ reading: Reading) {
        let metrics = """
            # TYPE nvidia_gpu_memory_used_bytes gauge
            nvidia_gpu_memory_used_bytes{gpu="3"} \(reading.usedMemory)
            # TYPE nvidia_gpu_memory_total_bytes gauge
            nvidia_gpu_memory_total_bytes{gpu="3"} 80000000000
            # TYPE nvidia_gpu_temperature_celsius gauge
            nvidia_gpu_temperature_celsius{gpu="3"} \(reading.temperature)
            # TYPE nvidia_gpu_error_count counter
            nvidia_gpu_error_count{gpu="3"} \(reading.errors)

            """
        self.sink.answer("/metrics", with: .respond(headers: ["Content-Type: text/plain"], body: metrics))
    }
}
