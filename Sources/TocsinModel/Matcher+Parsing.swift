/// How matchers are written in text, as `--enable-feature` chooses it.
public enum MatcherSyntax: Hashable, Sendable {
    /// Reads in both ways. Where only the old one succeeds, or they disagree, the old one counts, with a warning.
    case fallback
    /// `--enable-feature=classic-mode`: label names of ASCII letters, digits and underscores only.
    case classic
    /// `--enable-feature=utf8-strict-mode`: any label name, stricter quoting.
    case utf8Strict

    /// Longer texts are refused.
    public static let maximumLength = 1 << 20
    /// More matchers in one text are refused.
    public static let maximumCount = 1_000
}

/// What was read from a text, and what a log should say about it.
public struct ParsedMatchers<Value: Sendable>: Sendable {
    public let value: Value
    /// `nil` if there is nothing to say.
    public let warning: MatcherWarning?
}

/// Why a text should be written in another way although it was understood.
public enum MatcherWarning: Hashable, Sendable {
    /// Only the classic syntax knows this text. `reason` is what the other parser said, `suggestion` the same
    /// matchers in a spelling that both understand.
    case fallback(input: String, reason: String, suggestion: String)
    /// Both syntaxes know it, with different meanings; the classic one counts.
    case disagreement(input: String, suggestion: String)
}

extension MatcherWarning: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fallback(let input, let reason, let suggestion):
            """
            matchers \(GoQuote.quote(input)) are understood in the classic syntax only (\(reason)); \
            write them as \(GoQuote.quote(suggestion))
            """
        case .disagreement(let input, let suggestion):
            """
            matchers \(GoQuote.quote(input)) mean different things in the classic and in the UTF-8 syntax; \
            the classic meaning counts, which is \(GoQuote.quote(suggestion)) in both
            """
        }
    }
}

// MARK: - Entry points

extension MatcherSyntax {
    /// Reads a list, as an item of `matchers` in the configuration is one: separated by commas, braces optional,
    /// possibly empty.
    public func matchers(in text: String) throws(MatcherError) -> ParsedMatchers<[Matcher]> {
        try self.matchers(in: Array(text.utf8))
    }

    /// The same for bytes that may not be UTF-8.
    public func matchers(in text: [UInt8]) throws(MatcherError) -> ParsedMatchers<[Matcher]> {
        try self.parse(
            text,
            utf8: { input throws(MatcherError) in try UTF8MatcherParser.matchers(in: input) },
            classic: { input throws(MatcherError) in try ClassicMatcherParser.matchers(in: input) },
            printed: { $0.bracedText }
        )
    }

    /// Reads exactly one matcher without braces, as a `filter` of the API or an argument of the command line is one.
    public func matcher(in text: String) throws(MatcherError) -> ParsedMatchers<Matcher> {
        try self.matcher(in: Array(text.utf8))
    }

    /// The same for bytes that may not be UTF-8, such as a decoded query parameter.
    public func matcher(in text: [UInt8]) throws(MatcherError) -> ParsedMatchers<Matcher> {
        let isBraced = text.first == UInt8(ascii: "{") || text.last == UInt8(ascii: "}")
        if self != .classic, isBraced {
            throw .invalidSyntax("unexpected open or close brace: \(String(decoding: text, as: UTF8.self))")
        }
        return try self.parse(
            text,
            utf8: { input throws(MatcherError) in try UTF8MatcherParser.matcher(in: input) },
            classic: { input throws(MatcherError) in try ClassicMatcherParser.matcher(in: input) },
            printed: { $0.description }
        )
    }

    private func parse<Value: Equatable & Sendable>(
        _ text: [UInt8],
        utf8: ([UInt8]) throws(MatcherError) -> Value,
        classic: ([UInt8]) throws(MatcherError) -> Value,
        printed: (Value) -> String
    ) throws(MatcherError) -> ParsedMatchers<Value> {
        guard text.count <= MatcherSyntax.maximumLength else {
            throw .tooLarge("matchers of more than \(MatcherSyntax.maximumLength) bytes")
        }
        switch self {
        case .classic: return ParsedMatchers(value: try classic(text), warning: nil)
        case .utf8Strict: return ParsedMatchers(value: try utf8(text), warning: nil)
        case .fallback: break
        }
        let old = Result { () throws(MatcherError) in try classic(text) }
        let new = Result { () throws(MatcherError) in try utf8(text) }
        let input = String(decoding: text, as: UTF8.self)
        switch (old, new) {
        case (.failure(let error), .failure):
            throw error
        case (.failure, .success(let value)):
            return ParsedMatchers(value: value, warning: nil)
        case (.success(let value), .failure(let error)):
            let suggestion = printed(value)
            return ParsedMatchers(
                value: value,
                warning: .fallback(input: input, reason: error.description, suggestion: suggestion)
            )
        case (.success(let value), .success(let other)):
            let warning: MatcherWarning? =
                value == other ? nil : .disagreement(input: input, suggestion: printed(value))
            return ParsedMatchers(value: value, warning: warning)
        }
    }
}

// MARK: - Label names

extension MatcherSyntax {
    /// Whether a label may have that name in `group_by`, `equal`, alerts and silences.
    public func allowsLabelName(_ name: String) -> Bool {
        self == .classic ? MatcherSyntax.isClassicLabelName(name) : !name.utf8.isEmpty
    }

    /// Whether the name is one of ASCII letters, digits and underscores that does not begin with a digit.
    public static func isClassicLabelName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !MatcherSyntax.isDigit(first) else { return false }
        return name.utf8.allSatisfy { MatcherSyntax.isLetterOrUnderscore($0) || MatcherSyntax.isDigit($0) }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isLetterOrUnderscore(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
