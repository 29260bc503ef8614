import TocsinReceivers
public import TocsinSettings

/// The file of `--web.config.file`: who may talk to the server, and how. The format is that of Prometheus' servers, so
/// that one file serves all of them.
public struct WebConfig: Hashable, Sendable {
    /// `nil`: the server speaks in clear.
    public let tls: TLS?
    /// Fields that every answer gets, in a fixed order.
    public let headers: [Header]
    /// Hashes of passwords as `htpasswd -B` makes them, by the user's name; anybody may come in if there are none.
    public let users: [String: Secret<String>]
    public let rateLimit: RateLimit?

    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// At most one request each `interval`, and `burst` of them at once.
    public struct RateLimit: Hashable, Sendable {
        public let interval: Duration
        public let burst: Int
    }

    /// A PEM text, in the file itself or in one of its own.
    public struct PEM: Hashable, Sendable {
        public enum Source: Hashable, Sendable {
            case file(String)
            case inline(Secret<String>)
        }

        public let source: Source
        /// The setting, as `cert_file`, and where it stands, for messages.
        public let key: String
        public let position: SettingsPosition
    }

    /// How connections are encrypted, and whom the server believes.
    public struct TLS: Hashable, Sendable {
        public let certificate: PEM
        public let key: PEM
        /// Those who vouch for clients; the system's if `nil`.
        public let clientCA: PEM?
        public let clientAuth: ClientAuth
        /// A client's certificate must have one of these names; any, if there are none.
        public let allowedNames: [String]
        public let minimum: Version
        public let maximum: Version
        /// For TLS up to 1.2, best first; the library's own choice if empty.
        public let cipherSuites: [CipherSuite]
        /// Best first; the library's own choice if empty.
        public let curves: [Curve]
    }

    /// Go's names, which the file uses.
    public enum ClientAuth: String, CaseIterable, Hashable, Sendable {
        case none = "NoClientCert"
        case request = "RequestClientCert"
        case requireAny = "RequireAnyClientCert"
        /// An old name of the one before.
        case require = "RequireClientCert"
        case verifyIfGiven = "VerifyClientCertIfGiven"
        case requireAndVerify = "RequireAndVerifyClientCert"
    }

    public enum Version: String, CaseIterable, Hashable, Sendable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        var rank: Int { Version.allCases.firstIndex(of: self) ?? 0 }
    }

    public enum Curve: String, CaseIterable, Hashable, Sendable {
        case p256 = "CurveP256"
        case p384 = "CurveP384"
        case p521 = "CurveP521"
        case x25519 = "X25519"
    }

    /// By the names and numbers of IANA's register.
    public enum CipherSuite: String, CaseIterable, Hashable, Sendable {
        case aes128gcm13 = "TLS_AES_128_GCM_SHA256"
        case aes256gcm13 = "TLS_AES_256_GCM_SHA384"
        case chacha13 = "TLS_CHACHA20_POLY1305_SHA256"
        case ecdsaAES128CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
        case ecdsaAES256CBC = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
        case rsaAES128CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
        case rsaAES256CBC = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
        case ecdsaAES128GCM = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case ecdsaAES256GCM = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case rsaAES128GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case rsaAES256GCM = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case rsaChaCha = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case ecdsaChaCha = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        case plainAES128CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
        case plainAES256CBC = "TLS_RSA_WITH_AES_256_CBC_SHA"
        case plainAES128GCM = "TLS_RSA_WITH_AES_128_GCM_SHA256"
        case plainAES256GCM = "TLS_RSA_WITH_AES_256_GCM_SHA384"

        /// Those of TLS 1.3 are always on; a list is about the older versions.
        public var isChoosable: Bool {
            switch self {
            case .aes128gcm13, .aes256gcm13, .chacha13: false
            default: true
            }
        }
    }
}

// MARK: - Reading

extension WebConfig {
    /// Reads and checks a file's text, or throws every mistake in it. The files it names are not looked at.
    ///
    /// - Parameter file: its path: it stands in messages, and relative paths in the file are relative to its folder.
    public static func load(text: String, file: String) throws(SettingsErrors) -> WebConfig {
        let document = try YAML.parse(text, file: file)
        if document.isNull { return WebConfig(tls: nil, headers: [], users: [:], rateLimit: nil) }
        return try Fields.read(document, as: "web configuration") { fields in
            WebConfig(from: &fields, folder: Folder(of: file))
        }
    }

    /// What the reference documentation says about the file's fields.
    public static var reference: [FieldReference] {
        Fields.reference(of: "web configuration") { fields in WebConfig(from: &fields, folder: Folder(of: "")) }
    }

    private init(from fields: inout Fields, folder: Folder) {
        let tls = fields.nested("tls_server_config", doc: "Encrypts all connections.") { fields in
            TLS.read(from: &fields, folder: folder)
        }
        self.tls = tls ?? nil
        self.headers =
            fields.nested("http_server_config", doc: "How HTTP is spoken.") { fields in
                WebConfig.readHTTP(from: &fields)
            } ?? []
        self.users = WebConfig.readUsers(from: &fields)
        let limit = fields.nested("rate_limit", doc: "How many requests are answered, of all clients together.") {
            fields in RateLimit.read(from: &fields)
        }
        self.rateLimit = limit ?? nil
    }

    private static func readHTTP(from fields: inout Fields) -> [Header] {
        _ = fields.optional(
            "http2", default: true, doc: "Taken, and without effect: HTTP/1.1 is spoken, encrypted or not.")
        return fields.nested("headers", doc: "Fields that every answer gets.") { fields in
            var headers: [Header] = []
            for (name, values) in WebConfig.headerValues {
                let choice = values.isEmpty ? "any text" : "one of \(values.joined(separator: ", "))"
                let read = fields.optional(name, as: String.self, doc: "\(choice).")
                guard let value = read, !value.isEmpty else { continue }
                if !values.isEmpty && !values.contains(value.lowercased()) {
                    fields.report("`\(name)` must be \(choice)", at: name)
                } else if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                    fields.report("`\(name)` must be one line", at: name)
                } else {
                    headers.append(Header(name: name, value: value))
                }
            }
            return headers
        } ?? []
    }

    /// The fields that may be set, and what they may say if not everything makes sense.
    private static let headerValues: [(String, [String])] = [
        ("Strict-Transport-Security", []),
        ("X-Content-Type-Options", ["nosniff"]),
        ("X-Frame-Options", ["deny", "sameorigin"]),
        ("X-XSS-Protection", []),
        ("Content-Security-Policy", []),
    ]

    private static func readUsers(from fields: inout Fields) -> [String: Secret<String>] {
        var users: [String: Secret<String>] = [:]
        let doc = "Who may come in: names, and their passwords' bcrypt hashes as `htpasswd -nB` makes them."
        for (name, hash) in fields.map("basic_auth_users", of: Secret<String>.self, doc: doc) {
            if let mistake = BcryptHash.mistake(in: hash.value.revealed) {
                fields.report("the password hash of a user \(mistake)", at: hash.position)
            } else if name.value.utf8.contains(UInt8(ascii: ":")) {
                fields.report("a user's name cannot have a colon: HTTP ends it there", at: name.position)
            } else {
                users[name.value] = hash.value
            }
        }
        return users
    }
}

extension WebConfig.RateLimit {
    fileprivate static func read(from fields: inout Fields) -> WebConfig.RateLimit? {
        let interval = fields.goDuration(
            "interval", default: .zero, doc: "The time in which one more request is allowed; 0 for any number.")
        let burst = fields.integer(
            "burst", in: 0...1_000_000, default: 0, doc: "How many may come at once after a quiet time.")
        guard interval > .zero else { return nil }
        if burst == 0 { fields.report("`burst` must be at least 1, or no request would be answered", at: "burst") }
        return WebConfig.RateLimit(interval: interval, burst: max(burst, 1))
    }
}

/// What stands for a password.
enum BcryptHash {
    /// Beyond it, one password takes many seconds of a processor.
    private static let highestCost = 16

    /// What is wrong with a hash, without repeating it; `nil` if it can be checked against.
    static func mistake(in hash: String) -> String? {
        let bytes = Array(hash.utf8)
        let isBcrypt =
            bytes.count == 60 && ["$2a$", "$2b$", "$2y$"].contains(String(hash.prefix(4)))
            && bytes[6] == UInt8(ascii: "$") && bytes[7...].allSatisfy { BcryptHash.isDigit($0) }
        guard isBcrypt, let cost = Int(hash.dropFirst(4).prefix(2)), cost >= 4 else {
            return "is no bcrypt hash, as `htpasswd -nB` makes it"
        }
        return cost <= self.highestCost ? nil : "has a cost of \(cost); more than \(self.highestCost) takes too long"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

/// Where relative paths begin.
struct Folder {
    private let path: String

    /// The folder that a file lies in.
    init(of file: String) {
        self.path = file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[...$0]) } ?? ""
    }

    func resolve(_ path: String) -> String { path.utf8.first == UInt8(ascii: "/") ? path : self.path + path }
}
