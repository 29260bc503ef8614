import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel

/// 2026-01-02T03:04:05.678Z is now on every stage.
private let matcher = #"{"name":"alertname","value":"Disk","isRegex":false,"isEqual":true}"#

private func body(
    id: String? = nil,
    matchers: String = matcher,
    from start: String = "2026-01-02T03:00:00Z",
    until end: String = "2026-01-02T05:00:00.5+02:00",
    comment: String = "c"
) -> String {
    let id = id.map { #""id":"\#($0)","# } ?? ""
    return """
        {\(id)"matchers":[\(matchers)],"startsAt":"\(start)","endsAt":"\(end)","createdBy":"ana","comment":"\(comment)"}
        """
}

extension Stage {
    fileprivate func silence(_ text: String) async -> APIResponse { await self.post("/api/v2/silences", text) }

    /// Makes a silence and gives its name.
    fileprivate func silenced(_ text: String) async throws -> String {
        let response = await self.silence(text)
        try #require(response.status == 200)
        return try #require(try JSONValue(parsing: response.text)["silenceID"]?.string)
    }

    fileprivate func end(_ name: String) async -> APIResponse {
        await self.router.respond(to: APIRequest(.delete, "/api/v2/silence/\(name)"))
    }

    fileprivate func comments(_ query: String = "") async throws -> [String] {
        let list = try JSONValue(parsing: await self.get("/api/v2/silences\(query)").text)
        return (list.array ?? []).map { $0["comment"]?.string ?? "" }
    }
}

@Suite struct SilenceShowingTests {
    @Test func aSilenceIsShownWithAllThatClientsTakeForGranted() async throws {
        try await Stage.with { stage in
            let text = """
                {"ID":"","Matchers":[\(matcher),{"name":"host","value":"a.*","isRegex":true},
                {"name":"n\\"","value":"<","isRegex":false,"isEqual":false}],
                "startsAt":"2026-01-02T05:04:06.1239+02:00","endsAt":"2026-01-03T03:04:05Z","createdBy":"",
                "comment":"x\\n","annotations":{"b":"2","a":"1"},"more":[1]}
                """
            let name = try await stage.silenced(text)

            let response = await stage.get("/api/v2/silence/\(name)")

            #expect(response.status == 200)
            #expect(
                response.text == #"{"id":"\#(name)","status":{"state":"pending"},"#
                    + #""updatedAt":"2026-01-02T03:04:05.678Z","annotations":{"a":"1","b":"2"},"#
                    + #""comment":"x\n","createdBy":"","#
                    + #""endsAt":"2026-01-03T03:04:05.000Z","matchers":["#
                    + #"{"isEqual":true,"isRegex":false,"name":"alertname","value":"Disk"},"#
                    + #"{"isEqual":true,"isRegex":true,"name":"host","value":"a.*"},"#
                    + #"{"isEqual":false,"isRegex":false,"name":"n\"","value":"<"}],"#
                    + #""startsAt":"2026-01-02T05:04:06.123+02:00"}"# + "\n"
            )
            #expect(await stage.get("/api/v2/silences").text == "[\(response.text.dropLast())]\n")
        }
    }

    @Test func theListGoesByStateAndThenByTime() async throws {
        try await Stage.with { stage in
            for (start, end, comment) in [
                ("04:00", "08:00", "pending 4"), ("03:30", "09:00", "pending 3"), ("03:00", "07:00", "active 7"),
                ("03:00", "06:00", "active 6"),
            ] {
                let text = body(from: "2026-01-02T\(start):00Z", until: "2026-01-02T\(end):00Z", comment: comment)
                _ = try await stage.silenced(text)
            }
            for number in 1...2 {
                let text = body(until: "2026-01-03T00:00:00Z", comment: "old \(number)")
                _ = await stage.end(try await stage.silenced(text))
                stage.clock.advance(by: .seconds(1))
            }

            #expect(
                try await stage.comments() == ["active 6", "active 7", "pending 3", "pending 4", "old 2", "old 1"]
            )
            #expect(try await stage.comments("?active=false&pending=no") == ["old 2", "old 1"])
            #expect(try await stage.comments("?expired=false&active=0") == ["pending 3", "pending 4"])
        }
    }

    @Test(arguments: [
        ("alertname=Disk", true), ("alertname=~Disk", false), ("alertname!=Disk", false), ("alertname=Dis", false),
        ("host=~a.*", true), ("host=a", false), ("alertname=Disk&filter=host=~a.*", true),
        ("alertname=Disk&filter=x=y", false),
    ])
    func aFilterIsAMatcherOfTheSilence(_ filter: String, _ isListed: Bool) async throws {
        try await Stage.with { stage in
            let matchers = matcher + #",{"name":"host","value":"a.*","isRegex":true}"#
            _ = try await stage.silenced(body(matchers: matchers, until: "2026-01-03T00:00:00Z"))

            #expect(try await stage.comments("?filter=\(filter)").count == (isListed ? 1 : 0))
        }
    }

    @Test func aFilterThatCannotBeReadIsNamed() async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v2/silences?filter=x")

            #expect(response.status == 400)
            #expect(response.text == "\"bad matcher format: x\"\n")
        }
    }

    @Test func aLongListComesInPiecesThatAreOneDocument() async throws {
        try await Stage.with { stage in
            let text = String(repeating: "x", count: 2000)
            for number in 0..<200 {
                _ = try await stage.silenced(body(until: "2026-01-03T00:00:00Z", comment: "\(number) \(text)"))
            }

            let response = await stage.get("/api/v2/silences")

            guard case .pieces = response.body else {
                Issue.record("the answer must be longer than a piece")
                return
            }
            #expect(try JSONValue(parsing: response.text).array?.count == 200)
        }
    }
}

@Suite struct SilencePostingTests {
    /// What is wrong with a body, and what is said about it.
    @Test(arguments: [
        ("", 422, #"{"code":602,"message":"silence in body is required"}"#),
        ("null", 422, #"{"code":602,"message":"silence in body is required"}"#),
        ("{", 400, #"{"code":400,"message":"parsing silence body from \"\" failed, because unexpected EOF"}"#),
        ("[]", 400, "cannot unmarshal array into Go value of type models.PostableSilence"),
        (#"{"comment":1}"#, 400, "cannot unmarshal number into Go struct field Silence.comment of type string"),
        (#"{"startsAt":"yesterday"}"#, 400, #"parsing time \"yesterday\""#),
        ("{}", 422, #"{"code":602,"message":"comment in body is required"}"#),
        (#"{"comment":""}"#, 422, "createdBy in body is required"),
        (#"{"comment":"","createdBy":null}"#, 422, "createdBy in body is required"),
        (#"{"comment":"","createdBy":""}"#, 422, "endsAt in body is required"),
        (#"{"comment":"","createdBy":"","endsAt":"2026-01-03T00:00:00Z"}"#, 422, "matchers in body is required"),
        (
            #"{"comment":"","createdBy":"","endsAt":"2026-01-03T00:00:00Z","matchers":[]}"#, 422,
            #"{"code":612,"message":"matchers in body should have at least 1 items"}"#
        ),
        (body(matchers: "{}"), 422, "matchers.0.isRegex in body is required"),
        (body(matchers: #"{"isRegex":true}"#), 422, "matchers.0.name in body is required"),
        (body(matchers: #"\#(matcher),{"isRegex":true,"name":"a"}"#), 422, "matchers.1.value in body is required"),
        (body(matchers: "null"), 422, "matchers.0 in body is required"),
        (body(matchers: "1"), 400, "cannot unmarshal number into Go struct field Matcher.matchers"),
        (
            body(from: "2026-01-02T04:00:00Z", until: "2026-01-02T04:00:00Z"), 400,
            #""Failed to create silence: start time must be before end time""#
        ),
        (
            body(from: "2026-01-02T01:00:00Z", until: "2026-01-02T02:00:00Z"), 400,
            #""Failed to create silence: end time can't be in the past""#
        ),
        (
            body(matchers: #"{"name":"a","value":"(","isRegex":true}"#, until: "2026-01-03T00:00:00Z"), 400,
            #""invalid silence: invalid label matcher 0 in set 0: invalid regular expression \"(\": "#
                + #"error parsing regexp: missing closing ): `(`""#
        ),
        (
            body(matchers: #"{"name":"a","value":"","isRegex":false}"#, until: "2026-01-03T00:00:00Z"), 400,
            #""invalid silence: matcher set 0: at least one matcher must not match the empty string""#
        ),
        (body(id: "nobody", until: "2026-01-03T00:00:00Z"), 404, #""silence not found""#),
        (
            body(id: "7d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5f", until: "2026-01-03T00:00:00Z"), 404,
            #""silence not found""#
        ),
    ])
    func whatIsWrongIsSaidAsAlertmanagerSaysIt(_ body: String, _ status: Int, _ text: String) async throws {
        try await Stage.with { stage in
            let response = await stage.silence(body)
            let silences = try await stage.comments()

            #expect(response.status == status)
            #expect(response.text.contains(text), "\(response.text)")
            #expect(silences == [])
        }
    }

    @Test func aChangeInPlaceKeepsTheName() async throws {
        try await Stage.with { stage in
            let name = try await stage.silenced(body(until: "2026-01-03T00:00:00Z"))
            let change = body(
                id: name.uppercased(), from: "2026-01-02T03:04:05Z", until: "2026-01-04T00:00:00Z", comment: "longer")

            #expect(try await stage.silenced(change) == name)
            #expect(try await stage.comments() == ["longer"])
        }
    }

    @Test func otherMatchersMakeAnotherSilenceAndEndTheOld() async throws {
        try await Stage.with { stage in
            let name = try await stage.silenced(body(until: "2026-01-03T00:00:00Z", comment: "old"))
            let other = #"{"name":"alertname","value":"Cpu","isRegex":false}"#

            let new = try await stage.silenced(body(id: name, matchers: other, until: "2026-01-03T00:00:00Z"))

            #expect(new != name)
            #expect(try await stage.comments("?expired=false") == ["c"])
            #expect(try await stage.comments("?active=false") == ["old"])
        }
    }

    @Test func thereIsALimitToSilences() async throws {
        var limits = Limits()
        limits.silences = 1
        limits.silenceSize = 300
        try await Stage.with(limits: limits) { stage in
            let long = String(repeating: "x", count: 300)
            let tooLong = await stage.silence(body(until: "2026-01-03T00:00:00Z", comment: long))
            _ = try await stage.silenced(body(until: "2026-01-03T00:00:00Z"))
            let tooMany = await stage.silence(body(until: "2026-01-03T00:00:00Z"))

            #expect(tooLong.status == 400)
            #expect(tooLong.text.contains("silence exceeded maximum size: "))
            #expect(tooMany.status == 400)
            #expect(tooMany.text == "\"exceeded maximum number of silences: 1 (limit: 1)\"\n")
        }
    }

    @Test func aBodyThatIsTooLongIsNotRead() async throws {
        try await Stage.with { stage in
            let response = await stage.silence(body(comment: String(repeating: "x", count: 1 << 20)))

            #expect(response.status == 413)
        }
    }

    @Test func aSilenceThatIsNotSavedIsNamedAndKeepsItsName() async throws {
        try await Stage.with { stage in
            stage.disk.isFull = true
            let text = body(until: "2026-01-03T00:00:00Z")
            let first = await stage.silence(text)
            let again = await stage.silence(text)
            stage.disk.isFull = false
            stage.clock.advance(by: .seconds(2))

            let name = try await stage.silenced(text)

            #expect(first.status == 503)
            #expect(first.header("Retry-After") == "10")
            #expect(try JSONValue(parsing: first.text)["silenceID"] == .string(name))
            #expect(try JSONValue(parsing: again.text)["silenceID"] == .string(name))
            #expect(first.text.contains("in force, not saved: no space left on device"))
            #expect(try await stage.comments() == ["c"])
        }
    }
}

@Suite struct SilenceEndingTests {
    @Test func endingTwiceIsFineAndTheSilenceStaysInTheList() async throws {
        try await Stage.with { stage in
            let name = try await stage.silenced(body(until: "2026-01-03T00:00:00Z"))

            let responses = [await stage.end(name), await stage.end(name)]

            #expect(responses.map(\.status) == [200, 200])
            #expect(responses.map(\.text) == ["", ""])
            #expect(await stage.get("/api/v2/silence/\(name)").text.contains(#""status":{"state":"expired"}"#))
        }
    }

    @Test(arguments: [APIMethod.get, .delete])
    func aSilenceThatIsNotThereIsNotFound(_ method: APIMethod) async throws {
        try await Stage.with { stage in
            let unknown = await stage.router.respond(
                to: APIRequest(method, "/api/v2/silence/7d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5f")
            )
            let gone = await stage.router.respond(
                to: APIRequest(method, "/api/v2/silence/\(InstallationID.none.name(of: ID(7)))")
            )
            let malformed = await stage.router.respond(to: APIRequest(method, "/api/v2/silence/7d8a"))

            #expect([unknown.status, gone.status, malformed.status] == [404, 404, 422])
            #expect([unknown.text, gone.text] == ["", ""])
            #expect(
                malformed.text == #"{"code":601,"message":"silenceID in path must be of type uuid: \"7d8a\""}"#
            )
        }
    }
}

@Suite struct SuppressionListingTests {
    private func alerts(_ stage: Stage, _ query: String) async throws -> [String] {
        let list = try JSONValue(parsing: await stage.get("/api/v2/alerts?\(query)").text)
        return (list.array ?? []).compactMap { $0["labels"]?["alertname"]?.string }.sorted()
    }

    @Test func aSilenceShowsAtOnceWhereverItsAlertIsListed() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk"], ["alertname": "Cpu"])
            let name = try await stage.silenced(body(until: "2026-01-02T03:05:05Z"))

            let status = #""status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":["\#(name)"],"state":"suppressed"}"#
            #expect(await stage.get("/api/v2/alerts?filter=alertname=Disk").text.contains(status))
            #expect(await stage.get("/api/v2/alerts/groups?filter=alertname=Disk").text.contains(status))
            #expect(try await self.alerts(stage, "silenced=false") == ["Cpu"])
            #expect(try await self.alerts(stage, "active=false") == ["Disk"])
            #expect(try await self.alerts(stage, "inhibited=false") == ["Cpu", "Disk"])

            stage.clock.advance(by: .seconds(60))
            #expect(try await self.alerts(stage, "silenced=false") == ["Cpu", "Disk"])
        }
    }

    @Test func anInhibitedAlertNamesTheOneThatInhibitsIt() async throws {
        let rule = InhibitRule(
            source: [Matcher(name: "alertname", equals: "Down")],
            target: [Matcher(name: "alertname", equals: "Disk")],
            equal: ["host"]
        )
        try await Stage.with(inhibitRules: [rule]) { stage in
            _ = await stage.fire(
                ["alertname": "Disk", "host": "a"], ["alertname": "Disk", "host": "b"],
                ["alertname": "Down", "host": "a"]
            )
            let source = LabelSet(["alertname": "Down", "host": "a"]).fingerprint
            let others = try await self.alerts(stage, "inhibited=false")

            let status = #""status":{"inhibitedBy":["\#(source)"],"mutedBy":[],"silencedBy":[],"state":"suppressed"}"#
            #expect(await stage.get("/api/v2/alerts?active=false").text.contains(status))
            #expect(await stage.get("/api/v2/alerts/groups?active=false").text.contains(status))
            #expect(others == ["Disk", "Down"])
        }
    }
}
