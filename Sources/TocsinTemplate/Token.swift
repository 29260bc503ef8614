/// A piece of a template's source as the parser sees it.
struct Token: Sendable {
    enum Kind: Sendable {
        /// What the lexer could not read; the text is the message.
        case error
        case endOfInput
        case text
        case leftDelimiter, rightDelimiter
        case space
        case leftParenthesis, rightParenthesis
        case pipe, declare, assign
        case dot, field, variable, identifier
        case bool, null, number, complex, character, string, rawString
        /// A sign that stands for itself: a comma, or one that the parser will refuse.
        case sign
        case keyword(Keyword)
    }

    enum Keyword: String, Sendable {
        case block, `break`, `continue`, define, `else`, end, `if`, range, template, with
    }

    let kind: Kind
    let position: Int
    let text: String

    func isKeyword(_ keyword: Keyword) -> Bool {
        guard case .keyword(let mine) = self.kind else { return false }
        return mine == keyword
    }

    func `is`(_ kind: Kind) -> Bool {
        switch (self.kind, kind) {
        case (.error, .error), (.endOfInput, .endOfInput), (.text, .text), (.leftDelimiter, .leftDelimiter),
            (.rightDelimiter, .rightDelimiter), (.space, .space), (.leftParenthesis, .leftParenthesis),
            (.rightParenthesis, .rightParenthesis), (.pipe, .pipe), (.declare, .declare), (.assign, .assign),
            (.dot, .dot), (.field, .field), (.variable, .variable), (.identifier, .identifier), (.bool, .bool),
            (.null, .null), (.number, .number), (.complex, .complex), (.character, .character), (.string, .string),
            (.rawString, .rawString), (.sign, .sign):
            true
        case (.keyword(let mine), .keyword(let theirs)): mine == theirs
        default: false
        }
    }
}

extension Token: CustomStringConvertible {
    /// As Go shows it in error texts.
    var description: String {
        switch self.kind {
        case .endOfInput: "EOF"
        case .error: self.text
        case .dot, .null, .keyword: "<\(self.text)>"
        default:
            if self.text.utf8.count > 10 {
                quoted(String(String.UnicodeScalarView(self.text.unicodeScalars.prefix(10)))) + "..."
            } else {
                quoted(self.text)
            }
        }
    }
}
