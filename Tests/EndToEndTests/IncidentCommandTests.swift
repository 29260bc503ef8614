import Foundation
import Testing

/// Incidents at a shell and on a terminal.
@Suite(.timeLimit(.minutes(3)))
struct IncidentCommandTests {
    private static let configuration = """
        route:
          {receiver: chat, group_by: [alertname], group_wait: 100ms, group_interval: 1s, escalation_policy: all}
        receivers:
          - {name: chat, webhook_configs: [{url: "URL/chat"}]}
          - {name: ana, webhook_configs: [{url: "URL/ana"}]}
        incidents: {}
        escalation_policies:
          - {name: all, steps: [{after: 0s, notify: [chat]}, {after: 1h, notify: [ana]}]}
        """

    /// What of an incident's JSON is looked at.
    private struct Incident: Decodable {
        struct Actor: Decodable { let id: String, via: String }
        struct Acknowledgement: Decodable { let by: Actor }

        let ref: String
        let status: String
        let acknowledgement: Acknowledgement?
    }

    private struct Answer: Decodable { let changed: Bool, incident: Incident }

    private static func decoded<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test func somebodyIsWokenTakesItAndEndsIt() async throws {
        try await Stage.play { stage in
            let text = Self.configuration.replacingOccurrences(of: "URL", with: stage.sink.url(""))
            try stage.write(text, to: "tocsin.yml")
            let server = try await Tocsin.start(on: stage)
            let shell = Shell(stage, port: server.client.port)
            #expect(try await shell.tocsin("ack") == "Nothing waits for anybody.\n")
            _ = try await server.post([PostedAlert("DiskFull", severity: "critical", ["instance": "db-1"])])
            let name = try await eventually("there is an incident") {
                let names = try await shell.tocsin("incident", "ls", "-q", "instance=db-1")
                return names.isEmpty ? nil : names.trimmingCharacters(in: .newlines)
            }

            let sheet = try await shell.tocsin("incident", "show", name.lowercased())
            #expect(sheet.contains(#/next +ana in 59m\n/#), "\(sheet)")
            let taken: Answer = try Self.decoded(
                try await shell.tocsin("ack", "--as", "ana", "--for", "2h", "--note", "I look", "-o", "json"))
            #expect(taken.changed)
            #expect(taken.incident.ref == name)
            #expect(taken.incident.acknowledgement?.by.id == "ana")
            #expect(taken.incident.acknowledgement?.by.via == "cli")
            let number = String(name.dropFirst(4))
            #expect(try await shell.tocsin("ack", number).contains("\(name) was acknowledged already, by ana"))
            #expect(try await shell.tocsin("incident", "snooze", number, "for", "30m").contains("\(name) sleeps until"))
            #expect(try await shell.tocsin("incident", "unack", name).contains("nobody's again"))
            #expect(try await shell.tocsin("incident", "escalate", name).contains("is escalated"))
            try await eventually("the next one is called") { !stage.sink.requests("/ana").isEmpty }
            #expect(try await shell.tocsin("incident", "note", name, "new", "disk").contains("has your note"))
            #expect(try await shell.tocsin("resolve", name) == "\(name) is resolved: DiskFull\n")
            #expect(try await shell.tocsin("incident", "show", name).contains("“new disk”"))
            #expect(try await shell.tocsin("incident") == "No incidents.\n")
            #expect(try await shell.tocsin("incident", "ls", "--all", "-p", "P1").contains("resolved"))
            #expect(try await shell.tocsin("report").contains(#/P1 +1 +1 +1 +100 %/#))
            #expect(try await shell.tocsin("notify", "ls") == "No notifications.\n")
            #expect(try await shell.status("resolve", name) == 0)
            #expect(try await shell.status("ack", name) == 4)
            #expect(try await shell.status("ack", "999999") == 3)
            #expect(try await shell.status("ack", name, "999999") == 1)
            #expect(try await shell.status("ack", "DiskFull") == 2)
            #expect(try await shell.status("notify", "retry", "1") == 3)
            #expect(try await shell.tocsin("incident", "reopen", name) == "\(name) is open again: DiskFull\n")
        }
    }

    @Test func ofSeveralIncidentsNoneIsTakenByChance() async throws {
        try await Stage.play { stage in
            let text = Self.configuration.replacingOccurrences(of: "URL", with: stage.sink.url(""))
            try stage.write(text, to: "tocsin.yml")
            let server = try await Tocsin.start(on: stage)
            let shell = Shell(stage, port: server.client.port)
            _ = try await server.post([
                PostedAlert("DiskFull", severity: "critical"), PostedAlert("NetSlow", severity: "warning"),
            ])
            try await eventually("there are two") {
                try await shell.tocsin("incident", "ls", "-q").split(separator: "\n").count == 2
            }
            let url = "http://127.0.0.1:\(server.client.port)"

            let program = try await shell.run(["ack"], ["TOCSIN_URL": url, "TOCSIN_USER": "ana"])
            #expect(program.end == .exited(2))
            #expect(program.output.contains("NetSlow") && program.output.contains("which one?"), "\(program.output)")

            // Her receiver is called for one of them.
            let name = try await shell.tocsin("incident", "ls", "-q", "NetSlow").trimmingCharacters(in: .newlines)
            _ = try await shell.tocsin("incident", "escalate", name)
            let taken = try await shell.run(["ack"], ["TOCSIN_URL": url, "TOCSIN_USER": "ana"])
            #expect(taken.end == .exited(0))
            #expect(taken.output.hasPrefix("\(name) is acknowledged"), "\(taken.output)")
        }
    }

    // MARK: Terminal

    private static func list(_ status: String, _ title: String) -> Sink.Answer {
        let incident = """
            {"ref":"INC-42","title":"\(title)","status":"\(status)","priority":"P1","alerts":{"firing":3},
            "triggered_at":"2026-01-01T00:00:00Z","response":{"respond_by":"2026-01-01T00:15:00Z"}}
            """
        return .respond(
            headers: ["Content-Type: application/json"],
            body: #"{"data":[\#(incident)],"next_cursor":null,"counts":{"triggered":1,"acknowledged":0}}"#)
    }

    @Test func aListThatIsWatchedIsDrawnInItsPlaceUntilSomebodyEndsIt() async throws {
        try await Stage.play { stage in
            stage.sink.answer("/api/v1/incidents", with: Self.list("triggered", "checkout latency"))
            let screen = try await Screen(
                stage, "'\(try Tocsin.binary.path)' incident --watch --every 1s",
                environment: ["TOCSIN_URL": stage.sink.url("")])

            try await screen.shows("checkout latency")
            #expect(try await screen.text("-e").contains("\u{1B}[1m\u{1B}[31mtriggered"))
            stage.sink.answer("/api/v1/incidents", with: Self.list("acknowledged", "all is well"))
            let second = try await screen.shows("all is well")
            // In place of the first, of which nothing is left.
            #expect(second.split(separator: "\n").filter { $0.contains("INC-42") }.count == 1, "\(second)")
            #expect(!second.contains("latency"), "\(second)")
            stage.sink.answer("/api/v1/incidents", with: .respond(status: 503, headers: [], body: ""))
            let trouble = try await screen.shows("as it was")
            #expect(trouble.contains("INC-42"))
            try await screen.press("C-c")
            let end = try await screen.shows("ended 0")
            // The screen is as it was before.
            #expect(!end.contains("INC-42"), "\(end)")
        }
    }

    @Test func elsewhereAWatchedListIsPrintedWhenItChanges() async throws {
        try await Stage.play { stage in
            stage.sink.answer("/api/v1/incidents", with: Self.list("triggered", "one"))
            let program = try stage.run(
                try Tocsin.binary, ["incident", "--watch", "--every=1s", "-o", "json"],
                environment: ["TOCSIN_URL": stage.sink.url(""), "HOME": stage.folder.path])
            try await eventually("it looks three times") { stage.sink.requests("/api/v1/incidents").count >= 3 }
            #expect(program.output.split(separator: "\n").count == 1, "\(program.output)")
            stage.sink.answer("/api/v1/incidents", with: Self.list("acknowledged", "two"))
            try await eventually("the change is printed") { program.output.contains("two") }
            program.signal(SIGTERM)
            let end = try await eventually("it ends") { program.end }

            #expect(end == .exited(0))
            #expect(program.output.split(separator: "\n").count == 2, "\(program.output)")
            #expect(!program.output.utf8.contains(0x1B))
        }
    }

    @Test func whoSitsAtATerminalIsAskedBeforeASilenceOfNothing() async throws {
        try await Stage.play { stage in
            let warning = #"{"code":"matches-nothing","message":"No alert that fires now would be silenced"}"#
            stage.sink.answer(
                "/api/v1/silences/preview",
                with: .respond(
                    headers: ["Content-Type: application/json"],
                    body: #"{"alerts":[],"count":0,"total":17,"truncated":false,"warnings":[\#(warning)]}"#))
            let screen = try await Screen(
                stage, "'\(try Tocsin.binary.path)' silence add DiskFul -c typo",
                environment: ["TOCSIN_URL": stage.sink.url("")])

            try await screen.shows("Make this silence? [y/N]")
            try await screen.press("n", "Enter")
            let end = try await screen.shows("ended 1")

            #expect(end.contains("no silence was made"), "\(end)")
            #expect(stage.sink.requests("/api/v2/silences").isEmpty)
        }
    }
}
