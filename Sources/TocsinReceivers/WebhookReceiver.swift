import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts a notification as JSON: Alertmanager's payload of version 4, or one of the user's own.
public struct WebhookReceiver: Receiver {
    public static let kind = "webhook"

    public let sendResolved: Bool
    private let url: SecretSource
    private let http: HTTPConfig
    private let timeout: Duration?
    /// 0 for all of them.
    private let maximumAlerts: Int
    private let payload: PayloadTemplate?
    private let readYAML: @Sendable (String) -> SettingsNode?

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let url = fields.secretSource("url", file: "url_file", doc: "Where to post; a template.")
        if url == nil { fields.report("one of url or url_file must be configured") }
        WebhookReceiver.check(url, in: &fields, context: context)
        self.url = url ?? .inline(Secret(""))
        self.http = fields.httpConfig(in: context)
        self.timeout = fields.timeout()
        let doc = "How many alerts to send at most; 0 for all."
        self.maximumAlerts = fields.integer("max_alerts", in: 0...Int.max, default: 0, doc: doc)
        let payload = fields.node(
            "payload", doc: "What to send in the place of the usual JSON; its texts are templates.")
        self.payload = payload.flatMap { node in
            node.isNull ? nil : PayloadTemplate(node, of: "payload", from: &fields, context: context)
        }
        self.readYAML = context.readYAML
    }

    /// What stands for the address in a configuration that is shown: Alertmanager's, and ours.
    private static let masks = [Secret<String>.mask, "http://<secret>"]

    /// A URL with a template in it can only be checked when it is rendered.
    private static func check(_ url: SecretSource?, in fields: inout Fields, context: ReceiverContext) {
        guard case .inline(let secret) = url, !WebhookReceiver.masks.contains(secret.revealed) else { return }
        if secret.revealed.utf8.contains(UInt8(ascii: "{")) {
            fields.checkTemplate(in: url, of: "url", context: context)
            return
        }
        do {
            _ = try HTTPURL(secret.revealed)
        } catch {
            fields.report("`url` \(error.message)", at: "url")
        }
    }

    public var destination: [String] { [self.url.identity] }
    public var channel: [String] { self.destination }
    public var templates: [Template] { self.payload?.templates ?? [] }
    public var secretFiles: [String] { self.http.secretFiles + [self.url.path].compactMap { $0 } }

    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var notification = notification
        let count = notification.content.alerts.count
        if self.maximumAlerts > 0, count > self.maximumAlerts {
            notification.content.alerts = Array(notification.content.alerts.prefix(self.maximumAlerts))
        }
        let files = notification.secretFiles
        let usual = WebhookPayload(
            notification: notification, truncatedAlerts: count - notification.content.alerts.count)
        let address = try self.url.text(in: files)
        guard self.payload != nil || address.utf8.contains(UInt8(ascii: "{")) else {
            let url = try WebhookReceiver.checked(address)
            return RenderedRequest(request: try self.http.post(usual.body, to: url, timeout: self.timeout, in: files))
        }
        var rendering = FieldRendering(notification, with: templates)
        let url = try WebhookReceiver.checked(rendering.secretDestination(self.url, field: "url", in: files))
        let body =
            self.payload.map { payload in
                let json = payload.json(in: &rendering, field: "payload", readYAML: self.readYAML)
                return json.encoded() + [UInt8(ascii: "\n")]
            } ?? usual.body
        return RenderedRequest(
            request: try self.http.post(body, to: url, timeout: self.timeout, in: files),
            templateFailures: rendering.failures
        )
    }

    /// The address, once every template in it is rendered.
    private static func checked(_ address: String) throws(Refusal) -> String {
        let url = address.trimmed
        guard !url.isEmpty else { throw Refusal("webhook URL is empty after templating") }
        do {
            return try HTTPURL(url).text
        } catch {
            throw Refusal("the webhook's URL, rendered, \(error.message)")
        }
    }

    public func outcome(of response: HTTPResponse) -> Outcome { response.failure() ?? .delivered }
}
