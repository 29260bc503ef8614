import Foundation
import Testing

/// Starting, stopping, and one process per database.
@Suite(.timeLimit(.minutes(3)))
struct LifecycleTests {
    @Test func aSecondServerOnTheSameStorageGivesUpAndNamesTheFirstWhichRunsOn() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)

            let second = try Tocsin.run(on: stage)

            let end = try await eventually("the second server gives up") { second.end }
            #expect(end == .exited(1))
            #expect(second.output.contains("pid \(first.program.processID)"), "\(second.output)")
            #expect(try await first.get("/-/ready").status == 200)
            #expect(try await first.post([PostedAlert("StillThere", severity: "warning")]).status == 200)
            #expect(try await first.alerts().map { $0.labels["alertname"] } == ["StillThere"])
        }
    }

    @Test func aServerThatWaitsForAnotherToStopTakesOverWhatThatKnew() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([PostedAlert("Inherited", severity: "warning")]).status == 200)

            let waiting = try Tocsin.run(on: stage)
            let line = try await eventually("the second server waits") {
                waiting.logLines.first { $0.message.hasPrefix("waiting for another Tocsin") }
            }
            #expect(line.level == "WARN")
            #expect(line.metadata?["holder"]?.contains("pid \(first.program.processID)") == true)
            #expect(try await first.stop() == .exited(0))

            let second = try await Tocsin.listening(waiting)
            #expect(try await second.alerts().map { $0.labels["alertname"] } == ["Inherited"])
        }
    }

    @Test func aStoppedServerIsNotReadyLeavesNoLogOfTheDatabaseAndForgetsNothing() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            let warning = PostedAlert("DiskFull", severity: "warning")
            #expect(try await first.post([warning, PostedAlert("NodeDown", severity: "critical")]).status == 200)
            try await eventually("both were delivered, and the server knows") {
                first.program.logLines.count { $0.message == "delivered" } == 2
            }
            let before = try await first.alerts()

            // A request under way makes the stop last a moment.
            stage.sink.answer("/", with: .respond(after: .milliseconds(500)))
            #expect(try await first.post([PostedAlert("Late", severity: "warning")]).status == 200)
            try await eventually("the third is under way") { stage.sink.requests().count == 3 }
            try await self.expectCleanStop(of: first, on: stage)

            let second = try await Tocsin.start(on: stage)
            let after = try await second.alerts()
            #expect(Set(after.map(\.fingerprint)).isSuperset(of: before.map(\.fingerprint)))
            for alert in before {
                let same = after.first { $0.fingerprint == alert.fingerprint }
                #expect(same?.labels == alert.labels && same?.annotations == alert.annotations)
                #expect(same?.startsAt == alert.startsAt)
                // Its sender gets the time it asked for once more, to find this server again.
                #expect(same.map { $0.endsAt >= alert.endsAt } == true)
            }
            // What it told is not forgotten either: the same again is no news, its end is.
            #expect(try await second.post([warning]).status == 200)
            #expect(try await second.post([warning.resolved]).status == 200)
            try await eventually("Slack hears of the end") {
                try stage.sink.slackMessages().contains { $0.title == "[RESOLVED 1] DiskFull (warning)" }
            }
            let titles = try stage.sink.slackMessages().map(\.title).filter { $0.contains("DiskFull") }
            #expect(titles == ["[FIRING 1] DiskFull (warning)", "[RESOLVED 1] DiskFull (warning)"])
            #expect(try stage.sink.slackMessages().count { $0.title.contains("Late") } == 1)
        }
    }

    private func expectCleanStop(of server: Tocsin, on stage: Stage) async throws {
        server.program.signal(SIGTERM)
        var isReady = true
        try await eventually("the server stops") {
            do {
                let status = try await server.get("/-/ready").status
                if status != 200 { isReady = false }
                #expect(status == (isReady ? 200 : 503))
            } catch {
                isReady = false
            }
            return server.program.end != nil
        }
        #expect(server.program.end == .exited(0))
        #expect(server.program.logLines.last?.message == "stopped")
        let journal = stage.path("data/tocsin.db-wal")
        if FileManager.default.fileExists(atPath: journal) {
            #expect(try Data(contentsOf: URL(filePath: journal)).isEmpty)
        }
    }

    @Test func aStorageFolderThatCannotBeMadeStopsTheStartAndIsNamed() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)

            let program = try Tocsin.run(Tocsin.Launch(storage: "tocsin.yml/data"), on: stage)

            #expect(try await eventually("the server gives up") { program.end } == .exited(1))
            let line = program.logLines.last
            #expect(line?.level == "ERROR")
            #expect(line?.message.contains("tocsin.yml/data") == true, "\(program.output)")
            #expect(line?.message.contains("Not a directory") == true, "\(program.output)")
        }
    }

    @Test func aDatabaseThatIsNoneStopsTheStartAndIsLeftAlone() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let text = String(repeating: "This is not a database. ", count: 400)
            try stage.write(text, to: "data/tocsin.db")

            let program = try Tocsin.run(on: stage)

            #expect(try await eventually("the server gives up") { program.end } == .exited(1))
            #expect(program.logLines.last?.message.contains("data/tocsin.db") == true, "\(program.output)")
            #expect(try String(contentsOfFile: stage.path("data/tocsin.db"), encoding: .utf8) == text)
        }
    }
}
