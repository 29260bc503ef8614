extension Evaluator {
    /// Calls a function or a bound method; `place` is what errors of the function itself point at.
    mutating func call(
        _ function: TemplateFunction,
        name: String,
        calledAt place: Spot,
        dot: Value,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try self.checkCount(arguments, of: function, name: name)
        switch function.special {
        case .and: return try self.shortCircuit(on: false, dot: dot, arguments)
        case .or: return try self.shortCircuit(on: true, dot: dot, arguments)
        case .call, nil: break
        }
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for operand in arguments.operands {
            values.append(try self.argument(operand, for: function.parameter(at: values.count), dot: dot))
        }
        if let final = arguments.final {
            values.append(try self.check(final, for: function.parameter(at: values.count)))
        }
        // A comparison of two long strings returns next to nothing, but takes its time.
        try self.spend(values.reduce(0) { $0 + $1.measure.size } / 256)
        let result: Value
        do {
            if function.special == .call {
                let name = arguments.operands.first?.description ?? arguments.final.map(self.describe) ?? ""
                result = try self.callValue(values, name: name)
            } else {
                result = try function.body(values)
            }
        } catch {
            self.spot = place
            guard case .calling = error.stage else { throw error }
            throw self.error("error calling \(name): \(error.message)")
        }
        try self.admit(result)
        return result
    }

    @inline(never)
    private func checkCount(
        _ arguments: Arguments,
        of function: TemplateFunction,
        name: String
    ) throws(TemplateError) {
        let wanted = function.parameters.count
        if function.variadic != nil {
            if arguments.count < wanted {
                let given = arguments.operands.count
                throw self.error("wrong number of args for \(name): want at least \(wanted) got \(given)")
            }
        } else if arguments.count != wanted {
            throw self.error("wrong number of args for \(name): want \(wanted) got \(arguments.count)")
        }
    }

    /// `and` stops at the first false argument, `or` at the first true one; the rest is not evaluated.
    @inline(never)
    private mutating func shortCircuit(
        on truth: Bool,
        dot: Value,
        _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        var value = Value.null
        for operand in arguments.operands {
            value = try self.argument(operand, for: .any, dot: dot)
            if value.isTrue == truth { return value }
        }
        return arguments.final ?? value
    }

    /// The builtin `call`: a function that is data, and its arguments.
    @inline(never)
    private func callValue(_ values: [Value], name: String) throws(TemplateError) -> Value {
        if case .null = values[0] { throw TemplateError("call of nil") }
        guard case .function(let function) = values[0] else {
            throw TemplateError("non-function \(name) of type \(values[0].typeName)")
        }
        guard function.special == nil else { throw TemplateError("\(function.name) can't be called as a value") }
        let given = values.count - 1
        let wanted = function.parameters.count
        if function.variadic != nil ? given < wanted : given != wanted {
            let least = function.variadic != nil ? "at least " : ""
            throw TemplateError("wrong number of args for \(name): got \(given) want \(least)\(wanted)")
        }
        var arguments: [Value] = []
        for (index, value) in values.dropFirst().enumerated() {
            let parameter = function.parameter(at: index)
            guard let converted = parameter.convert(value) else {
                throw TemplateError("arg \(index): value has type \(value.typeName); should be \(parameter.typeName)")
            }
            arguments.append(converted)
        }
        return try function.body(arguments)
    }

    @inline(never)
    func check(_ value: Value, for parameter: Parameter) throws(TemplateError) -> Value {
        if let converted = parameter.convert(value) { return converted }
        if case .null = value { throw self.error("invalid value; expected \(parameter.typeName)") }
        throw self.error("wrong type for value; expected \(parameter.typeName); got \(value.typeName)")
    }
}

extension TemplateFunction {
    /// The count has been checked before.
    fileprivate func parameter(at index: Int) -> Parameter {
        index < self.parameters.count ? self.parameters[index] : self.variadic ?? .any
    }
}

extension Parameter {
    /// The value in the form the function's body expects; nil if it does not fit.
    func convert(_ value: Value) -> Value? {
        switch (self.kind, value) {
        case (.any, _), (.bool, .bool), (.int, .int), (.float, .float), (.string, .string): value
        case (.list, .null): .list(Value.List([], typeName: self.typeName))
        case (.map, .null): .map(Value.Map([], typeName: self.typeName))
        case (.list, .list(let list)): list.typeName == self.typeName ? value : nil
        case (.map, .map(let map)): map.typeName == self.typeName ? value : nil
        case (.object, .object(let object)): object.typeName == self.typeName ? value : nil
        case (_, .object(let object)): self.convert(object)
        default: nil
        }
    }

    /// A named type is passed as what it is below its name, if the name is the parameter's or the parameter has none.
    private func convert(_ object: any TemplateObject) -> Value? {
        guard case .value(let plain) = object.underlying else { return nil }
        switch (self.kind, plain) {
        case (.list, .list(let list)):
            return object.typeName == self.typeName || list.typeName == self.typeName ? plain : nil
        case (.map, .map(let map)):
            return object.typeName == self.typeName || map.typeName == self.typeName ? plain : nil
        case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string):
            return object.typeName == self.typeName ? plain : nil
        default: return nil
        }
    }
}
