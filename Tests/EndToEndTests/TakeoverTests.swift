import Foundation
import Testing

/// An Alertmanager is stopped, and Tocsin started in its folder with its configuration.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct TakeoverTests {
    @Test func whereAnAlertmanagerStoppedTocsinGoesOn() async throws {
        try await Stage.play { stage in
            try stage.write(TakeoverTests.configuration(stage.sink), to: "alertmanager.yml")
            let alerts = [
                PostedAlert("DiskFull", severity: "warning", ["instance": "node1"]),
                PostedAlert("DiskFull", severity: "warning", ["instance": "node2"]),
                PostedAlert("Quiet", severity: "warning", ["instance": "node1"]),
            ]
            let silence = try await TakeoverTests.runAlertmanager(with: alerts, on: stage)
            let told = TakeoverTests.messages(about: "DiskFull", stage.sink).count
            let files = try ["silences", "nflog"].map { try Data(contentsOf: URL(filePath: stage.path("data/\($0)"))) }

            var launch = Tocsin.Launch()
            launch.configuration = "alertmanager.yml"
            let tocsin = try await Tocsin.start(launch, on: stage)

            let line = try #require(tocsin.program.logLines.first { $0.message == "took over Alertmanager's state" })
            #expect(line.metadata?["silences"] == "1")
            #expect(line.metadata?["notification_log_entries"] == "1")
            #expect(try await tocsin.get("/api/v2/silence/\(silence)").text.contains(#""comment":"maintenance""#))

            #expect(try await tocsin.post(alerts).status == 200)
            #expect(
                try await tocsin.get("/api/v2/alerts?silenced=true").text.contains(#""silencedBy":["\#(silence)"]"#))
            // A group of its own, opened later: when it has spoken, the others had their turn.
            for name in ["First", "Second"] {
                #expect(try await tocsin.post([PostedAlert(name, severity: "warning")]).status == 200)
                try await eventually("\(name) is told") { TakeoverTests.messages(about: name, stage.sink).count == 1 }
            }
            #expect(TakeoverTests.messages(about: "DiskFull", stage.sink).count == told)
            #expect(TakeoverTests.messages(about: "Quiet", stage.sink).isEmpty)

            #expect(try await tocsin.post(alerts.map(\.resolved)).status == 200)
            try await eventually("the end is told of what Alertmanager had told") {
                TakeoverTests.messages(about: "DiskFull", stage.sink).last?.contains(#""status":"resolved""#) == true
            }
            #expect(TakeoverTests.messages(about: "Quiet", stage.sink).isEmpty)

            // Another start does not begin anew.
            #expect(try await tocsin.client.send("DELETE", "/api/v2/silence/\(silence)").status == 200)
            #expect(try await tocsin.stop() == .exited(0))
            let again = try await Tocsin.start(launch, on: stage)
            #expect(try await again.get("/api/v2/silence/\(silence)").text.contains(#""state":"expired""#))
            let now = try ["silences", "nflog"].map { try Data(contentsOf: URL(filePath: stage.path("data/\($0)"))) }
            #expect(now == files)
        }
    }

    @Test func damagedFilesAreReportedAndDoNotStopTheStart() async throws {
        try await Stage.play { stage in
            try stage.write(TakeoverTests.configuration(stage.sink), to: "alertmanager.yml")
            try stage.write("this is no protocol buffer", to: "data/silences")
            try stage.write("", to: "data/nflog")
            var launch = Tocsin.Launch()
            launch.configuration = "alertmanager.yml"

            let tocsin = try await Tocsin.start(launch, on: stage)

            let line = try #require(tocsin.program.logLines.first { $0.level == "ERROR" })
            #expect(line.message.hasPrefix("not all of Alertmanager's state could be taken over: silences: "))
            #expect(try await tocsin.get("/-/ready").status == 200)
        }
    }

    private static func configuration(_ sink: Sink) -> String {
        """
        route:
          receiver: team
          group_by: [alertname]
          group_wait: 200ms
          group_interval: 500ms
          repeat_interval: 1h
        receivers:
          - name: team
            webhook_configs:
              - url: '\(sink.url("/team"))'
        """
    }

    private static func messages(about alert: String, _ sink: Sink) -> [String] {
        sink.requests("/team").map(\.text).filter { $0.contains(#""groupLabels":{"alertname":"\#(alert)"}"#) }
    }

    /// Runs an Alertmanager until it has told of the alerts that are not silenced, and stops it.
    ///
    /// - Returns: the name of the silence that it holds.
    private static func runAlertmanager(with alerts: [PostedAlert], on stage: Stage) async throws -> String {
        let program = try stage.run(
            try await PeerTests.alertmanager(on: stage),
            [
                "--config.file=alertmanager.yml", "--storage.path=data", "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=",
            ]
        )
        let port = try await eventually("Alertmanager listens") {
            if let end = program.end { throw Overdue(description: "Alertmanager ended, \(end): \(program.output)") }
            let line = program.output.firstMatch(of: #/msg="Listening on" address=127\.0\.0\.1:(\d+)/#)
            return line.flatMap { Int($0.1) }
        }
        let client = HTTPClient(port: port)
        let draft = """
            {"matchers": [{"name": "alertname", "value": "Qui.t", "isRegex": true, "isEqual": true}],
             "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2100-01-01T00:00:00Z", "createdBy": "me",
             "comment": "maintenance"}
            """
        let made = try await client.send("POST", "/api/v2/silences", body: Array(draft.utf8))
        let name = try #require(made.text.firstMatch(of: #/"silenceID":"([-0-9a-f]+)"/#)).1
        #expect(try await client.send("POST", "/api/v2/alerts", body: alerts.json).status == 200)
        try await eventually("Alertmanager tells of the alerts") {
            Self.messages(about: "DiskFull", stage.sink).contains { $0.contains("node1") && $0.contains("node2") }
        }
        program.signal(SIGTERM)
        try await eventually("Alertmanager stops") { program.end != nil }
        return String(name)
    }
}
