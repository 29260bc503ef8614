import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let silencePreviewEndpoints = [
        Endpoint(
            .post,
            "/api/v1/silences/preview",
            summary: "Shows which alerts a silence would hit, and warns of one that is too broad; makes none.",
            isLimited: true
        ) { (api, call) async throws(APIError) in try await api.previewSilence(call) }
    ]
}

extension API {
    func previewSilence(_ call: Call) async throws(APIError) -> APIResponse {
        let body = call.request.body
        if body.count > SilenceJSON.maximumLength {
            return Router.bodyTooLarge(limit: SilenceJSON.maximumLength, at: call.request.target)
        }
        let limit = try call.query.number(
            "limit", in: 0...SilencePreview.maximumCount, else: SilencePreview.maximumCount)
        let sketch: SilenceJSON.Sketch
        do throws(RequestProblem) {
            sketch = try body.withBytes { bytes throws(RequestProblem) in try SilenceJSON.decodeSketch(bytes) }
        } catch {
            throw .problem(error)
        }
        let now = self.clock.now()
        let draft = try self.draft(of: sketch, at: now)
        let engine = await self.service.snapshot().engine
        return SilencePreview(of: draft, in: engine, at: now, limit: limit).response
    }

    /// Checked as if it were to be made. Without times it begins now and lasts an hour.
    private func draft(of sketch: SilenceJSON.Sketch, at now: Timestamp) throws(APIError) -> SilenceDraft {
        let startsAt = sketch.startsAt ?? now
        do throws(SilenceError) {
            let draft = try SilenceDraft(
                matcherSets: [sketch.matchers],
                startsAt: startsAt,
                endsAt: sketch.endsAt ?? max(startsAt, now) + .seconds(3600),
                syntax: self.context.settings.matcherSyntax,
                now: now
            )
            // Each is held against every alert, for whoever asks.
            for matcher in draft.matcherSets.joined() where matcher.complexity > Matcher.maximumRequestComplexity {
                throw .invalid("the regular expression of \(matcher) is too complex")
            }
            return draft
        } catch {
            throw .own(
                APIProblem(
                    status: 400, code: "invalid-silence", title: "This is no silence", detail: error.description)
            )
        }
    }
}

/// What a silence would do if it were there now.
struct SilencePreview {
    /// What makes one think again. Programs look at the code; further codes may come.
    enum Warning {
        /// No alert that fires now has these labels: a misspelt value, perhaps.
        case matchesNothing
        /// Every alert, or every one that anybody could think of.
        case matchesEverything
        /// Longer than ``usualMaximum``.
        case tooLong

        var code: String {
            switch self {
            case .matchesNothing: "matches-nothing"
            case .matchesEverything: "matches-everything"
            case .tooLong: "too-long"
            }
        }

        var message: String {
            switch self {
            case .matchesNothing: "No alert that fires now would be silenced; is a value misspelt?"
            case .matchesEverything: "Every alert would be silenced: nobody would hear of anything."
            case .tooLong:
                "It would last longer than 30 days. Whoever reads it then will not know why; a rule or a route may be "
                    + "the better place."
            }
        }
    }

    /// As many alerts are shown at most.
    static let maximumCount = 500
    /// What is silenced for longer is better changed where it comes from.
    static let usualMaximum = Duration.seconds(30 * 24 * 3600)

    /// The first of them, by fingerprint, as JSON.
    private var alerts: [UInt8] = []
    private var shown = 0
    private var count = 0
    /// All alerts that fire.
    private var total = 0
    private(set) var warnings: [Warning] = []

    init(of draft: SilenceDraft, in engine: Engine, at now: Timestamp, limit: Int) {
        let json = GettableAlertJSON(engine.routing)
        for (_, known) in engine.alerts where !known.hasEnded && !known.alert.isResolved(at: now) {
            self.total += 1
            guard draft.matcherSets.contains(where: { $0.match(known.alert.labels) }) else { continue }
            self.count += 1
            if self.shown == limit { continue }
            if self.shown > 0 { self.alerts.append(UInt8(ascii: ",")) }
            self.shown += 1
            let suppression = Suppression.of(known.alert, in: engine, at: now)
            json.write(
                known.alert, routes: engine.routing.takers(of: known.alert.labels), suppression, to: &self.alerts)
        }
        if self.count == 0 { self.warnings.append(.matchesNothing) }
        if (self.count == self.total && self.total > 1) || SilencePreview.isBoundless(draft) {
            self.warnings.append(.matchesEverything)
        }
        if draft.endsAt - max(draft.startsAt, now) > SilencePreview.usualMaximum { self.warnings.append(.tooLong) }
    }

    /// Whether some set of matchers lets through whatever value a label has, as `alertname=~".+"` does. Values that
    /// nobody uses tell: a matcher that takes both is about no value in particular.
    private static func isBoundless(_ draft: SilenceDraft) -> Bool {
        draft.matcherSets.contains { set in
            set.allSatisfy { $0.matches(value: "\u{1}0") && $0.matches(value: "zZ 9-_/\u{7F}é") }
        }
    }

    var response: APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("alerts")
        writer.beginArray()
        if self.shown > 0 { writer.encoded(self.alerts) }
        writer.endArray()
        writer.member("count", self.count)
        writer.member("total", self.total)
        writer.member("truncated", self.count > self.shown)
        writer.key("warnings")
        writer.beginArray()
        for warning in self.warnings {
            writer.beginObject()
            writer.member("code", warning.code)
            writer.member("message", warning.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer)
    }
}

extension Query {
    /// A whole number between two others.
    func number(_ name: String, in range: ClosedRange<Int>, else usual: Int) throws(APIError) -> Int {
        guard let text = self.text(name) else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw .badRequest(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "not \(GoQuote.quote(Excerpt.cut(text)))"
            )
        }
        return number
    }
}
