// How the text of a style moves the context: strings, URLs and comments.

extension HTMLContext {
    func stepInStyle(_ text: ArraySlice<UInt8>) -> Step {
        var context = self
        var start = text.startIndex
        while let index = text.firstIndex(ofAny: "(\"'/", from: start) {
            start = index + 1
            switch text[index] {
            case UInt8(ascii: "("):
                guard text[..<index].withoutSpaceAtEnd.endsWithWord("url") else { continue }
                let inside = text.indexAfterSpace(from: start)
                guard inside < text.endIndex, text[inside] == UInt8(ascii: "\"") || text[inside] == UInt8(ascii: "'")
                else {
                    context.state = .styleURL
                    return (context, inside)
                }
                let isDouble = text[inside] == UInt8(ascii: "\"")
                context.state = isDouble ? .styleDoubleQuotedURL : .styleSingleQuotedURL
                return (context, inside + 1)
            case UInt8(ascii: "/"):
                if text.hasText("//".utf8, at: index) {
                    context.state = .styleLineComment
                    return (context, index + 2)
                }
                if text.hasText("/*".utf8, at: index) {
                    context.state = .styleBlockComment
                    return (context, index + 2)
                }
            case UInt8(ascii: "\""):
                // A string may be a URL too, as after `@import`.
                context.state = .styleDoubleQuoted
                return (context, start)
            default:
                context.state = .styleSingleQuoted
                return (context, start)
            }
        }
        return (context, text.endIndex)
    }

    /// In a quoted string or a URL.
    func stepInStyleString(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        let specials: StaticString =
            switch self.state {
            case .styleDoubleQuoted, .styleDoubleQuotedURL: "\\\""
            case .styleSingleQuoted, .styleSingleQuotedURL: "\\'"
            default: "\\\t\n\u{0C}\r )"
            }
        var start = text.startIndex
        while let index = text.firstIndex(ofAny: specials, from: start) {
            start = index + 1
            if text[index] == UInt8(ascii: "\\") {
                if start == text.endIndex { throw MarkupError("unfinished escape sequence in a style's string", text) }
                start += 1
            } else {
                var context = self
                (context.state, context.urlPart) = (.style, .start)
                return (context, start)
            }
        }
        return (self.afterURL(decodingStyleEscapes(text)[...]), text.endIndex)
    }
}

extension ArraySlice<UInt8> {
    /// Whether it ends with the word, and not with a longer one.
    fileprivate func endsWithWord(_ word: String) -> Bool {
        let start = self.endIndex - word.utf8.count
        guard start >= self.startIndex, self.hasText(word.utf8, at: start) else { return false }
        return start == self.startIndex || !isStyleNamePart(self[start - 1])
    }
}

/// Of a name in a style. All but ASCII counts.
func isStyleNamePart(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte >= 0x80
}

/// What `\26 amp` and the like stand for.
func decodingStyleEscapes(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
        guard text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex else {
            result.append(text[index])
            index += 1
            continue
        }
        index += 1
        var number: UInt32 = 0
        let digits = index
        while index < text.endIndex, index - digits < 6, let digit = hexDigit(text[index]) {
            number = number * 16 + digit
            index += 1
        }
        if index == digits {
            // Any other character after a backslash is itself.
            result.append(text[index])
            index += 1
            continue
        }
        result.append(contentsOf: UTF8.encode(Unicode.Scalar(number) ?? "\u{FFFD}")!)
        // One white space ends the number.
        if text.hasText("\r\n".utf8, at: index) {
            index += 2
        } else if index < text.endIndex, isMarkupSpace(text[index]) {
            index += 1
        }
    }
    return result
}
