import TocsinRuntime

/// One thing that can be asked of the server: method, path, what it is for, and who answers.
public struct Endpoint: Sendable {
    /// In whose words a request is refused before its endpoint sees it, and what stands in every answer's header.
    public enum Style: Hashable, Sendable {
        /// Alertmanager's API: errors as JSON, nothing to be cached, open to scripts of any origin.
        case api
        /// Our own API: the same, but for errors, which are an ``APIProblem``.
        case own
        /// For people and probes: a line of text.
        case plain

        /// The style of all that lies under a path, whether there is an endpoint or not.
        init(of path: String) {
            if path.utf8.starts(with: "/api/v1/".utf8) {
                self = .own
            } else {
                self = path.utf8.starts(with: "/api/".utf8) ? .api : .plain
            }
        }
    }

    package typealias Respond = @Sendable (API, Call) async throws(APIError) -> APIResponse

    public let method: APIMethod
    /// `/api/v2/silence/{silenceID}`: a name in braces stands for any one segment.
    public let path: String
    /// One line for the list of endpoints.
    public let summary: String
    public let style: Style
    /// Whether it counts among the requests of which only so many are answered at once.
    let isLimited: Bool
    /// The media types that it can answer with; one of them must be welcome.
    let produces: [String]
    let respond: Respond

    /// - Parameters:
    ///   - style: `nil` for that of the path.
    ///   - isLimited: `nil` for what is usual: what reads is, what acts is not.
    ///   - produces: what it answers with when all is well.
    ///   - respond: throws what becomes an answer in ``Router``.
    package init(
        _ method: APIMethod,
        _ path: String,
        summary: String,
        style: Style? = nil,
        isLimited: Bool? = nil,
        produces: [String] = ["application/json"],
        respond: @escaping Respond
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.style = style ?? Style(of: path)
        self.isLimited = isLimited ?? (method == .get)
        self.produces = produces
        self.respond = respond
    }

    /// Incidents, what is sent for them, and what came of them.
    private static let ownEndpoints =
        incidentEndpoints + incidentActionEndpoints + notificationEndpoints + reportEndpoints + eventEndpoints

    /// Every endpoint that this module has.
    public static let all: [Endpoint] =
        alertEndpoints + webhookEndpoints + statusEndpoints + silenceEndpoints + administrationEndpoints
        + retiredEndpoints + metricsEndpoints + webEndpoints + silencePreviewEndpoints + explainEndpoints
        + receiverTestEndpoints + ownEndpoints
}

/// What endpoints work with.
package struct API: Sendable {
    let service: Service
    let context: APIContext
    let clock: any WallClock
}

/// A request on its way into its endpoint.
package struct Call: Sendable {
    let request: APIRequest
    let query: Query
    /// The segments that stand for the names in the endpoint's path, in their order, decoded.
    let parameters: [String]
    /// Kept by an answer that is made while it is sent, so that it counts until then.
    let slot: ReadLimit.Slot?
}
