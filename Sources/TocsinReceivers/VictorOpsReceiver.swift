import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Opens and closes incidents of VictorOps, now Splunk On-Call. The group's key is the incident's identity.
public struct VictorOpsReceiver: Receiver {
    public static let kind = "victorops"

    public let sendResolved: Bool
    private let key: SecretSource
    private let url: String
    private let http: HTTPConfig
    private let routingKey: Template
    private let routingKeyText: String
    private let messageType: TemplateField
    private let stateMessage: TemplateField
    private let displayName: TemplateField
    private let monitoringTool: TemplateField
    private let customFields: TemplateMap

    private static let maximumStateMessageLength = 20_480
    private static let firingTypes = ["INFO", "WARNING", "CRITICAL"]
    private static let reservedNames = [
        "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id",
        "entity_state",
    ]

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let key = fields.secretSource("api_key", file: "api_key_file", doc: "The key of the REST integration.")
        if key == nil, context.global.victorOpsKey == nil, !fields.has("api_key") {
            fields.report("no global VictorOps API Key set either inline or in a file")
        }
        self.key = key ?? context.global.victorOpsKey ?? .inline(Secret(""))
        let url = fields.optional("api_url", as: HTTPURL.self, doc: "Where alerts go.")
        self.url = url?.text ?? context.global.victorOpsURL
        self.http = fields.httpConfig(in: context)
        self.routingKeyText = fields.optional("routing_key", default: "", doc: "Who is told; a template.")
        if self.routingKeyText.isEmpty { fields.report("missing Routing key in VictorOps config", at: "routing_key") }
        let position = fields.position(of: "routing_key")
        self.routingKey = fields.compile(self.routingKeyText, of: "routing_key", at: position, in: context)
        let typeDoc = "`INFO`, `WARNING` or `CRITICAL` while something fires; anything else is `CRITICAL`."
        self.messageType = fields.templateField("message_type", default: "CRITICAL", doc: typeDoc, in: context)
        func usual(_ key: String, _ doc: String) -> TemplateField {
            fields.templateField(key, calling: "victorops.default.\(key)", doc: doc, in: context)
        }
        self.stateMessage = usual("state_message", "What is the matter.")
        self.displayName = usual("entity_display_name", "The incident's title.")
        self.monitoringTool = usual("monitoring_tool", "Where the alert comes from.")
        let doc = "Further fields; values are templates."
        self.customFields = fields.templateMap("custom_fields", doc: doc, in: context)
        for name in self.customFields.fields.map(\.key) where VictorOpsReceiver.reservedNames.contains(name) {
            fields.report(
                """
                victorOps config contains custom field \(name) which cannot be used as it conflicts with the \
                fixed/static fields
                """,
                at: "custom_fields"
            )
        }
    }

    public var destination: [String] { [self.url, self.key.identity, self.routingKeyText] }
    public var channel: [String] { self.destination }
    public var secretFiles: [String] { self.http.secretFiles + [self.key.path].compactMap { $0 } }

    public var templates: [Template] {
        let texts = [self.messageType, self.stateMessage, self.displayName, self.monitoringTool]
        return [self.routingKey] + texts.map(\.template) + self.customFields.templates
    }
}

// MARK: - Requests

extension VictorOpsReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let files = notification.secretFiles
        let key = try self.key.credential(of: "api_key", in: files).pathSegment(of: "api_key")
        let routingKey = try rendering.destination(self.routingKey, field: "routing_key")
        let path = "\(key)/\(try routingKey.pathSegment(of: "routing_key"))"
        var texts = self.customFields.texts(in: &rendering)
        let message = self.stateMessage.text(in: &rendering)
        texts += [
            ("message_type", self.messageType(for: notification, in: &rendering)),
            ("entity_id", notification.alias),
            ("entity_display_name", self.displayName.text(in: &rendering)),
            ("state_message", message.truncated(toScalars: VictorOpsReceiver.maximumStateMessageLength)),
            ("monitoring_tool", self.monitoringTool.text(in: &rendering)),
        ]
        let body = texts.map { JSONValue.Member($0.name, .string($0.text)) }.sortedByName.body
        return RenderedRequest(
            request: try self.http.post(body, to: self.url.appendingPath(path), sensitive: [key], in: files),
            templateFailures: rendering.failures
        )
    }

    private func messageType(for notification: Notification, in rendering: inout FieldRendering) -> String {
        guard notification.content.isFiring else { return "RECOVERY" }
        let type = self.messageType.text(in: &rendering)
        return VictorOpsReceiver.firingTypes.contains(type) ? type : "CRITICAL"
    }

    public func outcome(of response: HTTPResponse) -> Outcome {
        response.failure(detail: response.json?["message"]?.string) ?? .delivered
    }
}
