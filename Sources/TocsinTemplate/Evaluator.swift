/// Executes one template once: walks its tree, writes its text and what its actions come to.
///
/// Text and values go through different doors, ``write(text:)`` and ``write(value:)``, so that an escaping mode can
/// tell what the author wrote from what the data said.
struct Evaluator {
    private let set: TemplateSet
    private let template: Template
    let limits: Limits
    /// In HTML mode, what is executed.
    private let plan: HTMLPlan?
    private var printer: Printer
    /// The definition that is executed now.
    private var definition: Definition?
    private var variables: [(name: String, value: Value)] = []
    /// The part of the definition that errors point at. Go moves it as it evaluates, and so does this.
    var spot = Spot.nothing
    private var depth = 0
    private var steps = 0

    enum Spot {
        case nothing
        case pipeline(Pipeline)
        case command(Command)
        case operand(Operand)
        case call(Node.Call)
    }

    /// Whether a loop goes on.
    private enum Flow { case on, `break`, `continue` }

    init(set: TemplateSet, template: Template, mode: TemplateMode, limits: Limits) throws(TemplateError) {
        self.set = set
        self.template = template
        self.limits = limits
        if mode == .html, let definition = template.definitions[template.name] {
            self.plan = try HTMLPlan(definition, of: template, in: set, limits: limits)
        } else {
            self.plan = nil
        }
        self.printer = Printer(limit: limits.size)
    }

    mutating func run(data: Value) throws(TemplateError) -> String {
        let first = self.plan?.definitions.first ?? self.template.definitions[self.template.name]
        guard let definition = first else { return "" }
        try self.execute(definition, dot: data)
        return self.printer.buffer.text
    }

    // MARK: Output

    mutating func write(text: [UInt8]) throws(TemplateError) {
        self.printer.buffer.append(text)
        try self.checkOutput()
    }

    @inline(never)
    private mutating func write(value: Value) throws(TemplateError) {
        try self.refuseFunction(value)
        self.printer.printAction(value)
        try self.checkOutput()
    }

    func refuseFunction(_ value: Value) throws(TemplateError) {
        if case .function = value {
            throw self.error("can't print \(self.describe(value)) of type \(value.typeName)")
        }
    }

    private func checkOutput() throws(TemplateError) {
        if self.printer.buffer.isFull { throw self.error("output exceeds \(self.limits.size) bytes") }
    }

    // MARK: Nodes

    @inline(never)
    private mutating func execute(_ definition: Definition, dot: Value) throws(TemplateError) {
        let outer = (self.definition, self.variables, self.spot)
        // Also when it throws: the blocks around the call still have their variables to forget.
        defer { (self.definition, self.variables, self.spot) = outer }
        self.definition = definition
        self.variables = [("$", dot)]
        self.spot = .nothing
        _ = try self.walk(definition.nodes, dot: dot)
    }

    private mutating func walk(_ nodes: [Node], dot: Value) throws(TemplateError) -> Flow {
        try self.enter()
        defer { self.depth -= 1 }
        for node in nodes {
            try self.spend(1)
            switch node {
            case .text(let text): try self.write(text: text.bytes)
            case .action(let pipeline):
                let value = try self.evaluate(pipeline, dot: dot)
                if pipeline.declarations.isEmpty { try self.write(value: value) }
            case .branch(let branch):
                let flow = try self.walk(branch, dot: dot)
                if flow != .on { return flow }
            case .range(let range):
                let flow = try self.walk(range, dot: dot)
                if flow != .on { return flow }
            case .call(let call): try self.walk(call, self.set.definition(call.name, for: self.template), dot: dot)
            case .escaped(let action):
                try self.write(value: try self.evaluate(action.pipeline, dot: dot), action.escapers)
            case .variant(let variant):
                try self.walk(variant.call, self.plan?.definitions[variant.index], dot: dot)
            case .leave(.break): return .break
            case .leave(.continue): return .continue
            }
        }
        return .on
    }

    private mutating func walk(_ branch: Node.Branch, dot: Value) throws(TemplateError) -> Flow {
        let outer = self.variables.count
        defer { self.forget(downTo: outer) }
        for arm in branch.arms {
            let value = try self.evaluate(arm.condition, dot: dot)
            if value.isTrue { return try self.walk(arm.body, dot: branch.kind == .with ? value : dot) }
        }
        return try self.walk(branch.otherwise, dot: dot)
    }

    private mutating func walk(
        _ call: Node.Call,
        _ definition: Definition?,
        dot: Value
    ) throws(TemplateError) {
        self.spot = .call(call)
        guard let definition else {
            throw self.error("template \(quoted(call.name)) not defined")
        }
        try self.enter()
        defer { self.depth -= 1 }
        var argument = Value.null
        if let pipeline = call.argument { argument = try self.evaluate(pipeline, dot: dot) }
        try self.execute(definition, dot: argument)
    }

    // MARK: Loops

    private mutating func walk(_ range: Node.Range, dot: Value) throws(TemplateError) -> Flow {
        let outer = self.variables.count
        defer { self.forget(downTo: outer) }
        let value = try self.evaluate(range.pipeline, dot: dot)
        switch value.plain {
        case .list(let list) where !list.elements.isEmpty:
            for (index, element) in list.elements.enumerated() {
                if try self.iterate(range, key: .int(index), element: element) == .break { break }
            }
            return .on
        case .map(let map) where !map.keys.isEmpty:
            for (key, element) in zip(map.keys, map.values) {
                if try self.iterate(range, key: .string(key), element: element) == .break { break }
            }
            return .on
        case .int(let count):
            if range.pipeline.declarations.count > 1 {
                throw self.error("can't use \(count) to iterate over more than one variable")
            }
            guard count > 0 else { break }
            for number in 0..<count {
                if try self.iterate(range, key: .null, element: .int(number)) == .break { break }
            }
            return .on
        case .list, .map, .null: break
        default: throw self.error("range can't iterate over \(self.describe(value))")
        }
        return try self.walk(range.otherwise, dot: dot)
    }

    private mutating func iterate(_ range: Node.Range, key: Value, element: Value) throws(TemplateError) -> Flow {
        try self.spend(1)
        let pipeline = range.pipeline
        // The pipeline's evaluation has pushed the variables.
        let mark = self.variables.count
        defer { self.forget(downTo: mark) }
        let names = pipeline.declarations
        let values = names.count > 1 ? [key, element] : [element]
        for (index, name) in names.enumerated() {
            if pipeline.assigns {
                try self.assign(name, values[index])
            } else {
                self.variables[mark - names.count + index].value = values[index]
            }
        }
        return try self.walk(range.body, dot: element)
    }

    // MARK: Variables

    @inline(never)
    func variable(_ name: String) throws(TemplateError) -> Value {
        for variable in self.variables.reversed() where variable.name == name { return variable.value }
        throw self.error("undefined variable: \(name)")
    }

    mutating func declare(_ name: String, _ value: Value) {
        self.variables.append((name, value))
    }

    @inline(never)
    mutating func assign(_ name: String, _ value: Value) throws(TemplateError) {
        guard let index = self.variables.lastIndex(where: { $0.name == name }) else {
            throw self.error("undefined variable: \(name)")
        }
        self.variables[index].value = value
    }

    private mutating func forget(downTo count: Int) {
        self.variables.removeLast(self.variables.count - count)
    }

    func function(_ name: String) -> TemplateFunction? { self.set.function(name) }

    // MARK: Limits

    mutating func enter() throws(TemplateError) {
        guard self.depth < self.limits.depth else {
            throw self.error("exceeded maximum template depth (\(self.limits.depth))")
        }
        self.depth += 1
    }

    mutating func leave() { self.depth -= 1 }

    @inline(never)
    mutating func spend(_ cost: Int) throws(TemplateError) {
        self.steps += cost
        if self.steps > self.limits.steps { throw self.error("exceeded \(self.limits.steps) steps of execution") }
    }

    /// Refuses a function's result that is too big or too deep, and charges for its size.
    @inline(never)
    mutating func admit(_ value: Value) throws(TemplateError) {
        let measure = value.measure
        if measure.size > self.limits.size { throw self.error("a value exceeds \(self.limits.size) bytes") }
        if measure.depth > Limits.valueDepth { throw self.error("a value is nested too deeply") }
        try self.spend(measure.size / 16)
    }

    // MARK: Errors

    /// At the spot the evaluation has come to.
    @inline(never)
    func error(_ message: String) -> TemplateError {
        let position: Int
        let expression: String
        switch self.spot {
        case .nothing: (position, expression) = (0, "")
        case .pipeline(let pipeline): (position, expression) = (pipeline.position, pipeline.description)
        case .command(let command): (position, expression) = (command.position, command.description)
        case .operand(let operand): (position, expression) = (operand.position, operand.description)
        case .call(let call): (position, expression) = (call.position, call.description)
        }
        let place = self.definition?.source.place(of: position) ?? (line: 0, column: 0)
        return TemplateError(
            message,
            template: self.definition?.source.name ?? "",
            line: place.line,
            column: place.column,
            stage: .executing(definition: self.definition?.name ?? "", expression: Self.shortened(expression))
        )
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count > 1000 ? String(text.unicodeScalars.prefix(500)) + "…" : text
    }

    /// A value in an error text, which must not become a page.
    @inline(never)
    func describe(_ value: Value) -> String {
        var printer = Printer(limit: 1000)
        printer.printAction(value)
        return printer.buffer.text + (printer.buffer.isFull ? "…" : "")
    }
}
