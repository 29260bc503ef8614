/// What a template's text says that readers of HTML would not agree on.
struct MarkupError: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// With the beginning of the text that is meant.
    init(_ message: String, _ text: ArraySlice<UInt8>) {
        self.message = message + ": " + quoted(String(decoding: text.prefix(32), as: UTF8.self))
    }
}

// How text moves the context. Each step takes a part of the text that is read in one way, and returns the index after
// it: past the beginning or the end of a tag, a value, a string, a comment.

extension HTMLContext {
    typealias Step = (context: HTMLContext, end: Int)

    /// One step. `contentEnd` is where the content of the element ends that the place is in, at the latest.
    func step(_ text: ArraySlice<UInt8>, contentEnd: Int) throws(MarkupError) -> Step {
        if self.delimiter != .none { return try self.stepInValue(text) }
        if self.element != .other, self.isInContent {
            // `</script` ends a script wherever it stands, also in a string.
            if contentEnd == text.startIndex { return (HTMLContext(), text.startIndex) }
            return try self.stepWithin(text[..<contentEnd])
        }
        return try self.stepWithin(text)
    }

    /// Whether the place is in an element's content, not in its tag.
    private var isInContent: Bool {
        switch self.state {
        case .tag, .attributeName, .afterName, .beforeValue: false
        default: true
        }
    }

    private func stepWithin(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        switch self.state {
        case .text: self.stepInText(text)
        case .comment: self.stepInComment(text)
        case .tag: try self.stepInTag(text)
        case .attributeName: try self.stepInAttributeName(text)
        case .afterName: self.stepAfterName(text)
        case .beforeValue: self.stepBeforeValue(text)
        case .url: self.stepInURL(text)
        case .textOnly, .value, .urlSet, .document, .unreachable: (self, text.endIndex)
        case .script: try self.stepInScript(text)
        case .scriptDoubleQuoted, .scriptSingleQuoted, .scriptRegexp: try self.stepInScriptLiteral(text)
        case .scriptTemplate: try self.stepInScriptTemplate(text)
        case .scriptBlockComment, .styleBlockComment: self.stepInBlockComment(text)
        case .scriptLineComment, .styleLineComment: self.stepInLineComment(text)
        case .style: self.stepInStyle(text)
        case .styleDoubleQuoted, .styleSingleQuoted, .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL:
            try self.stepInStyleString(text)
        }
    }

    // MARK: Text and tags

    private func stepInText(_ text: ArraySlice<UInt8>) -> Step {
        var index = text.startIndex
        while let open = text.firstIndex(ofAny: "<", from: index) {
            if text.hasText("<!--".utf8, at: open) { return (HTMLContext(state: .comment), open + 4) }
            let isEnd = text.hasText("</".utf8, at: open)
            let start = open + (isEnd ? 2 : 1)
            let end = text.endOfTagName(from: start)
            if end > start {
                let element = Element(name: text[start..<end].lowercasedText)
                return (HTMLContext(state: .tag, element: isEnd ? .other : element), end)
            }
            index = open + 1
        }
        return (self, text.endIndex)
    }

    private func stepInComment(_ text: ArraySlice<UInt8>) -> Step {
        guard let end = text.firstIndex(ofText: Array("-->".utf8), from: text.startIndex) else {
            return (self, text.endIndex)
        }
        return (HTMLContext(), end + 3)
    }

    private func stepInTag(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        let start = text.indexAfterSpace(from: text.startIndex)
        guard start < text.endIndex else { return (self, start) }
        if text[start] == UInt8(ascii: ">") {
            return (HTMLContext(state: self.element.state, element: self.element), start + 1)
        }
        let end = try text.endOfAttributeName(from: start)
        guard end > start else {
            throw MarkupError("expected space, attribute name or end of tag, but got", text[start...])
        }
        let name = text[start..<end].lowercasedText
        var context = HTMLContext(state: .afterName, element: self.element)
        context.attribute = self.element == .script && name == "type" ? .scriptType : Attribute(name: name)
        if end == text.endIndex { context.state = .attributeName }
        return (context, end)
    }

    private func stepInAttributeName(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        let end = try text.endOfAttributeName(from: text.startIndex)
        var context = self
        // Of `on{{ .A }}k` the beginning still says what it is.
        if end < text.endIndex { context.state = .afterName }
        return (context, end)
    }

    private func stepAfterName(_ text: ArraySlice<UInt8>) -> Step {
        let index = text.indexAfterSpace(from: text.startIndex)
        guard index < text.endIndex else { return (self, index) }
        var context = self
        if text[index] == UInt8(ascii: "=") {
            context.state = .beforeValue
            return (context, index + 1)
        }
        context.state = .tag
        context.attribute = .plain
        return (context, index)
    }

    private func stepBeforeValue(_ text: ArraySlice<UInt8>) -> Step {
        let index = text.indexAfterSpace(from: text.startIndex)
        guard index < text.endIndex else { return (self, index) }
        var context = self
        context.state = self.attribute.state
        switch text[index] {
        case UInt8(ascii: "\""):
            context.delimiter = .doubleQuote
            return (context, index + 1)
        case UInt8(ascii: "'"):
            context.delimiter = .singleQuote
            return (context, index + 1)
        default:
            context.delimiter = .spaceOrTagEnd
            return (context, index)
        }
    }

    // MARK: Values

    private func stepInValue(_ text: ArraySlice<UInt8>) throws(MarkupError) -> Step {
        let end = self.endOfValue(text) ?? text.endIndex
        let value = text[..<end]
        if self.delimiter == .spaceOrTagEnd, let odd = value.firstIndex(ofAny: "\"'<=`", from: value.startIndex) {
            // Some readers take these for the beginning of a quoted value.
            let character = quoted(String(decoding: [value[odd]], as: UTF8.self))
            throw MarkupError("\(character) in unquoted attribute value", value)
        }
        if end == text.endIndex {
            let decoded = decodingEntities(value)
            var context = self
            var rest = decoded[...]
            while !rest.isEmpty {
                let step = try context.stepWithin(rest)
                context = step.context
                rest = rest[step.end...]
            }
            return (context, end)
        }
        let holdsText = self.attribute == .scriptType && !isJavaScript(type: Array(value))
        let element = holdsText ? .other : self.element
        return (HTMLContext(state: .tag, element: element), self.delimiter == .spaceOrTagEnd ? end : end + 1)
    }

    private func endOfValue(_ text: ArraySlice<UInt8>) -> Int? {
        switch self.delimiter {
        case .none: nil
        case .doubleQuote: text.firstIndex(ofAny: "\"", from: text.startIndex)
        case .singleQuote: text.firstIndex(ofAny: "'", from: text.startIndex)
        case .spaceOrTagEnd: text.firstIndex(ofAny: " \t\n\u{0C}\r>", from: text.startIndex)
        }
    }

    private func stepInURL(_ text: ArraySlice<UInt8>) -> Step {
        (self.afterURL(text), text.endIndex)
    }

    /// The same place with more of a URL before it.
    func afterURL(_ text: ArraySlice<UInt8>) -> HTMLContext {
        var context = self
        if text.contains(anyOf: "?#") {
            context.urlPart = .queryOrFragment
        } else if self.urlPart == .start, text.indexAfterSpace(from: text.startIndex) < text.endIndex {
            // White space at the beginning does not count.
            context.urlPart = .beforeQuery
        }
        return context
    }
}

extension ArraySlice<UInt8> {
    /// A letter, and letters, digits, and single colons and hyphens between them.
    fileprivate func endOfTagName(from start: Int) -> Int {
        guard start < self.endIndex, isLetter(self[start]) else { return start }
        var index = start + 1
        while index < self.endIndex {
            let byte = self[index]
            if isLetter(byte) || isDigit(byte) {
                index += 1
            } else if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-"), index + 1 < self.endIndex,
                isLetter(self[index + 1]) || isDigit(self[index + 1])
            {
                index += 2
            } else {
                break
            }
        }
        return index
    }

    fileprivate func endOfAttributeName(from start: Int) throws(MarkupError) -> Int {
        for index in start..<self.endIndex {
            switch Unicode.Scalar(self[index]) {
            case " ", "\t", "\n", "\u{0C}", "\r", "=", ">": return index
            case "'", "\"", "<":
                // Readers differ on whether these end the tag or belong to the name.
                let character = quoted(String(decoding: [self[index]], as: UTF8.self))
                throw MarkupError("\(character) in attribute name", self[start...])
            default: break
            }
        }
        return self.endIndex
    }
}
