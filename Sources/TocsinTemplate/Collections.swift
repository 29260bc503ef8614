// `len`, `index` and `slice`.

func length(of value: Value) throws(TemplateError) -> Int {
    switch value.plain {
    case .string(let string): return string.utf8.count
    case .list(let list): return list.elements.count
    case .map(let map): return map.keys.count
    case .null: throw TemplateError("len of untyped nil")
    default: throw TemplateError("len of type \(value.indirectTypeName)")
    }
}

func element(of value: Value, at index: Value) throws(TemplateError) -> Value {
    switch value.plain {
    case .string(let string):
        let position = try checkedIndex(index, count: string.utf8.count)
        let bytes = string.utf8
        guard position < bytes.count else { throw TemplateError("index out of range: \(position)") }
        return .int(Int(bytes[bytes.index(bytes.startIndex, offsetBy: position)]))
    case .list(let list):
        let position = try checkedIndex(index, count: list.elements.count)
        guard position < list.elements.count else { throw TemplateError("index out of range: \(position)") }
        return list.elements[position]
    case .map(let map):
        switch index.plain {
        case .string(let key): return map[key] ?? map.missing.value
        case .null: throw TemplateError("value is nil; should be of type string")
        default: throw TemplateError("value has type \(index.typeName); should be string")
        }
    case .null: throw TemplateError("index of nil pointer")
    default: throw TemplateError("can't index item of type \(value.indirectTypeName)")
    }
}

func slice(_ value: Value, indexes: ArraySlice<Value>) throws(TemplateError) -> Value {
    if case .null = value { throw TemplateError("slice of untyped nil") }
    if indexes.count > 3 { throw TemplateError("too many slice indexes: \(indexes.count)") }
    let count: Int
    switch value.plain {
    case .string(let string):
        if indexes.count == 3 { throw TemplateError("cannot 3-index slice a string") }
        count = string.utf8.count
    case .list(let list): count = list.elements.count
    default: throw TemplateError("can't slice item of type \(value.indirectTypeName)")
    }
    var bounds = [0, count]
    for (position, index) in indexes.enumerated() {
        let bound = try checkedIndex(index, count: count)
        if position < bounds.count { bounds[position] = bound } else { bounds.append(bound) }
    }
    // The third index limits a capacity, which nothing here has; it is checked all the same.
    for (left, right) in zip(bounds, bounds.dropFirst()) where left > right {
        throw TemplateError("invalid slice index: \(left) > \(right)")
    }
    let range = bounds[0]..<bounds[1]
    switch value {
    case .object(let object):
        if case .value(.list) = object.underlying { return object.slice(range) }
        return slice(bytesOf: value.plain, range)
    case .list(let list): return .list(Value.List(Array(list.elements[range]), typeName: list.typeName))
    default: return slice(bytesOf: value, range)
    }
}

/// Half a character becomes U+FFFD.
private func slice(bytesOf value: Value, _ range: Range<Int>) -> Value {
    guard case .string(let string) = value else { return .null }
    return .string(String(decoding: Array(string.utf8)[range], as: UTF8.self))
}

/// May be one beyond the last element, which is what a slice needs.
private func checkedIndex(_ index: Value, count: Int) throws(TemplateError) -> Int {
    switch index.plain {
    case .int(let position):
        guard position >= 0, position <= count else { throw TemplateError("index out of range: \(position)") }
        return position
    case .null: throw TemplateError("cannot index slice/array with nil")
    default: throw TemplateError("cannot index slice/array with type \(index.typeName)")
    }
}

extension Value {
    /// The type's name behind a pointer.
    var indirectTypeName: String {
        if case .object(let object) = self { return object.typeName }
        return self.typeName
    }
}
