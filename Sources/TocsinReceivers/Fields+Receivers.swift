import TocsinModel
public import TocsinSettings
public import TocsinTemplate

// The fields that only receivers and routes have: durations, templates, secrets that may lie in a file.

extension Fields {
    /// A Prometheus duration: `5m`, `1d12h`, `0`. An empty one, by a written null, is the default.
    public mutating func duration(_ key: String, default value: Duration, doc: String) -> Duration {
        let text = value.prometheusText
        return self.prometheusDuration(key, default: text, doc: doc) ?? value
    }

    /// The same where the field may be absent.
    public mutating func optionalDuration(_ key: String, doc: String) -> Duration? {
        self.prometheusDuration(key, default: nil, doc: doc)
    }

    private mutating func prometheusDuration(_ key: String, default text: String?, doc: String) -> Duration? {
        self.parsed(key, type: "duration", default: text, doc: doc, print: \.prometheusText) {
            text throws(SettingsMismatch) in
            do {
                return try Duration(prometheus: text)
            } catch {
                throw SettingsMismatch("must be a duration such as 30s or 1h30m: \(error)")
            }
        }
    }

    /// A Go duration: `1.5s`, `300ms`; a bare number counts nanoseconds. This is what `timeout` of several receivers
    /// takes; 0, the default, is none of its own.
    public mutating func goDuration(_ key: String, default value: Duration = .zero, doc: String) -> Duration {
        let read = self.optional(key, default: GoDuration(value: value), doc: doc).value
        if read < .zero { self.report("`\(key)` must not be negative", at: key) }
        return max(read, .zero)
    }

    /// The global `http_config`: there with its defaults if the file does not have it, so that it is shown.
    public mutating func globalHTTPConfig(in context: ReceiverContext) -> HTTPConfig {
        let doc = "How requests travel, for receivers that have no `http_config` of their own."
        return self.nested("http_config", isAlwaysThere: true, doc: doc) { fields in
            HTTPConfig(from: &fields, context: context)
        } ?? HTTPConfig()
    }

    /// A secret that stands in the configuration, or in a file. At most one of the two may be given.
    ///
    /// - Parameter fileKey: the field with the path, which is relative to the working directory.
    public mutating func secretSource(_ key: String, file fileKey: String, doc: String) -> SecretSource? {
        let secret = self.secret(key, doc: doc)
        return self.source(secret, key: key, fileKey: fileKey, doc: doc) { $0 }
    }

    /// The same for a secret that is a URL.
    public mutating func secretURLSource(_ key: String, file fileKey: String, doc: String) -> SecretSource? {
        var secret = self.secretURL(key, doc: doc).map { Secret($0.revealed.text) }
        // Where a wrong one stands, nobody should be told that there is none.
        if secret == nil && self.has(key) { secret = Secret("") }
        return self.source(secret, key: key, fileKey: fileKey, doc: doc) { $0 }
    }

    /// The same for a path in a `http_config`, which is relative to the configuration file.
    mutating func secretSource(
        _ key: String,
        file fileKey: String,
        doc: String,
        in context: ReceiverContext
    ) -> SecretSource? {
        let secret = self.secret(key, doc: doc)
        return self.source(secret, key: key, fileKey: fileKey, doc: doc) { context.resolve($0) }
    }

    private mutating func source(
        _ secret: Secret<String>?,
        key: String,
        fileKey: String,
        doc: String,
        resolve: (String) -> String
    ) -> SecretSource? {
        let path = self.optional(fileKey, as: String.self, doc: "A file that holds what `\(key)` would say.")
        self.atMostOne(of: key, fileKey)
        if let secret { return .inline(secret) }
        return path.flatMap { $0.isEmpty ? nil : .file(path: resolve($0)) }
    }
}

// MARK: - Templates

extension Fields {
    /// A text that is a template. A written null is the empty text.
    ///
    /// A template that does not parse, or calls one that is not defined, is a mistake at the setting's place.
    ///
    /// - Parameter source: the default, itself a template.
    public mutating func template(
        _ key: String,
        default source: String = "",
        doc: String,
        in context: ReceiverContext
    ) -> Template {
        let text = self.optional(key, default: source, doc: doc)
        return self.compile(text, of: key, at: self.position(of: key), in: context)
    }

    /// A template whose text is a secret, such as a key or the URL of a webhook; `nil` if it is absent or empty.
    public mutating func secretTemplate(_ key: String, doc: String, in context: ReceiverContext) -> Secret<Template>? {
        guard let text = self.secret(key, doc: doc) else { return nil }
        return Secret(self.compile(text.revealed, of: key, at: self.position(of: key), isSecret: true, in: context))
    }

    /// Compiles a template that was found in some other way: an item of a list, a value of a free mapping.
    ///
    /// - Parameters:
    ///   - key: what the message calls it.
    ///   - mode: what it is rendered as; one that cannot be rendered as HTML is a mistake, too.
    public mutating func compile(
        _ text: String,
        of key: String,
        at position: SettingsPosition,
        as mode: TemplateMode = .text,
        isSecret: Bool = false,
        in context: ReceiverContext
    ) -> Template {
        if text.utf8.contains(UInt8(ascii: "{")) {
            self.note(TemplateText(text, of: key, at: position, isSecret: isSecret))
        }
        let template: Template
        do {
            template = try context.templates.compile(text)
        } catch {
            let reason = isSecret ? "" : ": \(error.message)"
            self.report("`\(key)` is not a valid template\(reason)", at: position)
            return .blank
        }
        guard context.reportsUndefinedTemplates else { return template }
        if mode == .html {
            do {
                try context.templates.checkHTML(template)
            } catch {
                self.report("`\(key)` cannot be rendered as HTML: \(error)", at: position)
            }
        }
        var reported: Set<String> = []
        for call in context.templates.unresolvedCalls(in: template) where reported.insert(call.name).inserted {
            self.report(context.templates.message(aboutUndefined: call.name), at: position)
        }
        return template
    }
}

extension TemplateSet {
    /// What to say about a call of a template that is not defined.
    package func message(aboutUndefined name: String) -> String {
        let nearest = Spelling.nearest(to: name, among: self.names.filter { !$0.isEmpty })
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "."
        return
            "template \(name.quotedForMessage) is not defined\(hint) Templates come from the files under `templates:`"
    }
}

extension Template {
    /// Stands in for one that did not parse.
    fileprivate static let blank: Template = {
        do {
            return try TemplateSet().compile("")
        } catch {
            preconditionFailure("the empty text must be a template")
        }
    }()
}

/// The value of a field that takes a Go duration.
private struct GoDuration: SettingsValue {
    let value: Duration

    static var typeName: String { "Go duration" }
    static var empty: GoDuration { GoDuration(value: .zero) }

    init(value: Duration) { self.value = value }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        guard let scalar = node.scalar else { throw Self.mismatch(node) }
        if case .integer(let nanoseconds) = scalar.kind {
            self.value = .nanoseconds(nanoseconds)
            return
        }
        do {
            self.value = try Duration(go: scalar.text)
        } catch {
            throw SettingsMismatch("must be a duration such as 10s or 1m30s: \(error)")
        }
    }

    var settingText: String { self.value.goText }
}
