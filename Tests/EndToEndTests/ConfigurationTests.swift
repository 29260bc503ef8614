import Foundation
import Testing

/// A broken configuration stops the start or leaves the running one in force, and says where it is broken.
@Suite(.timeLimit(.minutes(3)))
struct ConfigurationTests {
    @Test func aBrokenConfigurationStopsTheStartAndTheLineAndTheNearestKeyAreNamed() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage) { text in
                try text.replace("  group_wait:", by: "  group_wiat:")
                try text.replace("        send_resolved:", by: "        send_resolvd:")
            }

            let program = try Tocsin.run(on: stage)

            #expect(try await eventually("the server gives up") { program.end } == .exited(1))
            let messages = program.logLines.filter { $0.level == "ERROR" }.map(\.message)
            let wait = try self.position(of: "group_wiat", on: stage)
            let mistake = "unknown key `group_wiat` in route; did you mean `group_wait`?"
            #expect(messages.first == "tocsin.yml:\(wait): \(mistake)")
            let resolved = try self.position(of: "send_resolvd", on: stage)
            #expect(
                messages.contains {
                    $0.hasPrefix("tocsin.yml:\(resolved): ") && $0.hasSuffix("did you mean `send_resolved`?")
                },
                "\(messages)"
            )
            #expect(!FileManager.default.fileExists(atPath: stage.path("data/tocsin.db")))
        }
    }

    @Test func theSeedAsItStandsNamesItsUndefinedReceiverAndItsUndefinedTemplates() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage) { text in
                let start = try #require(text.range(of: "  - name: 'slack-warnings'"))
                let end = try #require(text.range(of: "  - name: 'pagerduty-critical'"))
                text.removeSubrange(start.lowerBound..<end.lowerBound)
                try text.replace("templates:\n  - templates/*.tmpl\n", by: "")
            }

            let program = try Tocsin.run(on: stage)

            #expect(try await eventually("the server gives up") { program.end } == .exited(1))
            let messages = program.logLines.filter { $0.level == "ERROR" }.map(\.message)
            #expect(messages.count == 4, "\(messages)")
            for name in ["slack-warnings", "slack.title", "slack.text", "pagerduty.description"] {
                let line = try self.position(of: name, on: stage).split(separator: ":")[0]
                let isNamed = messages.contains { $0.hasPrefix("tocsin.yml:\(line):") && $0.contains(name) }
                #expect(isNamed, "\(name): \(messages)")
            }
        }
    }

    enum Trigger: CaseIterable {
        case signal
        case request
    }

    @Test(arguments: Trigger.allCases)
    func aReloadTakesEffectOnlyIfTheFileIsRight(trigger: Trigger) async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)

            try ShippedFiles.copyConfiguration(to: stage) { try $0.replace("  group_wait:", by: "  group_wiat:") }
            let position = try self.position(of: "group_wiat", on: stage)
            let mistake = "tocsin.yml:\(position): unknown key `group_wiat` in route; did you mean `group_wait`?"
            try await self.reload(server, by: trigger, expecting: mistake)

            try await self.expectMessage("First", on: "#zakenak-alerts", from: server, at: stage.sink)

            try ShippedFiles.copyConfiguration(to: stage) { try $0.replace("#zakenak-alerts", by: "#elsewhere") }
            try await self.reload(server, by: trigger, expecting: nil)

            try await self.expectMessage("Second", on: "#elsewhere", from: server, at: stage.sink)
        }
    }

    @Test func aReloadThatChangesTheRoutesSendsNewAlertsTheNewWay() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)

            try ShippedFiles.copyConfiguration(to: stage) { try $0.replace("severity: critical", by: "severity: info") }
            #expect(try await server.post("/-/reload").status == 200)

            #expect(try await server.post([PostedAlert("Note", severity: "info")]).status == 200)
            let page = try await eventually("PagerDuty hears of it") { try stage.sink.pagerDutyEvents().first }
            #expect(page.summary == "Note (info): Note happened")
        }
    }

    private func reload(_ server: Tocsin, by trigger: Trigger, expecting mistake: String?) async throws {
        switch trigger {
        case .request:
            let answer = try await server.post("/-/reload")
            #expect(answer.status == (mistake == nil ? 200 : 500))
            if let mistake { #expect(answer.text.contains(mistake), "\(answer.text)") }
        case .signal:
            server.program.signal(SIGHUP)
        }
        try await eventually("the log tells of the reload") {
            server.program.logLines.contains {
                $0.component == "config" && $0.message == mistake ?? "configuration reloaded"
            }
        }
    }

    private func expectMessage(_ name: String, on channel: String, from server: Tocsin, at sink: Sink) async throws {
        #expect(try await server.post([PostedAlert(name, severity: "warning")]).status == 200)
        let message = try await eventually("Slack hears of \(name)") {
            try sink.slackMessages().first { $0.title == "[FIRING 1] \(name) (warning)" }
        }
        #expect(message.channel == channel)
    }

    /// Line and column of the first place where the text stands in the stage's configuration.
    private func position(of text: String, on stage: Stage) throws -> String {
        let file = try String(contentsOfFile: stage.path("tocsin.yml"), encoding: .utf8)
        let range = try #require(file.range(of: text))
        let lines = file[..<range.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        return "\(lines.count):\(lines[lines.count - 1].count + 1)"
    }
}
