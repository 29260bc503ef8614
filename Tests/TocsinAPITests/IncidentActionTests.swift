import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite struct IncidentActionTests {
    /// An action on an incident to which other things were done before.
    struct Case: Sendable, CustomTestStringConvertible {
        let before: [String]
        let verb: String
        var body = ""
        var status = 200
        var changed: Bool?
        var code: String?
        var leaves: String

        var testDescription: String { "\(self.verb) after \(self.before)" }

        static func changes(_ before: [String], _ verb: String, _ body: String = "", leaves: String) -> Case {
            Case(before: before, verb: verb, body: body, changed: true, leaves: leaves)
        }

        static func does(_ before: [String], nothingBy verb: String, _ body: String = "", leaves: String) -> Case {
            Case(before: before, verb: verb, body: body, changed: false, leaves: leaves)
        }

        static func refuses(
            _ before: [String],
            _ verb: String,
            _ body: String,
            _ status: Int,
            _ code: String,
            leaves: String
        ) -> Case {
            Case(before: before, verb: verb, body: body, status: status, code: code, leaves: leaves)
        }
    }

    private static let snooze = #"{"until":"2026-01-02T09:00:00Z"}"#

    static let table: [Case] = [
        .changes([], "acknowledge", leaves: "acknowledged"),
        .does(["acknowledge"], nothingBy: "acknowledge", leaves: "acknowledged"),
        .changes(["acknowledge"], "acknowledge", #"{"extend":true,"expires_in":"2h"}"#, leaves: "acknowledged"),
        .refuses(["resolve"], "acknowledge", "", 409, "incident-resolved", leaves: "resolved"),
        .changes(["acknowledge"], "unacknowledge", leaves: "triggered"),
        .does([], nothingBy: "unacknowledge", leaves: "triggered"),
        .refuses(["resolve"], "unacknowledge", "", 409, "incident-resolved", leaves: "resolved"),
        .changes([], "resolve", leaves: "resolved"),
        .changes(["acknowledge"], "resolve", #"{"note":"the fan was off"}"#, leaves: "resolved"),
        .does(["resolve"], nothingBy: "resolve", leaves: "resolved"),
        .changes(["resolve"], "reopen", leaves: "triggered"),
        .does([], nothingBy: "reopen", leaves: "triggered"),
        .changes([], "escalate", leaves: "triggered"),
        .changes(["acknowledge"], "escalate", leaves: "triggered"),
        .refuses(["resolve"], "escalate", "", 409, "incident-resolved", leaves: "resolved"),
        .changes([], "snooze", Self.snooze, leaves: "acknowledged"),
        .refuses([], "snooze", #"{"until":"2025-01-02T09:00:00Z"}"#, 422, "invalid-snooze", leaves: "triggered"),
        .refuses([], "snooze", "", 422, "invalid-content", leaves: "triggered"),
        .refuses(["resolve"], "snooze", Self.snooze, 409, "incident-resolved", leaves: "resolved"),
        .does([], nothingBy: "reapply-policy", leaves: "triggered"),
        .refuses(["resolve"], "reapply-policy", "", 409, "incident-resolved", leaves: "resolved"),
        .refuses([], "merge", #"{"into":"INC-1"}"#, 409, "cannot-merge", leaves: "triggered"),
        .refuses([], "merge", #"{"into":"INC-77"}"#, 404, "unknown-incident", leaves: "triggered"),
        .refuses([], "split", #"{"groups":["none"]}"#, 422, "cannot-split", leaves: "triggered"),
        .refuses([], "acknowledge", #"{"expire_in":"2h"}"#, 422, "invalid-content", leaves: "triggered"),
        .refuses([], "acknowledge", #"{"expires_in":"31d"}"#, 422, "invalid-content", leaves: "triggered"),
        .refuses([], "acknowledge", #"{"expires_in":-1}"#, 422, "invalid-content", leaves: "triggered"),
        .refuses([], "acknowledge", #"["x"]"#, 400, "invalid-request", leaves: "triggered"),
        .refuses([], "acknowledge", #"{"note":"#, 400, "invalid-request", leaves: "triggered"),
    ]

    @Test(arguments: table)
    func anActionChangesDoesNothingOrIsRefused(_ expected: Case) async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            for verb in expected.before { await stage.act(1, verb) }
            let version = try await stage.get("/api/v1/incidents/INC-1").json["version"]?.integer

            let response = await stage.act(1, expected.verb, expected.body)

            #expect(response.status == expected.status)
            let json = try response.json
            if let code = expected.code {
                #expect(try response.code == code)
                #expect(response.header("Content-Type") == "application/problem+json")
                #expect(json["status"]?.integer == Int64(expected.status))
            } else {
                #expect(json["changed"]?.bool == expected.changed)
                #expect(json["incident"]?["status"]?.string == expected.leaves)
                let now = json["incident"]?["version"]?.integer ?? 0
                #expect(response.header("ETag") == "\"v\(now)\"")
                #expect((now > (version ?? 0)) == expected.changed)
            }
            #expect(try await stage.status(1) == expected.leaves)
        }
    }

    static let verbs = [
        ("acknowledge", ""), ("unacknowledge", ""), ("resolve", ""), ("reopen", ""), ("escalate", ""),
        ("snooze", Self.snooze), ("merge", #"{"into":"INC-1"}"#), ("split", #"{"groups":["a"]}"#),
        ("reapply-policy", ""), ("notes", #"{"text":"x"}"#),
    ]

    @Test(arguments: verbs)
    func anUnknownIncidentIsNotFoundAndAStaleVersionIsRefusedWithThePresentOne(
        _ verb: String, _ body: String
    ) async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            let unknown = await stage.act(77, verb, body)
            #expect(unknown.status == 404)
            #expect(try unknown.code == "unknown-incident")

            let stale = await stage.act(1, verb, body, headers: [("If-Match", "\"v99\"")])
            #expect(stale.status == 412)
            #expect(try stale.code == "incident-changed")
            #expect(try stale.json["incident"]?["ref"]?.string == "INC-1")
            let version = try stale.json["incident"]?["version"]?.integer ?? 0
            #expect(stale.header("ETag") == "\"v\(version)\"")
            #expect(try await stage.status(1) == "triggered")
        }
    }

    @Test func aConflictHoldsTheIncidentAsItIs() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            await stage.act(1, "resolve")

            let response = await stage.act(1, "acknowledge")

            #expect(try response.json["incident"]?["status"]?.string == "resolved")
            #expect(
                try response.json["detail"]?.string
                    == "INC-1 was resolved at 2026-01-02T03:04:05.678Z, reason: manual")
        }
    }

    @Test func anIncidentIsMergedAndThenLeadsToWhatItIsPartOf() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk", "Net")

            let merged = await stage.act(1, "merge", #"{"into":"INC-2"}"#)
            #expect(try merged.json["incident"]?["status"]?.string == "resolved")

            let refused = await stage.act(1, "acknowledge")
            #expect(refused.status == 409)
            #expect(try refused.code == "incident-merged")
            #expect(refused.header("Location") == "/api/v1/incidents/INC-2")
            let source = await stage.get("/api/v1/incidents/INC-1")
            #expect(source.status == 200)
            let target = try await stage.get("/api/v1/incidents/INC-2").json
            #expect(try source.json["merged_into"] == target["id"])
            #expect(target["alerts"]?["firing"]?.integer == 2)

            let key = try #require(try source.json["groups"]?.array?.first?.string)
            let split = await stage.send(
                .post, "/api/v1/incidents/INC-2/split",
                String(decoding: JSONValue.object([.init("groups", [.string(key)])]).encoded(), as: UTF8.self))
            #expect(try split.json["changed"]?.bool == true)
            #expect(try await stage.get("/api/v1/incidents/INC-3").json["alerts"]?["firing"]?.integer == 1)
        }
    }

    @Test func fiftyAcknowledgementsAndResolvesAtOnceMakeOneOfEach() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            let statuses = await withTaskGroup(of: Int.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        await stage.act(
                            1, number.isMultiple(of: 2) ? "acknowledge" : "resolve",
                            headers: [("X-Tocsin-User", "user\(number % 7)")]
                        ).status
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }

            #expect(Set(statuses).isSubset(of: [200, 409]))
            #expect(try await stage.status(1) == "resolved")
            let kinds = stage.ledger.entries.map(\.kind)
            #expect(kinds.count { $0 == .acknowledged } <= 1)
            #expect(kinds.count { $0 == .resolved } == 1)
            let others = stage.ledger.entries.filter { $0.kind == .alsoAcknowledged }.map(\.actor.name)
            #expect(others.count == Set(others).count)
        }
    }

    @Test func whoDidItAndThroughWhichDoorIsOnTheTimeline() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            await stage.act(1, "acknowledge")
            await stage.act(
                1, "resolve", #"{"on_behalf_of":"the night shift","note":"<b>done</b>"}"#,
                headers: [("X-Tocsin-User", "ana"), ("User-Agent", "tocsin/1.0")])
            await stage.act(1, "reopen", headers: [("X-Tocsin-Source", "ui"), ("User-Agent", "Mozilla/5.0")])

            let entries = stage.ledger.entries
            let actor = { (kind: TimelineEntry.Kind) in entries.last { $0.kind == kind }?.actor }
            #expect(actor(.acknowledged) == Actor(.claimed, "anonymous", via: .api))
            #expect(actor(.resolved) == Actor(.claimed, "ana", via: .cli, onBehalfOf: "the night shift"))
            #expect(actor(.reopened) == Actor(.claimed, "anonymous", via: .ui))
            let notes = try await stage.get("/api/v1/incidents/INC-1/notes").json["data"]?.array ?? []
            #expect(notes.map { $0["details"]?["note"]?.string } == ["<b>done</b>"])
        }
    }

    @Test(arguments: [
        ("X-Tocsin-User", String(repeating: "x", count: 101), 400), ("Sec-Fetch-Site", "cross-site", 403),
    ])
    func aNameWithoutEndAndAPageOfAnotherSiteAreRefused(_ name: String, _ value: String, _ status: Int) async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            let response = await stage.act(1, "acknowledge", headers: [(name, value)])

            #expect(response.status == status)
            #expect(try await stage.status(1) == "triggered")
        }
    }

    @Test func aFullDiskIsToldAndTheSameAgainIsConfirmedWhenItHasRoom() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            stage.ledger.isFull = true

            let first = await stage.act(1, "acknowledge")
            #expect(first.status == 503)
            #expect(try first.code == "not-saved")
            #expect(first.header("Retry-After") == "10")
            #expect(try first.json["incident"]?["status"]?.string == "acknowledged")
            let again = await stage.act(1, "acknowledge")
            #expect(again.status == 503)

            stage.ledger.isFull = false
            try await stage.pass(2)
            let last = await stage.act(1, "acknowledge")
            #expect(last.status == 200)
            #expect(try last.json["changed"]?.bool == false)
        }
    }

    @Test func whatOnlyTheDiskKnowsIsShownAndNotChanged() async throws {
        let ledger = Ledger()
        try await IncidentStage.with(ledger) { stage in
            let installation = InstallationID(high: 1, low: 2)
            ledger.add(Samples.ended(number: 9001, reference: 77, at: Stage.beginning - .seconds(90 * 86400)))

            for name in ["INC-77", installation.incidentName(9001)] {
                #expect(try await stage.get("/api/v1/incidents/\(name)").json["ref"]?.string == "INC-77")
            }
            let refused = await stage.act(77, "acknowledge")
            #expect(refused.status == 409)
            #expect(try refused.code == "incident-resolved")
            #expect(try refused.json["incident"]?["status"]?.string == "resolved")
            let resolved = try await stage.act(77, "resolve").json
            #expect(resolved["changed"]?.bool == false)

            ledger.isUnreadable = true
            let unreadable = await stage.get("/api/v1/incidents/INC-77")
            #expect(unreadable.status == 503)
            #expect(unreadable.header("Retry-After") != nil)
        }
    }
}

/// Incidents of the past.
enum Samples {
    static func ended(
        number: Int64,
        reference: Int64,
        at time: Timestamp,
        title: String = "old",
        labels: LabelSet = ["service": "old"]
    ) -> Incident {
        var incident = Incident(
            id: ID(number), reference: reference, title: title, priority: .p2, labels: labels,
            correlation: "old \(number)", receiver: "chat", openedAt: time,
            response: Incident.Response(respondBy: time + .seconds(1800), dueSoonAt: nil),
            escalation: Escalation(policy: nil))
        incident.status = .resolved
        incident.resolution = Incident.Resolution(at: time + .seconds(60), by: .alerts, reason: .alerts)
        return incident
    }
}
