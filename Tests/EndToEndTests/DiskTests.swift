import Foundation
import Testing

/// A disk that refuses writes costs no page, and nothing is confirmed that a crash would forget.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct DiskTests {
    @Test func aServerWhoseFilesMayNotGrowGoesOnPaging() async throws {
        try await Stage.play { stage in try await self.playFullDisk(FileSizeLimit(), on: stage) }
    }

    @Test(.enabled("a file system in memory can be mounted", { await SmallDisk.isAllowed() }))
    func aServerWhoseDiskIsFullGoesOnPaging() async throws {
        try await Stage.play { stage in try await self.playFullDisk(try await SmallDisk(on: stage), on: stage) }
    }

    private func playFullDisk(_ disk: some FickleDisk, on stage: Stage) async throws {
        try ShippedFiles.copyConfiguration(to: stage)
        let launch = Tocsin.Launch(
            configuration: stage.path("tocsin.yml"),
            storage: disk.folder,
            wrapper: disk.wrapper
        )
        let first = try await Tocsin.start(launch, on: stage)
        let before = PostedAlert("Before", severity: "critical")
        #expect(try await first.post([before]).status == 200)
        try await eventually("the first page is out, and the server knows") {
            first.program.logLines.contains { $0.message == "delivered" }
        }

        try await disk.refuse(first, on: stage)
        // There may be room for a few in what the database has already.
        let during = try await eventually("the disk refuses an alert") {
            let alert = PostedAlert("During\(UUID().uuidString.prefix(8))", severity: "critical")
            let answer = try await first.post([alert])
            return answer.status == 503 ? alert : nil
        }
        try await self.expectDegraded(first, knowing: during, at: stage.sink)

        try await disk.relent(first, on: stage)
        try await eventually("the alert can be saved") { try await first.post([during]).status == 200 }
        #expect(try await first.get("/-/ready").text == "OK")
        try await self.expectPage("TocsinStorageDegraded", .resolve, at: stage.sink)
        try await first.crash()

        let second = try await Tocsin.start(launch, on: stage)
        let names = try await second.alerts().map { $0.labels["alertname"] }
        #expect(names.contains("Before"))
        #expect(names.contains(during.labels["alertname"]))
        // What was told meanwhile was saved afterwards: a page about another takes as long as one about these would.
        #expect(try await second.post([before, during, PostedAlert("After", severity: "critical")]).status == 200)
        try await self.expectPage("After", .trigger, at: stage.sink)
        for alert in [before, during] {
            let name = alert.labels["alertname"] ?? ""
            #expect(try stage.sink.pagerDutyEvents().count { $0.summary.contains(name) } == 1, "\(name)")
        }
    }

    private func expectDegraded(_ server: Tocsin, knowing alert: PostedAlert, at sink: Sink) async throws {
        let ready = try await server.get("/-/ready")
        #expect(ready.status == 200)
        #expect(ready.text.wholeMatch(of: #/degraded: .+ since \d{4}-\S+Z/#) != nil, "\(ready.text)")
        #expect(try await server.get("/-/healthy").status == 200)
        let answer = try await server.post([alert])
        #expect(answer.status == 503, "the same again is not saved either")
        #expect(!answer.text.isEmpty)
        // In force all the same: it is shown, and it pages.
        let name = alert.labels["alertname"] ?? ""
        #expect(try await server.alerts().contains { $0.labels["alertname"] == name })
        try await self.expectPage(name, .trigger, at: sink)
        try await self.expectPage("TocsinStorageDegraded", .trigger, at: sink)
        let line = server.program.logLines.first { $0.message.hasPrefix("the disk refuses writes") }
        #expect(line?.level == "ERROR")
        #expect(line?.metadata?["reason"]?.isEmpty == false)
    }

    @Test(.enabled("a file system in memory can be mounted", { await SmallDisk.isAllowed() }))
    func aStorageFolderThatCannotBeWrittenStopsTheStartAndIsNamed() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let disk = try await SmallDisk(on: stage)
            try await disk.makeReadOnly(on: stage)
            let launch = Tocsin.Launch(
                configuration: stage.path("tocsin.yml"),
                storage: disk.folder,
                wrapper: disk.wrapper
            )

            let program = try Tocsin.run(launch, on: stage)

            #expect(try await eventually("the server gives up") { program.end } == .exited(1))
            let line = program.logLines.last
            #expect(line?.level == "ERROR")
            #expect(line?.message.contains(disk.folder) == true, "\(program.output)")
            #expect(line?.message.contains("Read-only file system") == true, "\(program.output)")
        }
    }

    private enum Action: String {
        case trigger
        case resolve
    }

    private func expectPage(_ name: String, _ action: Action, at sink: Sink) async throws {
        try await eventually("PagerDuty hears \(action) of \(name)") {
            try sink.pagerDutyEvents().contains { $0.action == action.rawValue && $0.summary.contains(name) }
        }
    }
}
