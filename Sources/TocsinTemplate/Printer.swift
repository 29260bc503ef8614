/// Prints values as Go's fmt package does: `%v` and its relatives, flags and widths.
struct Printer {
    var buffer: BoundedBuffer
    var flags = Flags()
    /// Inside `%!d(…)`: what is wrong has been said, and is not said again.
    private var isComplaining = false

    struct Flags {
        var minus = false
        var plus = false
        var sharp = false
        var space = false
        var zero = false
        /// `%+v`: struct fields with their names.
        var fieldNames = false
        /// `%#v`: Go syntax.
        var goSyntax = false
        var width: Int?
        var precision: Int?
    }

    init(limit: Int) { self.buffer = BoundedBuffer(limit: limit) }

    /// As an action does: nil is `<no value>`, a pointer is what it points to.
    mutating func printAction(_ value: Value) {
        switch value {
        case .string(let string): self.buffer.append(string)
        case .null: self.buffer.append("<no value>")
        case .object(let object): self.print(object, "v", isNested: true)
        default: self.print(value, "v")
        }
    }

    /// Go's `fmt.Sprint`: a blank between two operands of which neither is a string.
    mutating func printAll(_ values: [Value], asActions: Bool = false) {
        var previousIsString = true
        for value in values {
            let isString = value.plain.isString
            if !isString, !previousIsString { self.buffer.append(" ") }
            if asActions { self.printAction(value) } else { self.print(value, "v") }
            previousIsString = isString
        }
    }

    /// Go's `fmt.Sprintln`: a blank between all operands and a newline after them.
    mutating func printLine(_ values: [Value]) {
        for (index, value) in values.enumerated() {
            if index > 0 { self.buffer.append(" ") }
            self.print(value, "v")
        }
        self.buffer.append("\n")
    }

    // MARK: Values

    mutating func print(_ value: Value, _ verb: Unicode.Scalar, isNested: Bool = false) {
        if verb == "T", !isNested { return self.printString(value.typeName, "s") }
        switch value {
        case .null: self.printNull(value, verb, isNested: isNested)
        case .bool(let bool):
            guard verb == "t" || verb == "v" else { return self.complain(value, verb) }
            self.pad(Array((bool ? "true" : "false").utf8))
        case .int(let int):
            if !self.printInteger(int, verb) { self.complain(value, verb) }
        case .float(let float):
            if !self.printFloat(float, verb) { self.complain(value, verb) }
        case .string(let string):
            guard Self.isForText(verb) else { return self.complain(value, verb) }
            self.printString(string, verb)
        case .list(let list): self.print(list, typeName: list.typeName, verb)
        case .map(let map): self.print(map, typeName: map.typeName, verb)
        case .object(let object): self.print(object, verb, isNested: isNested)
        case .function:
            guard verb == "v" else { return self.complain(value, verb) }
            self.buffer.append("func")
        }
    }

    private static func isForText(_ verb: Unicode.Scalar) -> Bool {
        switch verb {
        case "v", "s", "x", "X", "q": true
        default: false
        }
    }

    private mutating func printNull(_ value: Value, _ verb: Unicode.Scalar, isNested: Bool) {
        if isNested {
            self.buffer.append(self.flags.goSyntax ? "interface {}(nil)" : "<nil>")
        } else if verb == "v" {
            self.pad(Array("<nil>".utf8))
        } else {
            self.complain(value, verb)
        }
    }

    private mutating func print(_ object: any TemplateObject, _ verb: Unicode.Scalar, isNested: Bool) {
        if let complex = object as? Complex { return self.print(complex, verb) }
        if self.flags.goSyntax {
            if let text = object.goSyntax { return self.printString(text, "s") }
        } else if !self.isComplaining, Self.isForText(verb), let text = object.text {
            return self.printString(text, verb)
        }
        let isAtPointer = object.isPointer && !isNested
        switch object.underlying {
        case .structure(let fields):
            if isAtPointer { self.buffer.append("&") }
            self.print(fields, typeName: object.typeName, verb)
        case .value(.list(let list)):
            if isAtPointer { self.buffer.append("&") }
            self.print(list, typeName: object.typeName, verb)
        case .value(.map(let map)):
            if isAtPointer { self.buffer.append("&") }
            self.print(map, typeName: object.typeName, verb)
        case .value(let plain):
            switch plain {
            case .int(let int): if self.printInteger(int, verb) { return }
            case .float(let float): if self.printFloat(float, verb) { return }
            case .bool where verb == "t" || verb == "v": return self.print(plain, verb)
            case .string where Self.isForText(verb): return self.print(plain, verb)
            default: break
            }
            self.complain(.object(object), verb)
        }
    }

    private mutating func print(_ fields: [Underlying.Field], typeName: String, _ verb: Unicode.Scalar) {
        let isGo = self.flags.goSyntax
        if isGo { self.buffer.append(typeName) }
        self.buffer.append("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { self.buffer.append(isGo ? ", " : " ") }
            if isGo || self.flags.fieldNames {
                self.buffer.append(field.name)
                self.buffer.append(":")
            }
            self.print(field.value, verb, isNested: true)
        }
        self.buffer.append("}")
    }

    private mutating func print(_ list: Value.List, typeName: String, _ verb: Unicode.Scalar) {
        let isGo = self.flags.goSyntax
        if isGo { self.buffer.append(typeName) }
        self.buffer.append(isGo ? "{" : "[")
        for (index, element) in list.elements.enumerated() where !self.buffer.isFull {
            if index > 0 { self.buffer.append(isGo ? ", " : " ") }
            self.print(element, verb, isNested: true)
        }
        self.buffer.append(isGo ? "}" : "]")
    }

    private mutating func print(_ map: Value.Map, typeName: String, _ verb: Unicode.Scalar) {
        let isGo = self.flags.goSyntax
        self.buffer.append(isGo ? typeName : "map")
        self.buffer.append(isGo ? "{" : "[")
        for (index, (key, value)) in zip(map.keys, map.values).enumerated() where !self.buffer.isFull {
            if index > 0 { self.buffer.append(isGo ? ", " : " ") }
            self.print(.string(key), verb, isNested: true)
            self.buffer.append(":")
            self.print(value, verb, isNested: true)
        }
        self.buffer.append(isGo ? "}" : "]")
    }

    /// `%!d(string=x)`: a verb that does not suit its operand.
    private mutating func complain(_ value: Value, _ verb: Unicode.Scalar) {
        let outer = self.isComplaining
        self.isComplaining = true
        defer { self.isComplaining = outer }
        self.buffer.append("%!")
        self.buffer.append(String(verb))
        self.buffer.append("(")
        if case .null = value {
            self.buffer.append("<nil>")
        } else {
            self.buffer.append(value.typeName)
            self.buffer.append("=")
            self.print(value, "v")
        }
        self.buffer.append(")")
    }
}

extension Value {
    fileprivate var isString: Bool {
        guard case .string = self else { return false }
        return true
    }
}
