import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Sends to phones by Pushover.
public struct PushoverReceiver: Receiver {
    public static let kind = "pushover"

    public let sendResolved: Bool
    private let userKey: SecretSource
    private let token: SecretSource
    private let http: HTTPConfig
    private let title: TemplateField
    private let message: TemplateField
    private let url: TemplateField
    private let urlTitle: TemplateField
    private let device: TemplateField
    private let sound: TemplateField
    private let priority: TemplateField
    private let retry: Duration
    private let expire: Duration
    private let timeToLive: Duration
    private let format: Format

    private enum Format: String, Sendable {
        case plain
        case html
        case monospace
    }

    private static let address = "https://api.pushover.net/1/messages.json"
    private static let maximumTitleLength = 250
    private static let maximumMessageLength = 1024
    private static let maximumURLLength = 512
    /// Longer addresses are more than many servers take.
    private static let maximumAddressSize = 4000

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.userKey = PushoverReceiver.readKey("user_key", "Who is told; a template.", from: &fields, context)
        self.token = PushoverReceiver.readKey("token", "The application's token; a template.", from: &fields, context)
        self.http = fields.httpConfig(in: context)
        func usual(_ key: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "pushover.default.\(key)", doc: doc, in: context)
        }
        self.title = usual("title", "The first line, up to 250 characters.")
        self.message = usual("message", "The body, up to 1024 characters.")
        self.url = usual("url", "A link below it.")
        self.urlTitle = fields.templateField("url_title", doc: "What stands on the link.", in: context)
        self.device = fields.templateField("device", doc: "One device of the user's; all if empty.", in: context)
        self.sound = fields.templateField("sound", doc: "The sound that it makes.", in: context)
        let priorityDoc = "-2 to 2; 2 rings until someone confirms."
        let priority = #"{{ if eq .Status "firing" }}2{{ else }}0{{ end }}"#
        self.priority = fields.templateField("priority", default: priority, doc: priorityDoc, in: context)
        let retryDoc = "How often it rings with priority 2; at least 30s."
        self.retry = PushoverReceiver.readDuration("retry", .seconds(60), retryDoc, from: &fields)
        let expireDoc = "How long it rings with priority 2; at most 3h."
        self.expire = PushoverReceiver.readDuration("expire", .seconds(3600), expireDoc, from: &fields)
        let timeDoc = "After what time it vanishes; 0 for never."
        self.timeToLive = PushoverReceiver.readDuration("ttl", .zero, timeDoc, from: &fields)
        self.format = PushoverReceiver.readFormat(from: &fields)
    }

    private static func readKey(
        _ key: String,
        _ doc: String,
        from fields: inout Fields,
        _ context: ReceiverContext
    ) -> SecretSource {
        let source = fields.secretSource(key, file: "\(key)_file", doc: doc)
        if source == nil { fields.report("one of \(key) or \(key)_file must be configured") }
        fields.checkTemplate(in: source, of: key, context: context)
        return source ?? .inline(Secret(""))
    }

    /// Unlike in other fields a bare number is a mistake: nobody means nanoseconds.
    private static func readDuration(
        _ key: String,
        _ value: Duration,
        _ doc: String,
        from fields: inout Fields
    ) -> Duration {
        let read = fields.parsed(key, type: "Go duration", default: value.goText, doc: doc) {
            (text: String) throws(SettingsMismatch) -> Duration in
            do {
                return try Duration(go: text)
            } catch {
                throw SettingsMismatch("must be a duration such as 30s or 1h: \(error)")
            }
        }
        return read ?? value
    }

    private static func readFormat(from fields: inout Fields) -> Format {
        let html = fields.optional("html", default: false, doc: "Whether the message is HTML.")
        let monospace = fields.optional("monospace", default: false, doc: "Whether all letters are of one width.")
        if html, monospace { fields.report("at most one of monospace & html must be configured", at: "monospace") }
        return html ? .html : monospace ? .monospace : .plain
    }

    public var destination: [String] { [PushoverReceiver.address, self.userKey.identity, self.token.identity] }
    public var channel: [String] { self.destination }
    public var secretFiles: [String] {
        self.http.secretFiles + [self.userKey.path, self.token.path].compactMap { $0 }
    }

    public var templates: [Template] {
        [self.title, self.message, self.url, self.urlTitle, self.device, self.sound, self.priority].map(\.template)
    }
}

// MARK: - Requests

extension PushoverReceiver {
    /// All parameters stand in the query, as Alertmanager sends them; in the body where that makes a long address.
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        var parameters = try self.parameters(for: notification, in: &rendering)
        parameters.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let form = parameters.map { "\($0.name)=\($0.value.formEncoded)" }.joined(separator: "&")

        let isLong = form.utf8.count > PushoverReceiver.maximumAddressSize
        let type = isLong ? "application/x-www-form-urlencoded" : "text/plain"
        let request = try self.http.request(
            method: "POST",
            url: isLong ? PushoverReceiver.address : "\(PushoverReceiver.address)?\(form)",
            headers: [HTTPRequest.Header("Content-Type", type)],
            body: isLong ? Array(form.utf8) : [],
            sensitive: parameters.filter { ["token", "user"].contains($0.name) }.map(\.value),
            in: notification.secretFiles
        )
        return RenderedRequest(request: request, templateFailures: rendering.failures)
    }

    private func parameters(
        for notification: Notification,
        in rendering: inout FieldRendering
    ) throws(Refusal) -> [(name: String, value: String)] {
        let files = notification.secretFiles
        let url = self.url.text(in: &rendering).truncated(toScalars: PushoverReceiver.maximumURLLength)
        var parameters = [
            ("token", try rendering.secretDestination(self.token, field: "token", in: files).trimmed),
            ("user", try rendering.secretDestination(self.userKey, field: "user_key", in: files).trimmed),
            ("title", self.title.text(in: &rendering).truncated(toScalars: PushoverReceiver.maximumTitleLength)),
            ("message", self.messageText(in: &rendering)),
            ("url", url),
            ("url_title", self.urlTitle.text(in: &rendering)),
            ("priority", self.priority.text(in: &rendering)),
            ("retry", String(self.retry.components.seconds)),
            ("expire", String(self.expire.components.seconds)),
            ("device", self.device.text(in: &rendering)),
            ("sound", self.sound.text(in: &rendering)),
        ]
        if self.format != .plain { parameters.append((self.format.rawValue, "1")) }
        if self.timeToLive > .zero { parameters.append(("ttl", String(self.timeToLive.components.seconds))) }
        return parameters
    }

    private func messageText(in rendering: inout FieldRendering) -> String {
        let text = self.message.text(in: &rendering, as: self.format == .html ? .html : .text)
        let short = text.truncated(toScalars: PushoverReceiver.maximumMessageLength).trimmed
        return short.isEmpty ? "(no details)" : short
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        let errors = (response.json?["errors"]?.array ?? []).prefix(10).compactMap(\.string)
        return response.failure(detail: errors.isEmpty ? nil : errors.joined(separator: ", ")) ?? .delivered
    }
}
