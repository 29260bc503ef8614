/// A template as HTML mode executes it: each text without comments, each action with the escapers for its place, and
/// each template that is called once for every kind of place from which it is called.
///
/// Made before the first byte is written, so that a template which could be read in two ways writes nothing.
struct HTMLPlan: Sendable {
    /// What is executed, the template itself first.
    let definitions: [Definition]

    init(_ definition: Definition, of template: Template, in set: TemplateSet, limits: Limits) throws(TemplateError) {
        var planning = HTMLPlanning(set: set, template: template, limits: limits, definition: definition)
        let end = try planning.plan(definition, from: HTMLContext()).end
        guard end.state == .text || end.state == .unreachable else {
            throw planning.error("ends in a non-text context: \(end)", at: planning.lastTag)
        }
        self.definitions = planning.definitions
    }
}

/// Walks a template as the evaluator would, but through all its branches, and finds the context of each node.
struct HTMLPlanning {
    private let set: TemplateSet
    private let template: Template
    private let limits: Limits

    private(set) var definitions: [Definition] = []
    private var plans: [PlanKey: DefinitionPlan] = [:]
    /// The definition that is walked now.
    private var definition: Definition
    /// Where the last tag begins in it.
    private(set) var lastTag = 0
    /// The contexts at the `break`s and `continue`s of the loop around the place.
    private var leaving: [(Node.Leave, HTMLContext)] = []
    private var depth = 0
    private var steps = 0

    private struct PlanKey: Hashable {
        let name: String
        let start: HTMLContext
    }

    private struct DefinitionPlan {
        let index: Int
        /// As long as the definition is walked: the context in which it started, where it must end if it calls itself.
        var end: HTMLContext
        var isKnown = false
        var isAssumed = false
    }

    /// Definitions in different contexts. Templates that call one another can make ever new contexts.
    private static let maximumCount = 2000

    init(set: TemplateSet, template: Template, limits: Limits, definition: Definition) {
        self.set = set
        self.template = template
        self.limits = limits
        self.definition = definition
    }

    // MARK: Definitions

    mutating func plan(
        _ definition: Definition,
        from start: HTMLContext
    ) throws(TemplateError) -> (index: Int, end: HTMLContext) {
        let key = PlanKey(name: definition.name, start: start)
        if let plan = self.plans[key] {
            if !plan.isKnown { self.plans[key]?.isAssumed = true }
            return (plan.index, plan.end)
        }
        let index = self.definitions.count
        guard index < Self.maximumCount else { throw self.error("called in too many contexts", at: 0) }
        self.plans[key] = DefinitionPlan(index: index, end: start)
        self.definitions.append(definition)
        try self.enter()
        defer { self.depth -= 1 }

        let outer = (self.definition, self.lastTag, self.leaving)
        (self.definition, self.lastTag, self.leaving) = (definition, 0, [])
        let (nodes, end) = try self.walk(definition.nodes, from: start)
        if self.plans[key]?.isAssumed ?? false, end != start {
            throw self.error("cannot compute output context for template \(quoted(definition.name))", at: 0)
        }
        // The error of a template that ends in a tag is its own, so it keeps what it knows about the place.
        if index > 0 { (self.definition, self.lastTag, self.leaving) = outer }

        self.plans[key] = DefinitionPlan(index: index, end: end, isKnown: true)
        self.definitions[index] = Definition(
            name: definition.name, nodes: nodes, calls: definition.calls, source: definition.source)
        return (index, end)
    }

    // MARK: Nodes

    private mutating func walk(
        _ nodes: [Node],
        from start: HTMLContext
    ) throws(TemplateError) -> (nodes: [Node], end: HTMLContext) {
        try self.enter()
        defer { self.depth -= 1 }
        var context = start
        var planned: [Node] = []
        planned.reserveCapacity(nodes.count)
        var index = 0
        while index < nodes.count, context.state != .unreachable {
            // What comments of the template divide is one text to its readers.
            let texts = nodes[index...].prefix(while: \.isText)
            if !texts.isEmpty {
                planned.append(try self.rewrite(texts, &context))
                index += texts.count
            } else {
                try self.spend(1, at: 0)
                planned.append(try self.plan(nodes[index], &context))
                index += 1
            }
        }
        return (planned, context)
    }

    private mutating func rewrite(_ nodes: ArraySlice<Node>, _ context: inout HTMLContext) throws(TemplateError) -> Node
    {
        var bytes: [UInt8] = []
        var pieces: [(start: Int, position: Int)] = []
        for case .text(let text) in nodes {
            pieces.append((bytes.count, text.position))
            bytes += text.bytes
        }
        func position(of index: Int) -> Int {
            let piece = pieces.last { $0.start <= index } ?? (0, 0)
            return piece.position + index - piece.start
        }
        try self.spend(1 + bytes.count / 64, at: position(of: 0))
        var rewriting = MarkupRewriting(bytes, from: context)
        do throws(MarkupError) {
            try rewriting.run()
        } catch {
            throw self.error(error.message, at: position(of: rewriting.reader.index))
        }
        if let tag = rewriting.lastTag { self.lastTag = position(of: tag) }
        context = rewriting.reader.context
        return .text(Node.Text(position: position(of: 0), bytes: rewriting.output))
    }

    private mutating func plan(_ node: Node, _ context: inout HTMLContext) throws(TemplateError) -> Node {
        switch node {
        case .text, .escaped, .variant: return node
        case .action(let pipeline):
            // A declaration writes nothing.
            guard pipeline.declarations.isEmpty else { return node }
            context = context.withOutputBegun
            let escapers = try self.escapers(for: pipeline, in: context)
            context = context.afterOutput
            return .escaped(Node.Escaped(pipeline: pipeline, escapers: escapers))
        case .branch(let branch): return .branch(try self.plan(branch, &context))
        case .range(let range): return .range(try self.plan(range, &context))
        case .call(let call):
            // One that is not defined fails when it is called.
            guard let definition = self.set.definition(call.name, for: self.template) else { return node }
            let (index, end) = try self.plan(definition, from: context)
            context = end
            return .variant(Node.Variant(call: call, index: index))
        case .leave(let leave):
            self.leaving.append((leave, context))
            context = HTMLContext(state: .unreachable)
            return node
        }
    }

    private mutating func plan(_ branch: Node.Branch, _ context: inout HTMLContext) throws(TemplateError) -> Node.Branch
    {
        let start = context
        var arms: [(condition: Pipeline, body: [Node])] = []
        var (otherwise, end) = try self.walk(branch.otherwise, from: start)
        for arm in branch.arms.reversed() {
            let (body, bodyEnd) = try self.walk(arm.body, from: start)
            end = try self.join(bodyEnd, end, branch.kind.rawValue, at: arm.condition.position)
            arms.append((arm.condition, body))
        }
        context = end
        return Node.Branch(kind: branch.kind, arms: arms.reversed(), otherwise: otherwise)
    }

    private mutating func plan(_ range: Node.Range, _ context: inout HTMLContext) throws(TemplateError) -> Node.Range {
        let start = context
        let position = range.pipeline.position
        let (body, end, broken) = try self.walkBody(range, from: start)
        var (after, breaks) = (end, broken)
        // The second round begins where the first one ended.
        if end != start, end.state != .unreachable {
            let (_, secondEnd, secondBroken) = try self.walkBody(range, from: end)
            after = try self.join(end, secondEnd, "range", "on range loop re-entry: ", at: position)
            breaks = try self.join(broken, secondBroken, "range", at: position)
        }
        let (otherwise, otherwiseEnd) = try self.walk(range.otherwise, from: start)
        after = try self.join(after, otherwiseEnd, "range", at: position)
        context = try self.join(after, breaks, "range", at: position)
        return Node.Range(pipeline: range.pipeline, body: body, otherwise: otherwise)
    }

    /// One round of a loop: where it ends for the next one to begin, and where its `break`s leave it.
    private mutating func walkBody(
        _ range: Node.Range,
        from start: HTMLContext
    ) throws(TemplateError) -> (nodes: [Node], end: HTMLContext, broken: HTMLContext) {
        let outer = self.leaving
        self.leaving = []
        var (body, end) = try self.walk(range.body, from: start)
        var broken = HTMLContext(state: .unreachable)
        for (leave, context) in self.leaving {
            switch leave {
            case .break: broken = try self.join(broken, context, "range", at: range.pipeline.position)
            case .continue: end = try self.join(end, context, "range", at: range.pipeline.position)
            }
        }
        self.leaving = outer
        return (body, end, broken)
    }

    // MARK: Escapers

    private func escapers(for pipeline: Pipeline, in context: HTMLContext) throws(TemplateError) -> [Escaper] {
        var escapers: [Escaper]
        do throws(MarkupError) {
            escapers = try context.escapers
        } catch {
            throw self.error("{{\(pipeline)}} \(error.message)", at: pipeline.position)
        }
        for (index, command) in pipeline.commands.enumerated() {
            guard case .function(_, let name) = command.operands[0], name == "html" || name == "urlquery" else {
                continue
            }
            let isLast = index == pipeline.commands.count - 1
            if !isLast || name == "html" && context.state == .value && context.delimiter == .spaceOrTagEnd {
                throw self.error(
                    "predefined escaper \(quoted(name)) disallowed in template", at: command.position)
            }
            // What the author has escaped is not escaped again.
            escapers.removeAll { escaper in
                switch escaper {
                case .text, .textOnly, .attribute: name == "html"
                case .url, .urlPart: name == "urlquery"
                default: false
                }
            }
        }
        return escapers
    }

    // MARK: Limits

    /// Blocks and calls count as they do for the evaluator.
    private mutating func enter() throws(TemplateError) {
        guard self.depth < self.limits.depth else {
            throw self.error("exceeded maximum template depth (\(self.limits.depth))", at: 0)
        }
        self.depth += 1
    }

    private mutating func spend(_ cost: Int, at position: Int) throws(TemplateError) {
        self.steps += cost
        if self.steps > self.limits.steps {
            throw self.error("exceeded \(self.limits.steps) steps of escaping", at: position)
        }
    }

    // MARK: Errors

    private func join(
        _ left: HTMLContext,
        _ right: HTMLContext,
        _ keyword: String,
        _ prefix: String = "",
        at position: Int
    ) throws(TemplateError) -> HTMLContext {
        if let context = HTMLContext.joined(left, right) { return context }
        throw self.error("\(prefix){{\(keyword)}} branches end in different contexts: \(left), \(right)", at: position)
    }

    func error(_ message: String, at position: Int) -> TemplateError {
        let place = self.definition.source.place(of: position)
        return TemplateError(
            message,
            template: self.definition.source.name,
            line: place.line,
            column: place.column,
            stage: .escaping
        )
    }
}

extension Node {
    fileprivate var isText: Bool {
        if case .text = self { return true }
        return false
    }
}
