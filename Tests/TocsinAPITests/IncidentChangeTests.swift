import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// `PATCH`, new incidents, many at once, and requests that come twice.
@Suite struct IncidentChangeTests {
    // MARK: PATCH

    @Test func aChangeMustSayWhichVersionItChanges() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            let body = #"{"title":"The disk","priority":"P2","assignees":["ana"]}"#

            let blind = await stage.send(.patch, "/api/v1/incidents/INC-1", body)
            #expect(blind.status == 428)
            #expect(try blind.code == "precondition-required")
            let tag = try #require(await stage.get("/api/v1/incidents/INC-1").header("ETag"))
            let done = await stage.send(.patch, "/api/v1/incidents/INC-1", body, headers: [("If-Match", tag)])
            #expect(done.status == 200)
            #expect(try done.json["changed"]?.bool == true)
            let stale = await stage.send(
                .patch, "/api/v1/incidents/INC-1", #"{"title":"x"}"#, headers: [("If-Match", tag)])
            #expect(stale.status == 412)
            #expect(try stale.json["incident"]?["title"]?.string == "The disk")

            let incident = try await stage.get("/api/v1/incidents/INC-1").json
            #expect(incident["title"]?.string == "The disk")
            #expect(incident["priority"]?.string == "P2")
            #expect(incident["priority_source"]?.string == "manual")
            #expect(incident["assignees"] == ["ana"])

            _ = await stage.send(
                .patch, "/api/v1/incidents/INC-1", #"{"priority":null,"assignees":[]}"#, headers: [("If-Match", "*")])
            let automatic = try await stage.get("/api/v1/incidents/INC-1").json
            #expect(automatic["priority"]?.string == "P1")
            #expect(automatic["priority_source"]?.string == "auto")
            #expect(automatic["assignees"] == [])
        }
    }

    @Test func aChangeOfWhichAPartIsRefusedChangesNothing() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            await stage.act(1, "resolve")

            let response = await stage.send(
                .patch, "/api/v1/incidents/INC-1", #"{"title":"new","priority":"P3"}"#, headers: [("If-Match", "*")])

            #expect(response.status == 409)
            #expect(try response.code == "incident-resolved")
            #expect(try await stage.get("/api/v1/incidents/INC-1").json["title"]?.string == "Disk")
        }
    }

    @Test(arguments: [
        #"{"title":""}"#, #"{"title":"  "}"#, #"{"title":"two\nlines"}"#, #"{"title":7}"#, #"{"priority":"P9"}"#,
        #"{"priority":1}"#, #"{"assignees":"ana"}"#, #"{"assignees":[""]}"#, #"{"assignees":["a\u0000"]}"#,
        #"{"status":"resolved"}"#, "{\"title\":\"\(String(repeating: "x", count: 501))\"}",
        "{\"assignees\":[\(Array(repeating: "\"x\"", count: 21).joined(separator: ","))]}",
    ])
    func aValueThatCannotBeIsRefused(_ body: String) async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")
            let before = await stage.get("/api/v1/incidents/INC-1").text

            let response = await stage.send(.patch, "/api/v1/incidents/INC-1", body, headers: [("If-Match", "*")])

            #expect(response.status == 422)
            #expect(await stage.get("/api/v1/incidents/INC-1").text == before)
        }
    }

    @Test func aBodyWithoutEndOrOfAnotherKindOrByAnotherMethodIsRefused() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("Disk")

            let long = await stage.act(1, "acknowledge", "{\"note\":\"\(String(repeating: "x", count: 300_000))\"}")
            #expect(long.status == 413)
            let note = await stage.act(1, "notes", "{\"text\":\"\(String(repeating: "x", count: 20_000))\"}")
            #expect(note.status == 422)
            let form = await stage.router.respond(
                to: APIRequest(
                    .post, "/api/v1/incidents/INC-1/acknowledge",
                    headers: ["Content-Type": "application/x-www-form-urlencoded"] as HeaderList,
                    body: Array("a=b".utf8)))
            #expect(form.status == 415)
            let method = await stage.send(.delete, "/api/v1/incidents/INC-1")
            #expect(method.status == 405)
            #expect(method.header("Allow") == "GET,PATCH")
            for response in [long, note, form, method] {
                #expect(response.header("Content-Type") == "application/problem+json")
            }
        }
    }

    // MARK: New ones

    @Test func aPersonOpensAnIncidentAndItsPolicyCalls() async throws {
        try await IncidentStage.with { stage in
            let response = await stage.send(
                .post, "/api/v1/incidents",
                #"{"title":"Checkout is slow","priority":"P2","service":"pay","escalation_policy":"oncall","note":"n"}"#
            )

            #expect(response.status == 201)
            #expect(response.header("Location") == "/api/v1/incidents/INC-1")
            let incident = try response.json["incident"]
            #expect(incident?["title"]?.string == "Checkout is slow")
            #expect(incident?["labels"] == ["service": "pay"])
            #expect(incident?["priority_source"]?.string == "manual")
            #expect(stage.post.sends.map(\.name.receiver) == ["pager"])
            let unknown = await stage.send(
                .post, "/api/v1/incidents", #"{"title":"x","priority":"P1","escalation_policy":"nobody"}"#)
            #expect(unknown.status == 422)
            #expect(try unknown.code == "unknown-policy")
        }
    }

    @Test func peopleOpenOnlySoManyIncidents() async throws {
        var limits = Limits()
        limits.incidents = 2
        try await IncidentStage.with(limits: limits) { stage in
            let body = #"{"title":"x","priority":"P4"}"#
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(await stage.send(.post, "/api/v1/incidents", body).status) }

            #expect(statuses == [201, 201, 503])
            try await stage.fire("Disk")
            #expect(try await stage.status(3) == "triggered")
        }
    }

    // MARK: Many

    @Test func theSameIsDoneWithManyAndEachHasItsResult() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("A", "B", "C")
            await stage.act(2, "acknowledge", headers: [("X-Tocsin-User", "ana")])
            await stage.act(3, "resolve")

            let response = await stage.send(
                .post, "/api/v1/incidents:batch",
                #"{"action":"acknowledge","ids":["INC-1","inc-2","INC-3","INC-9","INC-1"],"note":"all of them"}"#,
                headers: [("X-Tocsin-User", "ana")])

            #expect(response.status == 200)
            let results = try response.json["results"]?.array ?? []
            #expect(results.map { $0["ref"]?.string } == ["INC-1", "INC-2", "INC-3", nil, "INC-1"])
            #expect(results[0]["changed"]?.bool != results[4]["changed"]?.bool)
            #expect(results[1]["changed"]?.bool == false)
            #expect(results[2]["error"]?["status"]?.integer == 409)
            #expect(results[2]["error"]?["type"]?.string?.hasSuffix("incident-resolved") == true)
            #expect(results[3]["error"]?["status"]?.integer == 404)
            #expect(try await stage.status(1) == "acknowledged")
        }
    }

    @Test(arguments: [
        #"{"action":"acknowledge"}"#, #"{"ids":["INC-1"]}"#, #"{"action":"split","ids":["INC-1"]}"#,
        #"{"action":"acknowledge","ids":[]}"#,
        "{\"action\":\"acknowledge\",\"ids\":[\(Array(repeating: "\"INC-1\"", count: 501).joined(separator: ","))]}",
    ])
    func aBatchWithoutActionOrOfTooManyIsRefused(_ body: String) async throws {
        try await IncidentStage.with { stage in
            #expect(await stage.send(.post, "/api/v1/incidents:batch", body).status == 422)
        }
    }

    @Test func aBatchOfFiveHundredIsDone() async throws {
        try await IncidentStage.with { stage in
            try await stage.fire("A")
            let ids = Array(repeating: "\"INC-1\"", count: 500).joined(separator: ",")

            let response = await stage.send(
                .post, "/api/v1/incidents:batch", "{\"action\":\"acknowledge\",\"ids\":[\(ids)]}")

            let results = try response.json["results"]?.array ?? []
            #expect(results.count == 500)
            #expect(results.count { $0["changed"]?.bool == true } == 1)
        }
    }

    // MARK: Twice

    @Test func theSameRequestTwiceIsOneAndAnotherUnderItsKeyIsRefused() async throws {
        let ledger = Ledger()
        let key = [("Idempotency-Key", "k1"), ("X-Tocsin-User", "ana")]
        let body = #"{"title":"Checkout is slow","priority":"P2"}"#
        try await IncidentStage.with(ledger) { stage in
            for _ in 0..<2 {
                let response = await stage.send(.post, "/api/v1/incidents", body, headers: key)
                let incident = try response.json["incident"]
                #expect(response.status == 201)
                #expect(incident?["ref"]?.string == "INC-1")
            }
            let other = await stage.send(.post, "/api/v1/incidents", #"{"title":"x","priority":"P2"}"#, headers: key)
            #expect(other.status == 422)
            #expect(try other.code == "request-key-reused")
            let elsewhere = await stage.act(1, "acknowledge", headers: key)
            #expect(elsewhere.status == 422)
            let somebodyElse = await stage.send(.post, "/api/v1/incidents", body, headers: [key[0]])
            #expect(try somebodyElse.json["incident"]?["ref"]?.string == "INC-2")
        }

        try await IncidentStage.with(ledger) { stage in
            let again = await stage.send(.post, "/api/v1/incidents", body, headers: key)

            let json = try again.json
            #expect(again.status == 201)
            #expect(json["incident"]?["ref"]?.string == "INC-1")
            #expect(json["changed"]?.bool == true)
        }
    }

    @Test func keysThatAreNoneAndMoreThanAreRememberedAreRefused() async throws {
        var limits = Limits()
        limits.requestKeys = 1
        try await IncidentStage.with(limits: limits) { stage in
            try await stage.fire("A")
            for key in ["", "ä", String(repeating: "k", count: 256)] {
                #expect(await stage.act(1, "acknowledge", headers: [("Idempotency-Key", key)]).status == 400)
            }
            #expect(await stage.act(1, "acknowledge", headers: [("Idempotency-Key", "1")]).status == 200)
            #expect(await stage.act(1, "resolve", headers: [("Idempotency-Key", "2")]).status == 503)
            #expect(await stage.act(1, "acknowledge", headers: [("Idempotency-Key", "1")]).status == 200)
            #expect(await stage.act(1, "resolve").status == 200)
        }
    }
}
