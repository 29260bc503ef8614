import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Creates and closes alerts of OpsGenie. The group's key is the alert's alias, so the same news twice is one alert.
public struct OpsGenieReceiver: Receiver {
    public static let kind = "opsgenie"

    public let sendResolved: Bool
    private let key: SecretSource
    private let url: String
    private let http: HTTPConfig
    private let alert: OpsGenieAlert
    private let updatesAlerts: Bool

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let doc = "The key of an integration; a template."
        let key = fields.secretSource("api_key", file: "api_key_file", doc: doc)
        fields.checkTemplate(in: key, of: "api_key", context: context)
        if key == nil, context.global.opsGenieKey == nil, !fields.has("api_key") {
            fields.report("no global OpsGenie API Key set either inline or in a file")
        }
        self.key = key ?? context.global.opsGenieKey ?? .inline(Secret(""))
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where the API is.")
        self.url = url?.text ?? context.global.opsGenieURL
        self.http = fields.httpConfig(in: context)
        self.alert = OpsGenieAlert(from: &fields, context: context)
        self.updatesAlerts = fields.optional(
            "update_alerts",
            default: false,
            doc: "Whether later notifications change the alert's message and description."
        )
    }

    public var destination: [String] { [self.url, self.key.identity] }
    public var channel: [String] { self.destination }
    public var templates: [Template] { self.alert.templates }
    public var secretFiles: [String] { self.http.secretFiles + [self.key.path].compactMap { $0 } }
}

// MARK: - Requests

extension OpsGenieReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let alias = notification.alias
        let request =
            if notification.content.isFiring {
                try self.send(
                    self.alert.creation(alias: alias, in: &rendering), to: "v2/alerts", for: notification, in: rendering
                )
            } else {
                try self.send(
                    self.alert.closing(in: &rendering),
                    to: "v2/alerts/\(alias)/close?identifierType=alias",
                    for: notification,
                    in: rendering
                )
            }
        return RenderedRequest(request: request, templateFailures: rendering.failures)
    }

    /// With `update_alerts` the message and the description are set once more: OpsGenie counts a second creation of an
    /// alert that is open, and keeps the words of the first.
    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        guard self.updatesAlerts, notification.content.isFiring, conversation.outcome == .delivered else { return nil }
        var rendering = FieldRendering(notification, with: templates)
        let body: [UInt8]
        let part: String
        switch conversation.responses.count {
        case 1: (body, part) = (self.alert.messageUpdate(in: &rendering), "message")
        case 2: (body, part) = (self.alert.descriptionUpdate(in: &rendering), "description")
        default: return nil
        }
        // Templates that fail did so in the first request already.
        let path = "v2/alerts/\(notification.alias)/\(part)?identifierType=alias"
        return RenderedRequest(
            request: try self.send(body, to: path, method: "PUT", for: notification, in: rendering)
        )
    }

    private func send(
        _ body: [UInt8],
        to path: String,
        method: String = "POST",
        for notification: Notification,
        in rendering: FieldRendering
    ) throws(Refusal) -> HTTPRequest {
        let files = notification.secretFiles
        let key = try rendering.secretDestination(self.key, field: "api_key", in: files).trimmed
        let parts = path.split(separator: "?", maxSplits: 1)
        // A query of the address's own stays.
        var url = self.url.appendingPath(String(parts[0]))
        if parts.count > 1 { url = url.appendingQuery(String(parts[1])) }
        let authorization = "GenieKey \(try key.checkedCredential(of: "api_key"))"
        let headers = [HTTPRequest.Header("Authorization", authorization)]
        return try self.http.post(body, to: url, method: method, headers: headers, in: files)
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        let message = response.json?["message"]?.string
        return response.failure(detail: message) ?? .delivered
    }
}

extension Notification {
    /// What other systems know the group by.
    var alias: String { Digest.sha256(self.content.groupKey) }
}
