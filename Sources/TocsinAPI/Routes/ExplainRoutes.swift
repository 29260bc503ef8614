import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let explainEndpoints = [
        Endpoint(
            .get,
            "/api/v1/explain",
            summary: """
                Says who was notified of an alert, and why others were not; of an alert that is not there, who would be.
                """
        ) { (api, call) async throws(APIError) in try await api.explain(call) }
    ]
}

extension API {
    /// So many alerts are explained at once; who asks about more has not said enough.
    private static let maximumExplanations = 10

    func explain(_ call: Call) async throws(APIError) -> APIResponse {
        let question = try Question(call.query)
        let snapshot = await self.service.snapshot()
        let now = self.clock.now()
        let (total, labels) = try question.answer(in: snapshot.engine, at: now, limit: API.maximumExplanations)
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("now", now.utc.rfc3339Milliseconds)
        writer.member("total", total)
        writer.member("truncated", total > labels.count)
        writer.key("explanations")
        writer.beginArray()
        for labels in labels {
            ExplanationJSON(snapshot.engine.explain(labels, at: now), in: snapshot.engine, at: now).write(to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return .json(writer)
    }
}

/// Which alerts somebody asks about.
private enum Question {
    case fingerprint(Fingerprint)
    /// The alert with these labels; else those that have all of them; else one that is not there.
    case labels(LabelSet)

    private static let maximumLabels = 100

    init(_ query: Query) throws(APIError) {
        let texts = query.values("label").map { String(decoding: $0, as: UTF8.self) }
        if let text = query.text("fingerprint") {
            guard let fingerprint = Fingerprint(text), texts.isEmpty else {
                let reason =
                    texts.isEmpty ? "fingerprint must be 16 hexadecimal digits" : "fingerprint or label, not both"
                throw .badRequest(reason)
            }
            self = .fingerprint(fingerprint)
            return
        }
        if texts.isEmpty { throw .badRequest("which alert? Name its labels, label=NAME=VALUE, or its fingerprint") }
        if texts.count > Question.maximumLabels { throw .badRequest("more than \(Question.maximumLabels) labels") }
        var labels: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw .badRequest("label must be NAME=VALUE, not \(GoQuote.quote(Excerpt.cut(text)))")
            }
            guard labels.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw .badRequest("label \(GoQuote.quote(Excerpt.cut(String(parts[0])))) is there twice")
            }
        }
        self = .labels(LabelSet(labels))
    }

    /// - Returns: how many alerts are meant, and the labels of the first of them.
    func answer(
        in engine: Engine,
        at now: Timestamp,
        limit: Int
    ) throws(APIError) -> (total: Int, labels: [LabelSet]) {
        switch self {
        case .fingerprint(let fingerprint):
            guard let known = engine.alerts[fingerprint] else { throw .own(self.unknown(fingerprint, in: engine)) }
            return (1, [known.alert.labels])
        case .labels(let labels):
            if engine.alerts[labels.fingerprint] != nil { return (1, [labels]) }
            var total = 0
            var found: [LabelSet] = []
            for (_, known) in engine.alerts where known.alert.labels.has(all: labels) {
                total += 1
                if found.count < limit { found.append(known.alert.labels) }
            }
            return total == 0 ? (1, [labels]) : (total, found)
        }
    }

    private func unknown(_ fingerprint: Fingerprint, in engine: Engine) -> APIProblem {
        let reason = engine.dropped(fingerprint).map { ExplanationText.dropped($0) }
        return APIProblem(
            status: 404,
            code: "unknown-alert",
            title: "There is no such alert",
            detail: reason
                ?? "no alert has the fingerprint \(fingerprint); one that has ended and was told is forgotten"
        )
    }
}

extension LabelSet {
    /// Whether all the labels of another set are among these.
    fileprivate func has(all others: LabelSet) -> Bool {
        others.allSatisfy { name, value in
            self.withValue(of: name) { $0.elementsEqual(value.utf8) }
        }
    }
}
