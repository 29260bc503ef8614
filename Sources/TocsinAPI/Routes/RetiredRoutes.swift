import TocsinJSON

extension Endpoint {
    /// Alertmanager's first API, which it no longer has either.
    static let retiredEndpoints: [Endpoint] = [
        (.get, "status"), (.get, "receivers"), (.get, "alerts"), (.post, "alerts"), (.get, "silences"),
        (.post, "silences"), (.get, "silence/{silenceID}"), (.delete, "silence/{silenceID}"),
    ].map { (method: APIMethod, name: String) in
        Endpoint(method, "/api/v1/\(name)", summary: "Gone; says where to go.", isLimited: false, respond: gone)
    }

    private static let gone: Respond = { (_, _) async throws(APIError) in
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("status", "deprecated")
        writer.member("error", "version 1 of this API is gone; the same endpoints are under /api/v2")
        writer.endObject()
        return .json(410, writer.bytes)
    }
}
