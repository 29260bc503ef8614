import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Publishes to a topic, an endpoint or a telephone of Amazon's SNS.
///
/// The metadata services of EC2 and ECS are not asked for credentials; see ``AWSAccount`` for where they come from.
public struct SNSReceiver: Receiver {
    public static let kind = "sns"

    public let sendResolved: Bool
    private let http: HTTPConfig
    private let account: AWSAccount
    private let role: AWSRole?
    private let apiURL: Template
    private let apiURLText: String
    private let targets: [Target]
    private let message: SNSMessage
    /// An address of SNS's that the environment names, as AWS's own programs take it.
    private let environmentURL: String?

    private struct Target: Sendable {
        let key: String
        let parameter: String
        let text: String
        let template: Template
    }

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        self.http = fields.httpConfig(in: context)
        self.apiURLText = fields.optional(
            "api_url", default: "", doc: "Where SNS is, if not in its region's own place; a template.")
        let position = fields.position(of: "api_url")
        self.apiURL = fields.compile(self.apiURLText, of: "api_url", at: position, in: context)
        let settings = fields.nested("sigv4", doc: "Who sends, and in which region.") { fields in
            AWSSettings(from: &fields, context: context)
        }
        let sigv4 = settings ?? AWSSettings(context: context)
        self.account = sigv4.account
        self.role = sigv4.role
        self.environmentURL = context.environment["AWS_ENDPOINT_URL_SNS"]
        func target(_ key: String, _ parameter: String, _ doc: String) -> Target {
            let text = fields.optional(key, default: "", doc: doc)
            let template = fields.compile(text, of: key, at: fields.position(of: key), in: context)
            return Target(key: key, parameter: parameter, text: text, template: template)
        }
        self.targets = [
            target("topic_arn", "TopicArn", "The topic; a template."),
            target("phone_number", "PhoneNumber", "A telephone that gets a short message; a template."),
            target("target_arn", "TargetArn", "An endpoint of a mobile application; a template."),
        ].filter { !$0.text.isEmpty }
        if self.targets.isEmpty || self.targets.count == 2 {
            fields.report("must provide either a Target ARN, Topic ARN, or Phone Number for SNS config")
        }
        self.message = SNSMessage(from: &fields, context: context)
        _ = fields.optional("use_aws_http_client", default: false, doc: "Taken, and makes no difference.")
    }

    public var destination: [String] {
        [self.apiURLText] + self.account.identity + [self.role?.identity ?? ""] + self.targets.map(\.text)
    }

    public var channel: [String] { self.destination }
    public var tokenScope: [String] { self.account.identity + [self.role?.identity ?? ""] }
    public var templates: [Template] { [self.apiURL] + self.targets.map(\.template) + self.message.templates }
    public var secretFiles: [String] { self.http.secretFiles + self.account.files }
}

// MARK: - Requests

extension SNSReceiver {
    /// With a role the first request may be the one that takes it on.
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        guard let role = self.role else {
            return try self.publication(
                of: notification, with: templates, by: try self.account.credentials(in: notification.secretFiles))
        }
        if let token = notification.token, let credentials = AWSCredentials(token.text) {
            return try self.publication(of: notification, with: templates, by: credentials)
        }
        return try self.assumption(of: role, for: notification)
    }

    public func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        guard let role = self.role else { return nil }
        switch TokenStep(after: conversation, hadToken: notification.token != nil, isStale: SNSAnswer.isAboutToken) {
        case .fetch: return try self.assumption(of: role, for: notification)
        case .done: return nil
        case .send:
            guard let last = conversation.responses.last, let credentials = AWSCredentials(assumedBy: last) else {
                throw Refusal("AWS's answer holds no credentials for the role")
            }
            return try self.publication(of: notification, with: templates, by: credentials)
        }
    }

    public func token(in response: HTTPResponse, for notification: Notification) -> AccessToken? {
        guard self.role != nil, let credentials = AWSCredentials(assumedBy: response) else { return nil }
        let end = response.element("Expiration").flatMap { Timestamp(rfc3339: $0) }
        return AccessToken(
            credentials.text,
            parts: [credentials.secretKey, credentials.sessionToken ?? ""].map { Secret($0) },
            expiresAt: (end ?? notification.now + .seconds(900)) + .seconds(-60)
        )
    }

    private func assumption(of role: AWSRole, for notification: Notification) throws(Refusal) -> RenderedRequest {
        let files = notification.secretFiles
        let region = try self.account.region(in: files)
        let signature = AWSSignature(
            credentials: try self.account.credentials(in: files), region: region, service: "sts")
        let endpoint = try AWSEndpoint(role.url(in: region), of: "AWS_ENDPOINT_URL_STS")
        return RenderedRequest(
            request: try self.post(role.parameters, to: endpoint, signedBy: signature, for: notification))
    }

    private func publication(
        of notification: Notification,
        with templates: TemplateSet,
        by credentials: AWSCredentials,
        isPlain: Bool = false
    ) throws(Refusal) -> RenderedRequest {
        var rendering = FieldRendering(notification, with: templates)
        let region = try self.account.region(in: notification.secretFiles)
        var parameters = [("Action", "Publish"), ("Version", "2010-03-31")]
        for target in self.targets {
            let text = try rendering.destination(target.template, field: target.key)
            parameters.append((target.parameter, text))
            if target.key == "topic_arn", text.hasSuffix(".fifo") {
                parameters.append(("MessageGroupId", notification.alias))
                parameters.append(("MessageDeduplicationId", self.deduplicationID(of: notification)))
            }
        }
        let isPhone = self.targets.contains { $0.key == "phone_number" }
        parameters +=
            isPlain
            ? self.message.plainParameters(in: rendering) : self.message.parameters(in: &rendering, isPhone: isPhone)
        let rendered = try rendering.destination(self.apiURL, field: "api_url")
        let url = rendered.isEmpty ? self.environmentURL ?? AWSEndpoint.url(of: "sns", in: region) : rendered
        let signature = AWSSignature(credentials: credentials, region: region, service: "sns")
        return RenderedRequest(
            request: try self.post(
                parameters, to: try AWSEndpoint(url, of: "api_url"), signedBy: signature, for: notification),
            templateFailures: rendering.failures
        )
    }

    /// The same for each attempt at the same news. Alertmanager gives all news of a group the same one, and SNS drops
    /// what it has seen within five minutes, the end of an alert that was short too.
    private func deduplicationID(of notification: Notification) -> String {
        Digest.sha256("\(notification.content.flushedAt.rfc3339) \(notification.content.groupKey)")
    }

    /// The signature stands where other credentials would, so those of `http_config` stay away; its other headers go
    /// along unsigned, because a proxy may change them.
    private func post(
        _ parameters: [(name: String, value: String)],
        to endpoint: AWSEndpoint,
        signedBy signature: AWSSignature,
        for notification: Notification
    ) throws(Refusal) -> HTTPRequest {
        let form = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\($0.name)=\($0.value.formEncoded)" }.joined(separator: "&")
        let type = HTTPRequest.Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        let unsigned = HTTPRequest(url: endpoint.url, headers: [type], body: Array(form.utf8))
        let signed = signature.signed(unsigned, to: endpoint, at: notification.now)
        return try self.http.request(
            method: signed.method,
            url: signed.url,
            headers: signed.headers,
            body: signed.body,
            sensitive: [signature.credentials.sessionToken].compactMap { $0 },
            in: notification.secretFiles
        )
    }
}

// MARK: - Answers

extension SNSReceiver {
    public func outcome(of response: HTTPResponse) -> Outcome { SNSAnswer(response).outcome }

    /// A subject or an attribute that SNS does not take must not cost the message.
    public func plainRequest(
        for notification: Notification,
        with templates: TemplateSet,
        after response: HTTPResponse
    ) throws(Refusal) -> RenderedRequest? {
        guard SNSAnswer(response).isAboutMessage else { return nil }
        let credentials: AWSCredentials
        if self.role != nil {
            guard let token = notification.token.flatMap({ AWSCredentials($0.text) }) else { return nil }
            credentials = token
        } else {
            credentials = try self.account.credentials(in: notification.secretFiles)
        }
        return try self.publication(of: notification, with: templates, by: credentials, isPlain: true)
    }
}

/// What AWS says to a request: a status, and XML with a word for what is wrong.
struct SNSAnswer {
    private let response: HTTPResponse
    private let code: String

    init(_ response: HTTPResponse) {
        self.response = response
        self.code = response.isSuccess ? "" : response.element("Code") ?? ""
    }

    var outcome: Outcome {
        let message = self.response.element("Message") ?? ""
        let detail = self.code.isEmpty ? nil : "\(self.code): \(message)"
        guard let failure = self.response.failure(detail: detail) else { return .delivered }
        guard case .refused(let reason) = failure, self.isPassing else { return failure }
        return .failed(reason: reason, mayHaveArrived: false, retryAfter: self.response.retryAfter)
    }

    /// What says 400 and is over soon.
    private var isPassing: Bool {
        self.code.hasPrefix("Throttl")
            || ["RequestLimitExceeded", "ServiceUnavailable", "InternalFailure", "KMSThrottling"].contains(self.code)
    }

    var isAboutMessage: Bool {
        self.response.status == 400
            && ["InvalidParameter", "ParameterValueInvalid", "InvalidParameterValue"].contains(self.code)
    }

    /// Whether the role's credentials are not valid any more.
    static func isAboutToken(_ response: HTTPResponse) -> Bool {
        ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"].contains(SNSAnswer(response).code)
    }
}
