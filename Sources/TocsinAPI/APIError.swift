package import TocsinCore
import TocsinJSON
import TocsinModel
package import TocsinRuntime

/// Why a request was not, or not wholly, done.
package enum APIError: Error, Hashable, Sendable {
    /// The request is wrong, in one of the two shapes of Alertmanager's API.
    case problem(RequestProblem)
    case unavailable(Unavailable)
    case rejected(Rejection)
    /// In the form of our own API.
    case own(APIProblem)
    /// What was asked for is in force, but a restart would forget it.
    case notSaved(reason: String)
    /// The same of the silence of that name.
    case silenceNotSaved(String, reason: String)
    /// What is beyond the engine's memory cannot be read now.
    case noHistory(reason: String)
    /// As many reading requests are being answered as may be at once.
    case tooManyReads(limit: Int)
    /// Alertmanager has it; this server does not have it yet.
    case notImplemented(String)
    case reloadFailed(reason: String)
    case unknownPath(String, Endpoint.Style)
    /// The path is known, with these methods only.
    case unknownMethod(String, allowed: [String], Endpoint.Style)

    static func badRequest(_ text: String) -> APIError { .problem(.handler(status: 400, text: text)) }
}

extension APIError {
    /// What the client reads.
    var response: APIResponse {
        switch self {
        case .problem(let problem):
            return .problem(problem)
        case .own(let problem):
            return problem.response
        case .unavailable(.stopping):
            return APIError.comeAgain(in: 10, "the server is stopping, try again later.")
        case .unavailable(.overloaded):
            return APIError.comeAgain(in: 5, "too many requests wait for the engine, try again later.")
        case .rejected(.tooManyAlerts(let refused, let limit)):
            let text = "\(refused) new alerts were refused: \(limit) are the limit; the others were taken."
            return APIError.comeAgain(in: 60, text)
        case .rejected(.unknownSilence):
            return .problem(.handler(status: 404, text: "silence not found"))
        case .rejected(.silenceEndsInThePast):
            return .problem(.handler(status: 400, text: SilenceError.endsInThePast.description))
        case .rejected(.tooManySilences(let count, let limit)):
            let text = "exceeded maximum number of silences: \(count) (limit: \(limit))"
            return .problem(.handler(status: 400, text: text))
        case .rejected(.silenceTooLarge(let size, let limit)):
            let text = "silence exceeded maximum size: \(size) bytes (limit: \(limit) bytes)"
            return .problem(.handler(status: 400, text: text))
        case .rejected(let rejection):
            return .problem(.handler(status: 409, text: "\(rejection)"))
        case .notSaved(let reason):
            return APIError.comeAgain(in: 10, "in force, not saved: \(reason)")
        case .silenceNotSaved(let name, let reason):
            return APIError.silenceNotSaved(name, "in force, not saved: \(reason)")
        case .noHistory(let reason):
            return APIError.comeAgain(in: 5, reason)
        case .tooManyReads(let limit):
            return .text(503, "Limit of concurrent GET requests reached (\(limit)), try again later.")
        case .notImplemented(let what):
            return .problem(.handler(status: 501, text: what))
        case .reloadFailed(let reason):
            return .text(500, "failed to reload config: \(reason)")
        case .unknownPath(let path, .api):
            return .problem(.framework(status: 404, code: 404, message: "path \(path) was not found"))
        case .unknownPath(let path, .own):
            return .text(404, "path \(path) was not found")
        case .unknownPath(_, .plain):
            return .text(404, "not found")
        case .unknownMethod(let method, let allowed, let style):
            return APIError.unknownMethod(method, allowed.joined(separator: ","), style)
        }
    }

    private static func comeAgain(in seconds: Int, _ text: String) -> APIResponse {
        var response = APIResponse.text(503, text)
        response.headers.append(("Retry-After", "\(seconds)"))
        return response
    }

    private static func silenceNotSaved(_ name: String, _ text: String) -> APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("code", 503)
        writer.member("message", text)
        writer.member("silenceID", name)
        writer.endObject()
        var response = APIResponse.json(503, writer.bytes + [UInt8(ascii: "\n")])
        response.headers.append(("Retry-After", "10"))
        return response
    }

    private static func unknownMethod(_ method: String, _ allowed: String, _ style: Endpoint.Style) -> APIResponse {
        let text = "method \(method) is not allowed, but [\(allowed)] are"
        var response: APIResponse =
            switch style {
            case .api: .problem(.framework(status: 405, code: 405, message: text))
            case .plain, .own: .text(405, text)
            }
        response.headers.append(("Allow", allowed))
        return response
    }
}

extension APIResponse {
    static func problem(_ problem: RequestProblem) -> APIResponse { .json(problem.status, problem.body) }
}
