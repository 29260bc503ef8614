/// What the API asks of the headers of a request: a body must be JSON, and JSON must be welcome.
enum Negotiation {
    /// - Parameter offers: the media types of which one must be welcome.
    static func check(_ request: APIRequest, offering offers: [String] = ["application/json"]) throws(APIError) {
        if request.body.count > 0 {
            let type = request.headers.value(of: "Content-Type") ?? ""
            guard self.isJSON(type) else { throw .problem(self.unsupported(type)) }
        }
        let accepted = request.headers.values(of: "Accept")
        guard accepted.isEmpty || accepted.contains(where: { self.welcomes($0, offers) }) else {
            throw .problem(
                .framework(
                    status: 406,
                    code: 406,
                    message: "unsupported media type requested, only [\(offers.joined(separator: ", "))] are available"
                )
            )
        }
    }

    private static func unsupported(_ type: String) -> RequestProblem {
        let type = self.mediaType(type)
        let named = type.isEmpty ? "application/octet-stream" : Excerpt.cut(type)
        return .framework(
            status: 415,
            code: 415,
            message: "unsupported media type \"\(named)\", only [application/json] are allowed"
        )
    }

    private static func isJSON(_ type: String) -> Bool {
        // What nearly everybody sends.
        type == "application/json" || self.mediaType(type) == "application/json"
    }

    /// Without parameters, in lower case.
    private static func mediaType(_ text: some StringProtocol) -> String {
        let type = text.prefix { $0 != ";" }
        return String(type.drop { $0 == " " }.prefix { $0 != " " }).lowercased()
    }

    private static func welcomes(_ accept: String, _ offers: [String]) -> Bool {
        if accept.allSatisfy({ $0 == " " }) { return true }
        return accept.split(separator: ",").contains { range in
            let isRefused = range.split(separator: ";").dropFirst().contains { self.isZeroQuality($0) }
            let type = self.mediaType(range)
            return !isRefused && (["*/*", "*"].contains(type) || offers.contains { self.covers(type, $0) })
        }
    }

    /// Whether a range, `text/*`, has a type in it.
    private static func covers(_ range: String, _ type: String) -> Bool {
        range == type || (range.hasSuffix("/*") && type.hasPrefix(range.dropLast()))
    }

    /// Whether a parameter is `q=0`, however many decimals it has.
    private static func isZeroQuality(_ parameter: Substring) -> Bool {
        let text = parameter.filter { $0 != " " }.lowercased()
        return text.hasPrefix("q=") && Double(text.dropFirst(2)) == 0
    }
}
