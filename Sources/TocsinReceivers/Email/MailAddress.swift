/// An address as it stands in `From` and `To` (RFC 5322, section 3.4).
struct MailAddress: Hashable {
    /// Empty if there is none.
    var name: String
    var address: String

    /// A list with commas between its entries: `a@example.org, "B, C" <b@example.org>`. `nil` if it is none.
    static func list(_ text: String) -> [MailAddress]? {
        var addresses: [MailAddress] = []
        for entry in self.entries(of: text) {
            if entry.allSatisfy({ $0.properties.isWhitespace }) { continue }
            guard let address = MailAddress(entry) else { return nil }
            addresses.append(address)
        }
        return addresses
    }

    /// Splits at the commas that stand in no quotes, brackets or comments.
    private static func entries(of text: String) -> [[Unicode.Scalar]] {
        var entries: [[Unicode.Scalar]] = [[]]
        var (isQuoted, isEscaped, depth) = (false, false, 0)
        for scalar in text.unicodeScalars {
            let wasEscaped = isEscaped
            isEscaped = false
            switch scalar {
            case _ where wasEscaped: break
            case "\\" where isQuoted || depth > 0: isEscaped = true
            case "\"" where depth == 0: isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted && depth > 0: depth -= 1
            case "," where !isQuoted && depth == 0:
                entries.append([])
                continue
            default: break
            }
            entries[entries.count - 1].append(scalar)
        }
        return entries
    }

    private init?(_ entry: [Unicode.Scalar]) {
        let text = MailAddress.withoutComments(entry)
        let address: [Unicode.Scalar]
        if text.last == ">", let open = text.lastIndex(of: "<") {
            self.name = MailAddress.unquoted(text[..<open])
            address = Array(text[(open + 1)..<(text.count - 1)])
        } else {
            self.name = ""
            address = text
        }
        var bare = String.UnicodeScalarView()
        bare.append(contentsOf: address)
        self.address = String(bare).trimmed
        guard MailAddress.isAddress(self.address) else { return nil }
    }

    private static func withoutComments(_ entry: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        var (isQuoted, depth) = (false, 0)
        for scalar in entry {
            if scalar == "\"", depth == 0 { isQuoted.toggle() }
            if scalar == "(", !isQuoted { depth += 1 }
            if depth == 0 { kept.append(scalar) }
            if scalar == ")", !isQuoted, depth > 0 { depth -= 1 }
        }
        while kept.last?.properties.isWhitespace == true { kept.removeLast() }
        return kept
    }

    private static func unquoted(_ text: ArraySlice<Unicode.Scalar>) -> String {
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text {
            if scalar == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if scalar != "\"" || isEscaped { name.append(scalar) }
            isEscaped = false
        }
        return String(name).onOneLine.trimmed
    }

    /// It stands in an SMTP command, which no address may end.
    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), text.utf8.count <= 320 else { return false }
        let (local, domain) = (text.utf8[..<at], text.utf8[text.utf8.index(after: at)...])
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
                && !"<>,;:\\\"()[]".unicodeScalars.contains(scalar)
        }
        return isPlain && !local.isEmpty && !domain.isEmpty && !local.contains(UInt8(ascii: "@"))
    }

    /// As it stands in a header.
    var headerText: String {
        guard !self.name.isEmpty else { return self.address }
        guard self.name.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return "\(MailText.encodedWords(self.name).joined(separator: " ")) <\(self.address)>"
        }
        let isWord = self.name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || " 0123456789-_".contains(Character($0))
        }
        let quoted = self.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\(isWord ? self.name : "\"\(quoted)\"") <\(self.address)>"
    }
}
