/// Endpoints by path and method.
struct EndpointTable: Sendable {
    /// The endpoints of one path.
    struct Place: Sendable {
        var endpoints: [Endpoint]

        func endpoint(for method: APIMethod) -> Endpoint? {
            let wanted = method == .head ? .get : method
            return self.endpoints.first { $0.method == wanted }
        }

        var methods: [String] { self.endpoints.map(\.method.name).sorted() }
    }

    private var plain: [String: Place] = [:]
    /// Paths with names in them.
    private var patterns: [(segments: [Substring], place: Place)] = []

    init(_ endpoints: [Endpoint]) {
        for endpoint in endpoints {
            guard endpoint.path.utf8.contains(UInt8(ascii: "{")) else {
                self.plain[endpoint.path, default: Place(endpoints: [])].endpoints.append(endpoint)
                continue
            }
            let segments = EndpointTable.segments(of: endpoint.path)
            if let known = self.patterns.firstIndex(where: { $0.segments == segments }) {
                self.patterns[known].place.endpoints.append(endpoint)
            } else {
                self.patterns.append((segments, Place(endpoints: [endpoint])))
            }
        }
    }

    /// The endpoints at a path as it came, and what stands for the names in theirs.
    func place(at path: String) -> (place: Place, parameters: [String])? {
        if let place = self.plain[path] { return (place, []) }
        let segments = EndpointTable.segments(of: path)
        for (pattern, place) in self.patterns {
            if let parameters = EndpointTable.parameters(of: segments, in: pattern) { return (place, parameters) }
        }
        return nil
    }

    private static func segments(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func parameters(of segments: [Substring], in pattern: [Substring]) -> [String]? {
        guard segments.count == pattern.count else { return nil }
        var parameters: [String] = []
        for (segment, wanted) in zip(segments, pattern) {
            if wanted.first == "{" {
                guard !segment.isEmpty, let bytes = Query.decode(segment.utf8, plusIsSpace: false) else { return nil }
                parameters.append(String(decoding: bytes, as: UTF8.self))
            } else if segment != wanted {
                return nil
            }
        }
        return parameters
    }
}
