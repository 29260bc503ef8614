/// The templates that others can call with `{{ template "name" }}`, and the functions all of them may use.
///
/// A value: a copy can be extended without the original noticing.
public struct TemplateSet: Sendable {
    private var functions: FunctionTable
    private var definitions: [String: Definition] = [:]

    public init(functions: FunctionTable = .builtins) {
        self.functions = functions
    }

    /// Puts a function in the place of one of the same name, for templates that are compiled already too: a function
    /// that says what holds for one execution, such as the time.
    public mutating func replace(_ function: TemplateFunction) { self.functions.add(function) }

    /// Parses a file: its text becomes the template `name`, its `define`s and `block`s templates of their own.
    ///
    /// A later definition replaces an earlier one of the same name, but one of white space and comments only does not
    /// replace another. The set stays as it was if this throws.
    public mutating func add(_ source: String, name: String) throws(TemplateError) {
        let parsed = try self.parse(source, name: name)
        // Each name comes once, so the order does not matter.
        for (name, definition) in parsed {
            if definition.isEmpty, self.definitions[name] != nil { continue }
            self.definitions[name] = definition
        }
    }

    /// Parses a setting's value. Its own `define`s go before the set's when it is rendered, for the set's templates
    /// too.
    public func compile(_ source: String, name: String = "") throws(TemplateError) -> Template {
        Template(name: name, definitions: try self.parse(source, name: name))
    }

    /// Executes a template that this set compiled, or a copy of it that has been extended since.
    public func render(
        _ template: Template,
        data: Value,
        as mode: TemplateMode = .text,
        limits: Limits = .default
    ) throws(TemplateError) -> String {
        var evaluator = try Evaluator(set: self, template: template, mode: mode, limits: limits)
        return try evaluator.run(data: data)
    }

    /// Finds out without data whether the template can be rendered as HTML: whether each place in it means one thing.
    public func checkHTML(_ template: Template, limits: Limits = .default) throws(TemplateError) {
        guard let definition = template.definitions[template.name] else { return }
        _ = try HTMLPlan(definition, of: template, in: self, limits: limits)
    }

    /// The names of all definitions, sorted.
    public var names: [String] { self.definitions.keys.sorted(by: bytesPrecede) }

    public func defines(_ name: String) -> Bool { self.definitions[name] != nil }

    /// The calls in the set's own templates of templates that it does not define; each fails if it is ever reached.
    public var unresolvedCalls: [TemplateCall] {
        self.names.flatMap { self.unresolvedCalls(of: self.definitions[$0], own: [:]) }
    }

    /// The calls in `template`, and in its own `define`s, of templates that neither it nor the set defines.
    public func unresolvedCalls(in template: Template) -> [TemplateCall] {
        template.definitions.keys.sorted(by: bytesPrecede)
            .flatMap { self.unresolvedCalls(of: template.definitions[$0], own: template.definitions) }
    }

    private func unresolvedCalls(of definition: Definition?, own: [String: Definition]) -> [TemplateCall] {
        guard let definition else { return [] }
        return definition.calls.filter { own[$0.name] == nil && self.definitions[$0.name] == nil }
    }

    private func parse(_ source: String, name: String) throws(TemplateError) -> [String: Definition] {
        var parser = Parser(source: source, name: name, functions: self.functions)
        return try parser.parse()
    }

    /// What a call means in a template: its own definitions go first, but an empty one does not hide the set's.
    func definition(_ name: String, for template: Template) -> Definition? {
        let own = template.definitions[name]
        if let own, !own.isEmpty { return own }
        return self.definitions[name] ?? own
    }

    func function(_ name: String) -> TemplateFunction? { self.functions[name] }
}

/// What a template's output is.
public enum TemplateMode: Sendable {
    /// Go's `text/template`: values are written as they are.
    case text
    /// Go's `html/template`: each value is escaped for the place in the HTML where it stands.
    case html
}

/// A parsed setting's value, ready to be rendered any number of times.
public struct Template: Sendable {
    public let name: String
    /// Its text under ``name``, and its own defines.
    let definitions: [String: Definition]

    /// The names it defines itself, sorted, its own among them.
    public var names: [String] { self.definitions.keys.sorted(by: bytesPrecede) }

    /// True if its text is white space and comments only.
    public var isEmpty: Bool { self.definitions[self.name]?.isEmpty ?? true }
}

/// A `{{ template "name" }}` in a source.
public struct TemplateCall: Hashable, Sendable {
    /// The template that is called.
    public let name: String
    /// The name under which the source with the call was parsed.
    public let source: String
    /// From 1.
    public let line: Int
    /// The number of bytes before the call in its line.
    public let column: Int

    public init(name: String, source: String, line: Int, column: Int) {
        self.name = name
        self.source = source
        self.line = line
        self.column = column
    }
}
