/// Cuts a template's source into tokens, one at a time.
struct Lexer {
    let source: [UInt8]
    private(set) var position = 0
    /// Where the token under way starts.
    private(set) var start = 0
    private var isInsideAction = false
    private var parenthesisDepth = 0
    private let breakIsFunction: Bool
    private let continueIsFunction: Bool

    /// A set that has functions called `break` or `continue` does not have those keywords.
    init(_ source: [UInt8], functions: FunctionTable) {
        self.source = source
        self.breakIsFunction = functions["break"] != nil
        self.continueIsFunction = functions["continue"] != nil
    }

    /// After an error or the end: the end, for ever.
    mutating func next() -> Token {
        self.start = self.position
        if self.isInsideAction { return self.nextInsideAction() }
        return self.nextOutside()
    }

    // MARK: Text and delimiters

    private mutating func nextOutside() -> Token {
        while self.position < self.source.count {
            self.start = self.position
            guard let delimiter = self.indexOfLeftDelimiter() else {
                self.position = self.source.count
                return self.token(.text)
            }
            var textEnd = delimiter
            if self.hasLeftTrimMarker(at: delimiter + 2) {
                while textEnd > self.start, isSpace(self.source[textEnd - 1]) { textEnd -= 1 }
            }
            if textEnd > self.start {
                self.position = delimiter
                return Token(kind: .text, position: self.start, text: self.string(self.start..<textEnd))
            }
            self.position = delimiter
            if let token = self.leftDelimiter() { return token }
        }
        self.start = self.position
        return self.token(.endOfInput)
    }

    private func indexOfLeftDelimiter() -> Int? {
        let brace = UInt8(ascii: "{")
        var index = self.position
        while index + 1 < self.source.count {
            if self.source[index] == brace, self.source[index + 1] == brace { return index }
            index += 1
        }
        return nil
    }

    /// Nil after a comment, which has no token.
    private mutating func leftDelimiter() -> Token? {
        self.start = self.position
        let afterMarker = self.position + 2 + (self.hasLeftTrimMarker(at: self.position + 2) ? 2 : 0)
        if self.source.hasPrefix("/*", at: afterMarker) {
            self.position = afterMarker + 2
            return self.skipComment()
        }
        self.position += 2
        let token = self.token(.leftDelimiter)
        self.position = afterMarker
        self.isInsideAction = true
        self.parenthesisDepth = 0
        return token
    }

    private mutating func skipComment() -> Token? {
        while !self.source.hasPrefix("*/", at: self.position) {
            if self.position >= self.source.count { return self.error("unclosed comment") }
            self.position += 1
        }
        self.position += 2
        guard self.rightDelimiterLength() != nil else {
            return self.error("comment ends before closing delimiter")
        }
        _ = self.rightDelimiter()
        return nil
    }

    private func hasLeftTrimMarker(at index: Int) -> Bool {
        index + 1 < self.source.count && self.source[index] == UInt8(ascii: "-") && isSpace(self.source[index + 1])
    }

    private func hasRightTrimMarker(at index: Int) -> Bool {
        index + 1 < self.source.count && isSpace(self.source[index]) && self.source[index + 1] == UInt8(ascii: "-")
    }

    /// How long the right delimiter is that starts here, its trim marker included; nil if there is none.
    private func rightDelimiterLength() -> Int? {
        if self.hasRightTrimMarker(at: self.position), self.source.hasPrefix("}}", at: self.position + 2) { return 4 }
        return self.source.hasPrefix("}}", at: self.position) ? 2 : nil
    }

    private mutating func rightDelimiter() -> Token {
        let length = self.rightDelimiterLength() ?? 2
        self.start = self.position + length - 2
        self.position += length
        let token = self.token(.rightDelimiter)
        if length == 4 {
            while self.position < self.source.count, isSpace(self.source[self.position]) { self.position += 1 }
        }
        self.isInsideAction = false
        return token
    }

    // MARK: Inside an action

    private mutating func nextInsideAction() -> Token {
        if self.rightDelimiterLength() != nil {
            if self.parenthesisDepth == 0 { return self.rightDelimiter() }
            return self.error("unclosed left paren")
        }
        guard let scalar = self.scalar() else { return self.error("unclosed action") }
        switch scalar {
        case " ", "\t", "\r", "\n": return self.space()
        case "=": return self.advance(1, .assign)
        case ":":
            if self.source.hasPrefix(":=", at: self.position) { return self.advance(2, .declare) }
            return self.error("expected :=")
        case "|": return self.advance(1, .pipe)
        case "\"": return self.quotedLiteral("\"", .string, name: "quoted string")
        case "'": return self.quotedLiteral("'", .character, name: "character constant")
        case "`": return self.rawString()
        case "$":
            self.position += 1
            return self.fieldOrVariable(.variable)
        case "(":
            self.parenthesisDepth += 1
            return self.advance(1, .leftParenthesis)
        case ")":
            self.parenthesisDepth -= 1
            return self.advance(1, .rightParenthesis)
        case ".":
            if let next = self.byte(at: self.position + 1), !isDigit(next) {
                self.position += 1
                return self.fieldOrVariable(.field)
            }
            return self.number()
        case "+", "-", "0"..."9": return self.number()
        case _ where isAlphanumeric(scalar): return self.identifier()
        case "!"..."~": return self.advance(1, .sign)
        default:
            return self.error("unrecognized character in action: \(unicodeNotation(scalar, withCharacter: true))")
        }
    }

    private mutating func space() -> Token {
        while self.position < self.source.count, isSpace(self.source[self.position]) { self.position += 1 }
        // The last blank may belong to a trim marker.
        if self.hasRightTrimMarker(at: self.position - 1), self.source.hasPrefix("}}", at: self.position + 1) {
            self.position -= 1
            if self.position == self.start {
                if self.parenthesisDepth == 0 { return self.rightDelimiter() }
                return self.error("unclosed left paren")
            }
        }
        return self.token(.space)
    }

    private mutating func fieldOrVariable(_ kind: Token.Kind) -> Token {
        if self.isAtTerminator() {
            if case .variable = kind { return self.token(.variable) }
            return self.token(.dot)
        }
        self.skipAlphanumerics()
        return self.isAtTerminator() ? self.token(kind) : self.badCharacter()
    }

    private mutating func identifier() -> Token {
        self.skipAlphanumerics()
        guard self.isAtTerminator() else { return self.badCharacter() }
        let word = self.string(self.start..<self.position)
        switch word {
        case "true", "false": return self.token(.bool)
        case "nil": return self.token(.null)
        case "break" where self.breakIsFunction, "continue" where self.continueIsFunction:
            return self.token(.identifier)
        default: return self.token(Token.Keyword(rawValue: word).map(Token.Kind.keyword) ?? .identifier)
        }
    }

    private mutating func skipAlphanumerics() {
        while let scalar = self.scalar(), isAlphanumeric(scalar) { self.position += scalar.utf8.count }
    }

    private func isAtTerminator() -> Bool {
        guard let byte = self.byte(at: self.position) else { return true }
        switch Unicode.Scalar(byte) {
        case " ", "\t", "\r", "\n", ".", ",", "|", ":", ")", "(": return true
        default: return self.source.hasPrefix("}}", at: self.position)
        }
    }

    private mutating func badCharacter() -> Token {
        guard let scalar = self.scalar() else { return self.error("unclosed action") }
        return self.error("bad character \(unicodeNotation(scalar, withCharacter: true))")
    }
}

// MARK: - Literals

extension Lexer {
    private mutating func quotedLiteral(_ quote: Unicode.Scalar, _ kind: Token.Kind, name: String) -> Token {
        self.position += 1
        while let byte = self.byte(at: self.position), byte != UInt8(ascii: "\n") {
            self.position += 1
            if byte == UInt8(ascii: "\\") {
                guard let next = self.byte(at: self.position), next != UInt8(ascii: "\n") else { break }
                self.position += 1
            } else if byte == UInt8(ascii: quote) {
                return self.token(kind)
            }
        }
        return self.error("unterminated \(name)")
    }

    private mutating func rawString() -> Token {
        self.position += 1
        while let byte = self.byte(at: self.position) {
            self.position += 1
            if byte == UInt8(ascii: "`") { return self.token(.rawString) }
        }
        return self.error("unterminated raw quoted string")
    }

    private mutating func number() -> Token {
        guard self.skipNumber() else {
            return self.error("bad number syntax: \(quoted(self.string(self.start..<self.position)))")
        }
        if let sign = self.byte(at: self.position), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            // Complex: 1+2i, without blanks.
            guard self.skipNumber(), self.source[self.position - 1] == UInt8(ascii: "i") else {
                return self.error("bad number syntax: \(quoted(self.string(self.start..<self.position)))")
            }
            return self.token(.complex)
        }
        return self.token(.number)
    }

    /// Passes over what looks like a number; what it is worth is the parser's to say.
    private mutating func skipNumber() -> Bool {
        var digits = Digits.decimal
        self.accept("+", "-")
        if self.accept("0", "0") {
            if self.accept("x", "X") {
                digits = .hexadecimal
            } else if self.accept("o", "O") {
                digits = .octal
            } else if self.accept("b", "B") {
                digits = .binary
            }
        }
        self.skip(digits)
        if self.accept(".", ".") { self.skip(digits) }
        if digits == .decimal && self.accept("e", "E") || digits == .hexadecimal && self.accept("p", "P") {
            self.accept("+", "-")
            self.skip(.decimal)
        }
        self.accept("i", "i")
        if let scalar = self.scalar(), isAlphanumeric(scalar) {
            self.position += scalar.utf8.count
            return false
        }
        return true
    }

    private enum Digits {
        case decimal, hexadecimal, octal, binary

        func contains(_ byte: UInt8) -> Bool {
            switch (self, Unicode.Scalar(byte)) {
            case (_, "_"), (_, "0"..."1"), (.octal, "2"..."7"), (.decimal, "2"..."9"), (.hexadecimal, "2"..."9"),
                (.hexadecimal, "a"..."f"), (.hexadecimal, "A"..."F"):
                true
            default: false
            }
        }
    }

    @discardableResult
    private mutating func accept(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
        guard let byte = self.byte(at: self.position), byte == UInt8(ascii: one) || byte == UInt8(ascii: other) else {
            return false
        }
        self.position += 1
        return true
    }

    private mutating func skip(_ digits: Digits) {
        while let byte = self.byte(at: self.position), digits.contains(byte) { self.position += 1 }
    }
}

// MARK: - Characters

extension Lexer {
    private mutating func advance(_ count: Int, _ kind: Token.Kind) -> Token {
        self.position += count
        return self.token(kind)
    }

    private func token(_ kind: Token.Kind) -> Token {
        Token(kind: kind, position: self.start, text: self.string(self.start..<self.position))
    }

    /// Ends the input: nothing after an error is worth reading.
    private mutating func error(_ message: String) -> Token {
        self.position = self.source.count
        self.isInsideAction = false
        return Token(kind: .error, position: self.start, text: message)
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: self.source[range], as: UTF8.self)
    }

    private func byte(at index: Int) -> UInt8? {
        index < self.source.count ? self.source[index] : nil
    }

    /// The character at the position. The source is a String's UTF-8, so it is valid.
    private func scalar() -> Unicode.Scalar? {
        guard let first = self.byte(at: self.position) else { return nil }
        if first < 0x80 { return Unicode.Scalar(first) }
        return decodeScalar(self.source, at: self.position).scalar
    }
}

extension [UInt8] {
    fileprivate func hasPrefix(_ text: StaticString, at index: Int) -> Bool {
        guard index + text.utf8CodeUnitCount <= self.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { self[index + $0] == text.utf8Start[$0] }
    }
}
