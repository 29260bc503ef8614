public import TocsinSettings

/// How the other side of a TLS connection is checked, and how we show who we are.
public struct TLSOptions: Hashable, Sendable {
    /// Older first.
    public enum Version: String, CaseIterable, Comparable, Sendable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        public static func < (first: Version, second: Version) -> Bool {
            first.rawValue.utf8.lexicographicallyPrecedes(second.rawValue.utf8)
        }
    }

    /// Whether the server's certificate is checked.
    public var verifiesServer = true
    /// The name that is asked for, and that the certificate must have; the URL's host if there is none.
    public var serverName: String?
    public var minimumVersion = Version.tls12
    public var maximumVersion: Version?
    /// Certificates in PEM that are trusted in the place of the system's.
    public var authorities: String?
    /// A certificate of our own in PEM, and those between it and its authority.
    public var certificate: String?
    public var key: Secret<String>?

    public init() {}
}

/// A section `tls_config`: the same, with files that are read before each request.
public struct TLSConfig: Hashable, Sendable {
    private var fixed = TLSOptions()
    private var authorities: SecretSource?
    private var certificate: SecretSource?
    private var key: SecretSource?

    public init() {}

    var files: [String] { [self.authorities, self.certificate, self.key].compactMap { $0?.path } }

    /// - Throws: a refusal that names the file if one cannot be read, or does not hold what it should.
    public func options(with files: SecretFiles) throws(Refusal) -> TLSOptions {
        var options = self.fixed
        options.authorities = try TLSConfig.pem(self.authorities, "CERTIFICATE", of: "ca", in: files)
        options.certificate = try TLSConfig.pem(self.certificate, "CERTIFICATE", of: "cert", in: files)
        options.key = try TLSConfig.pem(self.key, "PRIVATE KEY", of: "key", in: files).map { Secret($0) }
        return options
    }

    private static func pem(
        _ source: SecretSource?,
        _ label: String,
        of key: String,
        in files: SecretFiles
    ) throws(Refusal) -> String? {
        guard let source else { return nil }
        let text = try source.text(in: files)
        guard TLSConfig.isPEM(text, label) else {
            throw Refusal("\(source.path ?? "`\(key)`") holds no \(label.lowercased()) in the form PEM")
        }
        return text + "\n"
    }

    /// There are keys of several kinds: `RSA PRIVATE KEY`, `EC PRIVATE KEY`.
    private static func isPEM(_ text: String, _ label: String) -> Bool {
        text.contains("-----BEGIN ") && text.contains("\(label)-----") && text.contains("-----END ")
    }
}

// MARK: - Reading

extension Fields {
    /// A section of that kind; `nil` if it is not there. Its paths are relative to the folder of `context`.
    public mutating func tlsConfig(_ key: String = "tls_config", in context: ReceiverContext) -> TLSConfig? {
        self.nested(key, doc: "How TLS is set up.") { fields in TLSConfig(from: &fields, context: context) }
    }
}

extension TLSConfig {
    init(from fields: inout Fields, context: ReceiverContext) {
        self.authorities = TLSConfig.read(
            "ca", "CERTIFICATE", "Certificates of authorities, in the place of the system's.", from: &fields, context)
        self.certificate = TLSConfig.read(
            "cert", "CERTIFICATE", "A certificate of our own, to show who we are.", from: &fields, context)
        self.key = TLSConfig.read("key", "PRIVATE KEY", "The private key of `cert`.", from: &fields, context)
        if self.certificate != nil, self.key == nil {
            fields.report("exactly one of key or key_file must be configured when a client certificate is configured")
        } else if self.certificate == nil, self.key != nil {
            fields.report("exactly one of cert or cert_file must be configured when a client key is configured")
        }
        for key in ["ca_ref", "cert_ref", "key_ref"] { fields.unsupported(key) }
        let doc = "The name that the server's certificate must have; the address's host if it is empty."
        let name = fields.optional("server_name", default: "", doc: doc)
        self.fixed.serverName = name.isEmpty ? nil : name
        self.fixed.verifiesServer = !fields.optional(
            "insecure_skip_verify",
            default: false,
            doc: "Whether the server's certificate is not checked."
        )
        self.readVersions(from: &fields)
    }

    private static func read(
        _ key: String,
        _ label: String,
        _ doc: String,
        from fields: inout Fields,
        _ context: ReceiverContext
    ) -> SecretSource? {
        let source = fields.secretSource(key, file: "\(key)_file", doc: "\(doc) In the form PEM.", in: context)
        if case .inline(let text)? = source, text.revealed != Secret<String>.mask,
            !TLSConfig.isPEM(text.revealed, label)
        {
            fields.report("`\(key)` holds no \(label.lowercased()) in the form PEM", at: key)
        }
        return source
    }

    private mutating func readVersions(from fields: inout Fields) {
        let least = TLSConfig.version("min_version", "The oldest version: TLS10 to TLS13; TLS12 if empty.", &fields)
        let most = TLSConfig.version("max_version", "The newest version; any if empty.", &fields)
        if let least, let most, most < least {
            fields.report(
                "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
                at: "max_version"
            )
        }
        self.fixed.maximumVersion = most
        self.fixed.minimumVersion = least ?? min(.tls12, most ?? .tls12)
    }

    private static func version(_ key: String, _ doc: String, _ fields: inout Fields) -> TLSOptions.Version? {
        let text = fields.optional(key, default: "", doc: doc)
        guard !text.isEmpty else { return nil }
        guard let version = TLSOptions.Version(rawValue: text) else {
            fields.report("unknown TLS version: \(text.prefix(80))", at: key)
            return nil
        }
        return version
    }
}
