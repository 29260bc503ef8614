import Testing
import TocsinAPI

@Suite struct NegotiationTests {
    @Test(arguments: ["application/json", "application/json; charset=utf-8", "Application/JSON;x=y"])
    func aBodyOfJSONIsTaken(_ type: String) async throws {
        try await Stage.with { stage in
            #expect(await stage.post("/api/v2/alerts", "[]", type: type).status == 200)
        }
    }

    @Test(arguments: [
        ("text/plain", "text/plain"), ("application/x+json", "application/x+json"), ("", "application/octet-stream"),
        ("application/jsonx", "application/jsonx"),
    ])
    func anotherTypeIsRefused(_ type: String, _ named: String) async throws {
        try await Stage.with { stage in
            let response = await stage.post("/api/v2/alerts", "[]", type: type)

            let message = #"unsupported media type \"\#(named)\", only [application/json] are allowed"#
            #expect(response.status == 415)
            #expect(response.text == #"{"code":415,"message":"\#(message)"}"#)
        }
    }

    @Test func aBodyWithoutATypeIsRefused() async throws {
        try await Stage.with { stage in
            let request = APIRequest(.post, "/api/v2/alerts", body: Array("[]".utf8))

            let response = await stage.router.respond(to: request)

            #expect(response.status == 415)
            #expect(response.text.contains("application/octet-stream"))
        }
    }

    @Test func anEmptyBodyNeedsNoType() async throws {
        try await Stage.with { stage in
            let response = await stage.router.respond(to: APIRequest(.post, "/api/v2/alerts"))

            #expect(response.status == 422)
            #expect(response.text == #"{"code":602,"message":"alerts in body is required"}"#)
        }
    }

    @Test(arguments: [
        "*/*", "application/*", "application/json", "text/html, application/json;q=0.9", "", "text/*;q=1,*/*",
    ])
    func jsonIsGivenToWhoeverTakesIt(_ accept: String) async throws {
        try await Stage.with { stage in
            let request = APIRequest(.get, "/api/v2/receivers", headers: ["Accept": accept] as HeaderList)
            #expect(await stage.router.respond(to: request).status == 200)
        }
    }

    @Test(arguments: ["text/html", "application/xml, text/plain", "application/json;q=0", "application/json; q=0.000"])
    func nobodyGetsJSONWhoDoesNotTakeIt(_ accept: String) async throws {
        try await Stage.with { stage in
            let request = APIRequest(.get, "/api/v2/receivers", headers: ["Accept": accept] as HeaderList)

            let response = await stage.router.respond(to: request)

            let message = "unsupported media type requested, only [application/json] are available"
            #expect(response.status == 406)
            #expect(response.text == #"{"code":406,"message":"\#(message)"}"#)
        }
    }
}

@Suite struct CrossOriginTests {
    private func respond(_ method: APIMethod, _ headers: HeaderList, on stage: Stage) async -> APIResponse {
        await stage.router.respond(to: APIRequest(method, "/api/v2/alerts", headers: headers))
    }

    @Test func anyOriginMayRead() async throws {
        try await Stage.with { stage in
            let response = await self.respond(.get, ["Origin": "https://karma.example"], on: stage)

            #expect(response.header("Access-Control-Allow-Origin") == "*")
            #expect(response.header("Vary") == "Origin")
            #expect(response.header("Cache-Control") == "no-store")
        }
    }

    @Test func withoutAnOriginNothingIsAllowed() async throws {
        try await Stage.with { stage in
            let response = await self.respond(.get, [:], on: stage)

            #expect(response.header("Access-Control-Allow-Origin") == nil)
            #expect(response.header("Vary") == "Origin")
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST"])
    func aBrowserMayAskBeforeItSends(_ method: String) async throws {
        try await Stage.with { stage in
            let headers: HeaderList = [
                "Origin": "https://karma.example", "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type",
            ]

            let response = await self.respond(.options, headers, on: stage)

            #expect(response.status == 204)
            #expect(response.header("Access-Control-Allow-Origin") == "*")
            #expect(response.header("Access-Control-Allow-Methods") == method)
            #expect(response.header("Access-Control-Allow-Headers") == "content-type")
        }
    }

    @Test(arguments: [
        ["Origin": "https://karma.example", "Access-Control-Request-Method": "DELETE"],
        ["Access-Control-Request-Method": "POST"],
        [
            "Origin": "https://karma.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        ],
    ])
    func otherQuestionsAreAnsweredWithNothing(_ headers: [String: String]) async throws {
        try await Stage.with { stage in
            let list = HeaderList(headers.map { (name: $0.key, value: $0.value) })

            let response = await self.respond(.options, list, on: stage)

            #expect(response.status == 204)
            #expect(response.headers.allSatisfy { !$0.name.hasPrefix("Access-Control-") })
        }
    }
}
