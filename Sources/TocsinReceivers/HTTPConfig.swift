public import TocsinSettings

/// What `http_config` says: how a receiver's requests travel, and how they prove who sends them.
public struct HTTPConfig: Hashable, Sendable {
    public var options = HTTPOptions()
    public var authorization: Authorization?

    public enum Authorization: Hashable, Sendable {
        /// `Authorization: TYPE CREDENTIALS`
        case credentials(type: String, SecretSource)
        case basic(username: SecretSource?, password: SecretSource?)
    }

    public init() {}

    /// The files that must be read before ``headers(with:)`` can be asked.
    public var secretFiles: [String] {
        switch self.authorization {
        case nil: []
        case .credentials(_, let source): [source.path].compactMap { $0 }
        case .basic(let username, let password): [username?.path, password?.path].compactMap { $0 }
        }
    }

    /// The headers that every request gets.
    public func headers(with files: SecretFiles) throws(Refusal) -> [HTTPRequest.Header] {
        let value: String
        switch self.authorization {
        case nil: return []
        case .credentials(let type, let source):
            value = "\(type) \(try source.text(in: files))"
        case .basic(let username, let password):
            let name = try username?.text(in: files) ?? ""
            let secret = try password?.text(in: files) ?? ""
            value = "Basic \(HTTPConfig.base64("\(name):\(secret)"))"
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Refusal("the credentials hold a line break or another control character")
        }
        return [HTTPRequest.Header("Authorization", value)]
    }

    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let letter = alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)]
                encoded.append(index <= group.count ? letter : UInt8(ascii: "="))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

// MARK: - Reading

extension Fields {
    /// The field `http_config`. One that is given replaces the global one as a whole.
    public mutating func httpConfig(in context: ReceiverContext) -> HTTPConfig {
        let doc = "How requests travel. It replaces the global one as a whole."
        return self.nested("http_config", doc: doc) { fields in HTTPConfig(from: &fields, context: context) }
            ?? context.global.http
    }
}

extension HTTPConfig {
    init(from fields: inout Fields, context: ReceiverContext) {
        self.options.followRedirects = fields.optional(
            "follow_redirects",
            default: true,
            doc: "Whether a redirect is followed."
        )
        self.options.http2 = fields.optional(
            "enable_http2",
            default: false,
            doc: "Whether HTTP/2 may be used. Unlike in Alertmanager it must be asked for."
        )
        let skip = fields.nested("tls_config", doc: "How TLS is set up.") { HTTPConfig.readSkipVerify(from: &$0) }
        self.options.verifyTLS = skip != true
        for key in [
            "oauth2", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header", "http_headers",
        ] {
            fields.unsupported(key)
        }
        self.authorization = HTTPConfig.readAuthorization(from: &fields, context: context)
    }

    private static func readSkipVerify(from fields: inout Fields) -> Bool {
        for key in [
            "ca", "ca_file", "ca_ref", "cert", "cert_file", "cert_ref", "key", "key_file", "key_ref", "server_name",
            "min_version", "max_version",
        ] {
            fields.unsupported(key)
        }
        return fields.optional(
            "insecure_skip_verify",
            default: false,
            doc: "Whether the server's certificate is not checked."
        )
    }

    private static func readAuthorization(from fields: inout Fields, context: ReceiverContext) -> Authorization? {
        let basic = fields.nested("basic_auth", doc: "A user name and a password.") { fields in
            HTTPConfig.readBasic(from: &fields, context: context)
        }
        let credentials = fields.nested("authorization", doc: "The header Authorization.") { fields in
            HTTPConfig.readCredentials(from: &fields, context: context)
        }
        let bearer = fields.secretSource(
            "bearer_token",
            file: "bearer_token_file",
            doc: "Old form of `authorization`.",
            in: context
        )
        if bearer != nil && fields.has("authorization") {
            fields.report("authorization is not compatible with bearer_token & bearer_token_file", at: "authorization")
        } else if bearer != nil && fields.has("basic_auth") {
            fields.report(
                "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
                at: "basic_auth"
            )
        } else if fields.has("basic_auth") && fields.has("authorization") {
            fields.report("at most one of basic_auth, oauth2 & authorization must be configured", at: "authorization")
        }
        return bearer.map { .credentials(type: "Bearer", $0) } ?? credentials.flatMap { $0 } ?? basic
    }

    private static func readBasic(from fields: inout Fields, context: ReceiverContext) -> Authorization {
        let doc = "The user's name."
        let username = fields.optional("username", as: String.self, doc: doc)
        let path = fields.optional("username_file", as: String.self, doc: "A file that holds the user's name.")
        fields.atMostOne(of: "username", "username_file")
        let password = fields.secretSource("password", file: "password_file", doc: "The password.", in: context)
        fields.unsupported("username_ref")
        fields.unsupported("password_ref")
        let name = path.map { SecretSource.file(path: context.resolve($0)) }
        return .basic(username: name ?? username.map { .inline(Secret($0)) }, password: password)
    }

    /// `nil` if there are no credentials: then nothing is sent.
    private static func readCredentials(from fields: inout Fields, context: ReceiverContext) -> Authorization? {
        let type = fields.optional("type", default: "Bearer", doc: "The scheme, the header's first word.")
        if type.lowercased() == "basic" {
            fields.report("authorization type cannot be set to \"basic\", use \"basic_auth\" instead", at: "type")
        }
        let doc = "What follows the scheme."
        let source = fields.secretSource("credentials", file: "credentials_file", doc: doc, in: context)
        fields.unsupported("credentials_ref")
        return source.map { .credentials(type: type.isEmpty ? "Bearer" : type, $0) }
    }
}
