import TocsinRegex

/// One condition on a label: its value equals a text, or matches a regular expression, or does not.
///
/// An absent label counts as empty. Texts are compared byte by byte, also to tell whether two matchers are the same.
public struct Matcher: Sendable {
    public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
        case equal
        case notEqual
        case regex
        case notRegex
    }

    public let name: String
    public let kind: Kind
    /// What to compare with: a text, or a pattern as it was written.
    public let value: String
    let test: ValueTest

    /// Compiles `value` if the kind asks for a regular expression; it must match the whole of a label's value.
    public init(name: String, kind: Kind, value: String) throws(MatcherError) {
        self.name = name
        self.kind = kind
        self.value = value
        guard kind.isRegex else {
            self.test = .text(Array(value.utf8))
            return
        }
        do {
            self.test = try ValueTest(pattern: value)
        } catch {
            throw .invalidPattern(error.description)
        }
    }

    /// A matcher that compares texts, which cannot fail.
    public init(name: String, equals value: String) {
        self.name = name
        self.kind = .equal
        self.value = value
        self.test = .text(Array(value.utf8))
    }

    /// For an entry of `match_re`: the anchors become part of the value, and so of printed forms and group keys.
    public init(name: String, anchoring pattern: String) throws(MatcherError) {
        // First without the second pair of anchors, so that an error shows what was written.
        _ = try Matcher(name: name, kind: .regex, value: pattern)
        try self.init(name: name, kind: .regex, value: Matcher.anchoredSource(of: pattern))
    }

    public static func anchoredSource(of pattern: String) -> String { "^(?:\(pattern))$" }
}

extension Matcher.Kind {
    public var symbol: String {
        switch self {
        case .equal: "="
        case .notEqual: "!="
        case .regex: "=~"
        case .notRegex: "!~"
        }
    }

    public var isRegex: Bool { self == .regex || self == .notRegex }
    public var isEqual: Bool { self == .equal || self == .regex }

    /// The kind that JSON writes as two fields.
    public init(isRegex: Bool, isEqual: Bool) {
        self = isRegex ? (isEqual ? .regex : .notRegex) : (isEqual ? .equal : .notEqual)
    }
}

extension Matcher {
    /// The form of the API: `isEqual` is true where a client leaves it out.
    public init(name: String, value: String, isRegex: Bool, isEqual: Bool = true) throws(MatcherError) {
        try self.init(name: name, kind: Kind(isRegex: isRegex, isEqual: isEqual), value: value)
    }

    public var isRegex: Bool { self.kind.isRegex }
    public var isEqual: Bool { self.kind.isEqual }
}

// MARK: - Order and identity

extension Matcher: Hashable {
    public static func == (a: Matcher, b: Matcher) -> Bool {
        a.kind == b.kind && a.name.utf8.elementsEqual(b.name.utf8) && a.value.utf8.elementsEqual(b.value.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.kind)
        for text in [self.name, self.value] {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            // A byte that no UTF-8 has, so that name and value cannot trade bytes.
            hasher.combine(0xFF as UInt8)
        }
    }
}

extension Matcher: Comparable {
    /// By name, then value, then kind, which is the order of a route's matchers in group keys.
    public static func < (a: Matcher, b: Matcher) -> Bool {
        if !a.name.utf8.elementsEqual(b.name.utf8) { return a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
        if !a.value.utf8.elementsEqual(b.value.utf8) { return a.value.utf8.lexicographicallyPrecedes(b.value.utf8) }
        return a.kind.rawValue < b.kind.rawValue
    }
}

/// Why a matcher could not be made.
public enum MatcherError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text does not parse; what is said about it.
    case invalidSyntax(String)
    /// The regular expression does not compile; what the compiler said.
    case invalidPattern(String)
    /// The text, or the number of matchers in it, is beyond the limit.
    case tooLarge(String)

    public var description: String {
        switch self {
        case .invalidSyntax(let text), .invalidPattern(let text), .tooLarge(let text): text
        }
    }
}
