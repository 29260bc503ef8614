// Much here must not be inlined: the frames of what is recursive would grow from hundreds of bytes to thousands.

extension Evaluator {
    mutating func evaluate(_ pipeline: Pipeline, dot: Value) throws(TemplateError) -> Value {
        try self.enter()
        self.spot = .pipeline(pipeline)
        var value: Value?
        for command in pipeline.commands { value = try self.evaluate(command, dot: dot, final: value) }
        let result = value ?? .null
        for name in pipeline.declarations {
            if pipeline.assigns {
                try self.assign(name, result)
            } else {
                self.declare(name, result)
            }
        }
        self.leave()
        return result
    }

    /// `final` is what the command before it in the pipeline came to: its last argument.
    private mutating func evaluate(_ command: Command, dot: Value, final: Value?) throws(TemplateError) -> Value {
        try self.spend(1)
        let first = command.operands[0]
        let arguments = Arguments(operands: command.operands.dropFirst(), final: final)
        switch first {
        case .field(_, let names):
            self.spot = .operand(first)
            return try self.follow(names[...], from: dot, dot: dot, at: first, arguments)
        case .chain: return try self.evaluateChain(first, dot: dot, arguments)
        case .function(_, let name):
            return try self.evaluateFunction(name, at: first, calledAt: .command(command), dot: dot, arguments)
        case .pipeline(let pipeline):
            try self.refuse(arguments, for: first)
            return try self.evaluate(pipeline, dot: dot)
        case .variable: return try self.evaluateVariable(first, dot: dot, arguments)
        case .dot, .null, .bool, .string, .number:
            self.spot = .operand(first)
            try self.refuse(arguments, for: first)
            if case .null = first { throw self.error("nil is not a command") }
            return try self.constant(first) ?? dot
        }
    }

    /// What a command gives to what it calls.
    struct Arguments {
        let operands: ArraySlice<Operand>
        let final: Value?

        static let none = Arguments(operands: [], final: nil)

        var count: Int { self.operands.count + (self.final == nil ? 0 : 1) }
    }

    @inline(never)
    private func refuse(_ arguments: Arguments, for operand: Operand) throws(TemplateError) {
        if arguments.count > 0 { throw self.error("can't give argument to non-function \(operand)") }
    }

    /// A literal's value; nil for operands that are no literals.
    @inline(never)
    private mutating func constant(_ operand: Operand) throws(TemplateError) -> Value? {
        switch operand {
        case .null: return .null
        case .bool(_, let bool): return .bool(bool)
        case .string(_, let string, _): return .string(string)
        case .number(_, let number):
            self.spot = .operand(operand)
            guard let value = number.value else { throw self.error("\(number.source) overflows int") }
            return value
        default: return nil
        }
    }

    @inline(never)
    private mutating func evaluateVariable(
        _ operand: Operand,
        dot: Value,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        guard case .variable(_, let names) = operand else { preconditionFailure("called for a variable only") }
        self.spot = .operand(operand)
        let value = try self.variable(names[0])
        if names.count == 1 {
            try self.refuse(arguments, for: operand)
            return value
        }
        return try self.follow(names[1...], from: value, dot: dot, at: operand, arguments)
    }

    @inline(never)
    private mutating func evaluateChain(
        _ operand: Operand,
        dot: Value,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        guard case .chain(_, let inner, let names) = operand else { preconditionFailure("called for a chain only") }
        self.spot = .operand(operand)
        if case .null = inner { throw self.error("indirection through explicit nil in \(operand)") }
        let value = try self.argument(inner, for: .any, dot: dot)
        return try self.follow(names[...], from: value, dot: dot, at: operand, arguments)
    }

    // MARK: Fields

    @inline(never)
    private mutating func follow(
        _ names: ArraySlice<String>,
        from start: Value,
        dot: Value,
        at operand: Operand,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        var value = start
        for (index, name) in zip(names.indices, names) {
            if case .null = value {
                // An absent value has absent fields, but a map's absent element is a nil interface, which has none.
                if index == names.startIndex { return .null }
                throw self.error("nil pointer evaluating interface {}.\(name)")
            }
            let isLast = index == names.endIndex - 1
            value = try self.field(name, of: value, dot: dot, at: operand, isLast ? arguments : .none)
        }
        return value
    }

    @inline(never)
    private mutating func field(
        _ name: String,
        of value: Value,
        dot: Value,
        at operand: Operand,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        if case .object(let object) = value {
            if let method = object.method(name) {
                return try self.call(method, name: name, calledAt: .operand(operand), dot: dot, arguments)
            }
            if let field = object.field(name) {
                guard isExported(name) else { throw self.unexported(name, of: value) }
                if arguments.count > 0 {
                    throw self.error("\(name) has arguments but cannot be invoked as function")
                }
                return field
            }
            if case .structure(let fields) = object.underlying, fields.contains(where: { $0.name == name }) {
                throw self.unexported(name, of: value)
            }
        }
        if case .map(let map) = value.plain {
            if arguments.count > 0 { throw self.error("\(name) is not a method but has arguments") }
            return map[name] ?? map.missing.value
        }
        throw self.error("can't evaluate field \(name) in type \(value.typeName)")
    }

    private func unexported(_ name: String, of value: Value) -> TemplateError {
        self.error("\(name) is an unexported field of struct type \(value.typeName)")
    }

    // MARK: Functions

    @inline(never)
    private mutating func evaluateFunction(
        _ name: String,
        at operand: Operand,
        calledAt place: Spot,
        dot: Value,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        self.spot = .operand(operand)
        guard let function = self.function(name) else {
            throw self.error("\(quoted(name)) is not a defined function")
        }
        return try self.call(function, name: name, calledAt: place, dot: dot, arguments)
    }

    /// An operand as an argument. Literals take the parameter's type, everything else must have it.
    mutating func argument(_ operand: Operand, for parameter: Parameter, dot: Value) throws(TemplateError) -> Value {
        try self.spend(1)
        self.spot = .operand(operand)
        switch operand {
        case .dot: return try self.check(dot, for: parameter)
        case .field(_, let names):
            let value = try self.follow(names[...], from: dot, dot: dot, at: operand, .none)
            return try self.check(value, for: parameter)
        case .variable:
            return try self.check(try self.evaluateVariable(operand, dot: dot, .none), for: parameter)
        case .pipeline(let pipeline):
            return try self.check(try self.evaluate(pipeline, dot: dot), for: parameter)
        case .function(_, let name):
            let value = try self.evaluateFunction(name, at: operand, calledAt: .operand(operand), dot: dot, .none)
            return try self.check(value, for: parameter)
        case .chain:
            return try self.check(try self.evaluateChain(operand, dot: dot, .none), for: parameter)
        case .null:
            guard let value = parameter.convert(.null) else {
                throw self.error("cannot assign nil to \(parameter.typeName)")
            }
            return value
        case .bool, .string, .number: return try self.literal(operand, for: parameter)
        }
    }

    @inline(never)
    private mutating func literal(_ operand: Operand, for parameter: Parameter) throws(TemplateError) -> Value {
        switch (parameter.kind, operand) {
        case (.any, _): return try self.constant(operand) ?? .null
        case (.bool, .bool(_, let bool)): return .bool(bool)
        case (.string, .string(_, let string, _)): return .string(string)
        case (.int, .number(_, let number)):
            if let int = number.int { return .int(int) }
            throw self.error("expected integer; found \(operand)")
        case (.float, .number(_, let number)):
            if let float = number.float { return .float(float) }
            throw self.error("expected float; found \(operand)")
        case (.bool, _): throw self.error("expected bool; found \(operand)")
        case (.string, _): throw self.error("expected string; found \(operand)")
        case (.int, _): throw self.error("expected integer; found \(operand)")
        case (.float, _): throw self.error("expected float; found \(operand)")
        case (.list, _), (.map, _), (.object, _):
            throw self.error("can't handle \(operand) for arg of type \(parameter.typeName)")
        }
    }
}

/// Go's rule: a name that starts with an upper case letter is seen outside its package.
private func isExported(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first else { return false }
    return first.properties.generalCategory == .uppercaseLetter
}
