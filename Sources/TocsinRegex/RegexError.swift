import CRE2

/// Why a pattern was refused, or a replacement given up. Its text is the one that Go prints, because people search
/// for it.
public struct RegexError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case invalidEscape
        case invalidClass
        case invalidRange
        case missingBracket
        case missingParenthesis
        case unexpectedParenthesis
        case trailingBackslash
        case missingRepeatArgument
        case invalidRepeatSize
        case invalidRepeatOperator
        case invalidPerlSyntax
        case invalidUTF8
        case invalidGroupName
        case nestsTooDeeply
        /// The compiled program would not fit.
        case tooLarge
        /// The pattern has more than ``Regex/maximumPatternLength`` bytes.
        case tooLong
        /// The result of a replacement has more bytes than it may.
        case resultTooLong
        /// libre2 failed in a way it does not explain.
        case unknown
    }

    public let reason: Reason
    /// The part of the pattern that is wrong; empty if it is not about a part.
    public let argument: String

    init(_ reason: Reason, about argument: String) {
        self.reason = reason
        self.argument = argument
    }
}

extension RegexError: CustomStringConvertible {
    public var description: String {
        switch self.reason {
        case .tooLong: "error parsing regexp: expression is longer than \(Regex.maximumPatternLength) bytes"
        case .tooLarge: "error parsing regexp: expression too large"
        case .resultTooLong: "the result of the replacement is too long"
        default: "error parsing regexp: \(self.reason.text): `\(self.argument)`"
        }
    }
}

extension RegexError.Reason {
    /// `nil` if there is no error.
    init?(_ code: tocsin_re2_error) {
        switch code {
        case TOCSIN_RE2_OK: return nil
        case TOCSIN_RE2_BAD_ESCAPE: self = .invalidEscape
        case TOCSIN_RE2_BAD_CLASS: self = .invalidClass
        case TOCSIN_RE2_BAD_RANGE: self = .invalidRange
        case TOCSIN_RE2_MISSING_BRACKET: self = .missingBracket
        case TOCSIN_RE2_MISSING_PARENTHESIS: self = .missingParenthesis
        case TOCSIN_RE2_UNEXPECTED_PARENTHESIS: self = .unexpectedParenthesis
        case TOCSIN_RE2_TRAILING_BACKSLASH: self = .trailingBackslash
        case TOCSIN_RE2_REPEAT_ARGUMENT: self = .missingRepeatArgument
        case TOCSIN_RE2_REPEAT_SIZE: self = .invalidRepeatSize
        case TOCSIN_RE2_REPEAT_OPERATOR: self = .invalidRepeatOperator
        case TOCSIN_RE2_BAD_PERL_OPERATOR: self = .invalidPerlSyntax
        case TOCSIN_RE2_BAD_UTF8: self = .invalidUTF8
        case TOCSIN_RE2_BAD_NAME: self = .invalidGroupName
        case TOCSIN_RE2_TOO_LARGE: self = .tooLarge
        default: self = .unknown
        }
    }

    /// Whether the message shows the pattern as a whole, which must then be the one that was given and not the one
    /// that was translated for libre2.
    var isAboutWhole: Bool {
        switch self {
        case .missingParenthesis, .unexpectedParenthesis: true
        default: false
        }
    }

    var text: String {
        switch self {
        case .invalidEscape: "invalid escape sequence"
        case .invalidClass: "invalid character class"
        case .invalidRange: "invalid character class range"
        case .missingBracket: "missing closing ]"
        case .missingParenthesis: "missing closing )"
        case .unexpectedParenthesis: "unexpected )"
        case .trailingBackslash: "trailing backslash at end of expression"
        case .missingRepeatArgument: "missing argument to repetition operator"
        case .invalidRepeatSize: "invalid repeat count"
        case .invalidRepeatOperator: "invalid nested repetition operator"
        case .invalidPerlSyntax: "invalid or unsupported Perl syntax"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidGroupName: "invalid named capture"
        case .nestsTooDeeply: "expression nests too deeply"
        case .tooLarge, .tooLong, .resultTooLong: "expression too large"
        case .unknown: "unexpected error"
        }
    }
}
