import Testing
import TocsinCurl
import TocsinReceivers

@Suite(.timeLimit(.minutes(1)))
struct RequestCheckTests {
    @Test(arguments: [
        ("X-Title", "a\r\nX-Evil: 1"), ("X-Title", "a\nb"), ("X-Title", "a\rb"), ("X-Title", "a\0b"),
        ("X-Title", "a\u{7F}"), ("X-Evil: 1\r\nX-Title", "a"), ("X\n", "a"), ("X\0", "a"), ("X Y", "a"), ("X:", "a"),
        ("X;", "a"), ("", "a"), ("Überschrift", "a"), ("Content-Length", "0"), ("transfer-encoding", "chunked"),
        ("Connection", "close"), ("Expect", "100-continue"),
    ])
    func aHeaderThatCouldBecomeAnotherIsRefused(name: String, value: String) async throws {
        try await self.expectRefusal { HTTPRequest(url: $0, headers: [.init(name, value)]) }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nX: 1", "GE T", "GET\0", "gét"])
    func aMethodThatIsNoWordIsRefused(method: String) async throws {
        try await self.expectRefusal { HTTPRequest(method: method, url: $0) }
    }

    @Test(arguments: [" ", "\r\n", "\n", "\t", "\0", "\u{7F}", "x HTTP/1.1\r\nX-Evil: 1\r\n\r\n"])
    func aURLWithSpacesOrControlCharactersIsRefused(end: String) async throws {
        try await self.expectRefusal { HTTPRequest(url: $0 + end) }
    }

    @Test(arguments: [
        "", "/path", "127.0.0.1", "localhost:80/x", "http://", "http://:80/", "http://h:99999/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "smtp://127.0.0.1/", "dict://127.0.0.1/",
        "javascript:1", "http://a b/", "http://[::1/",
    ])
    func whatIsNoAbsoluteWebAddressIsRefused(url: String) async throws {
        try await self.expectRefusal { _ in HTTPRequest(url: url) }
    }

    @Test(arguments: ["a\tb", "é ☃", "a: b; c"])
    func aHeaderOfOrdinaryTextIsSent(value: String) async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            _ = try await transport.perform(HTTPRequest(url: server.url(), headers: [.init("X-Title", value)]))

            #expect(server.requests.first?.header("X-Title") == value)
        }
    }

    private func expectRefusal(
        _ request: (String) -> HTTPRequest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let server = StubServer { _ in response() }
        try await withTransport(server) { transport in
            let failure = try await expectFailure(
                of: request(server.url("/secret")),
                by: transport,
                sourceLocation: sourceLocation
            )

            #expect(failure.kind == .invalidRequest, sourceLocation: sourceLocation)
            #expect(!failure.mayHaveArrived, sourceLocation: sourceLocation)
            #expect(!failure.message.contains("secret"), sourceLocation: sourceLocation)
            #expect(server.connections == 0, sourceLocation: sourceLocation)
        }
    }
}
