import Foundation
import Testing

/// `kill -9` at the worst moments: no page is lost, and none that arrived goes out again.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct CrashTests {
    let warning = PostedAlert("DiskFull", severity: "warning", ["instance": "node1"])
    let critical = PostedAlert("NodeDown", severity: "critical", ["instance": "node2"])

    @Test func aNotificationThatCouldNotLeaveBeforeTheCrashGoesOutAfterIt() async throws {
        try await Stage.play(sink: Sink(isOpen: false)) { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([self.warning, self.critical]).status == 200)
            try await eventually("both deliveries are refused a connection") {
                let failures = first.program.logLines.filter { $0.message == "attempt failed" }
                return Set(failures.compactMap { $0.metadata?["integration"] }).count == 2
            }
            try await first.crash()

            stage.sink.open()
            _ = try await Tocsin.start(on: stage)

            let message = try await eventually("Slack hears of it") { try stage.sink.slackMessages().first }
            #expect(message.title == "[FIRING 1] DiskFull (warning)")
            let page = try await eventually("PagerDuty hears of it") { try stage.sink.pagerDutyEvents().first }
            #expect(page.action == "trigger")
            #expect(page.summary == "NodeDown (critical) node2: NodeDown happened")
        }
    }

    @Test func aNotificationWithoutAnAnswerBeforeTheCrashGoesOutAgainUnderTheSameKey() async throws {
        try await Stage.play { stage in
            stage.sink.answer("/", with: .hang)
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([self.warning, self.critical]).status == 200)
            let unanswered = try await eventually("PagerDuty was asked") { try stage.sink.pagerDutyEvents().first }
            try await eventually("Slack was asked") { try !stage.sink.slackMessages().isEmpty }
            try await first.crash()

            stage.sink.answer("/", with: .respond())
            _ = try await Tocsin.start(on: stage)

            let again = try await eventually("PagerDuty is asked again") {
                let events = try stage.sink.pagerDutyEvents()
                return events.count >= 2 ? events.last : nil
            }
            #expect(again.action == "trigger")
            #expect(again.incident == unanswered.incident)
            #expect(again.summary == unanswered.summary)
            try await eventually("Slack is asked again") {
                try stage.sink.slackMessages().map(\.title).suffix(1) == ["[FIRING 1] DiskFull (warning)"]
                    && stage.sink.slackMessages().count >= 2
            }
        }
    }

    @Test func aNotificationThatWasAnsweredBeforeTheCrashDoesNotGoOutAgainWhenTheSendersRepeatIt() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([self.warning, self.critical]).status == 200)
            try await eventually("both were delivered, and the server knows") {
                first.program.logLines.count { $0.message == "delivered" } == 2
            }
            try await first.crash()

            let second = try await Tocsin.start(on: stage)
            for round in 1...3 {
                // As long as an interval of the groups lasts, told by another group that begins and ends.
                let marker = PostedAlert("Marker\(round)", severity: "warning")
                #expect(try await second.post([self.warning, self.critical, marker]).status == 200)
                try await self.expectMessage("[FIRING 1] Marker\(round) (warning)", at: stage.sink)
                #expect(try await second.post([self.warning, self.critical, marker.resolved]).status == 200)
                try await self.expectMessage("[RESOLVED 1] Marker\(round) (warning)", at: stage.sink)
            }

            #expect(try self.messages(of: "DiskFull", at: stage.sink) == ["[FIRING 1] DiskFull (warning)"])
            #expect(try stage.sink.pagerDutyEvents().map(\.action) == ["trigger"])

            #expect(try await second.post([self.warning.resolved, self.critical.resolved]).status == 200)
            try await self.expectMessage("[RESOLVED 1] DiskFull (warning)", at: stage.sink)
            try await eventually("PagerDuty hears of the end") { try stage.sink.pagerDutyEvents().count == 2 }
            let marker = PostedAlert("MarkerOfTheEnd", severity: "warning")
            #expect(try await second.post([self.warning.resolved, self.critical.resolved, marker]).status == 200)
            try await self.expectMessage("[FIRING 1] MarkerOfTheEnd (warning)", at: stage.sink)
            #expect(try await second.post([marker.resolved]).status == 200)
            try await self.expectMessage("[RESOLVED 1] MarkerOfTheEnd (warning)", at: stage.sink)

            let told = try self.messages(of: "DiskFull", at: stage.sink)
            #expect(told == ["[FIRING 1] DiskFull (warning)", "[RESOLVED 1] DiskFull (warning)"])
            let pages = try stage.sink.pagerDutyEvents()
            #expect(pages.map(\.action) == ["trigger", "resolve"])
            #expect(Set(pages.map(\.incident)).count == 1)
        }
    }

    /// Kills a server that is being posted to, again and again, each time after another number of answers.
    @Test func everyAlertThatWasAnsweredWith200IsThereAfterAnyCrash() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage, groupWait: "1h", groupInterval: "1h")
            var acknowledged: Set<String> = []
            for round in 0..<10 {
                let server = try await Tocsin.start(Tocsin.Launch(logLevel: "info"), on: stage)
                let known = Set(try await server.alerts().compactMap { $0.labels["number"] })
                #expect(acknowledged.subtracting(known).isEmpty, "lost before round \(round)")

                let patience = Int.random(in: 0...25)
                acknowledged.formUnion(await self.post(to: server, until: patience, round: round))
            }
            let last = try await Tocsin.start(on: stage)
            let known = Set(try await last.alerts().compactMap { $0.labels["number"] })
            #expect(acknowledged.count > 10)
            #expect(acknowledged.subtracting(known).isEmpty)
        }
    }

    /// Three senders post until one of them has had so many answers and kills the server.
    ///
    /// - Returns: the numbers of the alerts that were answered with 200.
    private func post(to server: Tocsin, until patience: Int, round: Int) async -> Set<String> {
        await withTaskGroup(of: Set<String>.self) { senders in
            for sender in 0..<3 {
                senders.addTask {
                    var acknowledged: Set<String> = []
                    for post in 0... {
                        if sender == 0, post == patience { server.program.signal(SIGKILL) }
                        let numbers = (0..<4).map { "\(round)-\(sender)-\(post)-\($0)" }
                        let alerts = numbers.map { PostedAlert("Crash", severity: "warning", ["number": $0]) }
                        do {
                            let status = try await server.post(alerts).status
                            #expect(status == 200)
                            acknowledged.formUnion(numbers)
                        } catch {
                            break
                        }
                    }
                    return acknowledged
                }
            }
            return await senders.reduce(into: []) { $0.formUnion($1) }
        }
    }

    private func messages(of alert: String, at sink: Sink) throws -> [String] {
        try sink.slackMessages().map(\.title).filter { $0.contains(alert) }
    }

    private func expectMessage(_ title: String, at sink: Sink) async throws {
        try await eventually("Slack hears \(title)") { try sink.slackMessages().contains { $0.title == title } }
    }
}
