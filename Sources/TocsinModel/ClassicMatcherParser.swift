/// Reads matchers as Alertmanager did before it knew UTF-8 label names (docs/alertmanager.md). It is lenient: values
/// need no quotes, and a backslash that escapes nothing stands for itself.
enum ClassicMatcherParser {
    static func matchers(in text: [UInt8]) throws(MatcherError) -> [Matcher] {
        var rest = UTF8Scanner.repair(text)[...]
        // Each brace goes by itself: `{a=b` is as good as `{a=b}`.
        if rest.first == UInt8(ascii: "{") { rest.removeFirst() }
        if rest.last == UInt8(ascii: "}") { rest.removeLast() }
        var matchers: [Matcher] = []
        for piece in try ClassicMatcherParser.split(rest) {
            matchers.append(try ClassicMatcherParser.matcher(in: piece))
        }
        return matchers
    }

    /// The pieces between the commas that do not stand in quotes. The last one is trimmed, and left out if blank.
    private static func split(_ text: ArraySlice<UInt8>) throws(MatcherError) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in zip(text.indices, text) {
            switch byte {
            case UInt8(ascii: ","):
                // A comma leaves a backslash before it pending, also beyond the end of the piece.
                guard !isQuoted else { continue }
                pieces.append(Array(text[start..<index]))
                start = index + 1
                if pieces.count >= MatcherSyntax.maximumCount {
                    throw .tooLarge("more than \(MatcherSyntax.maximumCount) matchers")
                }
            case UInt8(ascii: "\""):
                if !isEscaped { isQuoted.toggle() }
                isEscaped = false
            case UInt8(ascii: "\\"): isEscaped.toggle()
            default: isEscaped = false
            }
        }
        let last = ClassicMatcherParser.trim(Array(text[start...]))
        if !last.isEmpty { pieces.append(last) }
        return pieces
    }

    /// Without Unicode white space at both ends.
    private static func trim(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
        guard let first = text.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = text.lastIndex(where: { !$0.properties.isWhitespace })
        else { return [] }
        return Array(String(text[first...last]).utf8)
    }

    static func matcher(in text: [UInt8]) throws(MatcherError) -> Matcher {
        guard let (name, kind, value) = ClassicMatcherParser.parts(of: text) else {
            throw .invalidSyntax("bad matcher format: \(String(decoding: text, as: UTF8.self))")
        }
        return try Matcher(
            name: String(decoding: name, as: UTF8.self),
            kind: kind,
            value: try ClassicMatcherParser.unescape(value)
        )
    }

    private typealias Parts = (name: ArraySlice<UInt8>, kind: Matcher.Kind, value: ArraySlice<UInt8>)

    private static func parts(of text: [UInt8]) -> Parts? {
        var rest = text[...].drop(while: ClassicMatcherParser.isSpace)
        let name = rest.prefix { ClassicMatcherParser.isNameByte($0) || MatcherSyntax.isDigit($0) }
        guard let first = name.first, ClassicMatcherParser.isNameByte(first) else { return nil }
        rest = rest[name.endIndex...].drop(while: ClassicMatcherParser.isSpace)
        guard let kind = ClassicMatcherParser.takeOperator(from: &rest) else { return nil }
        rest = rest.drop(while: ClassicMatcherParser.isSpace)
        while let last = rest.last, ClassicMatcherParser.isSpace(last) { rest.removeLast() }
        return (name, kind, rest)
    }

    private static func takeOperator(from rest: inout ArraySlice<UInt8>) -> Matcher.Kind? {
        // The longer symbols first: `=` also begins `=~`.
        for kind in [Matcher.Kind.regex, .notRegex, .notEqual, .equal] where rest.starts(with: kind.symbol.utf8) {
            rest = rest.dropFirst(kind.symbol.utf8.count)
            return kind
        }
        return nil
    }

    /// The white space of regular expressions, which is all that surrounds the parts of a matcher.
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        MatcherSyntax.isLetterOrUnderscore(byte) || byte == UInt8(ascii: ":")
    }

    private static func unescape(_ raw: ArraySlice<UInt8>) throws(MatcherError) -> String {
        let shown = String(decoding: raw, as: UTF8.self)
        guard String(validating: raw, as: UTF8.self) != nil else {
            throw .invalidSyntax("matcher value not valid UTF-8: \(shown)")
        }
        var rest = raw
        var isOpen = rest.first == UInt8(ascii: "\"")
        if isOpen { rest.removeFirst() }
        var value: [UInt8] = []
        value.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                switch rest.first {
                case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): value.append(rest[rest.startIndex])
                // It escapes nothing and stays, so that `\d` needs no second backslash.
                case let next?: value += [byte, next]
                case nil: value.append(byte)
                }
                rest = rest.dropFirst()
            case UInt8(ascii: "\""):
                guard isOpen, rest.isEmpty else {
                    throw .invalidSyntax("matcher value contains unescaped double quote: \(shown)")
                }
                isOpen = false
            default: value.append(byte)
            }
        }
        if isOpen { throw .invalidSyntax("matcher value contains unescaped double quote: \(shown)") }
        return String(decoding: value, as: UTF8.self)
    }
}
