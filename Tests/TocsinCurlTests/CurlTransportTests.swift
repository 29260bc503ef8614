import Testing
import TocsinCurl
import TocsinReceivers

@Suite(.timeLimit(.minutes(1)))
struct CurlTransportTests {
    @Test func aRequestArrivesAndTheAnswerComesBack() async throws {
        let server = StubServer { _ in response(202, ["X-Request-Id: 17", "Retry-After:  5 "], body: "queued") }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(
                HTTPRequest(
                    method: "POST",
                    url: server.url("/services/T1?a=b"),
                    headers: [.init("Content-Type", "application/json"), .init("X-Empty", " ")],
                    body: Array(#"{"text":"é"}"#.utf8)
                )
            )

            #expect(answer.status == 202)
            #expect(answer.header("x-request-id") == "17")
            #expect(answer.header("Retry-After") == "5")
            #expect(String(decoding: answer.body, as: UTF8.self) == "queued")
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /services/T1?a=b HTTP/1.1")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("X-Empty") == "")
            #expect(request.header("Host") == "127.0.0.1:\(server.port)")
            #expect(request.header("Expect") == nil)
            #expect(request.body == #"{"text":"é"}"#)
        }
    }

    @Test func aConnectionIsKeptForTheNextRequest() async throws {
        let server = StubServer { _ in response(body: "ok") }
        try await withTransport(server) { transport in
            for _ in 0..<3 {
                let answer = try await transport.perform(HTTPRequest(url: server.url()))
                #expect(answer.status == 200)
            }

            #expect(server.requests.count == 3)
            #expect(server.connections == 1)
        }
    }

    @Test func allConnectionsOfABusyMomentAreKept() async throws {
        let barrier = Barrier(20)
        let server = StubServer { _ in
            barrier.wait()
            return response()
        }
        try await withTransport(server) { transport in
            for _ in 0..<3 {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<20 {
                        group.addTask { _ = try await transport.perform(HTTPRequest(url: server.url())) }
                    }
                    try await group.waitForAll()
                }
            }

            #expect(server.requests.count == 60)
            #expect(server.connections == 20)
        }
    }

    @Test func aTransferLeavesNothingToTheNext() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            let secrets = [HTTPRequest.Header("Authorization", "Bearer s"), .init("Content-Type", "text/x")]
            _ = try await transport.perform(
                HTTPRequest(method: "PATCH", url: server.url(), headers: secrets, body: Array("hello".utf8))
            )

            _ = try await transport.perform(HTTPRequest(method: "GET", url: server.url()))

            let request = try #require(server.requests.last)
            #expect(request.line == "GET / HTTP/1.1")
            #expect(request.header("Authorization") == nil)
            #expect(request.header("Content-Type") == nil)
            #expect(request.header("Content-Length") == nil)
        }
    }

    @Test func aKeptConnectionThatTheServerClosedMeanwhileCostsNoFailure() async throws {
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send(response(body: "ok"))
        }
        try await withTransport(server) { transport in
            for _ in 0..<3 {
                let answer = try await transport.perform(HTTPRequest(url: server.url()))
                #expect(answer.status == 200)
            }

            #expect(server.connections == 3)
        }
    }

    @Test(arguments: [nil, "curl-like/1"])
    func theUserAgentIsTocsinUnlessTheRequestHasOne(given: String?) async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            let headers = given.map { [HTTPRequest.Header("user-agent", $0)] } ?? []

            _ = try await transport.perform(HTTPRequest(url: server.url(), headers: headers))

            #expect(server.requests.first?.header("User-Agent") == given ?? "Tocsin")
            #expect(server.requests.first?.header("Content-Type") == nil)
        }
    }

    @Test(arguments: [
        ("GET", "", nil), ("GET", "q", "1"), ("POST", "", "0"), ("POST", "q", "1"), ("PUT", "", "0"), ("PUT", "q", "1"),
        ("PATCH", "q", "1"), ("DELETE", "", nil), ("DELETE", "q", "1"), ("HEAD", "", nil),
    ])
    func everyMethodIsSentAsItIs(method: String, body: String, contentLength: String?) async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(
                HTTPRequest(method: method, url: server.url("/x"), body: Array(body.utf8))
            )

            #expect(answer.status == 200)
            #expect(server.requests.first?.line == "\(method) /x HTTP/1.1")
            #expect(server.requests.first?.header("Content-Length") == contentLength)
            #expect(server.requests.first?.body == body)
        }
    }

    /// Larger than what libcurl sends in one piece, and than the size from which it would ask for leave first.
    @Test func aLargeBodyIsSentWhole() async throws {
        let server = StubServer { request in response(body: "\(request.body.utf8.count)") }
        try await withTransport(server) { transport in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)

            let answer = try await transport.perform(HTTPRequest(url: server.url(), body: body))

            #expect(String(decoding: answer.body, as: UTF8.self) == "\(3 << 20)")
        }
    }

    @Test func userAndPasswordOfTheURLBecomeBasicAuthentication() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            _ = try await transport.perform(HTTPRequest(url: "http://ann:pw@127.0.0.1:\(server.port)/"))

            #expect(server.requests.first?.header("Authorization") == "Basic YW5uOnB3")
        }
    }

    @Test func bytesBeyondASCIIInAURLAreEscaped() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            _ = try await transport.perform(HTTPRequest(method: "GET", url: server.url("/ä%20b?q=ö")))

            #expect(server.requests.first?.line.lowercased() == "get /%c3%a4%20b?q=%c3%b6 http/1.1")
        }
    }

    @Test func aCompressedAnswerIsUnpacked() async throws {
        // gzip of "hello, hello, hello".
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 215, 81, 200, 64, 162,
            0, 159, 161, 202, 9, 19, 0, 0, 0,
        ]
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            connection.send(packed)
        }
        try await withTransport(server) { transport in
            let answer = try await transport.perform(HTTPRequest(url: server.url()))

            #expect(String(decoding: answer.body, as: UTF8.self) == "hello, hello, hello")
            #expect(server.requests.first?.header("Accept-Encoding")?.contains("gzip") == true)
        }
    }

    @Test func manyRequestsAtOnceAreAllAnswered() async throws {
        let server = StubServer { request in response(body: request.body) }
        try await withTransport(server) { transport in
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let body = Array("\(number)".utf8)
                        let answer = try await transport.perform(HTTPRequest(url: server.url(), body: body))
                        return answer.status == 200 && answer.body == body
                    }
                }
                var answered = 0
                for try await isRight in group where isRight {
                    answered += 1
                }
                return answered
            }

            #expect(answered == 200)
            #expect(server.requests.count == 200)
        }
    }

    /// In a process of its own, as the environment belongs to all threads.
    @Test func aProxyOfTheEnvironmentIsNotUsed() async {
        await #expect(processExitsWith: .success) {
            setProxyVariables(to: "http://127.0.0.1:\(StubServer.unusedPort())")
            let server = StubServer { _ in response() }
            let transport = try CurlTransport()
            let answer = try await transport.perform(HTTPRequest(url: server.url()))
            try #require(answer.status == 200)
        }
    }

    @Test func afterShutdownEveryRequestIsCancelled() async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            _ = try await transport.perform(HTTPRequest(url: server.url()))

            await transport.shutdown()
            await transport.shutdown()

            let failure = try await expectFailure(of: HTTPRequest(url: server.url()), by: transport)
            #expect(failure.kind == .cancelled)
            #expect(!failure.mayHaveArrived)
        }
    }

    @Test func shutdownEndsWhatIsUnderWay() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = StubServer { connection, _ in
            _ = connection.readRequest()
            arrival.yield()
            connection.waitForClose()
        }
        try await withTransport(server) { transport in
            async let pending = expectFailure(of: HTTPRequest(url: server.url()), by: transport)
            await arrived.first { true }

            await transport.shutdown()

            let failure = try await pending
            #expect(failure.kind == .cancelled)
            #expect(failure.mayHaveArrived)
        }
    }
}
