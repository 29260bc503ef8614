import TocsinJSON
import TocsinReceivers

extension ClientFailure {
    /// `nil` if the answer is a success.
    public init?(_ answer: Client.Answer) {
        guard let status = ShellStatus(httpStatus: answer.status) else {
            return nil
        }
        let words = ServerWords.from(answer)
        let plain = ServerWords.meaning(of: answer.status)
        self.init(status, words.isEmpty ? plain : words)
    }

    init(_ failure: TransportFailure) {
        switch failure.kind {
        case .invalidRequest: self.init(.usage, failure.message)
        case .unauthorized: self.init(.unauthorized, failure.message)
        case .tls, .unreachable, .brokenOff, .timedOut, .cancelled: self.init(.unreachable, failure.message)
        }
    }
}

/// What a server says when it refuses. There are several ways to say it.
enum ServerWords {
    /// Longer ones are cut: it may be a proxy's whole page.
    private static let maximumLength = 2000

    /// Empty if it said nothing that people could read.
    static func from(_ answer: Client.Answer) -> String {
        let type = answer.headers.first { $0.name.lowercased() == "content-type" }?.value.lowercased() ?? ""
        guard let json = self.json(answer) else {
            // A page in HTML is of a proxy, and no sentence.
            return type.contains("html") ? "" : self.bounded(String(decoding: answer.body, as: UTF8.self))
        }
        return self.bounded(self.text(of: json))
    }

    /// Alertmanager's `"text"` and `{"code":…,"message":"text"}`, RFC 9457's `title` and `detail`, and the
    /// `{"status":"deprecated","error":"text"}` of what was removed.
    private static func text(of json: JSONValue) -> String {
        if let text = json.string { return text }
        if let message = json["message"]?.string { return message }
        if let error = json["error"]?.string { return error }
        let title = json["title"]?.string ?? ""
        let detail = json["detail"]?.string ?? ""
        if title.isEmpty || detail.isEmpty { return title + detail }
        return "\(title): \(detail)"
    }

    private static func json(_ answer: Client.Answer) -> JSONValue? {
        do {
            return try JSONValue(answer.body)
        } catch {
            return nil
        }
    }

    private static func bounded(_ text: String) -> String {
        let line = text.drop { $0.isWhitespace }
        var cut = line.prefix(self.maximumLength)
        while cut.last?.isWhitespace == true { cut.removeLast() }
        return line.count > self.maximumLength ? "\(cut)…" : String(cut)
    }

    static func meaning(of status: Int) -> String {
        switch status {
        case 401: "the server wants credentials (401): set TOCSIN_TOKEN, or see `http.config.file`"
        case 403: "these credentials do not allow it (403)"
        case 404: "not found (404)"
        case 405: "the server does not do this (405)"
        case 409: "the server is in no state to do it (409)"
        case 429: "too many requests (429)"
        case 503: "the server cannot do it now (503)"
        default: "the server answered with status \(status)"
        }
    }
}
