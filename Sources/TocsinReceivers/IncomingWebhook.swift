import TocsinSettings

/// A secret address that takes JSON, as chats give one out for each channel: `webhook_url` and `http_config`.
struct IncomingWebhook: Sendable {
    let url: SecretSource
    private let http: HTTPConfig

    /// - Parameter inheritsProxy: whether the proxy of `global` holds where the file names none here.
    init(from fields: inout Fields, context: ReceiverContext, inheritsProxy: Bool = false) {
        let source = fields.secretURLSource("webhook_url", file: "webhook_url_file", doc: "The incoming webhook.")
        if source == nil { fields.report("one of webhook_url or webhook_url_file must be configured") }
        self.url = source ?? .inline(Secret(""))
        var http = fields.httpConfig(in: context)
        if inheritsProxy { http.inheritProxy(of: context.global.http) }
        self.http = http
    }

    var destination: [String] { [self.url.identity] }
    var secretFiles: [String] { self.http.secretFiles + [self.url.path].compactMap { $0 } }

    func post(_ body: [UInt8], for notification: Notification) throws(Refusal) -> HTTPRequest {
        let url = try self.url.url(of: "webhook_url", in: notification.secretFiles)
        return try self.http.post(body, to: url, in: notification.secretFiles)
    }
}
