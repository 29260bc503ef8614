package import TocsinJSON

/// Why a request to our own API, which is all under `/api/v1/`, was not done: an object of RFC 9457.
///
/// Programs look at ``code``, people read ``detail``.
package struct APIProblem: Error, Hashable, Sendable {
    /// The status of the answer.
    package let status: Int
    /// What kind of problem it is, `invalid-request`: the end of the member `type`. Never changes once it was released.
    package let code: String
    /// The kind in words.
    package let title: String
    /// What is wrong with this request.
    package let detail: String
    /// What else there is to say, as further members of the object.
    package var members: [JSONValue.Member] = []

    /// A problem that has a name of its own.
    package init(status: Int, code: String, title: String, detail: String) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    /// A problem of which the status says enough.
    package init(status: Int, detail: String) {
        let (code, title) = APIProblem.usual(status)
        self.init(status: status, code: code, title: title, detail: detail)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.status)
        hasher.combine(self.code)
        hasher.combine(self.detail)
    }

    private static func usual(_ status: Int) -> (code: String, title: String) {
        switch status {
        case 400: ("invalid-request", "The request is wrong")
        case 404: ("not-found", "There is no such thing")
        case 405: ("method-not-allowed", "The path does not know this method")
        case 406: ("not-acceptable", "The answer is JSON, which the request does not accept")
        case 413: ("body-too-large", "The body is too long")
        case 415: ("unsupported-media-type", "The body must be JSON")
        case 422: ("invalid-content", "The body lacks something, or has too much of it")
        case 429: ("too-many-requests", "Too many requests")
        case 501: ("not-implemented", "This server does not have it")
        case 503: ("unavailable", "Try again later")
        default: ("error", "The request was not done")
        }
    }
}

extension APIProblem {
    /// What comes before ``code`` in the member `type`.
    package static let typePrefix = "urn:tocsin:problem:"

    package var response: APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("type", APIProblem.typePrefix + self.code)
        writer.member("title", self.title)
        writer.member("status", self.status)
        writer.member("detail", self.detail)
        for member in self.members { writer.member(member.name, member.value) }
        writer.endObject()
        return APIResponse(
            status: self.status,
            headers: [("Content-Type", "application/problem+json")],
            body: .bytes(writer.bytes + [UInt8(ascii: "\n")])
        )
    }
}

extension APIError {
    /// What the client reads, in the words of the API that it asked.
    func response(_ style: Endpoint.Style) -> APIResponse {
        if case .own(let problem) = self { return problem.response }
        let usual = self.response
        guard style == .own else { return usual }
        var response = APIProblem(status: usual.status, detail: self.detail(usual)).response
        response.headers += usual.headers.filter { $0.name == "Retry-After" || $0.name == "Allow" }
        return response
    }

    /// The reason alone, without the form that Alertmanager's API gives it.
    private func detail(_ usual: APIResponse) -> String {
        switch self {
        case .problem(.handler(_, let text)), .notImplemented(let text): return text
        case .problem(.framework(_, _, let message)): return message
        default:
            let text = String(decoding: usual.bodyBytes, as: UTF8.self)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
    }
}
