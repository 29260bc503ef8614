/// How texts stand in a mail: in headers, and in its parts.
enum MailText {
    private static let digits = Array("0123456789ABCDEF".utf8)
    /// Lines of a mail should not be longer.
    private static let lineLength = 76
    /// Servers may cut or refuse lines of more than 998 bytes.
    private static let longestWord = 900

    /// A header of its own, on as many lines as it takes, with the end of the last. What a value has of line breaks and
    /// other control characters becomes spaces: it cannot end the header.
    static func header(_ name: String, _ value: String) -> String {
        let value = value.onOneLine.trimmed
        let words = value.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isPlain =
            value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !value.contains("=?")
            && words.allSatisfy { $0.utf8.count <= self.longestWord }
        return self.folded("\(name):", words: isPlain ? words : self.encodedWords(value, after: name.utf8.count + 2))
    }

    /// The header with its value as it stands, which holds no line break, and is cut at its spaces.
    static func folded(_ start: String, words: [String]) -> String {
        var text = start
        var length = start.utf8.count
        for word in words {
            // An empty word is a second space, which must not begin a line.
            if length + 1 + word.utf8.count > self.lineLength, !word.isEmpty, length > start.utf8.count {
                text += "\r\n"
                length = 0
            }
            text += " \(word)"
            length += 1 + word.utf8.count
        }
        return text + "\r\n"
    }

    /// A text as encoded words (RFC 2047), each short enough for a line and made of whole characters.
    ///
    /// - Parameter used: what stands in the first line before them.
    static func encodedWords(_ text: String, after used: Int = 0) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let encoded = self.encoded(scalar)
            // The word's frame takes 12 of the 75 that it may have. Names of headers have at most 76.
            let room = words.isEmpty ? max(63 - used, 12) : 63
            if word.count + encoded.count > room, !word.isEmpty {
                words.append("=?utf-8?q?\(String(decoding: word, as: UTF8.self))?=")
                word = []
            }
            word += encoded
        }
        if !word.isEmpty || words.isEmpty { words.append("=?utf-8?q?\(String(decoding: word, as: UTF8.self))?=") }
        return words
    }

    private static func encoded(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch scalar {
        case " ": return [UInt8(ascii: "_")]
        // Also safe where an encoded word is part of an address's name.
        case "a"..."z", "A"..."Z", "0"..."9", "!", "*", "+", "-", "/": return [UInt8(ascii: scalar)]
        default: return UTF8.encode(scalar)?.flatMap(self.escape) ?? []
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), self.digits[Int(byte >> 4)], self.digits[Int(byte & 15)]]
    }

    /// A part's text as quoted-printable (RFC 2045, section 6.7). Every line break becomes one of a mail.
    static func quotedPrintable(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        result.reserveCapacity(bytes.count + bytes.count / 8)
        var length = 0
        for (index, byte) in bytes.enumerated() {
            let next = index + 1 < bytes.count ? bytes[index + 1] : nil
            if byte == UInt8(ascii: "\n") {
                result += [13, 10]
                length = 0
                continue
            }
            if byte == UInt8(ascii: "\r"), next == UInt8(ascii: "\n") { continue }
            let isBeforeEnd = next == nil || next == UInt8(ascii: "\n") || next == UInt8(ascii: "\r")
            let isPlain =
                switch byte {
                case UInt8(ascii: "="): false
                // A line with a dot alone ends the mail, and servers have got the rule around that wrong.
                case UInt8(ascii: "."): length > 0
                case UInt8(ascii: " "), UInt8(ascii: "\t"): !isBeforeEnd
                default: (0x21...0x7E).contains(byte)
                }
            let encoded = isPlain ? [byte] : self.escape(byte)
            if length + encoded.count > self.lineLength - 1 {
                result += [UInt8(ascii: "="), 13, 10]
                length = 0
                // The rule for the dot holds for the line that begins here, too.
                if byte == UInt8(ascii: ".") {
                    result += self.escape(byte)
                    length = 3
                    continue
                }
            }
            result += encoded
            length += encoded.count
        }
        return result
    }
}
