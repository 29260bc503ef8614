/// An answer: status, header fields, and a body that is at hand or made piece by piece.
public struct APIResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// For what is too long to be held at once. Whoever sends it asks for the next piece when the last one is on
        /// its way, and drops the rest if the client is gone.
        case pieces(any BodyPieces)
        /// For what goes on until one side ends it: its next piece is waited for.
        case stream(any BodyStream)
    }

    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: Body

    public init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A body that is made while it is sent.
public protocol BodyPieces: Sendable {
    /// The next piece, never empty; `nil` after the last one.
    mutating func next() -> [UInt8]?
}

/// A body without an end of its own. It is asked for one piece after the other, each when the last one is on its way.
public protocol BodyStream: Sendable {
    /// The next piece, never empty; `nil` if there will be none. Returns `nil` soon when its task is cancelled.
    func next() async -> [UInt8]?
    /// Nobody asks any more.
    func end()
}

extension APIResponse {
    /// A line for people.
    public static func text(_ status: Int, _ line: String) -> APIResponse {
        APIResponse(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: .bytes(Array(line.utf8) + [UInt8(ascii: "\n")])
        )
    }

    public static func json(_ status: Int, _ body: [UInt8]) -> APIResponse {
        APIResponse(status: status, headers: [APIResponse.jsonType], body: .bytes(body))
    }

    static let jsonType = (name: "Content-Type", value: "application/json")

    /// The whole body, unless it has no end; for tests, and whoever has no use for pieces.
    public var bodyBytes: [UInt8] {
        switch self.body {
        case .bytes(let bytes):
            return bytes
        case .pieces(var pieces):
            var bytes: [UInt8] = []
            while let piece = pieces.next() { bytes += piece }
            return bytes
        case .stream:
            return []
        }
    }

    /// The value of a header field of the answer.
    public func header(_ name: String) -> String? {
        self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
