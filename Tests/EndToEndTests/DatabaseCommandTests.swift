import Foundation
import Testing

/// `tocsin db`, beside a server and without one.
@Suite(.timeLimit(.minutes(3)))
struct DatabaseCommandTests {
    private func db(_ arguments: String..., on stage: Stage) async throws -> Program {
        let program = try stage.run(try Tocsin.binary, ["db"] + arguments)
        try await eventually("tocsin db \(arguments) ends") { program.end != nil }
        return program
    }

    @Test func aBackupOfARunningServerIsPutBackOnceItHasStopped() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([PostedAlert("Early", severity: "warning")]).status == 200)
            let backup = try await self.db("backup", "--storage.path=data", "backup.db", on: stage)
            #expect(backup.end == .exited(0), "\(backup.output)")
            #expect(try await self.db("backup", "--storage.path=data", "backup.db", on: stage).end == .exited(1))
            #expect(try await first.post([PostedAlert("Late", severity: "warning")]).status == 200)

            let early = try await self.db("restore", "--storage.path=data", "backup.db", on: stage)
            #expect(early.end == .exited(1))
            #expect(early.output.contains("pid \(first.program.processID)"), "\(early.output)")
            #expect(try await first.stop() == .exited(0))
            let restore = try await self.db("restore", "--storage.path=data", "backup.db", on: stage)
            #expect(restore.end == .exited(0), "\(restore.output)")

            let second = try await Tocsin.start(on: stage)
            #expect(try await second.alerts().map { $0.labels["alertname"] } == ["Early"])
        }
    }

    @Test func aDamagedDatabaseStopsTheStartWithAWayOut() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            try stage.write(String(repeating: "no database ", count: 500), to: "data/tocsin.db")

            let server = try Tocsin.run(on: stage)
            let end = try await eventually("the server gives up") { server.end }
            let check = try await self.db("check", "--storage.path=data", on: stage)

            #expect(end == .exited(1))
            #expect(server.logLines.last?.message.contains("tocsin db restore") == true, "\(server.output)")
            #expect(check.end == .exited(1))
            #expect(check.output.contains("not a database"), "\(check.output)")
        }
    }

    @Test func whatIsExportedFillsAnotherFolder() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let first = try await Tocsin.start(on: stage)
            #expect(try await first.post([PostedAlert("Moved", severity: "warning")]).status == 200)
            let export = try await self.db("export", "--storage.path=data", on: stage)
            #expect(export.end == .exited(0))
            try stage.write(export.output, to: "export.jsonl")

            let filled = try await self.db("import", "--storage.path=other", "export.jsonl", on: stage)
            #expect(filled.end == .exited(0), "\(filled.output)")
            #expect(try await self.db("import", "--storage.path=other", "export.jsonl", on: stage).end == .exited(1))

            let second = try await Tocsin.start(Tocsin.Launch(storage: "other"), on: stage)
            #expect(try await second.alerts().map { $0.labels["alertname"] } == ["Moved"])
        }
    }
}
