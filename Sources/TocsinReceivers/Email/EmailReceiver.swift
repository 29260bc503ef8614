public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Sends mail by an SMTP server.
public struct EmailReceiver: Receiver {
    public static let kind = "email"

    public let sendResolved: Bool
    private let server: SMTPServer?
    private let to: TemplateField
    private let toText: String
    private let from: TemplateField
    private let settings: SMTPSettings
    private let tls: TLSConfig
    private let headers: [TemplateField]
    private let subject: TemplateField
    private let html: TemplateField
    private let isBuiltInHTML: Bool
    private let text: TemplateField
    private let threading: Threading?

    /// What mails of one group are held together by.
    private enum Threading: Hashable {
        case forGood
        case byDay
    }

    private static let defaultSubject = #"{{ template "email.default.subject" . }}"#
    private static let defaultHTML = #"{{ template "email.default.html" . }}"#
    /// Gmail shows no more of a mail than 102 KB, and hides the rest behind a link.
    private static let maximumHTMLSize = 100_000

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: false)
        self.toText = fields.optional("to", default: "", doc: "Who gets it: addresses with commas between them.")
        self.to = TemplateField(
            key: "to",
            template: fields.compile(self.toText, of: "to", at: fields.position(of: "to"), in: context),
            defaultSource: "",
            isEmpty: self.toText.isEmpty
        )
        if self.to.isEmpty { fields.report("missing to address in email config") }
        let settings = SMTPSettings(from: &fields, inheriting: context.global.smtp)
        if settings.smarthost == nil, !fields.has("smarthost") { fields.report("no global SMTP smarthost set") }
        if settings.from == nil { fields.report("no global SMTP from set") }
        self.server = settings.smarthost
        self.settings = settings
        let fromPosition = fields.position(of: "from")
        self.from = TemplateField(
            key: "from",
            template: fields.compile(settings.from ?? "", of: "from", at: fromPosition, in: context),
            defaultSource: ""
        )
        // Unlike those of `http_config`, its paths are relative to the working directory.
        var workingDirectory = context
        workingDirectory.directory = ""
        self.tls = fields.tlsConfig(in: workingDirectory) ?? settings.tls ?? TLSConfig()
        let htmlDoc = "The body as HTML."
        self.isBuiltInHTML = fields.optional("html", default: Self.defaultHTML, doc: htmlDoc) == Self.defaultHTML
        self.html = fields.templateField("html", default: Self.defaultHTML, doc: htmlDoc, in: context)
        self.text = fields.templateField("text", doc: "The body as plain text, beside or in place of it.", in: context)
        let headers = Self.readHeaders(from: &fields, context: context)
        let subject = try Self.subject(from: &fields, context: context)
        self.subject = headers.first { $0.key == "Subject" } ?? subject
        self.headers = headers.filter { $0.key != "Subject" }
        self.threading = Self.readThreading(from: &fields, headers: headers)
    }

    private static func subject(
        from fields: inout Fields,
        context: ReceiverContext
    ) throws(SettingsError) -> TemplateField {
        let template = fields.compile(defaultSubject, of: "headers", at: fields.position(of: "headers"), in: context)
        return TemplateField(key: "Subject", template: template, defaultSource: defaultSubject)
    }

    /// With names as Go writes them: `x-foo` is `X-Foo`.
    private static func readHeaders(from fields: inout Fields, context: ReceiverContext) -> [TemplateField] {
        let entries = fields.map("headers", of: String.self, doc: "Further headers; values are templates.")
        var headers: [TemplateField] = []
        for (name, value) in entries {
            let canonical = name.value.split(separator: "-", omittingEmptySubsequences: false)
                .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: "-")
            guard canonical.isHeaderName, canonical.utf8.count <= 76 else {
                fields.report("a header's name holds a character that none may hold", at: name.position)
                continue
            }
            if headers.contains(where: { $0.key == canonical }) {
                fields.report("duplicate header \"\(canonical)\" in email config", at: name.position)
            }
            let template = fields.compile(value.value, of: "headers", at: value.position, in: context)
            let defaultSource = canonical == "Subject" ? self.defaultSubject : ""
            headers.append(TemplateField(key: canonical, template: template, defaultSource: defaultSource))
        }
        return headers
    }

    private static func readThreading(from fields: inout Fields, headers: [TemplateField]) -> Threading? {
        let doc = "Whether the mails about one group are shown as one conversation."
        let read = fields.nested("threading", doc: doc) { fields -> (isEnabled: Bool, by: String) in
            let isEnabled = fields.optional("enabled", default: false, doc: "Whether they are.")
            let by = fields.optional("thread_by_date", default: "", doc: "`daily` or `none`: when a new one begins.")
            if isEnabled, by != "none", by != "daily" {
                fields.report("threading.thread_by_date must be either 'none' or 'daily'", at: "thread_by_date")
            }
            return (isEnabled, by)
        }
        guard let read, read.isEnabled else { return nil }
        for name in ["References", "In-Reply-To"] where headers.contains(where: { $0.key == name }) {
            let message = "conflicting configuration: threading.enabled conflicts with custom \(name) header"
            fields.report(message, at: "headers")
        }
        return read.by == "daily" ? .byDay : .forGood
    }

    public var destination: [String] { [self.address, self.toText, self.settings.from ?? ""] }
    public var channel: [String] { [self.address] }
    public var templates: [Template] {
        [self.to, self.from, self.subject, self.html, self.text].map(\.template) + self.headers.map(\.template)
    }

    public var secretFiles: [String] {
        self.tls.files + [self.settings.password?.path, self.settings.secret?.path].compactMap { $0 }
    }

    /// The server as a URL. Where TLS comes first the scheme says so.
    private var address: String {
        guard let server else { return "" }
        let isImplicit = self.settings.forcesImplicitTLS ?? (server.port == 465)
        return "\(isImplicit ? "smtps" : "smtp")://\(server.host):\(server.port)"
    }
}

// MARK: - Requests

extension EmailReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let files = notification.secretFiles
        let to = try rendering.destination(self.to.template, field: "to")
        let from = try rendering.destination(self.from.template, field: "from")
        guard let recipients = MailAddress.list(to), !recipients.isEmpty else {
            throw Refusal("`to` is no list of addresses")
        }
        guard let senders = MailAddress.list(from), senders.count == 1 else {
            throw Refusal("`from` must be one address")
        }
        var options = HTTPOptions()
        options.tls = try self.tls.options(with: files)
        let content = notification.content
        let parts = [self.address, to, content.groupKey, "\(content.flushedAt.nanosecondsSince1970)"]
        let identity = Digest.sha256(parts.joined(separator: " "))
        let message = MailMessage(
            headers: self.headers(to: to, from: from, identity, senders[0], for: notification, in: &rendering),
            text: self.text.isEmpty ? "" : self.text.text(in: &rendering),
            html: self.html.isEmpty ? "" : self.html(in: &rendering),
            boundary: String(identity.prefix(40))
        )
        let login = try self.login(with: files)
        let request = HTTPRequest(
            url: self.address,
            body: message.encoded,
            options: options,
            sensitive: [login?.password, login?.secret].compactMap { $0 },
            mail: MailEnvelope(
                sender: senders[0].address,
                recipients: recipients.map(\.address),
                hello: self.settings.hello,
                requiresTLS: self.settings.requiresTLS,
                login: login
            )
        )
        return RenderedRequest(request: request, templateFailures: rendering.failures)
    }

    private func login(with files: SecretFiles) throws(Refusal) -> MailEnvelope.Login? {
        guard let username = self.settings.username, !username.isEmpty else { return nil }
        return MailEnvelope.Login(
            username: username,
            identity: self.settings.identity ?? "",
            password: try self.settings.password?.text(in: files).asSecret,
            secret: try self.settings.secret?.text(in: files).asSecret
        )
    }

    /// Those that the configuration names keep the order of the file.
    private func headers(
        to: String,
        from: String,
        _ identity: String,
        _ sender: MailAddress,
        for notification: Notification,
        in rendering: inout FieldRendering
    ) -> [(name: String, value: String)] {
        var own: [(name: String, value: String)] = []
        for field in self.headers { own.append((field.key, field.text(in: &rendering))) }
        var headers: [(name: String, value: String)] = []
        let usual = [("From", from), ("To", to), ("Subject", self.subject.text(in: &rendering))]
        for (name, value) in usual { headers.append((name, own.first { $0.name == name }?.value ?? value)) }
        headers += own.filter { header in !usual.contains { $0.0 == header.name } }

        let now = TemplateTime(notification.now)
        let names = Set(headers.map { $0.name.lowercased() })
        var added: [(name: String, value: String)] = []
        // The same for every attempt, so that one which came twice can be known for the same.
        let domain = sender.address.split(separator: "@").last.map(String.init) ?? "localhost"
        added.append(("Message-Id", "<\(identity.prefix(32))@\(domain)>"))
        if let threading {
            let day = threading == .byDay ? now.formatted("2006-01-02") : ""
            let thread = "<alert-\(notification.alias.prefix(16))-\(day)@alertmanager>"
            added += [("References", thread), ("In-Reply-To", thread)]
        }
        added.append(("Date", now.formatted("Mon, 02 Jan 2006 15:04:05 -0700")))
        // Nobody's note of absence is to answer.
        added.append(("Auto-Submitted", "auto-generated"))
        return headers + added.filter { !names.contains($0.name.lowercased()) }
    }

    /// The body, with as many alerts as there is room for if it is the built-in one.
    private func html(in rendering: inout FieldRendering) -> String {
        let whole = rendering.html(self.html.template, field: "html", default: Self.defaultHTML)
        guard whole.utf8.count > Self.maximumHTMLSize, self.isBuiltInHTML else {
            return whole
        }
        var (fits, tooMany) = (0, rendering.data.alerts.alerts.count)
        var best = rendering.html(self.html.template, field: "html", default: Self.defaultHTML, alerts: 0)
        while tooMany - fits > 1 {
            let count = (fits + tooMany) / 2
            let shorter = rendering.html(self.html.template, field: "html", default: Self.defaultHTML, alerts: count)
            if shorter.utf8.count <= Self.maximumHTMLSize {
                (fits, best) = (count, shorter)
            } else {
                tooMany = count
            }
        }
        return best
    }

    /// The answer of an SMTP server: its reply code stands as the status. Like Alertmanager, whatever it says against a
    /// mail is taken for something that passes: many servers say "no" to what they take a minute later.
    public func outcome(of response: HTTPResponse) -> Outcome {
        if response.isSuccess { return .delivered }
        let text = response.firstLine.harmless
        let reason = "SMTP \(response.status)" + (text.isEmpty ? "" : ": \(text)")
        return .failed(reason: reason, mayHaveArrived: false)
    }
}

extension String {
    fileprivate var asSecret: Secret<String> { Secret(self) }
}
