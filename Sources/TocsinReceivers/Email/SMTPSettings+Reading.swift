public import TocsinSettings

extension SMTPSettings {
    /// The fields `smtp_*` of `global`.
    public init(fromGlobal fields: inout Fields, context: ReceiverContext) {
        // Unlike those of `http_config`, its paths are relative to the working directory.
        var workingDirectory = context
        workingDirectory.directory = ""
        self.init(from: &fields, prefix: "smtp_", inheriting: SMTPSettings())
        self.tls = fields.tlsConfig("smtp_tls_config", in: workingDirectory)
    }

    /// Those of `email_configs`.
    init(from fields: inout Fields, inheriting global: SMTPSettings) {
        self.init(from: &fields, prefix: "", inheriting: global)
    }

    private init(from fields: inout Fields, prefix: String, inheriting global: SMTPSettings) {
        self = global
        let text = { (fields: inout Fields, key: String, doc: String) -> String? in
            let text = fields.optional("\(prefix)\(key)", default: "", doc: doc)
            return text.isEmpty ? nil : text
        }
        self.from = text(&fields, "from", "Who sends it: one address; a template.") ?? global.from
        self.hello = text(&fields, "hello", "How we introduce ourselves to the server.") ?? global.hello
        let hostDoc = "The server: host and port."
        self.smarthost = fields.smtpServer("\(prefix)smarthost", doc: hostDoc) ?? global.smarthost
        self.username = text(&fields, "auth_username", "Who we are; empty for nobody.") ?? global.username
        self.identity = text(&fields, "auth_identity", "On whose behalf we send, for PLAIN.") ?? global.identity
        let passwordDoc = "For PLAIN and LOGIN."
        self.password = Self.source(&fields, prefix, "auth_password", doc: passwordDoc) ?? global.password
        self.secret = Self.source(&fields, prefix, "auth_secret", doc: "For CRAM-MD5.") ?? global.secret
        self.requiresTLS = fields.optional(
            "\(prefix)require_tls",
            default: global.requiresTLS,
            doc: "Whether nothing goes out unless the server offers STARTTLS. If not, it is never used."
        )
        let doc = "Whether TLS comes first. Unless it is said, port 465 decides."
        self.forcesImplicitTLS =
            fields.optional("\(prefix)force_implicit_tls", as: Bool.self, doc: doc) ?? global.forcesImplicitTLS
        if !self.hello.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            fields.report("`\(prefix)hello` holds a character that no host's name has", at: "\(prefix)hello")
        }
    }

    /// In `email_configs` both may be given, and the file counts; Alertmanager's files must load.
    private static func source(
        _ fields: inout Fields,
        _ prefix: String,
        _ key: String,
        doc: String
    ) -> SecretSource? {
        let key = "\(prefix)\(key)"
        guard prefix.isEmpty else { return fields.secretSource(key, file: "\(key)_file", doc: doc) }
        let secret = fields.secret(key, doc: doc)
        let path = fields.optional("\(key)_file", default: "", doc: "A file that holds what `\(key)` would say.")
        return path.isEmpty ? secret.map { .inline($0) } : .file(path: path)
    }
}
