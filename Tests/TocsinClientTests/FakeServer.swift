import TocsinClient
import TocsinJSON
import TocsinReceivers

/// Answers each request by a function, without a network.
struct FakeServer: Transport {
    let respond: @Sendable (HTTPRequest) throws(TransportFailure) -> HTTPResponse

    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse { try self.respond(request) }

    /// One answer to everything.
    static func answering(
        _ status: Int,
        _ body: String = "",
        headers: [HTTPRequest.Header] = []
    ) -> FakeServer {
        FakeServer { _ in HTTPResponse(status: status, headers: headers, body: Array(body.utf8)) }
    }

    func client(_ address: String = "http://tocsin.example.org") throws -> Client {
        Client(address: try ServerAddress(address), transport: self)
    }
}

/// What a piece of work fails with; `nil` if it does not.
func failure(of work: () async throws(ClientFailure) -> Void) async -> ClientFailure? {
    do {
        try await work()
        return nil
    } catch {
        return error
    }
}
