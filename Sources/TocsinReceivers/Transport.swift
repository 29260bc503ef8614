public import TocsinSettings

/// Carries one request to where it leads and brings the answer back: the door through which a receiver's words leave
/// the process. Receivers never see it; the runtime uses it, `TocsinCurl` is one.
public protocol Transport: Sendable {
    /// One attempt, no retry. Cancelling the task ends the transfer.
    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse
}

/// A request as a receiver wants it sent. It may hold secrets in the URL, the headers and the body, so it has no
/// printed form.
public struct HTTPRequest: Hashable, Sendable {
    public var method: String
    /// An absolute `http` or `https` URL; for a mail that of a server, `smtp` or `smtps`.
    public var url: String
    public var headers: [Header]
    public var body: [UInt8]
    public var options: HTTPOptions
    /// Where the token comes from that goes along as `Authorization`; whoever sends the request fetches it first.
    public var grant: OAuth2Grant?
    /// What of it nobody may read, as far as that is not plain from its place: a key that a template made, a secret
    /// header. Answers that repeat one of these are cleaned, and no other server gets a header with one.
    public var sensitive: [Secret<String>]
    /// What makes it a mail.
    public var mail: MailEnvelope?

    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        method: String = "POST",
        url: String,
        headers: [Header] = [],
        body: [UInt8] = [],
        options: HTTPOptions = HTTPOptions(),
        grant: OAuth2Grant? = nil,
        sensitive: [Secret<String>] = [],
        mail: MailEnvelope? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.options = options
        self.grant = grant
        self.sensitive = sensitive
        self.mail = mail
    }
}

extension HTTPRequest {
    /// The value of the first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return self.headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// ``sensitive`` in clear, to take it out of what others say.
    public var revealedSecrets: [String] { self.sensitive.map(\.revealed) }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "HTTPRequest(<secret>)" }
    public var debugDescription: String { self.description }
}

/// How a request travels: what `http_config` and `timeout` of an integration say.
public struct HTTPOptions: Hashable, Sendable {
    /// For the whole attempt, from the first byte to the last.
    public var timeout: Duration = .seconds(30)
    /// For the connection alone, name lookup and TLS handshake included.
    public var connectTimeout: Duration = .seconds(10)
    public var followRedirects = true
    /// HTTP/1.1 unless asked otherwise: libcurl 7.88 now and then fails on HTTP/2 with a framing error.
    public var http2 = false
    public var tls = TLSOptions()
    public var proxy = ProxyOptions()
    /// Bytes of an answer's body; a longer one is cut there. Receivers have little to say, servers that are asked for
    /// lists have more.
    public var maximumBodySize = HTTPResponse.maximumBodySize

    public init() {}
}

public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var headers: [HTTPRequest.Header]
    /// At most ``HTTPOptions/maximumBodySize`` bytes; a longer answer is cut there.
    public var body: [UInt8]

    /// More than any receiver needs to say.
    public static let maximumBodySize = 1 << 20

    public init(status: Int, headers: [HTTPRequest.Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return self.headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Why an attempt brought no answer.
public struct TransportFailure: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// No connection: name unknown, refused, unreachable.
        case unreachable
        /// The connection stood, then broke before the answer was complete.
        case brokenOff
        case timedOut
        /// The certificate or the handshake.
        case tls
        /// The URL or an option cannot be used at all; trying again is of no use.
        case invalidRequest
        /// The token that the request needs is denied; asking again is of no use.
        case unauthorized
        case cancelled
    }

    public var kind: Kind
    /// Whether the request may have reached the other side all the same.
    public var mayHaveArrived: Bool
    /// For people; names no secret: no path, no query, no user, no header.
    public var message: String

    public init(kind: Kind, mayHaveArrived: Bool, message: String) {
        self.kind = kind
        self.mayHaveArrived = mayHaveArrived
        self.message = message
    }
}
