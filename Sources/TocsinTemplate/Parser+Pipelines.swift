// What stands between the braces: pipelines of commands of operands.

extension Parser {
    mutating func pipeline(_ context: String, until end: Token.Kind) throws(TemplateError) -> Pipeline {
        try self.enter()
        defer { self.leave() }
        let position = self.peekNonSpace().position
        let (declarations, assigns) = try self.declarations(context)
        var commands: [Command] = []
        while true {
            let token = self.nextNonSpace()
            if token.is(end) {
                try self.check(commands, context)
                return Pipeline(position: position, assigns: assigns, declarations: declarations, commands: commands)
            }
            switch token.kind {
            case .bool, .character, .complex, .dot, .field, .identifier, .number, .null, .rawString, .string, .variable,
                .leftParenthesis:
                self.giveBack(token)
                commands.append(try self.command())
            default: throw self.unexpected(token, context)
            }
        }
    }

    private mutating func declarations(_ context: String) throws(TemplateError) -> (names: [String], assigns: Bool) {
        var names: [String] = []
        while true {
            let variable = self.peekNonSpace()
            guard variable.is(.variable) else { return (names, false) }
            _ = self.nextNonSpace()
            // The blank matters: it decides whether `$x` is an operand of its own.
            let after = self.peek()
            let next = self.peekNonSpace()
            if next.is(.assign) || next.is(.declare) {
                _ = self.nextNonSpace()
                names.append(variable.text)
                try self.declare(variable)
                return (names, next.is(.assign))
            }
            guard next.is(.sign), next.text == "," else {
                if after.is(.space) { self.giveBack(after) }
                self.giveBack(variable)
                return (names, false)
            }
            _ = self.nextNonSpace()
            names.append(variable.text)
            try self.declare(variable)
            guard context == "range", names.count < 2 else { throw self.error("too many declarations in \(context)") }
            let second = self.peekNonSpace()
            guard second.is(.variable) || second.is(.rightDelimiter) || second.is(.rightParenthesis) else {
                throw self.error("range can only initialize variables")
            }
        }
    }

    private mutating func declare(_ variable: Token) throws(TemplateError) {
        guard self.variables.count < Limits.variables else {
            throw self.error("more than \(Limits.variables) variables in scope")
        }
        self.variables.append(variable.text)
    }

    private func check(_ commands: [Command], _ context: String) throws(TemplateError) {
        if commands.isEmpty { throw self.error("missing value for \(context)") }
        for (index, command) in commands.enumerated().dropFirst() {
            switch command.operands[0] {
            case .bool, .dot, .null, .number, .string:
                throw self.error("non executable command in pipeline stage \(index + 1)")
            default: continue
            }
        }
    }

    private mutating func command() throws(TemplateError) -> Command {
        let position = self.peekNonSpace().position
        var operands: [Operand] = []
        while true {
            _ = self.peekNonSpace()
            if let operand = try self.operand() { operands.append(operand) }
            let token = self.next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis: self.giveBack(token)
            case .pipe: break
            default: throw self.unexpected(token, "operand")
            }
            if operands.isEmpty { throw self.error("empty command") }
            return Command(position: position, operands: operands)
        }
    }

    /// A term with the fields that follow it without a blank.
    private mutating func operand() throws(TemplateError) -> Operand? {
        guard let term = try self.term() else { return nil }
        let first = self.peek()
        guard first.is(.field) else { return term }
        var names: [String] = []
        while self.peek().is(.field) { names.append(String(self.next().text.dropFirst())) }
        switch term {
        case .field(_, let earlier): return .field(first.position, earlier + names)
        case .variable(_, let earlier): return .variable(first.position, earlier + names)
        case .bool, .string, .number, .null, .dot:
            throw self.error("unexpected . after term \(quoted(term.description))")
        default: return .chain(first.position, of: term, names)
        }
    }

    private mutating func term() throws(TemplateError) -> Operand? {
        let token = self.nextNonSpace()
        let position = token.position
        switch token.kind {
        case .identifier:
            guard self.functions[token.text] != nil else {
                throw self.error("function \(quoted(token.text)) not defined")
            }
            return .function(position, token.text)
        case .dot: return .dot(position)
        case .null: return .null(position)
        case .bool: return .bool(position, token.text == "true")
        case .field: return .field(position, [String(token.text.dropFirst())])
        case .variable:
            guard self.variables.contains(token.text) else {
                throw self.error("undefined variable \(quoted(token.text))")
            }
            return .variable(position, [token.text])
        case .character, .complex, .number:
            do {
                return .number(position, try NumberLiteral(token))
            } catch {
                throw self.error(error.message)
            }
        case .string, .rawString:
            guard let value = unquoted(token.text) else { throw self.error("invalid syntax") }
            return .string(position, value: value, source: token.text)
        case .leftParenthesis:
            return .pipeline(try self.pipeline("parenthesized pipeline", until: .rightParenthesis))
        default:
            self.giveBack(token)
            return nil
        }
    }
}
