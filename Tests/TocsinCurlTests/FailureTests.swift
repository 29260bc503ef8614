import Testing
import TocsinCurl
import TocsinReceivers

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    @Test func aRefusedConnectionHasNotArrived() async throws {
        let transport = try CurlTransport()
        let port = StubServer.unusedPort()

        let failure = try await expectFailure(
            of: HTTPRequest(url: "http://ann:secret@127.0.0.1:\(port)/secret?secret#secret"),
            by: transport
        )

        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
        #expect(failure.message == "127.0.0.1:\(port): connection refused")
        await transport.shutdown()
    }

    /// "invalid" is the name that never exists.
    @Test func aNameThatDoesNotExistIsUnreachable() async throws {
        let transport = try CurlTransport()

        let failure = try await expectFailure(of: HTTPRequest(url: "http://receiver.invalid/secret"), by: transport)

        #expect(failure.kind == .unreachable)
        #expect(!failure.mayHaveArrived)
        #expect(failure.message == "receiver.invalid:80: the name cannot be resolved")
        await transport.shutdown()
    }

    @Test func aServerThatNeverAnswersTimesOutAndMayHaveGotIt() async throws {
        let server = StubServer { connection, _ in connection.waitForClose() }
        try await withTransport(server) { transport in
            let request = HTTPRequest(url: server.url(), options: .impatient)

            let failure = try await expectFailure(of: request, by: transport)

            #expect(failure.kind == .timedOut)
            #expect(failure.mayHaveArrived)
            #expect(failure.message == "127.0.0.1:\(server.port): no complete answer in time")
        }
    }

    @Test func aTLSHandshakeThatNeverEndsTimesOutAndHasNotArrived() async throws {
        let server = StubServer { connection, _ in connection.waitForClose() }
        try await withTransport(server) { transport in
            var options = HTTPOptions()
            options.connectTimeout = .milliseconds(100)

            let failure = try await expectFailure(
                of: HTTPRequest(url: server.url(scheme: "https"), options: options),
                by: transport
            )

            #expect(failure.kind == .timedOut)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test func aServerThatSpeaksNoTLSHasNotGotTheRequest() async throws {
        let server = StubServer { connection, _ in
            connection.send(response(400))
            connection.waitForClose()
        }
        try await withTransport(server) { transport in
            let failure = try await expectFailure(of: HTTPRequest(url: server.url(scheme: "https")), by: transport)

            #expect(failure.kind == .tls)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ])
    func anAnswerThatBreaksOffOrMakesNoSenseMayHaveArrived(answer: String) async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send(answer)
        }
        try await withTransport(server) { transport in
            let failure = try await expectFailure(of: HTTPRequest(url: server.url("/secret")), by: transport)

            #expect(failure.kind == .brokenOff)
            #expect(failure.mayHaveArrived)
            #expect(!failure.message.contains("secret"))
        }
    }

    @Test func aServerThatSendsAByteNowAndThenEndsByTheTimeout() async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while !connection.isClosed(within: 5), connection.send("x") {}
        }
        try await withTransport(server) { transport in
            let request = HTTPRequest(url: server.url(), options: .impatient)

            let failure = try await expectFailure(of: request, by: transport)

            #expect(failure.kind == .timedOut)
            #expect(failure.mayHaveArrived)
        }
    }

    @Test func aServerThatNeverStopsIsCutAtTheLimit() async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 500 Oops\r\nX-Kind: endless\r\n\r\n")
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 10_007)
            while connection.send(piece) {}
        }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 500)
            #expect(answer.header("X-Kind") == "endless")
            #expect(answer.body.count == HTTPResponse.maximumBodySize)
        }
    }

    @Test(arguments: [-1, 0, 1], [HTTPResponse.maximumBodySize, 3 << 20])
    func anAnswerAtTheEdgeOfTheLimit(difference: Int, limit: Int) async throws {
        let size = limit + difference
        let server = StubServer { _ in response(body: String(repeating: "x", count: size)) }
        try await withTransport(server) { transport in
            var request = HTTPRequest(url: server.url())
            request.options.maximumBodySize = limit
            for _ in 0..<2 {
                let answer = try await transport.perform(request)

                #expect(answer.status == 200)
                #expect(answer.body.count == min(size, limit))
            }
            // A connection with the rest of an answer in it is of no further use.
            #expect(server.connections == (difference > 0 ? 2 : 1))
        }
    }

    @Test func aHeaderThatNeverEndsIsCut() async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 201 Created\r\nX-First: 1\r\n")
            while connection.send("X-Next: " + String(repeating: "x", count: 1000) + "\r\n") {}
        }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 201)
            #expect(answer.header("X-First") == "1")
            #expect(answer.headers.count < 100)
        }
    }

    @Test func interimResponsesThatNeverEndAreAFailure() async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            while connection.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n") {}
        }
        try await withTransport(server) { transport in
            let failure = try await expectFailure(of: HTTPRequest(url: server.url()), by: transport)

            #expect(failure.kind == .brokenOff)
            #expect(failure.mayHaveArrived)
        }
    }

    @Test func headersOfAnInterimResponseAreNotThoseOfTheAnswer() async throws {
        let server = StubServer { _ in "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" + response(200, ["X-B: late"]) }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(answer.status == 200)
            #expect(answer.header("X-A") == nil)
            #expect(answer.header("X-B") == "late")
        }
    }
}
