import TocsinJSON
import TocsinModel

extension HTTPResponse {
    /// Whether the other side says that it took the request.
    var isSuccess: Bool { (200..<300).contains(self.status) }

    /// What an answer means to which no kind has a rule of its own. `nil` for a success.
    ///
    /// - Parameters:
    ///   - busy: the statuses that say "too many requests".
    ///   - pause: how long to wait after one of those that names no time itself.
    ///   - detail: what the other side says about it; the first line of the body if none is given.
    func failure(busy: Set<Int> = [429], pause: Duration? = nil, detail: String? = nil) -> Outcome? {
        let reason = self.reason(detail)
        switch self.status {
        case 200..<300: return nil
        case _ where busy.contains(self.status):
            return .failed(reason: reason, mayHaveArrived: false, retryAfter: self.retryAfter ?? pause)
        case 503: return .failed(reason: reason, mayHaveArrived: false, retryAfter: self.retryAfter)
        case 500...: return .failed(reason: reason, mayHaveArrived: true)
        default: return .refused(reason: reason)
        }
    }

    private func reason(_ detail: String?) -> String {
        let text = (detail ?? self.firstLine).harmless
        return text.isEmpty ? "HTTP \(self.status)" : "HTTP \(self.status): \(text)"
    }

    /// The first line of the body that is not empty.
    var firstLine: String { String(decoding: self.body.prefix(4096), as: UTF8.self).firstLine }

    /// The body as JSON; `nil` if it is not.
    var json: JSONValue? {
        do {
            return try JSONValue(self.body)
        } catch {
            return nil
        }
    }

    var isJSON: Bool { self.header("Content-Type")?.lowercased().hasPrefix("application/json") ?? false }

    /// How long the other side asks to be left alone; at most a day. A date is compared with the `Date` of the same
    /// answer, so that no clock of ours is asked.
    var retryAfter: Duration? {
        guard let text = self.header("Retry-After")?.trimmed else { return nil }
        let limit: Int64 = 86_400
        if !text.isEmpty, text.utf8.allSatisfy(TimeLayout.isDigit) { return .seconds(min(Int64(text) ?? limit, limit)) }
        guard let then = HTTPResponse.date(text), let now = self.header("Date").flatMap(HTTPResponse.date) else {
            return nil
        }
        return .seconds(min(max(then.seconds - now.seconds, 0), limit))
    }

    private static func date(_ text: String) -> TemplateTime? {
        do {
            return try TimeLayout.parse(text.trimmed, layout: "Mon, 02 Jan 2006 15:04:05 MST")
        } catch {
            return nil
        }
    }
}

extension String {
    /// For a reason: one line of at most 200 characters, without addresses and paths. Servers like to repeat the
    /// request's, and the address of a webhook is its secret.
    var harmless: String {
        let line = self.onOneLine.truncated(toScalars: 1000)
        let words = line.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        let shown = words.map { word -> String in
            let text = String(word)
            let start = word.drop { !$0.properties.isAlphabetic && $0 != "/" }
            return text.contains("://") || start.first == "/" ? "…" : text
        }
        return shown.joined(separator: " ").truncated(toScalars: 200)
    }
}
