// How the text of a script moves the context: strings, template literals, regular expressions and comments.

extension HTMLContext {
    /// Template literals inside one another in a script; nobody writes more, and the context grows with them.
    private static let maximumLiteralDepth = 8

    func stepInScript(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        var context = self
        guard let index = text.firstIndex(ofAny: "\"'`/{}<-#", from: text.startIndex) else {
            context.slash = Slash(after: text, before: self.slash)
            return (context, text.endIndex)
        }
        context.slash = Slash(after: text[..<index], before: self.slash)
        switch text[index] {
        case UInt8(ascii: "\""): (context.state, context.slash) = (.scriptDoubleQuoted, .regexp)
        case UInt8(ascii: "'"): (context.state, context.slash) = (.scriptSingleQuoted, .regexp)
        case UInt8(ascii: "`"): (context.state, context.slash) = (.scriptTemplate, .regexp)
        case UInt8(ascii: "/"): return try context.stepAtSlash(text, index)
        case UInt8(ascii: "{"):
            context.slash = .regexp
            if let last = context.braces.indices.last { context.braces[last] += 1 }
        case UInt8(ascii: "}"):
            context.slash = .regexp
            if let last = context.braces.indices.last {
                context.braces[last] -= 1
                if context.braces[last] < 0 {
                    context.braces.removeLast()
                    context.state = .scriptTemplate
                }
            }
        // Comments as in HTML go to the end of the line, for browsers that had no scripts.
        case UInt8(ascii: "<") where text.hasText("<!--".utf8, at: index):
            context.state = .scriptLineComment
            return (context, index + 4)
        case UInt8(ascii: "-") where text.hasText("-->".utf8, at: index):
            context.state = .scriptLineComment
            return (context, index + 3)
        case UInt8(ascii: "#") where text.hasText("#!".utf8, at: index):
            context.state = .scriptLineComment
            return (context, index + 2)
        default: context.slash = Slash(after: text[index...index], before: context.slash, preceding: text[..<index])
        }
        return (context, index + 1)
    }

    private func stepAtSlash(_ text: ArraySlice<UInt8>, _ index: Int) throws(MarkupError) -> Step {
        var context = self
        if text.hasText("//".utf8, at: index) {
            context.state = .scriptLineComment
            return (context, index + 2)
        }
        if text.hasText("/*".utf8, at: index) {
            context.state = .scriptBlockComment
            return (context, index + 2)
        }
        switch self.slash {
        case .regexp: context.state = .scriptRegexp
        case .division: context.slash = .regexp
        case .unknown: throw MarkupError("'/' could start a division or a regular expression", text[index...])
        }
        return (context, index + 1)
    }

    /// In a quoted string or a regular expression.
    func stepInScriptLiteral(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        let specials: StaticString =
            switch self.state {
            case .scriptDoubleQuoted: "\\\""
            case .scriptSingleQuoted: "\\'"
            default: "\\/[]"
            }
        var isInSet = false
        var start = text.startIndex
        while let index = text.firstIndex(ofAny: specials, from: start) {
            start = index + 1
            switch text[index] {
            case UInt8(ascii: "\\"):
                if start == text.endIndex { throw MarkupError("unfinished escape sequence in a script's string", text) }
                start += 1
            case UInt8(ascii: "["): isInSet = true
            case UInt8(ascii: "]"): isInSet = false
            default:
                if isInSet { continue }
                var context = self
                (context.state, context.slash) = (.script, .division)
                return (context, start)
            }
        }
        if isInSet { throw MarkupError("unfinished set in a script's regular expression", text) }
        return (self, text.endIndex)
    }

    func stepInScriptTemplate(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        var context = self
        var start = text.startIndex
        while let index = text.firstIndex(ofAny: "\\`$", from: start) {
            start = index + 1
            switch text[index] {
            case UInt8(ascii: "\\"):
                if start == text.endIndex { throw MarkupError("unfinished escape sequence in a script's string", text) }
                start += 1
            case UInt8(ascii: "$"):
                // An action could put the brace there.
                if start == text.endIndex { throw MarkupError("'$' before an action in a template literal", text) }
                guard text[start] == UInt8(ascii: "{") else { continue }
                guard context.braces.count < Self.maximumLiteralDepth else {
                    throw MarkupError("template literals nested more than \(Self.maximumLiteralDepth) deep")
                }
                context.braces.append(0)
                (context.state, context.slash) = (.script, .regexp)
                return (context, start + 1)
            default:
                (context.state, context.slash) = (.script, .division)
                return (context, start)
            }
        }
        return (context, text.endIndex)
    }

    // MARK: Comments, of styles too

    func stepInBlockComment(_ text: ArraySlice<UInt8>) -> Step {
        guard let end = text.firstIndex(ofText: Array("*/".utf8), from: text.startIndex) else {
            return (self, text.endIndex)
        }
        var context = self
        context.state = self.state == .scriptBlockComment ? .script : .style
        return (context, end + 2)
    }

    /// The end of the line is not part of it: in a script it may end a statement.
    func stepInLineComment(_ text: ArraySlice<UInt8>) -> Step {
        var context = self
        context.state = self.state == .scriptLineComment ? .script : .style
        for index in text.indices {
            switch text[index] {
            case 0x0A, 0x0D: return (context, index)
            case 0x0C where context.state == .style: return (context, index)
            // U+2028 and U+2029.
            case 0xE2 where context.state == .script:
                if text.hasText([0xE2, 0x80, 0xA8], at: index) || text.hasText([0xE2, 0x80, 0xA9], at: index) {
                    return (context, index)
                }
            default: break
            }
        }
        return (self, text.endIndex)
    }
}

extension HTMLContext.Slash {
    /// What a slash after the text would begin: after a value it divides, elsewhere it begins a regular expression.
    ///
    /// - Parameter preceding: what stands before the text, for operators of two characters.
    init(after text: ArraySlice<UInt8>, before: Self, preceding: ArraySlice<UInt8> = []) {
        let text = Array(preceding + text)[...].withoutScriptSpaceAtEnd
        guard let last = text.last else {
            self = before
            return
        }
        switch Unicode.Scalar(last) {
        case "+", "-":
            // `x++ / 2`, but `x + /re/`.
            self = text.reversed().prefix { $0 == last }.count % 2 == 1 ? .regexp : .division
        case ".":
            let before = text.dropLast().last
            self = before.map(isDigit) ?? false ? .division : .regexp
        case ",", "<", ">", "=", "*", "%", "&", "|", "^", "?", "!", "~", "(", "[", ":", ";", "{", "}", "#":
            self = .regexp
        default:
            var start = text.endIndex
            while start > text.startIndex, isScriptNamePart(text[start - 1]) { start -= 1 }
            self = keywordsBeforeValues.contains(String(decoding: text[start...], as: UTF8.self)) ? .regexp : .division
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var withoutScriptSpaceAtEnd: ArraySlice<UInt8> {
        var slice = self
        while true {
            if let last = slice.last, isMarkupSpace(last) || last == 0x0B {
                slice.removeLast()
            } else if slice.suffix(3) == [0xE2, 0x80, 0xA8] || slice.suffix(3) == [0xE2, 0x80, 0xA9] {
                slice.removeLast(3)
            } else {
                return slice
            }
        }
    }
}

/// Of a name in a script, or of a number.
func isScriptNamePart(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
}

/// Words after which an expression begins.
private let keywordsBeforeValues: Set<String> = [
    "await", "break", "case", "continue", "delete", "do", "else", "finally", "in", "instanceof", "of", "return",
    "throw", "try", "typeof", "void", "yield",
]
