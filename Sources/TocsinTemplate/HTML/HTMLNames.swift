// What the names of attributes and elements, and the types of scripts, say about how their contents are read.

extension HTMLContext.Attribute {
    /// - Parameter name: in small letters.
    init(name: String) {
        var name = Substring(name)
        if name.hasPrefix("data-") {
            // Scripts copy `data-href` to `href`, so it is treated like that.
            name = name.dropFirst(5)
        } else if let colon = name.firstIndex(of: ":") {
            if name[..<colon] == "xmlns" {
                self = .url
                return
            }
            name = name[name.index(after: colon)...]
        }
        switch name {
        case "style": self = .style
        case "srcset", "imagesrcset": self = .urlSet
        case "srcdoc": self = .document
        case "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon",
            "longdesc", "manifest", "ping", "poster", "profile", "usemap", "xmlns":
            self = .url
        case _ where name.hasPrefix("on"): self = .script
        // Names of one's own, such as `data-thumbnail-url`.
        case _ where name.contains("src") || name.contains("uri") || name.contains("url"): self = .url
        default: self = .plain
        }
    }

    /// Whether a value may choose an attribute of that name: what it does must not depend on what browsers do with it.
    static func mayBeChosen(byName name: String) -> Bool {
        switch name {
        case "accept-charset", "async", "challenge", "charset", "content", "crossorigin", "defer", "enctype", "form",
            "formmethod", "formnovalidate", "http-equiv", "keytype", "language", "method", "name", "novalidate",
            "pattern", "rel", "sandbox", "type", "value":
            false
        default: Self(name: name) == .plain
        }
    }
}

extension HTMLContext.Element {
    /// - Parameter name: in small letters.
    init(name: String) {
        self = Self(rawValue: name) ?? .other
    }

    /// `</script`, which ends its content wherever it stands; nil for elements whose content is HTML.
    var endTag: [UInt8]? {
        self == .other ? nil : Array("</\(self.rawValue)".utf8)
    }
}

/// Whether `<script type="…">` holds JavaScript or JSON. What holds something else is read as text.
func isJavaScript(type: [UInt8]) -> Bool {
    let type = String(decoding: type.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self).lowercased()
    let words = type.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\u{0C}" }
    guard let word = words.first else { return true }
    switch word {
    case "module", "importmap", "application/json", "application/ld+json": return true
    default:
        return word.hasSuffix("javascript") || word.hasSuffix("ecmascript") || word.contains("script1.")
            || word == "text/jscript" || word == "text/livescript"
    }
}
