public import TocsinSettings

/// What an SMTP server must be told beside the message. A request that has one is a mail: its URL is that of the server
/// (`smtp`, or `smtps` where TLS comes first), its body the message, its answer's status the server's reply code.
public struct MailEnvelope: Hashable, Sendable {
    /// An address without a name.
    public var sender: String
    public var recipients: [String]
    /// How we introduce ourselves.
    public var hello: String
    /// Whether the server must be asked for TLS before anything else is said. Of no meaning with `smtps`.
    public var requiresTLS: Bool
    public var login: Login?

    /// Who we are, if the server asks. Which of the two secrets is used is the server's choice.
    public struct Login: Hashable, Sendable {
        public var username: String
        /// On whose behalf; empty for the user's own.
        public var identity: String
        /// For PLAIN and LOGIN.
        public var password: Secret<String>?
        /// For CRAM-MD5, where it does not go over the wire.
        public var secret: Secret<String>?

        public init(username: String, identity: String, password: Secret<String>?, secret: Secret<String>?) {
            self.username = username
            self.identity = identity
            self.password = password
            self.secret = secret
        }
    }

    public init(sender: String, recipients: [String], hello: String, requiresTLS: Bool, login: Login?) {
        self.sender = sender
        self.recipients = recipients
        self.hello = hello
        self.requiresTLS = requiresTLS
        self.login = login
    }
}

/// What `global` says about mail, and receivers inherit.
public struct SMTPSettings: Sendable {
    public var from: String?
    public var hello = "localhost"
    public var smarthost: SMTPServer?
    public var username: String?
    public var identity: String?
    public var password: SecretSource?
    public var secret: SecretSource?
    public var requiresTLS = true
    public var tls: TLSConfig?
    /// Unset: port 465 says it.
    public var forcesImplicitTLS: Bool?

    public init() {}
}

/// `HOST:PORT`, as `smarthost` has it.
public struct SMTPServer: Hashable, Sendable {
    /// With brackets around an address of version 6.
    public let host: String
    public let port: Int

    public init(_ text: String) throws(SettingsMismatch) {
        let brackets = text.utf8.first == UInt8(ascii: "[") ? text.firstIndex(of: "]") : nil
        let rest = text[(brackets ?? text.startIndex)...]
        guard let colon = rest.lastIndex(of: ":") else {
            throw SettingsMismatch("must be a host and a port, such as mail.example.org:587")
        }
        let host = String(text[..<colon])
        let port = String(text[text.index(after: colon)...])
        guard !port.isEmpty else { throw SettingsMismatch("has an empty port") }
        guard brackets != nil || !host.contains(":"), host.unicodeScalars.allSatisfy(Self.isPartOfName)
        else { throw SettingsMismatch("has a host that cannot be one; an address of version 6 stands in brackets") }
        let number = Self.names[port] ?? (port.utf8.allSatisfy(TimeLayout.isDigit) ? Int(port) : nil)
        guard let number, (1...65535).contains(number) else {
            throw SettingsMismatch("has a port that is neither a number nor smtp, smtps or submission")
        }
        // As in Go, no host is this one.
        self.host = host.isEmpty ? "localhost" : host
        self.port = number
    }

    private static let names = ["smtp": 25, "smtps": 465, "submissions": 465, "submission": 587]

    private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "-._:[]%".unicodeScalars.contains(scalar)
    }
}

extension Fields {
    public mutating func smtpServer(_ key: String, doc: String) -> SMTPServer? {
        self.parsed(key, type: "host:port", doc: doc) { (text: String) throws(SettingsMismatch) in
            text.isEmpty ? nil : try SMTPServer(text)
        }.flatMap { $0 }
    }
}
