import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// Groups of routes that tell nothing at this time of day.
@Suite struct MutedGroupTests {
    private static let routing: RoutingTable = {
        var root = RouteNode(receiver: "chat")
        var muted = RouteNode(matchers: [Matcher(name: "severity", equals: "critical")], receiver: "pager")
        // It is 03:04 when the test begins.
        muted.muteTimeIntervals = [
            NamedTimeInterval(name: "never", intervals: []),
            NamedTimeInterval(name: "nights", intervals: [TimeInterval(times: [0..<200])]),
        ]
        root.children = [muted]
        return RoutingTable(root: root, integrations: [:])
    }()

    private func fire(on stage: Stage) async throws {
        _ = try await stage.service.submit(.routingReplaced(Self.routing))
        _ = await stage.fire(["alertname": "Disk", "severity": "critical"], ["alertname": "Cpu"])
    }

    /// Receiver, state and names of the first alert of each group.
    private func groups(_ stage: Stage, _ query: String = "") async throws -> [String] {
        let document = try JSONValue(parsing: await stage.get("/api/v2/alerts/groups\(query)").text)
        return (document.array ?? []).map { group in
            let status = group["alerts"]?.array?.first?["status"]
            let names = (status?["mutedBy"]?.array ?? []).map { $0.string ?? "-" }
            let receiver = group["receiver"]?["name"]?.string ?? "-"
            return ([receiver, status?["state"]?.string ?? "-"] + names).joined(separator: " ")
        }
    }

    @Test func theIntervalsThatHoldAreNamed() async throws {
        try await Stage.with { stage in
            try await self.fire(on: stage)

            #expect(try await self.groups(stage) == ["chat active", "pager suppressed nights"])
            #expect(try await self.groups(stage, "?muted=false") == ["chat active"])
            #expect(try await self.groups(stage, "?active=false") == ["pager suppressed nights"])
        }
    }

    @Test func whenTheIntervalIsOverNobodyIsNamed() async throws {
        try await Stage.with { stage in
            try await self.fire(on: stage)
            stage.clock.advance(by: .seconds(960))

            #expect(try await self.groups(stage) == ["chat active", "pager active"])
        }
    }

    @Test func alertsByThemselvesAreNotMuted() async throws {
        try await Stage.with { stage in
            try await self.fire(on: stage)

            let text = await stage.get("/api/v2/alerts").text
            #expect(!text.contains("nights") && !text.contains("suppressed"))
        }
    }
}
