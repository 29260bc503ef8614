import Glibc
public import TocsinRuntime

/// Finds the endpoint of a request and lets it answer. Here, and nowhere else, errors become answers.
public struct Router: Sendable {
    public struct Configuration: Sendable {
        /// The path under which everything lives, `/tocsin`; empty or `/` for none.
        public var prefix = ""
        /// How many reading requests are answered at once; `nil`: the number of processors, at least 8.
        public var readConcurrency: Int?

        public init() {}
    }

    private let api: API
    private let table: EndpointTable
    /// `/tocsin`, or empty.
    private let prefix: String
    private let reads: ReadLimit

    /// - Parameter extra: endpoints that others bring along.
    public init(
        service: Service,
        context: APIContext,
        clock: any WallClock = SystemClock(),
        configuration: Configuration = Configuration(),
        extra: [Endpoint] = []
    ) {
        self.api = API(service: service, context: context, clock: clock)
        self.table = EndpointTable(Endpoint.all + extra)
        let segments = configuration.prefix.split(separator: "/")
        self.prefix = segments.map { "/\($0)" }.joined()
        self.reads = ReadLimit(configuration.readConcurrency ?? max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 8))
    }

    public func respond(to request: APIRequest) async -> APIResponse {
        let target = Target(request.target)
        guard let path = self.inside(target.path) else {
            // The prefix alone is as good as the root: links on the page begin behind its slash.
            let leadsHere = target.path == "/" || target.path == self.prefix
            return leadsHere ? self.redirection : APIError.unknownPath(target.path, .plain).response
        }
        let style = Endpoint.Style(of: path)
        if style != .plain, let preflight = CrossOrigin.preflight(request) { return preflight }

        var response: APIResponse
        do throws(APIError) {
            response = try await self.answer(request, at: path, query: target.query, style)
        } catch {
            response = error.response(style)
        }
        if style != .plain { CrossOrigin.complete(&response, for: request) }
        if request.method == .head { response.dropBody() }
        return response
    }

    /// What a request gets whose body is longer than the server takes. Its connection cannot go on.
    ///
    /// - Parameter target: the request's; under which prefix does not matter.
    public static func bodyTooLarge(limit: Int, at target: String = "") -> APIResponse {
        let isOwn = Target(target).path.contains("/api/v1/")
        return APIError.problem(.framework(status: 413, code: 413, message: "the body is longer than \(limit) bytes"))
            .response(isOwn ? .own : .api)
    }

    private func answer(
        _ request: APIRequest,
        at path: String,
        query: Substring.UTF8View,
        _ style: Endpoint.Style
    ) async throws(APIError) -> APIResponse {
        guard let (place, parameters) = self.table.place(at: path) else {
            throw .unknownPath(Excerpt.cut(path), style)
        }
        guard let endpoint = place.endpoint(for: request.method) else {
            throw .unknownMethod(Excerpt.cut(request.method.name), allowed: place.methods, style)
        }
        if style != .plain { try Negotiation.check(request, offering: endpoint.produces) }
        let slot = endpoint.isLimited ? self.reads.take() : nil
        if endpoint.isLimited, slot == nil {
            self.api.context.counters.add(
                to: "alertmanager_http_concurrency_limit_exceeded_total", ["method": "get"])
            throw .tooManyReads(limit: self.reads.limit)
        }
        let call = Call(request: request, query: Query(query), parameters: parameters, slot: slot)
        let begin = self.api.clock.sinceBoot()
        do throws(APIError) {
            let response = try await endpoint.respond(self.api, call)
            self.record(endpoint, status: response.status, since: begin)
            return response
        } catch {
            self.record(endpoint, status: error.response(style).status, since: begin)
            throw error
        }
    }

    /// The bounds are those that Alertmanager takes from Prometheus's library.
    private func record(_ endpoint: Endpoint, status: Int, since begin: Duration) {
        self.api.context.counters.record(
            (self.api.clock.sinceBoot() - begin).inSeconds,
            in: "alertmanager_http_request_duration_seconds",
            ["handler": endpoint.path, "method": endpoint.method.name.lowercased(), "code": "\(status)"],
            bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        )
    }
}

// MARK: - Paths

extension Router {
    /// The path below the prefix; `nil` if it is outside, as the prefix without a slash is.
    private func inside(_ path: String) -> String? {
        if self.prefix.isEmpty { return path }
        guard path.utf8.starts(with: self.prefix.utf8) else { return nil }
        let rest = path.utf8.dropFirst(self.prefix.utf8.count)
        return rest.first == UInt8(ascii: "/") ? String(Substring(rest)) : nil
    }

    private var redirection: APIResponse {
        APIResponse(status: 302, headers: [("Location", self.prefix + "/")])
    }
}

/// A request's target in its parts.
private struct Target {
    let path: String
    let query: Substring.UTF8View

    init(_ text: String) {
        var rest = text.utf8[...]
        // Proxies may send the whole URL.
        if rest.first != UInt8(ascii: "/"), let scheme = text.firstRange(of: "://") {
            let authority = text[scheme.upperBound...].utf8
            rest = authority[(authority.firstIndex(of: UInt8(ascii: "/")) ?? authority.endIndex)...]
        }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let path = rest[..<mark]
        self.path = path.count == text.utf8.count ? text : String(Substring(path))
        self.query = rest[mark...].dropFirst()
    }
}

extension Excerpt {
    /// A text for an answer, not at any length.
    static func cut(_ text: String) -> String {
        text.utf8.count <= self.maximumLength ? text : String(text.prefix(self.maximumLength)) + "…"
    }
}

extension APIResponse {
    /// Leaves what `HEAD` is answered: everything but the body, whose length is known all the same.
    fileprivate mutating func dropBody() {
        var length = 0
        switch self.body {
        case .bytes(let bytes): length = bytes.count
        case .pieces(var pieces): while let piece = pieces.next() { length += piece.count }
        case .stream(let stream):
            // Nobody knows how long it would be.
            stream.end()
            self.body = .bytes([])
            return
        }
        self.headers.append(("Content-Length", "\(length)"))
        self.body = .bytes([])
    }
}
