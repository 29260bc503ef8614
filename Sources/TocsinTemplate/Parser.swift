/// Turns a source into its definitions: the text itself, under the source's name, and each `define` and `block` in it.
struct Parser {
    private var lexer: Lexer
    private let source: SourceText
    private let name: String
    let functions: FunctionTable
    /// Tokens that were read and given back, the next one last.
    private var pending: [Token] = []
    private var token: Token
    private var definitions: [String: Definition] = [:]

    // What belongs to the definition under way.
    var variables = ["$"]
    var calls: [TemplateCall] = []
    private var rangeDepth = 0
    private var nesting = 0

    init(source: String, name: String, functions: FunctionTable) {
        let bytes = Array(source.utf8)
        self.lexer = Lexer(bytes, functions: functions)
        self.source = SourceText(name: name, bytes: bytes)
        self.name = name
        self.functions = functions
        self.token = Token(kind: .text, position: 0, text: "")
    }

    mutating func parse() throws(TemplateError) -> [String: Definition] {
        var nodes: [Node] = []
        while !self.peek().is(.endOfInput) {
            if self.peek().is(.leftDelimiter) {
                let delimiter = self.next()
                if self.nextNonSpace().isKeyword(.define) {
                    try self.parseDefinition()
                    continue
                }
                self.giveBack(self.token)
                self.giveBack(delimiter)
            }
            switch try self.textOrAction() {
            case .node(let node): nodes.append(node)
            case .end: throw self.error("unexpected {{end}}")
            case .otherwise: throw self.error("unexpected {{else}}")
            }
        }
        try self.add(Definition(name: self.name, nodes: nodes, calls: self.calls, source: self.source))
        return self.definitions
    }

    private mutating func parseDefinition() throws(TemplateError) {
        let name = try self.templateName(context: "define clause")
        try self.expect(.rightDelimiter, context: "define clause")
        try self.parseBody(of: name, context: "define clause")
    }

    /// A definition has its own variables and is not in the loop around it.
    private mutating func parseBody(of name: String, context: String) throws(TemplateError) {
        let outer = (self.variables, self.calls, self.rangeDepth)
        // Also when it throws: the blocks around it still have their variables to forget.
        defer { (self.variables, self.calls, self.rangeDepth) = outer }
        (self.variables, self.calls, self.rangeDepth) = (["$"], [], 0)
        let (nodes, end) = try self.list()
        guard case .end = end else { throw self.error("unexpected {{else}} in \(context)") }
        try self.add(Definition(name: name, nodes: nodes, calls: self.calls, source: self.source))
    }

    private mutating func add(_ definition: Definition) throws(TemplateError) {
        if let earlier = self.definitions[definition.name], !earlier.isEmpty {
            if definition.isEmpty { return }
            throw self.error("template: multiple definition of template \(quoted(definition.name))")
        }
        self.definitions[definition.name] = definition
    }

    // MARK: Nodes

    /// A node, or what ends a list of them.
    private enum Item {
        case node(Node)
        case end
        case otherwise
    }

    private mutating func textOrAction() throws(TemplateError) -> Item {
        let token = self.nextNonSpace()
        switch token.kind {
        case .text: return .node(.text(Node.Text(position: token.position, bytes: Array(token.text.utf8))))
        case .leftDelimiter: return try self.action()
        default: throw self.unexpected(token, "input")
        }
    }

    /// Nodes up to the `end` or `else` that closes them.
    private mutating func list() throws(TemplateError) -> ([Node], Item) {
        try self.enter()
        defer { self.leave() }
        var nodes: [Node] = []
        while !self.peekNonSpace().is(.endOfInput) {
            let item = try self.textOrAction()
            guard case .node(let node) = item else { return (nodes, item) }
            nodes.append(node)
        }
        throw self.error("unexpected EOF")
    }

    private mutating func action() throws(TemplateError) -> Item {
        let token = self.nextNonSpace()
        guard case .keyword(let keyword) = token.kind else {
            self.giveBack(token)
            return .node(.action(try self.pipeline("command", until: .rightDelimiter)))
        }
        switch keyword {
        case .block: return .node(try self.block())
        case .break: return .node(.leave(try self.leaving(.break)))
        case .continue: return .node(.leave(try self.leaving(.continue)))
        case .else: return try self.otherwise()
        case .end:
            try self.expect(.rightDelimiter, context: "end")
            return .end
        case .if: return .node(.branch(try self.branch(.if)))
        case .with: return .node(.branch(try self.branch(.with)))
        case .range: return .node(.range(try self.range()))
        case .template: return .node(try self.call())
        case .define:
            self.giveBack(token)
            return .node(.action(try self.pipeline("command", until: .rightDelimiter)))
        }
    }

    /// Leaves the `if` or `with` of an `else if` to be read by who wants it.
    private mutating func otherwise() throws(TemplateError) -> Item {
        let next = self.peekNonSpace()
        if !next.isKeyword(.if), !next.isKeyword(.with) { try self.expect(.rightDelimiter, context: "else") }
        return .otherwise
    }

    private mutating func branch(_ kind: Node.Branch.Kind) throws(TemplateError) -> Node.Branch {
        // A condition's variables are seen in all later arms: they end with the whole.
        let outer = self.variables.count
        defer { self.forget(downTo: outer) }
        let keyword: Token.Keyword = kind == .if ? .if : .with
        var arms: [(condition: Pipeline, body: [Node])] = []
        while true {
            let condition = try self.pipeline(kind.rawValue, until: .rightDelimiter)
            let (body, end) = try self.list()
            arms.append((condition, body))
            guard case .otherwise = end else { return Node.Branch(kind: kind, arms: arms, otherwise: []) }
            if self.peek().isKeyword(keyword) {
                _ = self.next()
                continue
            }
            return Node.Branch(kind: kind, arms: arms, otherwise: try self.lastArm())
        }
    }

    private mutating func lastArm() throws(TemplateError) -> [Node] {
        let (nodes, end) = try self.list()
        guard case .end = end else { throw self.error("expected end; found {{else}}") }
        return nodes
    }

    private mutating func range() throws(TemplateError) -> Node.Range {
        let outer = self.variables.count
        defer { self.forget(downTo: outer) }
        let pipeline = try self.pipeline("range", until: .rightDelimiter)
        self.rangeDepth += 1
        let (body, end) = try self.list()
        self.rangeDepth -= 1
        var otherwise: [Node] = []
        if case .otherwise = end { otherwise = try self.lastArm() }
        return Node.Range(pipeline: pipeline, body: body, otherwise: otherwise)
    }

    private mutating func leaving(_ leave: Node.Leave) throws(TemplateError) -> Node.Leave {
        let keyword = leave == .break ? "{{break}}" : "{{continue}}"
        let token = self.nextNonSpace()
        guard token.is(.rightDelimiter) else { throw self.unexpected(token, keyword) }
        guard self.rangeDepth > 0 else { throw self.error("\(keyword) outside {{range}}") }
        return leave
    }

    private mutating func call() throws(TemplateError) -> Node {
        let token = self.nextNonSpace()
        let name = try self.templateName(token, context: "template clause")
        var argument: Pipeline?
        if !self.nextNonSpace().is(.rightDelimiter) {
            self.giveBack(self.token)
            argument = try self.pipeline("template clause", until: .rightDelimiter)
        }
        return self.call(name, at: token, argument)
    }

    private mutating func block() throws(TemplateError) -> Node {
        let token = self.nextNonSpace()
        let name = try self.templateName(token, context: "block clause")
        let argument = try self.pipeline("block clause", until: .rightDelimiter)
        try self.parseBody(of: name, context: "block clause")
        return self.call(name, at: token, argument)
    }

    private mutating func call(_ name: String, at token: Token, _ argument: Pipeline?) -> Node {
        let place = self.source.place(of: token.position)
        self.calls.append(TemplateCall(name: name, source: self.name, line: place.line, column: place.column))
        return .call(Node.Call(position: token.position, name: name, argument: argument))
    }

    private mutating func templateName(context: String) throws(TemplateError) -> String {
        try self.templateName(self.nextNonSpace(), context: context)
    }

    private func templateName(_ token: Token, context: String) throws(TemplateError) -> String {
        guard token.is(.string) || token.is(.rawString) else { throw self.unexpected(token, context) }
        guard let name = unquoted(token.text) else { throw self.error("invalid syntax") }
        return name
    }
}

// MARK: - Tokens

extension Parser {
    mutating func next() -> Token {
        self.token = self.pending.popLast() ?? self.lexer.next()
        return self.token
    }

    mutating func nextNonSpace() -> Token {
        while true {
            let token = self.next()
            if !token.is(.space) { return token }
        }
    }

    mutating func peek() -> Token {
        let token = self.next()
        self.giveBack(token)
        return token
    }

    mutating func peekNonSpace() -> Token {
        let token = self.nextNonSpace()
        self.giveBack(token)
        return token
    }

    mutating func giveBack(_ token: Token) { self.pending.append(token) }

    mutating func expect(_ kind: Token.Kind, context: String) throws(TemplateError) {
        let token = self.nextNonSpace()
        guard token.is(kind) else { throw self.unexpected(token, context) }
    }

    mutating func forget(downTo count: Int) { self.variables.removeLast(self.variables.count - count) }

    // MARK: Limits

    /// The parser, the evaluator and the destruction of the tree are recursive.
    mutating func enter() throws(TemplateError) {
        guard self.nesting < Limits.nesting else { throw self.error("nested more than \(Limits.nesting) deep") }
        self.nesting += 1
    }

    mutating func leave() { self.nesting -= 1 }

    // MARK: Errors

    func unexpected(_ token: Token, _ context: String) -> TemplateError {
        if token.is(.error) { return self.error(token.text) }
        return self.error("unexpected \(token) in \(context)")
    }

    /// At the token that was read last.
    func error(_ message: String) -> TemplateError {
        let place = self.source.place(of: self.token.position)
        return TemplateError(
            message,
            template: self.name,
            line: place.line,
            column: place.column,
            stage: .parsing
        )
    }
}
