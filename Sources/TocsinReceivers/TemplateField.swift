import TocsinModel
import TocsinSettings
import TocsinTemplate

/// A setting that is a template, and what stands in for it if it fails.
struct TemplateField: Sendable {
    let key: String
    let template: Template
    /// The built-in default, itself a template.
    let defaultSource: String
    /// Whether nothing at all stands in it. A text of white space is a text like any other.
    var isEmpty = false

    func text(in rendering: inout FieldRendering, as mode: TemplateMode = .text) -> String {
        rendering.text(self.template, field: self.key, default: self.defaultSource, as: mode)
    }
}

extension Fields {
    /// - Parameter source: the default. A name of a built-in template is written as a call of it.
    mutating func templateField(
        _ key: String,
        default source: String = "",
        doc: String,
        in context: ReceiverContext
    ) -> TemplateField {
        let text = self.optional(key, default: source, doc: doc)
        return TemplateField(
            key: key,
            template: self.compile(text, of: key, at: self.position(of: key), in: context),
            defaultSource: source,
            isEmpty: text.isEmpty
        )
    }

    /// A template whose default is a built-in one.
    mutating func templateField(
        _ key: String,
        calling name: String,
        doc: String,
        in context: ReceiverContext
    ) -> TemplateField {
        self.templateField(key, default: "{{ template \"\(name)\" . }}", doc: doc, in: context)
    }

    /// A template that must not be empty.
    mutating func requiredTemplateField(
        _ key: String,
        doc: String,
        in context: ReceiverContext
    ) -> TemplateField {
        let field = self.templateField(key, doc: doc, in: context)
        if field.isEmpty { self.report("missing `\(key)` in \(self.name)") }
        return field
    }

    /// Checks the template in a secret that stands in the configuration itself. One in a file is not there yet.
    mutating func checkTemplate(in source: SecretSource?, of key: String, context: ReceiverContext) {
        guard case .inline(let secret) = source else { return }
        _ = self.compile(secret.revealed, of: key, at: self.position(of: key), isSecret: true, in: context)
    }

    /// `timeout`, for one attempt; `nil` if the setting leaves it to the server's own.
    mutating func timeout() -> Duration? {
        let timeout = self.goDuration("timeout", doc: "How long one attempt may take; 0 leaves it to the server: 30s.")
        return timeout > .zero ? timeout : nil
    }

    mutating func sendResolved(default value: Bool) -> Bool {
        self.optional("send_resolved", default: value, doc: "Whether to tell that alerts are over.")
    }
}

extension HTTPConfig {
    /// A POST of JSON.
    ///
    /// - Parameter sensitive: what of it nobody may read, see ``HTTPRequest/sensitive``.
    func post(
        _ body: [UInt8],
        to url: String,
        method: String = "POST",
        timeout: Duration? = nil,
        headers more: [HTTPRequest.Header] = [],
        sensitive: [String] = [],
        in files: SecretFiles
    ) throws(Refusal) -> HTTPRequest {
        let headers = [HTTPRequest.Header("Content-Type", "application/json")] + more
        return try self.request(
            method: method, url: url, headers: headers, body: body, timeout: timeout, sensitive: sensitive, in: files)
    }

    /// Any request, with all that `http_config` says about it. A header of the receiver's own goes before one of the
    /// configuration.
    func request(
        method: String,
        url: String,
        headers: [HTTPRequest.Header] = [],
        body: [UInt8] = [],
        timeout: Duration? = nil,
        sensitive: [String] = [],
        in files: SecretFiles
    ) throws(Refusal) -> HTTPRequest {
        var options = try self.transportOptions(with: files)
        if let timeout { options.timeout = timeout }
        let own = Set(headers.map { $0.name.lowercased() })
        let added = try self.headers(with: files).filter { !own.contains($0.name.lowercased()) }
        return HTTPRequest(
            method: method,
            url: url,
            headers: headers + added,
            body: body,
            options: options,
            grant: own.contains("authorization") ? nil : try self.oauth2?.grant(with: files),
            sensitive: try self.sensitiveValues(with: files) + sensitive.map { Secret($0) }
        )
    }
}
