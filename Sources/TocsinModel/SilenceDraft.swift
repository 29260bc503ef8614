import TocsinRegex

/// A silence as somebody asks for it, checked: new, or in the place of the one that it names.
public struct SilenceDraft: Hashable, Sendable {
    /// The silence to change; `nil` for a new one.
    public var id: ID<Silence>?
    public let matcherSets: [[Matcher]]
    public let startsAt: Timestamp
    public let endsAt: Timestamp
    public let createdBy: String
    public let comment: String
    public let annotations: LabelSet

    /// More matchers than that make no sense, and each takes memory.
    public static let maximumMatchers = 1000

    /// Checks what is asked for, in Alertmanager's order and words (`spec` section 5.2).
    public init(
        id: ID<Silence>? = nil,
        matcherSets: [[MatcherText]],
        startsAt: Timestamp,
        endsAt: Timestamp,
        createdBy: String = "",
        comment: String = "",
        annotations: LabelSet = .empty,
        syntax: MatcherSyntax = .fallback,
        now: Timestamp
    ) throws(SilenceError) {
        if startsAt >= endsAt { throw .endsBeforeItStarts }
        if endsAt < now { throw .endsInThePast }
        self.id = id
        self.matcherSets = try SilenceDraft.compile(matcherSets, syntax)
        if startsAt.isZero { throw .invalid("invalid zero start timestamp") }
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
        self.annotations = annotations
    }

    private static func compile(
        _ sets: [[MatcherText]],
        _ syntax: MatcherSyntax
    ) throws(SilenceError) -> [[Matcher]] {
        if sets.isEmpty { throw .invalid("at least one matcher set required") }
        guard sets.reduce(0, { $0 + $1.count }) <= self.maximumMatchers else {
            throw .invalid("more than \(self.maximumMatchers) matchers")
        }
        var compiled: [[Matcher]] = []
        for (place, set) in sets.enumerated() {
            if set.isEmpty { throw .invalid("matcher set \(place) is empty") }
            var matchers: [Matcher] = []
            for (index, text) in set.enumerated() {
                do throws(MatcherError) {
                    matchers.append(try text.matcher(syntax))
                } catch {
                    throw .invalid("invalid label matcher \(index) in set \(place): \(error)")
                }
            }
            if matchers.allSatisfy(\.acceptsEmptyValue) {
                throw .invalid("matcher set \(place): at least one matcher must not match the empty string")
            }
            compiled.append(matchers)
        }
        return compiled
    }
}

/// A matcher as a client of the API writes it, not looked at yet.
public struct MatcherText: Hashable, Sendable {
    public let name: String
    public let value: String
    public let isRegex: Bool
    public let isEqual: Bool

    public init(name: String, value: String, isRegex: Bool = false, isEqual: Bool = true) {
        self.name = name
        self.value = value
        self.isRegex = isRegex
        self.isEqual = isEqual
    }

    fileprivate func matcher(_ syntax: MatcherSyntax) throws(MatcherError) -> Matcher {
        guard syntax.allowsLabelName(self.name) else {
            throw .invalidSyntax("invalid label name \(GoQuote.quote(self.name))")
        }
        if self.isRegex {
            do throws(RegexError) {
                // By itself, not between the anchors: a mistake is shown as it was written.
                _ = try Regex(self.value, matching: .anywhere)
            } catch {
                throw .invalidPattern("invalid regular expression \(GoQuote.quote(self.value)): \(error)")
            }
        }
        let matcher = try Matcher(name: self.name, value: self.value, isRegex: self.isRegex, isEqual: self.isEqual)
        try matcher.checkPattern()
        return matcher
    }
}

/// Why a silence is none; the texts are Alertmanager's, since clients show them.
public enum SilenceError: Error, Hashable, Sendable, CustomStringConvertible {
    case endsBeforeItStarts
    case endsInThePast
    case invalid(String)

    public var description: String {
        switch self {
        case .endsBeforeItStarts: "Failed to create silence: start time must be before end time"
        case .endsInThePast: "Failed to create silence: end time can't be in the past"
        case .invalid(let reason): "invalid silence: \(reason)"
        }
    }
}
