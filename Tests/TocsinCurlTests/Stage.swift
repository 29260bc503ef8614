import Testing
import TocsinCurl
import TocsinReceivers

/// Runs a test with a transport and a server, and puts both away afterwards.
func withTransport(_ server: StubServer, _ test: (CurlTransport) async throws -> Void) async throws {
    let transport = try CurlTransport()
    do {
        try await test(transport)
    } catch {
        await transport.shutdown()
        server.stop()
        throw error
    }
    await transport.shutdown()
    server.stop()
}

extension HTTPOptions {
    /// Long enough for a loopback on a busy machine, short enough to wait for.
    static var impatient: HTTPOptions {
        var options = HTTPOptions()
        options.timeout = .milliseconds(200)
        return options
    }
}

/// How a request that must fail fails.
func expectFailure(
    of request: HTTPRequest,
    by transport: CurlTransport,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportFailure {
    try await #require(throws: TransportFailure.self, sourceLocation: sourceLocation) {
        try await transport.perform(request)
    }
}
