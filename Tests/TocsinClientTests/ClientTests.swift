import Testing
import TocsinClient
import TocsinJSON
import TocsinReceivers
import TocsinSettings

struct ClientTests {
    @Test(arguments: [
        ("http://localhost:9093", "http://localhost:9093"),
        ("http://localhost:9093/", "http://localhost:9093"),
        ("localhost:9093", "http://localhost:9093"),
        ("https://x.example.org/on/call//", "https://x.example.org/on/call"),
        ("http://[::1]:9093", "http://[::1]:9093"),
        ("http://ana:se%20cret@x.example.org/p", "http://x.example.org/p"),
    ])
    func anAddressLosesWhatIsNoPartOfTheServer(text: String, url: String) throws {
        #expect(try ServerAddress(text).url == url)
    }

    @Test func theUserOfAnAddressIsKeptUnescapedAndNotShown() throws {
        let address = try ServerAddress("http://ana:hunt%3Aer@x.example.org")

        #expect(address.user?.revealed == "ana:hunt:er")
        #expect(!"\(address)".contains("hunt"))
    }

    @Test(arguments: ["", "ftp://x", "http://", "http://x:y", "http://x/?a=b", "http://x#f", "http://a b"])
    func whatIsNoAddressIsAMistakeOfUse(text: String) {
        #expect(throws: ClientFailure.self) { try ServerAddress(text) }
    }

    @Test func namesAndValuesCannotLeaveTheirPlaceInTheURL() async throws {
        let server = FakeServer { request in
            HTTPResponse(status: 200, body: JSONValue.string(request.url).encoded(.plain))
        }

        let id = try Client.segment("a/../b?c#d é")
        let url = try await server.client().get("/x/\(id)", query: [("filter", #"a=~"b&c""#), ("filter", "d=e")])

        #expect(
            url.string
                == "http://tocsin.example.org/x/a%2F..%2Fb%3Fc%23d%20%C3%A9?filter=a%3D~%22b%26c%22&filter=d%3De")
    }

    @Test(arguments: ["", ".", ".."])
    func whatWouldChangeThePathIsNoSegment(text: String) {
        #expect(throws: ClientFailure.self) { try Client.segment(text) }
    }

    private static let meanings: [Int: ShellStatus?] = [
        200: nil, 204: nil, 400: .failure, 401: .unauthorized, 403: .unauthorized, 404: .notFound, 409: .conflict,
        412: .conflict, 422: .failure, 428: .conflict, 429: .failure, 500: .failure, 502: .unreachable, 503: .failure,
        504: .unreachable,
    ]

    @Test(arguments: ClientTests.meanings)
    func aStatusOfHTTPMeansAnExitStatus(status: Int, meaning: ShellStatus?) async throws {
        let client = try FakeServer.answering(status, "{}").client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.success(of: "GET", "/x") }

        #expect(failure?.status == meaning)
    }

    @Test(arguments: [
        (TransportFailure.Kind.unreachable, ShellStatus.unreachable), (.timedOut, .unreachable), (.tls, .unreachable),
        (.brokenOff, .unreachable), (.invalidRequest, .usage),
    ])
    func noAnswerMeansThatTheServerCannotBeReached(kind: TransportFailure.Kind, meaning: ShellStatus) async throws {
        let server = FakeServer { _ throws(TransportFailure) in
            throw TransportFailure(kind: kind, mayHaveArrived: false, message: "x:80: no")
        }
        let client = try server.client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.get("/x") }

        #expect(failure == ClientFailure(meaning, "x:80: no"))
    }

    @Test(arguments: [
        ("\"bad matcher format: x\"\n", "bad matcher format: x"),
        (#"{"code":602,"message":"matchers in body is required"}"#, "matchers in body is required"),
        (
            #"{"type":"t","title":"Incident is resolved","status":409,"detail":"INC-1 was resolved"}"#,
            "Incident is resolved: INC-1 was resolved"
        ),
        (#"{"title":"Gone"}"#, "Gone"),
        (#"{"status":"deprecated","error":"use v2"}"#, "use v2"),
        ("plain words\n", "plain words"),
        ("", "the server answered with status 418"),
        ("{}", "the server answered with status 418"),
    ])
    func theWordsOfARefusalAreFoundWhereverTheyStand(body: String, words: String) async throws {
        let client = try FakeServer.answering(418, body).client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.get("/x") }

        #expect(failure?.message == words)
    }

    @Test func aPageOfAProxyIsNotRepeated() async throws {
        let type = HTTPRequest.Header("Content-Type", "text/html; charset=utf-8")
        let client = try FakeServer.answering(502, "<html><h1>Bad Gateway</h1>", headers: [type]).client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.get("/x") }

        #expect(failure == ClientFailure(.unreachable, "the server answered with status 502"))
    }

    @Test func anAnswerThatIsNotJSONIsAFailureAndNoCrash() async throws {
        let client = try FakeServer.answering(200, "<html>").client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.get("/x") }

        #expect(failure?.status == .failure)
    }

    @Test func flagsOfAmtoolBeforeTheCommandMoveBehindIt() {
        let commands: Set<String> = ["silence", "alert"]
        func moved(_ words: String...) -> [String] { LeadingFlags.moved(words, commands: commands) }

        #expect(moved("--alertmanager.url=u", "alert", "x") == ["alert", "x", "--alertmanager.url=u"])
        #expect(moved("-o", "json", "-v", "silence", "query") == ["silence", "query", "-o", "json", "-v"])
        #expect(moved("--url", "u", "alert", "--", "-x") == ["alert", "--url", "u", "--", "-x"])
        #expect(moved("--config.file=x") == ["--config.file=x"])
        #expect(moved("--timeout", "3s") == ["--timeout", "3s"])
        #expect(moved("--timeout") == ["--timeout"])
        #expect(moved("--timeout=3s", "serve") == ["--timeout=3s", "serve"])
        #expect(moved("alert", "--timeout=3s") == ["alert", "--timeout=3s"])
    }
}
