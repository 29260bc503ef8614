import Foundation
import Testing

/// The running server, held to docs/openapi.yaml by a program that makes requests from it, good ones and bad ones.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SchemaTests {
    /// Something of each kind for the answers to show.
    private static let configuration = """
        route:
          receiver: chat
          group_by: [alertname]
          group_wait: 1s
          routes:
            - { matchers: [ severity="critical" ], receiver: nobody, continue: true }
            - { matchers: [ team="night" ], receiver: chat, mute_time_intervals: [ always ] }
        inhibit_rules:
          - { source_matchers: [ alertname="Rack" ], target_matchers: [ alertname="Disk" ], equal: [ rack ] }
        time_intervals:
          - { name: always, time_intervals: [ { months: [ 'january:december' ] } ] }
        receivers:
          - name: chat
            webhook_configs: [ { url: 'http://127.0.0.1:9/' } ]
          - name: nobody
        """

    private static let alerts = [
        PostedAlert("Disk", severity: "critical", ["rack": "1"]),
        PostedAlert("Rack", severity: "warning", ["rack": "1"]),
        PostedAlert("Fan", severity: "warning", ["team": "night"]), PostedAlert("Net", severity: "warning"),
    ]

    @Test func everyAnswerIsOneThatTheDocumentHas() async throws {
        try await Stage.play { stage in
            let server = try await SchemaTests.start(on: stage)

            let document = Peers.projectRoot.appending(path: "docs/openapi.yaml").path
            let end = try await SchemaTests.judge(server, by: document, on: stage)

            #expect(end == .exited(0))
            #expect(try await server.get("/-/ready").status == 200)
        }
    }

    @Test func anAnswerThatTheDocumentDoesNotHaveIsFound() async throws {
        try await Stage.play { stage in
            let server = try await SchemaTests.start(on: stage)
            let document = Peers.projectRoot.appending(path: "docs/openapi.yaml")
            let text = try String(contentsOf: document, encoding: .utf8)
            try stage.write(text.replacing("peers, status]", with: "peers, statue]"), to: "wrong.yaml")

            let end = try await SchemaTests.judge(
                server, by: stage.path("wrong.yaml"), on: stage, ["--include-path", "/api/v2/status"])

            #expect(end == .exited(1))
        }
    }

    private static func start(on stage: Stage) async throws -> Tocsin {
        try stage.write(self.configuration, to: "tocsin.yml")
        let server = try await Tocsin.start(Tocsin.Launch(logLevel: "info"), on: stage)
        try #require(try await server.post(self.alerts).status == 200)
        let silence = """
            {"matchers":[{"name":"alertname","value":"Net","isRegex":false}],"startsAt":"2026-01-01T00:00:00Z",
            "endsAt":"2099-01-01T00:00:00Z","createdBy":"ana","comment":"c"}
            """
        let answer = try await server.client.send("POST", "/api/v2/silences", body: Array(silence.utf8))
        try #require(answer.status == 200)
        return server
    }

    /// The same requests in every run: what is drawn at random is drawn from the document.
    private static func judge(
        _ server: Tocsin,
        by document: String,
        on stage: Stage,
        _ arguments: [String] = []
    ) async throws -> Program.End {
        let checks = [
            "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
        ]
        let program = try stage.run(
            try Peers.schemathesis,
            [
                "-m", "schemathesis.cli", "run", document, "--url", "http://127.0.0.1:\(server.client.port)",
                "--checks", checks.joined(separator: ","), "--phases", "coverage,fuzzing", "--max-examples", "10",
                "--generation-deterministic", "--seed", "1", "--workers", "1", "--no-color",
                "--request-timeout", "30",
                // It has no end.
                "--exclude-path", "/api/v1/events",
            ] + arguments
        )
        let end = try await eventually("Schemathesis ends", within: .seconds(240)) { program.end }
        if end != .exited(0) && arguments.isEmpty { print(program.output.suffix(20_000)) }
        return end
    }
}
