import TocsinReceivers
import TocsinSettings

/// A mail of which nothing can break out of its place: no address that ends its command and begins another.
struct CheckedMail: Sendable {
    let request: HTTPRequest
    let envelope: MailEnvelope
    let origin: CheckedRequest.Origin

    init(_ request: HTTPRequest, _ envelope: MailEnvelope) throws(TransportFailure) {
        guard let url = ParsedURL(request.url, schemes: ["smtp", "smtps"]) else {
            throw .invalidRequest("the mail server's address cannot be used")
        }
        guard !envelope.recipients.isEmpty, ([envelope.sender] + envelope.recipients).allSatisfy(Self.isAddress) else {
            throw .invalidRequest("an address holds a character that none may hold")
        }
        guard !envelope.hello.isEmpty, envelope.hello.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidRequest("the name that we introduce ourselves with holds a character that none may hold")
        }
        let login = envelope.login
        let words = [login?.username, login?.identity, login?.password?.revealed, login?.secret?.revealed]
        guard words.allSatisfy({ $0.map { !$0.utf8.contains(0) } ?? true }) else {
            throw .invalidRequest("the credentials hold a character that none may hold")
        }
        self.request = request
        self.envelope = envelope
        self.origin = url.origin
    }

    private static func isAddress(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>".utf8.contains($0) }
    }

    /// Whether the server is this machine, where a password may go over the wire as it is.
    var isLocal: Bool { ["localhost", "127.0.0.1", "[::1]"].contains(self.origin.host) }

    var isEncrypted: Bool { self.origin.scheme == "smtps" || self.envelope.requiresTLS }

    /// As libcurl reads it: the path is what we introduce ourselves with, the host the name in the certificate.
    var url: String {
        let host = self.request.options.tls.serverName ?? self.origin.host
        let digits = Array("0123456789ABCDEF")
        let hello = self.envelope.hello.utf8.map { byte -> String in
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            return isPlain ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "\(self.origin.scheme)://\(host):\(self.origin.port)/\(hello.joined())"
    }

    /// The real host, where ``url`` has another.
    var connectTo: String? {
        let port = self.origin.port
        return self.request.options.tls.serverName.map { "\($0):\(port):\(self.origin.host):\(port)" }
    }
}
