import CRE2

/// A regular expression in the syntax and with the meaning of Go's `regexp`, which is RE2's: no look-around, no
/// back-references, and a match takes time linear in the length of the text.
///
/// `.` does not match a newline, `$` matches at the very end only, the first alternative wins, `\d`, `\w`, `\s` and
/// `\b` know ASCII only. Text is UTF-8; bytes that are not match no character, and do no harm.
public final class Regex: Sendable {
    /// How much of a text must match.
    public enum Extent: Sendable {
        /// All of it: the pattern is compiled as `^(?:pattern)$`, text for text.
        case whole
        /// Any part of it.
        case anywhere
    }

    /// Patterns of more bytes are refused.
    public static let maximumPatternLength = 65_536
    /// What one compiled expression may take, its caches included. About 130,000 instructions fit; a pattern that
    /// needs more is refused, and a cache that outgrows its share makes matching slower, not wrong.
    static let memory: Int64 = 8 << 20

    /// The pattern as it was given.
    public let pattern: String
    public let extent: Extent
    /// The names of the groups by their number; 0 is the whole match. `nil` for a group without a name. A name may
    /// occur twice.
    public let groupNames: [String?]
    // libre2 promises that several threads may use an expression at once; this one is made before the object is
    // shared, never replaced, and freed when nobody holds the object any more.
    private nonisolated(unsafe) let compiled: OpaquePointer

    public convenience init(_ pattern: String, matching extent: Extent = .whole) throws(RegexError) {
        try self.init(bytes: Array(pattern.utf8), matching: extent)
    }

    /// For a pattern that may not be UTF-8, which is an error like any other.
    public init(bytes pattern: [UInt8], matching extent: Extent = .whole) throws(RegexError) {
        guard pattern.count <= Regex.maximumPatternLength else { throw RegexError(.tooLong, about: "") }
        let source = extent == .whole ? Array("^(?:".utf8) + pattern + Array(")$".utf8) : pattern
        var scanner = PatternScanner(source)
        try scanner.scan()
        self.compiled = try Regex.compile(scanner.translated, of: source)
        self.pattern = String(decoding: pattern, as: UTF8.self)
        self.extent = extent
        self.groupNames = scanner.groupNames
    }

    deinit { tocsin_re2_free(self.compiled) }

    private static func compile(_ translated: [UInt8], of source: [UInt8]) throws(RegexError) -> OpaquePointer {
        let compiled = translated.withUnsafeBytes { tocsin_re2_compile($0.baseAddress, $0.count, Regex.memory) }
        guard let compiled else { throw RegexError(.tooLarge, about: "") }
        var argument: UnsafePointer<CChar>?
        var length = 0
        let code = tocsin_re2_error_of(compiled, &argument, &length)
        guard let reason = RegexError.Reason(code) else { return compiled }
        defer { tocsin_re2_free(compiled) }
        if reason.isAboutWhole { throw RegexError(reason, about: String(decoding: source, as: UTF8.self)) }
        let part = UnsafeRawBufferPointer(start: argument, count: length)
        throw RegexError(reason, about: String(decoding: part, as: UTF8.self))
    }

    /// The number of capturing groups that libre2 sees; `groupNames` has one more.
    var groupCount: Int { Int(tocsin_re2_group_count(self.compiled)) }

    /// The number of instructions of the compiled program: a rough measure of what a byte of text may cost at worst.
    public var programSize: Int { Int(tocsin_re2_program_size(self.compiled)) }
}

// MARK: - Matching

extension Regex {
    /// Whether the text matches: all of it or any part of it, as the expression was made. Makes no copy.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        tocsin_re2_matches(self.compiled, text.baseAddress, text.count) == 1
    }

    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { self.matches(UnsafeRawBufferPointer($0)) }
    }

    /// The leftmost match in the UTF-8 of `text`: where it lies, then where each group lies; `nil` for a group that
    /// took no part.
    public func firstMatch(in text: String) -> [Range<Int>?]? {
        var text = text
        return text.withUTF8 { self.firstMatch(in: UnsafeRawBufferPointer($0), from: 0) }
    }

    /// The leftmost match that begins at `start` or later. What stands before `start` still counts for `^` and `\b`.
    func firstMatch(in text: UnsafeRawBufferPointer, from start: Int) -> [Range<Int>?]? {
        let count = self.groupNames.count
        var bounds = [Int](repeating: -1, count: 2 * count)
        guard tocsin_re2_search(self.compiled, text.baseAddress, text.count, start, &bounds, Int32(count)) == 1 else {
            return nil
        }
        return (0..<count).map { bounds[2 * $0] < 0 ? nil : bounds[2 * $0]..<bounds[2 * $0 + 1] }
    }
}

extension Regex {
    /// The pattern that matches `text` and nothing else, as Go's `regexp.QuoteMeta` writes it.
    public static func requoted(_ text: String) -> String {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if Regex.isSpecial(byte) { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        return String(decoding: quoted, as: UTF8.self)
    }

    /// Whether the byte means more than itself in a pattern. A pattern without such bytes matches just itself.
    public static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"):
            true
        default:
            false
        }
    }
}
