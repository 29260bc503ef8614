/// Cuts matchers of the UTF-8 syntax into words and signs (docs/alertmanager.md).
struct UTF8MatcherLexer {
    enum Kind {
        case end
        case openBrace
        case closeBrace
        case comma
        case `operator`(Matcher.Kind)
        case unquoted
        case quoted
    }

    /// A piece of the input: where it lies in bytes, and in columns, which count characters.
    struct Token {
        let kind: Kind
        let range: Range<Int>
        let columns: Range<Int>
    }

    let input: [UInt8]
    private var offset = 0
    /// The column of `offset`.
    private(set) var column = 0
    private var start = 0
    private var startColumn = 0

    init(_ input: [UInt8]) { self.input = input }

    func text(_ token: Token) -> String { String(decoding: self.input[token.range], as: UTF8.self) }

    /// The next token, which stays the next one.
    func peek() throws(MatcherError) -> Token {
        var copy = self
        return try copy.next()
    }

    mutating func next() throws(MatcherError) -> Token {
        while let (scalar, width) = self.current, let scalar, scalar.properties.isWhitespace { self.advance(width) }
        self.start = self.offset
        self.startColumn = self.column
        guard let (scalar, width) = self.current else { return self.token(.end) }
        switch scalar {
        case "{": return self.sign(.openBrace)
        case "}": return self.sign(.closeBrace)
        case ",": return self.sign(.comma)
        case "=", "!": return try self.operator()
        case "\"": return try self.quoted()
        case let scalar? where !Matcher.isReserved(scalar): return try self.unquoted()
        default:
            self.advance(width)
            throw self.error("\(self.consumed): invalid input")
        }
    }

    private var current: (scalar: Unicode.Scalar?, width: Int)? {
        self.offset < self.input.count ? UTF8Scanner.scalar(in: self.input, at: self.offset) : nil
    }

    private mutating func advance(_ width: Int) {
        self.offset += width
        self.column += 1
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard self.offset < self.input.count, self.input[self.offset] == byte else { return false }
        self.advance(1)
        return true
    }

    private var consumed: String { String(decoding: self.input[self.start..<self.offset], as: UTF8.self) }

    private func token(_ kind: Kind) -> Token {
        Token(kind: kind, range: self.start..<self.offset, columns: self.startColumn..<self.column)
    }

    private mutating func sign(_ kind: Kind) -> Token {
        self.advance(1)
        return self.token(kind)
    }

    private func error(_ text: String) -> MatcherError {
        .invalidSyntax("\(self.startColumn):\(self.column): \(text)")
    }

    private mutating func `operator`() throws(MatcherError) -> Token {
        if self.accept(UInt8(ascii: "!")) {
            if self.accept(UInt8(ascii: "=")) { return self.token(.operator(.notEqual)) }
            if self.accept(UInt8(ascii: "~")) { return self.token(.operator(.notRegex)) }
            let found = self.offset < self.input.count ? "\(self.consumed):" : "unexpected end of input,"
            throw self.error("\(found) expected one of '=~'")
        }
        self.advance(1)
        return self.token(.operator(self.accept(UInt8(ascii: "~")) ? .regex : .equal))
    }

    private mutating func quoted() throws(MatcherError) -> Token {
        self.advance(1)
        var isEscaped = false
        while let (scalar, width) = self.current {
            self.advance(width)
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                return self.token(.quoted)
            }
        }
        throw self.error("\(self.consumed): missing end \"")
    }

    private mutating func unquoted() throws(MatcherError) -> Token {
        while let (scalar, width) = self.current {
            guard let scalar else {
                self.advance(width)
                throw self.error("\(self.consumed): invalid input")
            }
            if Matcher.isReserved(scalar) { break }
            self.advance(width)
        }
        return self.token(.unquoted)
    }
}
