// `eq` and `lt`, from which the others follow. Go compares only what is of one kind: an int is never equal to a float.

private enum Kind { case bool, int, float, complex, string, other }

extension Value {
    fileprivate var kind: Kind {
        if case .object(let object) = self, object is Complex { return .complex }
        switch self.plain {
        case .bool: return .bool
        case .int: return .int
        case .float: return .float
        case .string: return .string
        default: return .other
        }
    }
}

func isEqual(_ value: Value, toAny others: ArraySlice<Value>) throws(TemplateError) -> Bool {
    if others.isEmpty { throw TemplateError("missing argument for comparison") }
    for other in others where try isEqual(value, other) { return true }
    return false
}

private func isEqual(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    default: break
    }
    guard left.kind == right.kind else { throw incompatible(left, right) }
    switch (left.plain, right.plain) {
    case (.bool(let left), .bool(let right)): return left == right
    case (.int(let left), .int(let right)): return left == right
    case (.float(let left), .float(let right)): return left == right
    case (.string(let left), .string(let right)): return bytesEqual(left, right)
    case (.object(let left), .object(let right)): return try isEqual(left, right)
    default: throw notComparable(right)
    }
}

/// Structs are equal if they are of one type and all their fields are equal.
private func isEqual(_ left: any TemplateObject, _ right: any TemplateObject) throws(TemplateError) -> Bool {
    if let left = left as? Complex, let right = right as? Complex { return left == right }
    guard case .structure(let lefts) = left.underlying, case .structure(let rights) = right.underlying else {
        throw notComparable(.object(right))
    }
    // Go finds this out from the type, so it is an error for different types too.
    for field in rights {
        switch field.value.plain {
        case .list, .map, .function: throw notComparable(.object(right))
        default: continue
        }
    }
    guard left.typeName == right.typeName, lefts.count == rights.count else { return false }
    for (left, right) in zip(lefts, rights) {
        guard left.value.kind == right.value.kind, try isEqual(left.value, right.value) else { return false }
    }
    return true
}

func isLess(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    for value in [left, right] where value.kind == .other { throw TemplateError("invalid type for comparison") }
    guard left.kind == right.kind else { throw incompatible(left, right) }
    switch (left.plain, right.plain) {
    case (.int(let left), .int(let right)): return left < right
    case (.float(let left), .float(let right)): return left < right
    case (.string(let left), .string(let right)): return bytesPrecede(left, right)
    default: throw TemplateError("invalid type for comparison")
    }
}

private func incompatible(_ left: Value, _ right: Value) -> TemplateError {
    TemplateError("incompatible types for comparison: \(left.typeName) and \(right.typeName)")
}

private func notComparable(_ value: Value) -> TemplateError {
    var printer = Printer(limit: 1000)
    printer.printAction(value)
    return TemplateError("non-comparable type \(printer.buffer.text): \(value.typeName)")
}
