import TocsinCore
import TocsinModel
import TocsinRegex

/// What the query of `/api/v2/alerts` and `/api/v2/alerts/groups` asks for.
struct AlertFilter: Sendable {
    let matchers: [Matcher]
    let wantsActive: Bool
    let wantsSilenced: Bool
    let wantsInhibited: Bool
    /// Whether groups outside their hours are wanted.
    let wantsMuted: Bool
    /// `nil`: any receiver.
    private let receiver: Regex?
    private let receiverMatchers: [Matcher]
    private let receivers: [ReceiverEntry]

    init(_ query: Query, _ settings: APIContext.Settings) throws(APIError) {
        self.matchers = try MatcherParameter.matchers("filter", of: query, settings.matcherSyntax) { $0 }
        self.wantsActive = query.flag("active")
        self.wantsSilenced = query.flag("silenced")
        self.wantsInhibited = query.flag("inhibited")
        self.wantsMuted = query.flag("muted")
        self.receiver = try AlertFilter.receiver(query)
        self.receiverMatchers = try MatcherParameter.matchers("receiver_matchers", of: query, settings.matcherSyntax) {
            "failed to parse receiver_matchers param: \($0)"
        }
        self.receivers = settings.receivers
    }

    private static func receiver(_ query: Query) throws(APIError) -> Regex? {
        guard let pattern = query.value("receiver") else { return nil }
        let regex: Regex
        do throws(RegexError) {
            regex = try Regex(bytes: pattern)
        } catch {
            throw .badRequest("failed to parse receiver param: \(error.description)")
        }
        guard regex.programSize <= Matcher.maximumRequestComplexity else {
            throw .badRequest("failed to parse receiver param: the regular expression is too complex")
        }
        return regex
    }

    /// Whether alerts that go to this receiver are wanted.
    func admits(receiver name: String) -> Bool {
        if let receiver, !receiver.matches(name) { return false }
        if self.receiverMatchers.isEmpty { return true }
        let entry = self.receivers.first { $0.name.utf8.elementsEqual(name.utf8) } ?? ReceiverEntry(name: name)
        return self.receiverMatchers.passFilter(entry.labels)
    }

    /// Whether the alert is one to speak of at all: it has not ended, and has the labels that were asked for.
    func admits(_ alert: Alert, at now: Timestamp) -> Bool {
        alert.endsAt >= now && self.matchers.passFilter(alert.labels)
    }

    /// Whether alerts are wanted of which nobody, or that, holds the notifications back.
    func admits(_ suppression: Suppression) -> Bool {
        if !self.wantsActive, suppression.isNone { return false }
        if !self.wantsSilenced, !suppression.silencedBy.isEmpty { return false }
        return self.wantsInhibited || suppression.inhibitedBy.isEmpty
    }
}

/// Who holds back the notifications of an alert.
struct Suppression: Sendable {
    var silencedBy: [String] = []
    var inhibitedBy: [Fingerprint] = []
    /// Names of the time intervals outside or inside of which its group is silent.
    var mutedBy: [String] = []

    static let none = Suppression()

    var isNone: Bool { self.silencedBy.isEmpty && self.inhibitedBy.isEmpty && self.mutedBy.isEmpty }

    /// What holds back an alert.
    static func of(_ alert: Alert, in engine: Engine, at now: Timestamp) -> Suppression {
        let silences = engine.silences(of: alert.labels, at: now)
        let inhibitor = engine.inhibitor(of: alert.labels, at: now)
        if silences.isEmpty && inhibitor == nil { return .none }
        return Suppression(silencedBy: silences.map { engine.name(of: $0) }, inhibitedBy: inhibitor.map { [$0] } ?? [])
    }

    /// The names of the time intervals that hold back a group as a whole.
    static func of(_ group: Group, in engine: Engine, at now: Timestamp) -> [String] {
        engine.muting(of: group, at: now)?.intervals ?? []
    }
}

/// Parameters that hold one matcher each and may be repeated.
enum MatcherParameter {
    /// More would take longer than an answer is worth: each is held against every alert.
    static let maximumCount = 100

    static func matchers(
        _ name: String,
        of query: Query,
        _ syntax: MatcherSyntax,
        describing describe: (String) -> String
    ) throws(APIError) -> [Matcher] {
        let texts = query.values(name)
        guard texts.count <= self.maximumCount else {
            throw .badRequest(describe("more than \(self.maximumCount) matchers"))
        }
        var matchers: [Matcher] = []
        for text in texts {
            do throws(MatcherError) {
                let matcher = try syntax.matcher(in: text).value
                guard matcher.complexity <= Matcher.maximumRequestComplexity else {
                    throw .tooLarge("the regular expression of \(matcher) is too complex")
                }
                matchers.append(matcher)
            } catch {
                throw .badRequest(describe(error.description))
            }
        }
        return matchers
    }
}
