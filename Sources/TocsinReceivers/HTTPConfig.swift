public import TocsinSettings

/// What `http_config` says: how a receiver's requests travel, and how they prove who sends them.
public struct HTTPConfig: Hashable, Sendable {
    public var options = HTTPOptions()
    public var authorization: Authorization?
    private var tls = TLSConfig()
    private var customHeaders = HeadersConfig()
    var oauth2: OAuth2Config?

    public enum Authorization: Hashable, Sendable {
        /// `Authorization: TYPE CREDENTIALS`
        case credentials(type: String, SecretSource)
        case basic(username: SecretSource?, password: SecretSource?)
    }

    public init() {}

    /// The files that must be read before a request can be made.
    public var secretFiles: [String] {
        let credentials: [SecretSource?] =
            switch self.authorization {
            case nil: []
            case .credentials(_, let source): [source]
            case .basic(let username, let password): [username, password]
            }
        return credentials.compactMap { $0?.path } + self.customHeaders.files + self.tls.files
            + (self.oauth2?.files ?? [])
    }

    /// How a request travels, with the certificates that the files hold now.
    public func transportOptions(with files: SecretFiles) throws(Refusal) -> HTTPOptions {
        var options = self.options
        options.tls = try self.tls.options(with: files)
        return options
    }

    /// What nobody may read of what it adds to a request.
    func sensitiveValues(with files: SecretFiles) throws(Refusal) -> [Secret<String>] {
        try self.customHeaders.secrets(with: files) + self.options.proxy.sensitive
    }

    /// The headers that every request gets.
    public func headers(with files: SecretFiles) throws(Refusal) -> [HTTPRequest.Header] {
        try self.authorizationHeaders(with: files) + self.customHeaders.headers(with: files)
    }

    private func authorizationHeaders(with files: SecretFiles) throws(Refusal) -> [HTTPRequest.Header] {
        let value: String
        switch self.authorization {
        case nil: return []
        case .credentials(let type, let source):
            value = "\(type) \(try source.text(in: files))"
        case .basic(let username, let password):
            let name = try username?.text(in: files) ?? ""
            let secret = try password?.text(in: files) ?? ""
            value = "Basic \(Base64.encoded("\(name):\(secret)"))"
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Refusal("the credentials hold a line break or another control character")
        }
        return [HTTPRequest.Header("Authorization", value)]
    }

    /// The proxy of another block, where this one names none.
    mutating func inheritProxy(of other: HTTPConfig) {
        if self.options.proxy.route == .direct, case .by = other.options.proxy.route {
            self.options.proxy.route = other.options.proxy.route
        }
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
        self.tls = fields.tlsConfig(in: context) ?? TLSConfig()
        self.options.proxy = ProxyOptions(from: &fields)
        self.customHeaders = HeadersConfig(from: &fields, context: context)
        self.authorization = HTTPConfig.readAuthorization(from: &fields, context: context)
        let doc = "A token that is fetched before, and goes along as `Authorization`."
        self.oauth2 = fields.nested("oauth2", doc: doc) { OAuth2Config(from: &$0, context: context) }
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
        // No two ways to say who sends: which of them counts would be a matter of luck.
        if bearer != nil && fields.has("authorization") {
            fields.report("authorization is not compatible with bearer_token & bearer_token_file", at: "authorization")
        } else if bearer != nil, let other = ["basic_auth", "oauth2"].first(where: { fields.has($0) }) {
            fields.report(
                "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
                at: other
            )
        } else {
            let given = ["basic_auth", "authorization", "oauth2"].filter { fields.has($0) }
            if given.count > 1 {
                fields.report("at most one of basic_auth, oauth2 & authorization must be configured", at: given.last)
            }
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
