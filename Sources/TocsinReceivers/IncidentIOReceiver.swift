import TocsinJSON
public import TocsinModel
public import TocsinSettings
public import TocsinTemplate

/// Posts to an alert source of incident.io: a webhook's payload with a version of its own.
public struct IncidentIOReceiver: Receiver {
    public static let kind = "incidentio"

    public let sendResolved: Bool
    private let url: Address
    private let token: SecretSource?
    private let http: HTTPConfig
    private let timeout: Duration?
    /// 0 for all of them.
    private let maximumAlerts: Int

    private enum Address: Sendable {
        case inline(String)
        case file(path: String)
    }

    /// In bytes, what incident.io takes.
    private static let maximumBodySize = 524_288

    public init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {
        self.sendResolved = fields.sendResolved(default: true)
        let url = fields.optional("url", as: HTTPURL.self, doc: "The alert source.")
        let path = fields.optional("url_file", default: "", doc: "A file that holds what `url` would say.")
        fields.atMostOne(of: "url", "url_file")
        if url == nil, path.isEmpty, !fields.has("url") {
            fields.report("one of url or url_file must be configured")
        }
        self.url = path.isEmpty ? .inline(url?.text ?? "") : .file(path: path)
        let tokenDoc = "The alert source's token."
        self.token = fields.secretSource("alert_source_token", file: "alert_source_token_file", doc: tokenDoc)
        // Unlike those of the other kinds, the paths in its `http_config` are relative to the working directory.
        var workingDirectory = context
        workingDirectory.directory = ""
        self.http = fields.httpConfig(in: workingDirectory)
        self.timeout = fields.timeout()
        let doc = "How many alerts to send at most; 0 for all."
        self.maximumAlerts = fields.integer("max_alerts", in: 0...Int.max, default: 0, doc: doc)
        if self.token == nil, self.http.authorization == nil {
            fields.report(
                """
                at least one of alert_source_token, alert_source_token_file or http_config.authorization must be \
                configured
                """
            )
        } else if self.token != nil, fields.has("http_config"), self.http.authorization != nil {
            fields.report(
                """
                cannot specify alert_source_token or alert_source_token_file when using http_config.authorization
                """
            )
        }
    }

    public var destination: [String] {
        let url =
            switch self.url {
            case .inline(let url): url
            case .file(let path): "file:\(path)"
            }
        return [url, self.token?.identity ?? ""]
    }

    public var channel: [String] { self.destination }
    public var templates: [Template] { [] }

    public var secretFiles: [String] {
        var files = self.http.secretFiles + [self.token?.path].compactMap { $0 }
        if case .file(let path) = self.url { files.append(path) }
        return files
    }
}

// MARK: - Requests

extension IncidentIOReceiver {
    public func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        let files = notification.secretFiles
        let body = self.body(for: notification)
        var http = self.http
        var headers: [HTTPRequest.Header] = []
        if let token {
            let value = try token.credential(of: "alert_source_token", in: files)
            headers = [HTTPRequest.Header("Authorization", "Bearer \(value)")]
            http.authorization = nil
        }
        let url = try self.address(in: files)
        return RenderedRequest(
            request: try http.post(body, to: url, timeout: self.timeout, headers: headers, in: files)
        )
    }

    /// Of a body that is too large only the first alert stays.
    private func body(for notification: Notification) -> [UInt8] {
        var notification = notification
        let alerts = notification.content.alerts
        if self.maximumAlerts > 0 { notification.content.alerts = Array(alerts.prefix(self.maximumAlerts)) }
        let left = alerts.count - notification.content.alerts.count
        let members =
            TemplateData(notification).members + [
                JSONValue.Member("version", "1"),
                JSONValue.Member("groupKey", .string(notification.content.groupKey)),
                JSONValue.Member("truncatedAlerts", .integer(Int64(left))),
            ]
        let body = members.body
        guard body.count > IncidentIOReceiver.maximumBodySize else { return body }
        return members.map { member in
            guard member.name == "alerts", let alerts = member.value.array else { return member }
            return JSONValue.Member("alerts", .array(Array(alerts.prefix(1))))
        }.body
    }

    private func address(in files: SecretFiles) throws(Refusal) -> String {
        switch self.url {
        case .inline(let url): url
        case .file(let path): try SecretSource.file(path: path).url(of: "url_file", in: files)
        }
    }

    public func outcome(of response: HTTPResponse) -> Outcome { response.failure() ?? .delivered }
}
