public import TocsinJSON
public import TocsinReceivers

/// Asks a server, in JSON: what every command that needs one goes through.
///
/// An answer that is no success is thrown as the ``ClientFailure`` that the shell is told of. Nothing is tried twice.
public struct Client: Sendable {
    public let address: ServerAddress
    private let transport: any Transport
    private var headers: [HTTPRequest.Header]
    private let options: HTTPOptions

    /// A longer answer is refused. Some hundred thousand alerts.
    public static let maximumAnswer = 256 << 20

    /// - Parameters:
    ///   - headers: what proves who asks.
    ///   - options: how requests travel; how much of an answer is taken is decided here.
    public init(
        address: ServerAddress,
        transport: any Transport,
        headers: [HTTPRequest.Header] = [],
        options: HTTPOptions = HTTPOptions()
    ) {
        self.address = address
        self.transport = transport
        self.headers = headers
        self.options = options
    }

    /// The same with one more header in each request.
    public func saying(_ header: HTTPRequest.Header) -> Client {
        var client = self
        client.headers.append(header)
        return client
    }

    /// What a server said, whatever it was.
    public struct Answer: Sendable {
        public let status: Int
        public let headers: [HTTPRequest.Header]
        public let body: [UInt8]

        public var isSuccess: Bool { (200..<300).contains(self.status) }

        /// The body as JSON.
        public func json() throws(ClientFailure) -> JSONValue {
            do {
                return try JSONValue(self.body, maximumDepth: 60, maximumCount: 50_000_000)
            } catch {
                throw ClientFailure(.failure, "the server's answer is not the JSON that was to be expected: \(error)")
            }
        }
    }
}

extension Client {
    /// The answer to one request, also where it is no success.
    ///
    /// - Parameters:
    ///   - path: after the server's address, such as `/api/v2/alerts`; ``segment(_:)`` for parts from outside.
    ///   - query: names and values as they are; the same name may come again.
    public func answer(
        to method: String,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: JSONValue? = nil
    ) async throws(ClientFailure) -> Answer {
        let pairs = query.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }
        let suffix = pairs.isEmpty ? "" : "?\(pairs.joined(separator: "&"))"
        var headers = self.headers + [HTTPRequest.Header("Accept", "application/json, application/problem+json;q=0.9")]
        if body != nil { headers.append(HTTPRequest.Header("Content-Type", "application/json")) }
        var options = self.options
        options.maximumBodySize = Client.maximumAnswer
        let request = HTTPRequest(
            method: method,
            url: "\(self.address.url)\(path)\(suffix)",
            headers: headers,
            body: body?.encoded(.plain) ?? [],
            options: options
        )
        do {
            let response = try await self.transport.perform(request)
            guard response.body.count < Client.maximumAnswer else {
                throw ClientFailure(.failure, "the server's answer is longer than \(Client.maximumAnswer >> 20) MiB")
            }
            return Answer(status: response.status, headers: response.headers, body: response.body)
        } catch let failure as TransportFailure {
            throw ClientFailure(failure)
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw ClientFailure(.failure, "\(error)")
        }
    }

    /// The answer to one request that must be a success.
    public func success(
        of method: String,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: JSONValue? = nil
    ) async throws(ClientFailure) -> Answer {
        let answer = try await self.answer(to: method, path, query: query, body: body)
        if let failure = ClientFailure(answer) { throw failure }
        return answer
    }

    /// What there is to read at a path.
    public func get(
        _ path: String,
        query: [(name: String, value: String)] = []
    ) async throws(ClientFailure) -> JSONValue {
        try await self.success(of: "GET", path, query: query).json()
    }

    /// One segment of a path, such as an identifier that a user typed.
    public static func segment(_ text: String) throws(ClientFailure) -> String {
        guard !text.isEmpty, text != ".", text != ".." else { throw .usage("an empty name, or one made of dots") }
        return PercentEncoding.encoded(text)
    }
}
