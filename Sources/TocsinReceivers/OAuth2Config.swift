import TocsinSettings

/// The section `oauth2`: a token that is fetched with the client's own credentials (RFC 6749, section 4.4).
struct OAuth2Config: Hashable, Sendable {
    private var tokenURL = ""
    private var clientID = ""
    private var clientSecret: SecretSource?
    private var scopes: [String] = []
    private var parameters: [OAuth2Grant.Parameter] = []
    private var tls = TLSConfig()
    private var proxy = ProxyOptions()

    var files: [String] { [self.clientSecret?.path].compactMap { $0 } + self.tls.files }

    func grant(with files: SecretFiles) throws(Refusal) -> OAuth2Grant {
        var options = HTTPOptions()
        options.tls = try self.tls.options(with: files)
        options.proxy = self.proxy
        return OAuth2Grant(
            tokenURL: self.tokenURL,
            clientID: self.clientID,
            clientSecret: Secret(try self.clientSecret?.text(in: files) ?? ""),
            scopes: self.scopes,
            parameters: self.parameters,
            options: options
        )
    }
}

// MARK: - Reading

extension OAuth2Config {
    init(from fields: inout Fields, context: ReceiverContext) {
        self.clientID = fields.optional("client_id", default: "", doc: "Who asks for a token.")
        if self.clientID.isEmpty { fields.report("oauth2 client_id must be configured", at: "client_id") }
        let secretDoc = "The client's secret."
        self.clientSecret = fields.secretSource(
            "client_secret", file: "client_secret_file", doc: secretDoc, in: context)
        let url = fields.optional("token_url", as: HTTPURL.self, doc: "Where tokens are given.")
        if url == nil, !fields.has("token_url") {
            fields.report("oauth2 token_url must be configured", at: "token_url")
        }
        self.tokenURL = url?.text ?? ""
        self.scopes = fields.list("scopes", of: String.self, doc: "What the token is for.") ?? []
        let parameters = fields.map("endpoint_params", of: String.self, doc: "Further parameters of the question.")
        self.parameters = parameters.map { OAuth2Grant.Parameter(name: $0.0.value, value: $0.1.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.readGrantType(from: &fields)
        self.tls = fields.tlsConfig(in: context) ?? TLSConfig()
        self.proxy = ProxyOptions(from: &fields)
    }

    private func readGrantType(from fields: inout Fields) {
        let usual = "client_credentials"
        let type = fields.optional("grant_type", default: usual, doc: "`client_credentials`, the only one.")
        if !type.isEmpty, type != usual {
            fields.report("`grant_type` is not supported yet, but for `\(usual)`", at: "grant_type")
        }
        for key in [
            "client_secret_ref", "client_certificate_key_id", "client_certificate_key", "client_certificate_key_file",
            "client_certificate_key_ref", "signature_algorithm", "iss", "audience", "claims",
        ] {
            fields.unsupported(key)
        }
    }
}
