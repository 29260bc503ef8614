import Testing
import TocsinCurl
import TocsinReceivers

@Suite(.timeLimit(.minutes(1)))
struct RedirectTests {
    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"), (308, "POST", "POST"),
        (301, "PUT", "GET"), (303, "DELETE", "GET"), (307, "PUT", "PUT"), (302, "HEAD", "HEAD"), (302, "GET", "GET"),
    ])
    func aRedirectKeepsTheMethodOrMakesItGET(status: Int, method: String, then: String) async throws {
        let server = StubServer { request in
            let isHead = request.line.hasPrefix("HEAD")
            return request.line.contains("/old")
                ? response(status, ["Location: /new?a=b", "X-Old: 1"], body: isHead ? "" : "moved")
                : response(200, body: isHead ? "" : "done")
        }
        try await withTransport(server) { transport in
            let hasBody = method == "POST" || method == "PUT"
            let answer = try await transport.perform(
                HTTPRequest(
                    method: method,
                    url: server.url("/old"),
                    headers: [.init("Content-Type", "text/x"), .init("Authorization", "Bearer s")],
                    body: hasBody ? Array("hello".utf8) : []
                )
            )

            #expect(answer.status == 200)
            #expect(answer.header("X-Old") == nil)
            #expect(String(decoding: answer.body, as: UTF8.self) == (method == "HEAD" ? "" : "done"))
            let last = try #require(server.requests.last)
            #expect(server.requests.map(\.line) == ["\(method) /old HTTP/1.1", "\(then) /new?a=b HTTP/1.1"])
            #expect(last.body == (hasBody && then == method ? "hello" : ""))
            #expect(last.header("Content-Type") == (then == method ? "text/x" : nil))
            #expect(last.header("Authorization") == "Bearer s")
            #expect(server.connections == 1)
        }
    }

    @Test func credentialsAreNotTakenToAnotherServer() async throws {
        let other = StubServer { _ in response(200) }
        let server = StubServer { _ in response(307, ["Location: \(other.url("/there"))"]) }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(
                HTTPRequest(
                    url: "http://ann:pw@127.0.0.1:\(server.port)/",
                    headers: [
                        .init("Authorization", "Bearer s"), .init("cookie", "s"), .init("Host", "x"), .init("X-A", "1"),
                    ],
                    body: [65]
                )
            )

            #expect(answer.status == 200)
            let request = try #require(other.requests.first)
            #expect(request.line == "POST /there HTTP/1.1")
            #expect(request.body == "A")
            #expect(request.header("Authorization") == nil)
            #expect(request.header("Cookie") == nil)
            #expect(request.header("Host") == "127.0.0.1:\(other.port)")
            #expect(request.header("X-A") == "1")
        }
        other.stop()
    }

    @Test func tenRedirectsAreFollowedAndTheEleventhIsTheAnswer() async throws {
        let server = StubServer { _ in response(302, ["Location: /again"]) }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 302)
            #expect(server.requests.count == 11)
        }
    }

    @Test(arguments: [
        [], ["Location: "], ["Location: file:///etc/passwd"], ["Location: smtp://127.0.0.1/"], ["Location: http://"],
        ["Location: http://[::1/"],
    ])
    func aRedirectThatCannotBeFollowedIsTheAnswer(headers: [String]) async throws {
        let server = StubServer { _ in response(302, headers, body: "see there") }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 302)
            #expect(String(decoding: answer.body, as: UTF8.self) == "see there")
            #expect(server.requests.count == 1)
        }
    }

    @Test func aSpaceInALocationIsEscaped() async throws {
        let server = StubServer { request in
            request.line.contains("/new") ? response(200) : response(302, ["Location: /new place"])
        }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 200)
            #expect(server.requests.last?.line == "GET /new%20place HTTP/1.1")
        }
    }

    @Test func redirectsAreNotFollowedWhereTheOptionsSayNo() async throws {
        let server = StubServer { _ in response(302, ["Location: /new"]) }
        try await withTransport(server) { transport in
            var options = HTTPOptions()
            options.followRedirects = false

            let answer = try await transport.perform(HTTPRequest(url: server.url(), options: options))

            #expect(answer.status == 302)
            #expect(answer.header("Location") == "/new")
            #expect(server.requests.count == 1)
        }
    }

    /// Ten answers, none of which takes as long as the timeout, but together they do.
    @Test func theTimeoutIsForAllRequestsTogether() async throws {
        let server = StubServer { connection, _ in
            while connection.readRequest() != nil {
                guard !connection.isClosed(within: 50) else { return }
                connection.send(response(302, ["Location: /again"]))
            }
        }
        try await withTransport(server) { transport in
            let request = HTTPRequest(url: server.url(), options: .impatient)

            let failure = try await expectFailure(of: request, by: transport)

            #expect(failure.kind == .timedOut)
            #expect(failure.mayHaveArrived)
        }
    }

    /// "See there" comes after the deed, "go there" instead of it.
    @Test(arguments: [(303, true), (307, false)])
    func whetherARedirectedRequestMayHaveArrived(status: Int, mayHaveArrived: Bool) async throws {
        let port = StubServer.unusedPort()
        let server = StubServer { _ in response(status, ["Location: http://127.0.0.1:\(port)/"]) }
        try await withTransport(server) { transport in
            let failure = try await expectFailure(of: HTTPRequest(url: server.url()), by: transport)

            #expect(failure.mayHaveArrived == mayHaveArrived)
            #expect(failure.message.hasPrefix("127.0.0.1:\(port): "))
        }
    }
}
