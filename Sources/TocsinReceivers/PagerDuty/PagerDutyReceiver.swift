import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Triggers and resolves alerts of PagerDuty, by its Events API: version 2 with a `routing_key`, version 1 with a
/// `service_key`.
public struct PagerDutyReceiver: Receiver {
    public static let kind = "pagerduty"

    public let sendResolved: Bool
    private let integration: Integration
    private let url: String
    private let http: HTTPConfig
    private let timeout: Duration?
    private let event: PagerDutyEvent

    private enum Integration: Sendable {
        case service(SecretSource)
        case routing(SecretSource)

        var key: SecretSource {
            switch self {
            case .service(let key), .routing(let key): key
            }
        }
    }

    /// Where PagerDuty says that a key sends too much without saying how long to wait.
    private static let pause = Duration.seconds(30)

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let routing = fields.secretSource(
            "routing_key",
            file: "routing_key_file",
            doc: "The key of an integration of the Events API, version 2; a template."
        )
        let service = fields.secretSource(
            "service_key",
            file: "service_key_file",
            doc: "The key of an integration of the Events API, version 1; a template. Goes before `routing_key`."
        )
        if routing == nil, service == nil { fields.report("missing service or routing key in PagerDuty config") }
        fields.checkTemplate(in: routing, of: "routing_key", context: context)
        fields.checkTemplate(in: service, of: "service_key", context: context)
        self.integration = service.map { .service($0) } ?? .routing(routing ?? .inline(Secret("")))
        let url = fields.optional("url", as: HTTPURL.self, doc: "Where events of version 2 go.")
        self.url = service != nil ? context.global.pagerDutyV1URL : url?.text ?? context.global.pagerDutyURL
        self.http = fields.httpConfig(in: context)
        self.timeout = fields.timeout()
        self.event = PagerDutyEvent(from: &fields, context: context)
    }

    public var destination: [String] { [self.url, self.integration.key.identity] }
    public var channel: [String] { self.destination }
    public var templates: [Template] { self.event.templates }
    public var secretFiles: [String] { self.http.secretFiles + [self.integration.key.path].compactMap { $0 } }
}

// MARK: - Requests

extension PagerDutyReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let key = try self.key(for: notification, in: rendering)
        var event = self.event.rendered(for: notification, with: key, in: &rendering)
        return RenderedRequest(
            request: try self.post(event.encodedWithinLimit(), with: key, in: notification.secretFiles),
            templateFailures: rendering.failures
        )
    }

    /// Without everything that PagerDuty could have something against: what a person must know to be woken stays.
    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard response.status == 400 || response.status == 413 else { return nil }
        var rendering = FieldRendering(notification, with: templates)
        let key = try self.key(for: notification, in: rendering)
        var event = self.event.rendered(for: notification, with: key, in: &rendering)
        event.reduceToPlain()
        let body = event.encodedWithinLimit()
        return RenderedRequest(request: try self.post(body, with: key, in: notification.secretFiles))
    }

    private func key(
        for notification: Notification,
        in rendering: FieldRendering
    ) throws(Refusal) -> RenderedPagerDutyEvent.Key {
        switch self.integration {
        case .service(let source):
            let key = try rendering.secretDestination(source, field: "service_key", in: notification.secretFiles)
            guard !key.trimmed.isEmpty else { throw Refusal("service key cannot be empty") }
            return .service(key)
        case .routing(let source):
            let key = try rendering.secretDestination(source, field: "routing_key", in: notification.secretFiles)
            guard !key.trimmed.isEmpty else { throw Refusal("routing key cannot be empty") }
            return .routing(key)
        }
    }

    private func post(
        _ body: [UInt8],
        with key: RenderedPagerDutyEvent.Key,
        in files: SecretFiles
    ) throws(Refusal) -> HTTPRequest {
        try self.http.post(body, to: self.url, timeout: self.timeout, sensitive: [key.text], in: files)
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        let busy: Set<Int> =
            switch self.integration {
            case .service: [403, 429]
            case .routing: [429]
            }
        let detail = response.status == 400 ? PagerDutyReceiver.complaint(in: response) : nil
        return response.failure(busy: busy, pause: PagerDutyReceiver.pause, detail: detail) ?? .delivered
    }

    /// PagerDuty's message, and what it lists as wrong.
    private static func complaint(in response: HTTPResponse) -> String? {
        guard let json = response.json, let message = json["message"]?.string else { return nil }
        let errors = (json["errors"]?.array ?? []).prefix(10).compactMap(\.string)
        return errors.isEmpty ? message : "\(message): \(errors.joined(separator: ","))"
    }
}
