/// What is done to a value so that it means in a place of the HTML what it says, and nothing else.
enum Escaper: Sendable {
    /// Between tags.
    case text
    /// In `<textarea>` and `<title>`, where HTML has no tags.
    case textOnly
    /// In a quoted attribute's value.
    case attribute
    /// In an unquoted attribute's value, which white space would end.
    case unquotedAttribute
    /// As an attribute's name, or a part of it.
    case attributeName
    /// At the beginning of a URL: refuses schemes that could run a script.
    case urlScheme
    /// In a URL, of which the value may be several parts.
    case url
    /// In a URL's query, of which the value is one part.
    case urlPart
    case urlSet
    case script
    case scriptString
    case scriptTemplate
    case scriptRegexp
    case style
    case styleString
    /// In a comment, which is not written.
    case nothing

    /// What takes the place of a value that could do harm where it stands. Meant to be found by a search.
    static let refused = Array("ZgotmplZ".utf8)

    /// The text of a value as it is written; nil if it is longer than `limit` on the way.
    static func apply(_ escapers: [Escaper], to text: EscapableText, of value: Value, limit: Int) -> [UInt8]? {
        var text = text
        for escaper in escapers {
            let escaped = escaper.applied(to: text, of: value, limit: limit)
            guard escaped.count <= limit else { return nil }
            text = EscapableText(bytes: escaped)
        }
        return text.bytes
    }

    private func applied(to text: EscapableText, of value: Value, limit: Int) -> [UInt8] {
        let isHTML = text.language == .html
        switch self {
        case .text: return isHTML ? text.bytes : escapingHTML(text.bytes)
        case .textOnly: return escapingHTML(text.bytes, .init(keepsEntities: isHTML))
        case .attribute:
            return isHTML
                ? escapingHTML(withoutTags(text.bytes), .init(keepsEntities: true)) : escapingHTML(text.bytes)
        case .unquotedAttribute:
            // Nothing at all would make what comes next the value.
            if text.bytes.isEmpty { return Self.refused }
            let plain = isHTML ? withoutTags(text.bytes) : text.bytes
            return escapingHTML(plain, .init(keepsEntities: isHTML, isUnquoted: true))
        case .attributeName: return Self.attributeName(text.bytes)
        case .urlScheme:
            return text.language == .url || hasSafeScheme(text.bytes[...]) ? text.bytes : [0x23] + Self.refused
        case .url: return escapingURL(text.bytes[...], keepsReserved: true)
        case .urlPart: return escapingURL(text.bytes[...], keepsReserved: text.language == .url)
        case .urlSet: return escapingURLSet(text)
        case .script: return scriptValue(value, limit: limit)
        case .scriptString: return escapingScriptString(text.bytes)
        case .scriptTemplate: return escapingScriptString(text.bytes, also: "${}")
        case .scriptRegexp:
            // `//` would be a comment.
            return text.bytes.isEmpty
                ? Array("(?:)".utf8) : escapingScriptString(text.bytes, also: "$()*-.?[]^{|}")
        case .style: return styleValue(text.bytes)
        case .styleString: return escapingStyleString(text.bytes)
        case .nothing: return []
        }
    }

    /// Letters and digits only, and no attribute whose value is read in a special way: what follows was made for a
    /// plain one.
    private static func attributeName(_ name: [UInt8]) -> [UInt8] {
        guard !name.isEmpty, name.allSatisfy({ isLetter($0) || isDigit($0) }) else { return self.refused }
        let small = name[...].lowercasedText
        return HTMLContext.Attribute.mayBeChosen(byName: small) ? Array(small.utf8) : self.refused
    }
}

/// A value's printed form, and what somebody said it is harmless as.
struct EscapableText {
    let bytes: [UInt8]
    var language: SafeText.Language?

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil if it is longer than the limit.
    init?(_ value: Value, limit: Int) {
        switch value {
        // Nothing, not `<no value>`, which would be a tag.
        case .null: self.bytes = []
        case .string(let text): self.bytes = Array(text.utf8)
        case .object(let object as SafeText):
            self.bytes = Array(object.content.utf8)
            self.language = object.language
        default:
            var printer = Printer(limit: limit)
            printer.printAction(value)
            if printer.buffer.isFull { return nil }
            self.bytes = printer.buffer.bytes
        }
        if self.bytes.count > limit { return nil }
    }
}

struct HTMLEscapingOptions {
    /// Leaves `&` as it is, in what is HTML already.
    var keepsEntities = false
    /// Escapes white space and what some readers take for quotes, too.
    var isUnquoted = false
}

func escapingHTML(_ text: [UInt8], _ options: HTMLEscapingOptions = HTMLEscapingOptions()) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 8)
    for byte in text {
        switch Unicode.Scalar(byte) {
        case "\0": result += (options.isUnquoted ? "&#xfffd;" : "\u{FFFD}").utf8
        case "\"": result += "&#34;".utf8
        case "'": result += "&#39;".utf8
        case "+": result += "&#43;".utf8
        case "<": result += "&lt;".utf8
        case ">": result += "&gt;".utf8
        case "&" where !options.keepsEntities: result += "&amp;".utf8
        case "\t", "\n", "\u{0B}", "\u{0C}", "\r", " ", "=", "`":
            if options.isUnquoted { result += "&#\(byte);".utf8 } else { result.append(byte) }
        default: result.append(byte)
        }
    }
    return result
}
