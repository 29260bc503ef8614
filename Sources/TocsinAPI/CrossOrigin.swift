/// What lets scripts of other origins read the API, as Alertmanager lets them: any origin may read and post, none may
/// delete.
enum CrossOrigin {
    private static let allowedMethods: [APIMethod] = [.get, .head, .post]
    private static let allowedHeaders: Set<String> = ["accept", "content-type", "origin", "x-requested-with"]

    /// The answer to a browser that asks before it sends; `nil` if the request is not such a question.
    static func preflight(_ request: APIRequest) -> APIResponse? {
        guard request.method == .options,
            let method = request.headers.value(of: "Access-Control-Request-Method"), !method.isEmpty
        else { return nil }
        var response = APIResponse(status: 204)
        response.headers.append(
            ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
        )
        let wanted = request.headers.values(of: "Access-Control-Request-Headers").joined(separator: ",")
        let names = wanted.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
        guard
            request.headers.value(of: "Origin") != nil,
            self.allowedMethods.contains(APIMethod(method.uppercased())),
            names.allSatisfy({ self.allowedHeaders.contains($0) })
        else { return response }
        response.headers.append(("Access-Control-Allow-Origin", "*"))
        response.headers.append(("Access-Control-Allow-Methods", method.uppercased()))
        if !names.isEmpty { response.headers.append(("Access-Control-Allow-Headers", names.joined(separator: ","))) }
        return response
    }

    /// Adds what every answer of the API carries.
    static func complete(_ response: inout APIResponse, for request: APIRequest) {
        response.headers.append(("Cache-Control", "no-store"))
        response.headers.append(("Vary", "Origin"))
        if self.allowedMethods.contains(request.method), request.headers.value(of: "Origin") != nil {
            response.headers.append(("Access-Control-Allow-Origin", "*"))
        }
    }
}
