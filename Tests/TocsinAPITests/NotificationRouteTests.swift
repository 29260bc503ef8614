import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite struct NotificationRouteTests {
    private static func states(_ response: APIResponse) throws -> [String] {
        let data = try response.json["data"]?.array ?? []
        return data.compactMap { notice in
            guard let state = notice["state"]?.string, let to = notice["integration"]?.string else { return nil }
            return "\(state) \(to)"
        }
        .sorted()
    }

    private static func finish(_ stage: IncidentStage, _ receiver: String, _ outcome: Outcome) async throws {
        let send = try #require(stage.post.sends.last { $0.name.receiver == receiver })
        stage.service.post(.deliveryFinished(send.delivery, attempt: send.attempt, outcome))
        _ = try await stage.service.submit(.timePassed)
    }

    @Test func whatWasSentForAnIncidentIsListedWithHowFarItGot() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            let target = "/api/v1/incidents/INC-1/notifications"
            #expect(try Self.states(await stage.get(target)) == ["sending chat/slack[0]", "sending pager/slack[0]"])

            try await Self.finish(stage, "chat", .delivered)
            try await Self.finish(stage, "pager", .failed(reason: "no route", mayHaveArrived: false))
            #expect(try Self.states(await stage.get(target)) == ["delivered chat/slack[0]", "pending pager/slack[0]"])
            #expect(
                try Self.states(await stage.get("/api/v1/notifications?state=pending")) == ["pending pager/slack[0]"])
        }
    }

    @Test func aPageThatWasRefusedIsSentAgainWhenSomebodyAsks() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            try await Self.finish(stage, "pager", .refused(reason: "invalid key"))
            let dead = try await stage.get("/api/v1/notifications").json["data"]?.array?.first
            let id = try #require(dead?["id"]?.string)
            #expect(dead?["error"]?.string == "invalid key")
            #expect(dead?["incident"]?.string == "INC-1")
            let before = stage.post.sends.count

            let retried = await stage.send(
                .post, "/api/v1/notifications/\(id)/retry", headers: [("X-Tocsin-User", "ana")])

            #expect(retried.status == 200)
            #expect(try retried.json["changed"]?.bool == true)
            #expect(stage.post.sends.count == before + 1)
            #expect(stage.ledger.entries.last?.kind == .notificationRetried)
            let again = await stage.send(.post, "/api/v1/notifications/\(id)/retry")
            #expect(again.status == 404)
            #expect(try again.code == "unknown-notification")
            #expect(await stage.send(.post, "/api/v1/notifications/x/retry").status == 404)
        }
    }

    @Test func aDeadPageOfAnIncidentThatIsOverStaysDead() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            try await Self.finish(stage, "pager", .refused(reason: "invalid key"))
            let id = try #require(
                try await stage.get("/api/v1/notifications").json["data"]?.array?.first?["id"]?.string)
            await stage.act(1, "resolve")

            let retried = await stage.send(.post, "/api/v1/notifications/\(id)/retry")

            #expect(retried.status == 409)
            #expect(try retried.code == "incident-resolved")
        }
    }

    @Test func listsComeInPages() async throws {
        try await IncidentStage.with { stage in
            for name in ["A", "B", "C"] { try await stage.fire(name) }

            var ids: [String] = []
            var cursor = ""
            repeat {
                let page = try await stage.get("/api/v1/notifications?state=pending&limit=2\(cursor)").json
                ids += page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
                cursor = page["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty

            #expect(ids.count == 6)
            #expect(Set(ids).count == 6)
            #expect(await stage.get("/api/v1/notifications?state=lost").status == 400)
        }
    }
}
