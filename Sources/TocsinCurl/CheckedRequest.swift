import CCurlShim
import TocsinReceivers

/// A request of which nothing can break out of its place: no header that ends early and begins another, no URL that
/// leads to a file. Receivers fill in what users write and what alerts say, so it is looked at here once more.
struct CheckedRequest: Sendable {
    /// Its URL is in the form libcurl gives it.
    let request: HTTPRequest
    let origin: Origin
    let proxy: ProxyChoice

    /// Scheme, host and port: what of a URL may be said aloud, and what two URLs of one server share.
    struct Origin: Hashable, Sendable, CustomStringConvertible {
        var scheme: String
        var host: String
        var port: String

        /// No name is longer than 253 characters; what is, is nonsense, and has no place in a message.
        var description: String { "\(self.host.prefix(253)):\(self.port)" }
    }

    init(_ request: HTTPRequest) throws(TransportFailure) {
        try self.init(request, url: ParsedURL(request.url))
    }

    /// For a URL that has been parsed, such as where a redirect leads.
    init(_ request: HTTPRequest, url: ParsedURL?) throws(TransportFailure) {
        for header in request.options.proxy.connectHeaders {
            guard header.name.isToken, header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .invalidRequest("a header for the proxy holds a control character")
            }
        }
        guard let url else {
            throw .invalidRequest("the URL cannot be used; it must be an absolute http or https URL")
        }
        guard request.method.isToken else {
            throw .invalidRequest("the method is not a word")
        }
        for header in request.headers {
            guard header.name.isToken else {
                throw .invalidRequest("a header's name holds a character that none may hold")
            }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
                throw .invalidRequest("a header's value holds a control character")
            }
            guard !Self.headersOfTheTransport.contains(header.name.lowercased()) else {
                throw .invalidRequest("a header is set that belongs to the transport")
            }
        }
        var request = request
        request.url = url.text
        self.request = request
        self.origin = url.origin
        self.proxy = ProxyChoice(request.options.proxy, for: url.origin)
    }

    /// What the URL's host is replaced by for libcurl: it has no other way to ask for a certificate of another name.
    private var serverName: String? {
        self.origin.scheme == "http" ? nil : self.request.options.tls.serverName
    }

    /// The URL that libcurl gets.
    var connectionURL: String {
        guard let serverName, let url = ParsedURL(self.request.url, host: serverName) else { return self.request.url }
        return url.text
    }

    /// The real host, in libcurl's form, where ``connectionURL`` has another.
    var connectTo: String? {
        self.serverName.map { "\($0):\(self.origin.port):\(self.origin.host):\(self.origin.port)" }
    }

    /// What the server is asked for, where ``connectionURL`` has another host.
    var hostHeader: String {
        self.origin.port == "443" ? self.origin.host : "\(self.origin.host):\(self.origin.port)"
    }

    /// They say where a message ends and what becomes of the connection; a second opinion about that is how requests
    /// are smuggled.
    private static let headersOfTheTransport: Set<String> = [
        "connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
    ]
}

/// A URL as libcurl reads it, so that what is checked is what is used.
struct ParsedURL {
    let text: String
    let origin: CheckedRequest.Origin

    /// Nil unless it is an absolute URL of one of the schemes, or with a base becomes one. Bytes beyond ASCII are
    /// percent-encoded, as are spaces where a base is given: servers send those.
    init?(_ url: String, relativeTo base: String? = nil, schemes: Set<String> = ["http", "https"]) {
        guard base != nil || url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !url.utf8.contains(0) else { return nil }
        guard let parser = curl_url() else { return nil }
        defer { curl_url_cleanup(parser) }

        let encode = UInt32(CURLU_URLENCODE)
        if let base {
            guard curl_url_set(parser, CURLUPART_URL, base, 0) == CURLUE_OK else { return nil }
        }
        guard curl_url_set(parser, CURLUPART_URL, url, encode) == CURLUE_OK,
            let text = Self.part(CURLUPART_URL, of: parser),
            let scheme = Self.part(CURLUPART_SCHEME, of: parser), schemes.contains(scheme),
            let host = Self.part(CURLUPART_HOST, of: parser), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: parser, UInt32(CURLU_DEFAULT_PORT))
        else { return nil }
        self.text = text
        self.origin = CheckedRequest.Origin(scheme: scheme, host: host.lowercased(), port: port)
    }

    /// The same with another host; nil unless that is one.
    init?(_ url: String, host: String) {
        guard let parser = curl_url() else { return nil }
        defer { curl_url_cleanup(parser) }
        guard curl_url_set(parser, CURLUPART_URL, url, 0) == CURLUE_OK,
            curl_url_set(parser, CURLUPART_HOST, host, 0) == CURLUE_OK,
            let text = Self.part(CURLUPART_URL, of: parser)
        else { return nil }
        self.init(text)
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parser, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

extension String {
    /// A word as HTTP understands it: what a method and the name of a header are made of.
    fileprivate var isToken: Bool {
        let others = "!#$%&'*+-.^_`|~"
        return !self.isEmpty
            && self.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: others.utf8.contains(byte)
                }
            }
    }
}
