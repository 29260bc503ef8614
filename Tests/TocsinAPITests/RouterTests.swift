import Testing
import TocsinAPI
import TocsinCore
import TocsinModel
import TocsinRuntime

/// A request without a body, and what it is answered.
struct Exchange: Sendable, CustomTestStringConvertible {
    let method: APIMethod
    let target: String
    let headers: HeaderList
    let status: Int
    let body: String
    let answered: [String: String]

    init(
        _ method: APIMethod,
        _ target: String,
        headers: HeaderList = [:],
        _ status: Int,
        _ body: String = "",
        answered: [String: String] = [:]
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.status = status
        self.body = body
        self.answered = answered
    }

    var testDescription: String { "\(self.method.name) \(self.target)" }
}

@Suite struct RouterTests {
    @Test(arguments: [
        Exchange(.get, "/-/healthy", 200, "OK"),
        Exchange(.get, "/-/ready", 200, "OK"),
        Exchange(.head, "/-/ready", 200, "", answered: ["Content-Length": "2"]),
        Exchange(.post, "/-/reload", 500, "failed to reload config: no such file: tocsin.yml\n"),
        Exchange(.get, "/-/reload", 405, "method GET is not allowed, but [POST] are\n", answered: ["Allow": "POST"]),
        Exchange(.get, "/nowhere", 404, "not found\n"),
        Exchange(.get, "/api/v2/x", 404, #"{"code":404,"message":"path /api/v2/x was not found"}"#),
        Exchange(.get, "/api/v2/alerts/", 404, #"{"code":404,"message":"path /api/v2/alerts/ was not found"}"#),
        Exchange(
            .put,
            "/api/v2/alerts",
            405,
            #"{"code":405,"message":"method PUT is not allowed, but [GET,POST] are"}"#,
            answered: ["Allow": "GET,POST", "Cache-Control": "no-store"]
        ),
        Exchange(
            .other("PURGE"),
            "/api/v2/status",
            405,
            #"{"code":405,"message":"method PURGE is not allowed, but [GET] are"}"#
        ),
        Exchange(.get, "http://proxy.example:80/api/v2/alerts?active=true", 200, "[]\n"),
    ])
    func aRequestIsAnswered(_ exchange: Exchange) async throws {
        try await Stage.with { stage in
            let request = APIRequest(exchange.method, exchange.target, headers: exchange.headers)

            let response = await stage.router.respond(to: request)

            #expect(response.status == exchange.status)
            #expect(response.text == exchange.body)
            for (name, value) in exchange.answered { #expect(response.header(name) == value) }
        }
    }

    @Test(arguments: [
        (APIMethod.get, "status"), (.get, "receivers"), (.get, "alerts"), (.post, "alerts"), (.get, "silences"),
        (.post, "silences"), (.get, "silence/1"), (.delete, "silence/1"),
    ])
    func theFirstVersionOfTheAPIIsGone(_ method: APIMethod, _ name: String) async throws {
        try await Stage.with { stage in
            let response = await stage.router.respond(to: APIRequest(method, "/api/v1/\(name)"))

            #expect(response.status == 410)
            #expect(response.text.contains(#""status":"deprecated""#))
        }
    }

    @Test func aLongUnknownPathIsCutInTheAnswer() async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v2/" + String(repeating: "x", count: 50_000))

            #expect(response.status == 404)
            #expect(response.bodyBytes.count < 1000)
        }
    }

    @Test func noMoreThanTheLimitOfReadingRequestsAreAnsweredAtOnce() async throws {
        var configuration = Router.Configuration()
        configuration.readConcurrency = 1
        try await Stage.with(configuration: configuration) { stage in
            let text = String(repeating: "x", count: 1000)
            for number in 0..<200 { _ = await stage.fire(["alertname": "A\(number)", "text": text]) }
            do {
                let first = await stage.get("/api/v2/alerts")
                guard case .pieces = first.body else {
                    Issue.record("the answer must be long enough to come in pieces")
                    return
                }

                let second = await stage.get("/api/v2/alerts")
                let health = await stage.get("/-/healthy")

                #expect(second.status == 503)
                #expect(second.text == "Limit of concurrent GET requests reached (1), try again later.\n")
                #expect(health.status == 200)
                withExtendedLifetime(first) {}
            }
            let third = await stage.get("/api/v2/alerts")

            #expect(third.status == 200)
        }
    }
}

@Suite struct RoutePrefixTests {
    @Test(arguments: ["/am", "am/", "/am/"])
    func everythingLivesUnderThePrefix(_ prefix: String) async throws {
        var configuration = Router.Configuration()
        configuration.prefix = prefix
        try await Stage.with(configuration: configuration) { stage in
            let root = await stage.get("/")

            #expect(root.status == 302)
            #expect(root.header("Location") == "/am/")
            #expect(await stage.get("/am").header("Location") == "/am/")
            #expect(await stage.get("/am/").status == 200)
            #expect(await stage.get("/am/-/healthy").status == 200)
            #expect(await stage.get("/am/api/v2/alerts").text == "[]\n")
            #expect(await stage.get("/-/healthy").status == 404)
            #expect(await stage.get("/api/v2/alerts").status == 404)
            #expect(await stage.get("/amazing/-/healthy").status == 404)
        }
    }

    @Test func aSlashIsNoPrefix() async throws {
        var configuration = Router.Configuration()
        configuration.prefix = "/"
        try await Stage.with(configuration: configuration) { stage in
            #expect(await stage.get("/-/healthy").status == 200)
            #expect(await stage.get("/").status == 200)
        }
    }
}

@Suite struct ReadinessTests {
    @Test func theServerIsNotReadyBeforeAndAfterItServes() async throws {
        try await Stage.with { stage in
            stage.context.phase = .starting
            #expect(await stage.get("/-/ready").status == 503)
            stage.context.phase = .stopping
            #expect(await stage.get("/-/ready").status == 503)
            #expect(await stage.get("/-/healthy").status == 200)
        }
    }

    @Test func aFullDiskIsNamedButDoesNotEndTheProcess() async throws {
        try await Stage.with { stage in
            stage.disk.isFull = true
            _ = await stage.fire(["alertname": "Disk"])

            let ready = await stage.get("/-/ready")

            #expect(ready.status == 200)
            #expect(ready.text == "degraded: no space left on device since 2026-01-02T03:04:05.678Z")
            #expect(await stage.get("/-/healthy").text == "OK")
        }
    }
}
