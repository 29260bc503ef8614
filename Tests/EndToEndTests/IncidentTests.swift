import Foundation
import Testing

/// From an alert to whoever has it, through a crash.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct IncidentTests {
    private static let configuration = """
        route:
          receiver: chat
          group_by: [alertname]
          group_wait: 0s
          escalation_policy: oncall
        incidents: {}
        escalation_policies:
          - name: oncall
            steps: [ { after: 0s, notify: [ chat ] } ]
        receivers:
          - name: chat
            webhook_configs: [ { url: 'http://127.0.0.1:9/' } ]
        """

    private struct Incident: Decodable {
        struct Acknowledgement: Decodable {
            struct By: Decodable { let id: String }
            let by: By
        }

        let ref: String
        let status: String
        let version: Int
        let acknowledgement: Acknowledgement?
    }

    private struct Answer: Decodable {
        let changed: Bool
        let incident: Incident
    }

    private struct Page: Decodable {
        struct Entry: Decodable { let kind: String }
        let data: [Entry]
    }

    private static func incident(_ server: Tocsin) async throws -> Incident? {
        let response = try await server.get("/api/v1/incidents/INC-1")
        return response.status == 200 ? try response.message.decoded() : nil
    }

    @Test func whatSomebodyHasTheyStillHaveAfterACrash() async throws {
        try await Stage.play { stage in
            try stage.write(Self.configuration, to: "tocsin.yml")
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([PostedAlert("Disk", severity: "critical")]).status == 200)
            try await eventually("the alert opens an incident") { try await Self.incident(first) != nil }

            let answer = try await first.post(
                "/api/v1/incidents/INC-1/acknowledge", #"{"note":"looking","on_behalf_of":"the night shift"}"#)
            #expect(answer.status == 200)
            let acknowledged: Answer = try answer.message.decoded()
            #expect(acknowledged.changed)
            try await first.crash()

            let second = try await Tocsin.start(on: stage)
            let incident = try #require(try await Self.incident(second))
            #expect(incident.status == "acknowledged")
            #expect(incident.version == acknowledged.incident.version)
            #expect(incident.acknowledgement?.by.id == "anonymous")
            let timeline: Page = try await second.get("/api/v1/incidents/INC-1/timeline").message.decoded()
            #expect(timeline.data.count { $0.kind == "acknowledged" } == 1)
            #expect(try await second.post("/api/v1/incidents/INC-1/resolve").status == 200)
            #expect(try await second.post("/api/v1/incidents/INC-1/acknowledge").status == 409)
            #expect(try await second.stop() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: stage.path("data/tocsin.db-wal")))
        }
    }
}
