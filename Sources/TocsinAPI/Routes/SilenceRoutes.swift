extension Endpoint {
    /// The places where silences will be, so that clients read why they get none.
    static let silenceEndpoints = [
        Endpoint(.get, "/api/v2/silences", summary: "Lists silences (not yet).", respond: noSilences),
        Endpoint(.post, "/api/v2/silences", summary: "Sets or changes a silence (not yet).", respond: noSilences),
        Endpoint(.get, "/api/v2/silence/{silenceID}", summary: "Shows a silence (not yet).", respond: noSilences),
        Endpoint(.delete, "/api/v2/silence/{silenceID}", summary: "Ends a silence (not yet).", respond: noSilences),
    ]

    private static let noSilences: Respond = { (_, _) async throws(APIError) in
        throw .notImplemented("this version of the server has no silences yet")
    }
}
