extension Matcher: CustomStringConvertible {
    /// `name="value"`, as group keys, the user interface and log lines show it. A name that could not stand there
    /// bare is quoted, and then the value is quoted in Go's way too.
    public var description: String {
        if self.name.unicodeScalars.contains(where: Matcher.isReserved) {
            return GoQuote.quote(self.name) + self.kind.symbol + GoQuote.quote(self.value)
        }
        return self.name + self.kind.symbol + "\"" + Matcher.escape(self.value) + "\""
    }

    /// What cannot be part of a bare word.
    static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{", "}", "!", "=", "~", ",", "\\", "\"", "'", "`": true
        default: scalar.properties.isWhitespace
        }
    }

    private static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): escaped += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): escaped += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}

extension Collection<Matcher> {
    /// `{a="b",c=~"d"}`; `{}` if there are none. Part of the group key, so it must never change.
    public var bracedText: String {
        "{" + self.map(\.description).joined(separator: ",") + "}"
    }
}
