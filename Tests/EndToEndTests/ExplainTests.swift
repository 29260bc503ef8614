import Foundation
import Testing

/// `tocsin explain` against a running server.
@Suite(.timeLimit(.minutes(3)))
struct ExplainTests {
    private static func explain(_ arguments: [String], at server: Tocsin, on stage: Stage) async throws -> Program {
        let program = try stage.run(
            try Tocsin.binary, ["explain"] + arguments,
            environment: ["TOCSIN_URL": "http://127.0.0.1:\(server.client.port)/"])
        try await eventually("the explanation ends") { program.end != nil }
        return program
    }

    @Test func whoWasToldAndWhoWasNotIsSaidInASentence() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)
            let alerts = [
                PostedAlert("DiskFull", severity: "warning", ["instance": "node1"]),
                PostedAlert("NetSlow", severity: "warning", ["instance": "node1"]),
            ]
            let silence = """
                {"matchers":[{"name":"alertname","value":"NetSlow","isRegex":false}],"startsAt":"2026-01-01T00:00:00Z",
                "endsAt":"2099-01-01T00:00:00Z","createdBy":"ana","comment":"new switch"}
                """
            let made = try await server.client.send("POST", "/api/v2/silences", body: Array(silence.utf8))
            try #require(made.status == 200)
            try #require(try await server.post(alerts).status == 200)
            _ = try await eventually("Slack hears of it") { try stage.sink.slackMessages().first }

            try await eventually("the server knows that Slack knows") {
                let page = try await ExplainTests.explain(["DiskFull", "instance=node1"], at: server, on: stage)
                return page.end == .exited(0) && page.output.contains(" was told at ")
            }
            let silenced = try await ExplainTests.explain(["NetSlow"], at: server, on: stage)
            let json = try await ExplainTests.explain(["-o", "json", "NetSlow"], at: server, on: stage)
            let guessed = try await ExplainTests.explain(["alertname=Nobody"], at: server, on: stage)
            let unknown = try await ExplainTests.explain(["0000000000000001"], at: server, on: stage)

            #expect(silenced.output.contains("is not told: ana silenced it until 2099"), "\(silenced.output)")
            #expect(silenced.output.contains("\"new switch\""))
            #expect(json.output.hasPrefix(#"{"now":""#))
            #expect(guessed.output.contains("No such alert is there. If it fired now, "), "\(guessed.output)")
            #expect(unknown.end == .exited(3))
            #expect(unknown.output.contains("no alert has the fingerprint 0000000000000001"), "\(unknown.output)")
        }
    }
}
