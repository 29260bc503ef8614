import TocsinCore
import TocsinModel

/// Who asks, and what they may do. Without tokens a name is what somebody claims, and everybody may do everything.
enum Caller {
    static let maximumNameLength = 100

    /// Whoever sent a request, by the name that it claims in `X-Tocsin-User`, through the door that it came.
    static func actor(of request: APIRequest, onBehalfOf behalf: String? = nil) throws(APIError) -> Actor {
        let name = request.headers.value(of: "X-Tocsin-User") ?? ""
        guard name.utf8.count <= self.maximumNameLength, !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .own(
                APIProblem(
                    status: 400, detail: "X-Tocsin-User is a name of at most \(self.maximumNameLength) bytes"))
        }
        let user = name.isEmpty ? "anonymous" : name
        return Actor(.claimed, user, via: self.source(of: request), onBehalfOf: behalf)
    }

    /// Whether whoever sent a request may do what only administrators may: merge, split, reopen late, pin a P1 down,
    /// send a dead page again.
    static func mayAdminister(_ request: APIRequest) -> Bool { true }

    private static func source(of request: APIRequest) -> Actor.Source {
        if request.headers.value(of: "X-Tocsin-Source") == "ui" { return .ui }
        return request.headers.value(of: "User-Agent")?.hasPrefix("tocsin/") == true ? .cli : .api
    }

    /// A page of somewhere else must not act in the name of whoever looks at it. Browsers say so; nobody else does.
    static func refuseOtherSites(_ request: APIRequest) throws(APIError) {
        guard let site = request.headers.value(of: "Sec-Fetch-Site"), site == "cross-site" else { return }
        throw .own(
            APIProblem(
                status: 403, code: "cross-site", title: "The request comes from another site",
                detail: "pages of other sites may not act on incidents"))
    }
}
