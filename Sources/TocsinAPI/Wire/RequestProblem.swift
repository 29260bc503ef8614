internal import TocsinJSON

/// Why a request of the Alertmanager API was not, or not wholly, done, in one of the two shapes that its clients know.
package enum RequestProblem: Error, Hashable, Sendable {
    /// What an endpoint says: a bare JSON string.
    case handler(status: Int, text: String)
    /// What checks a request before its endpoint sees it: an object with a code of its own and a message.
    case framework(status: Int, code: Int, message: String)
}

extension RequestProblem {
    package var status: Int {
        switch self {
        case .handler(let status, _), .framework(let status, _, _): status
        }
    }

    /// The body of the answer, which is `application/json`.
    package var body: [UInt8] {
        switch self {
        case .handler(_, let text):
            var writer = JSONWriter(.plain)
            writer.string(text)
            return writer.bytes + [UInt8(ascii: "\n")]
        case .framework(_, let code, let message):
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("code", code)
            writer.member("message", message)
            writer.endObject()
            return writer.bytes
        }
    }
}

// MARK: - The framework's own

extension RequestProblem {
    /// The body is no JSON, or has a value of the wrong type. `parameter` is the body's name in the API.
    static func unparsable(_ parameter: String, because reason: String) -> RequestProblem {
        .framework(status: 400, code: 400, message: "parsing \(parameter) body from \"\" failed, because \(reason)")
    }

    static func unparsable(_ parameter: String, _ error: JSONError) -> RequestProblem {
        // Alertmanager reads from a stream, whose end has this name.
        .unparsable(parameter, because: error.reason == .unexpectedEnd ? "unexpected EOF" : error.description)
    }

    /// `path` names what is missing, as in `0.labels`.
    static func missing(_ path: String) -> RequestProblem {
        .framework(status: 422, code: 602, message: "\(path) in body is required")
    }

    /// The list at `path` must have more elements.
    static func tooFew(_ path: String, minimum: Int) -> RequestProblem {
        .framework(status: 422, code: 612, message: "\(path) in body should have at least \(minimum) items")
    }

    /// The value of `path` is a string, but not of the form that it must have.
    static func malformed(_ path: String, mustBe form: String, butIs text: String) -> RequestProblem {
        .framework(status: 422, code: 601, message: "\(path) in body must be of type \(form): \(text)")
    }
}
