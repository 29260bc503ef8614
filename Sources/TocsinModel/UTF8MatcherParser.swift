/// Reads matchers in the syntax that knows any label name (docs/alertmanager.md). Errors say at which columns.
struct UTF8MatcherParser {
    private var lexer: UTF8MatcherLexer
    private var isBraced = false
    private var matchers: [Matcher] = []

    static func matchers(in text: [UInt8]) throws(MatcherError) -> [Matcher] {
        var parser = UTF8MatcherParser(lexer: UTF8MatcherLexer(text))
        try parser.parse()
        return parser.matchers
    }

    static func matcher(in text: [UInt8]) throws(MatcherError) -> Matcher {
        let matchers = try UTF8MatcherParser.matchers(in: text)
        guard matchers.count < 2 else { throw .invalidSyntax("expected 1 matcher, found \(matchers.count)") }
        guard let matcher = matchers.first else { throw .invalidSyntax("no matchers") }
        return matcher
    }

    private init(lexer: UTF8MatcherLexer) { self.lexer = lexer }

    private mutating func parse() throws(MatcherError) {
        if case .openBrace = try self.lexer.peek().kind {
            _ = try self.lexer.next()
            self.isBraced = true
        }
        var next = try self.lexer.peek()
        while !next.kind.endsMatchers {
            try self.parseMatcher()
            next = try self.peek(expecting: "a comma or close brace")
            guard case .comma = next.kind else {
                if next.kind.endsMatchers { break }
                throw self.unexpected(next, expected: "a comma or close brace")
            }
            _ = try self.lexer.next()
            next = try self.peek(expecting: "a matcher or close brace after comma")
            guard next.kind.endsMatchers || next.kind.isWord else {
                throw self.unexpected(next, expected: "a matcher or close brace after comma")
            }
        }
        try self.parseCloseBrace()
        let last = try self.next(expecting: "end of input")
        guard case .end = last.kind else {
            throw self.error("\(self.position(last)): \(self.lexer.text(last))", expected: "end of input")
        }
    }

    private mutating func parseCloseBrace() throws(MatcherError) {
        // What ends the matchers is a close brace or the end of the input, and has been looked at before.
        let token = try self.lexer.peek()
        guard case .closeBrace = token.kind else {
            guard self.isBraced else { return }
            throw self.error("0:\(token.columns.upperBound): end of input", expected: "close brace")
        }
        _ = try self.lexer.next()
        guard self.isBraced else {
            throw self.error("0:\(token.columns.upperBound): }", expected: "opening brace")
        }
    }

    private mutating func parseMatcher() throws(MatcherError) {
        let name = try self.parseWord(expecting: "label name")
        let expected = "an operator such as '=', '!=', '=~' or '!~'"
        let sign = try self.next(expecting: expected)
        guard case .operator(let kind) = sign.kind else { throw self.unexpected(sign, expected: expected) }
        let value = try self.parseWord(expecting: "label value")
        if self.matchers.count >= MatcherSyntax.maximumCount {
            throw .tooLarge("more than \(MatcherSyntax.maximumCount) matchers")
        }
        do {
            self.matchers.append(try Matcher(name: name, kind: kind, value: value))
        } catch {
            throw .invalidPattern("failed to create matcher: \(error)")
        }
    }

    private mutating func parseWord(expecting expected: String) throws(MatcherError) -> String {
        let token = try self.next(expecting: expected)
        guard token.kind.isWord else { throw self.unexpected(token, expected: expected) }
        guard case .quoted = token.kind else { return self.lexer.text(token) }
        guard let text = GoQuote.unquote(self.lexer.input[token.range]) else {
            throw .invalidSyntax("\(self.position(token)): \(self.lexer.text(token)): invalid input")
        }
        return text
    }

    // What the lexer refuses is reported together with what was wanted there.

    private mutating func next(expecting expected: String) throws(MatcherError) -> UTF8MatcherLexer.Token {
        do {
            return try self.lexer.next()
        } catch {
            throw self.error(error.description, expected: expected)
        }
    }

    private func peek(expecting expected: String) throws(MatcherError) -> UTF8MatcherLexer.Token {
        do {
            return try self.lexer.peek()
        } catch {
            throw self.error(error.description, expected: expected)
        }
    }

    private func position(_ token: UTF8MatcherLexer.Token) -> String {
        "\(token.columns.lowerBound):\(token.columns.upperBound)"
    }

    private func unexpected(_ token: UTF8MatcherLexer.Token, expected: String) -> MatcherError {
        if case .end = token.kind { return self.error("end of input", expected: expected) }
        return self.error("\(self.position(token)): unexpected \(self.lexer.text(token))", expected: expected)
    }

    private func error(_ text: String, expected: String) -> MatcherError {
        .invalidSyntax("\(text): expected \(expected)")
    }
}

extension UTF8MatcherLexer.Kind {
    /// Whether no more matchers follow.
    fileprivate var endsMatchers: Bool {
        switch self {
        case .end, .closeBrace: true
        default: false
        }
    }

    fileprivate var isWord: Bool {
        switch self {
        case .quoted, .unquoted: true
        default: false
        }
    }
}
