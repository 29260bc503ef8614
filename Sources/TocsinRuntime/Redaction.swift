import TocsinReceivers

/// Takes out of an answer what was secret in the request: some servers repeat what they were sent, and what they say
/// ends up in a log.
struct Redaction {
    private let secrets: [String]

    /// - Parameters:
    ///   - settings: what decides where the receiver's messages go; URLs and keys are among it.
    ///   - files: the secrets that were read for the request.
    ///   - request: says itself what else is secret in it, such as a key that a template made.
    ///   - token: the one that the request was made with.
    init(
        settings: [String],
        files: SecretFiles = SecretFiles(),
        request: HTTPRequest,
        token: AccessToken? = nil
    ) {
        let credentials = request.headers.filter { $0.name.lowercased() == "authorization" }
            .flatMap { [$0.value] + $0.value.split(separator: " ").map { String($0) } }
        let hidden = request.revealedSecrets + (token?.concealed ?? [])
        self.secrets = (settings + files.revealed + credentials + hidden + [request.url])
            .filter { $0.utf8.count >= Redaction.shortest && !$0.hasPrefix("#") }
            .flatMap { [$0, $0.replacing("/", with: "\\/")] }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    /// Shorter words would turn up in any text.
    private static let shortest = 6

    /// Whether the answer is long enough to repeat a secret; nearly every "ok" is not, and costs nothing.
    static func isNeeded(for response: HTTPResponse) -> Bool { response.body.count >= self.shortest }

    func clean(_ response: HTTPResponse) -> HTTPResponse {
        let text = String(decoding: response.body, as: UTF8.self)
        guard self.secrets.contains(where: { text.contains($0) }) else { return response }
        var response = response
        let cleaned = self.secrets.reduce(text) { $0.replacing($1, with: "<secret>") }
        response.body = Array(cleaned.utf8)
        return response
    }
}
