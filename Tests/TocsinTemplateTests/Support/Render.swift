import TocsinTemplate

/// Renders with the built-in functions and what else is given.
func render(
    _ source: String,
    _ data: Value = .null,
    functions: [TemplateFunction] = [],
    limits: Limits = .default
) throws(TemplateError) -> String {
    var table = FunctionTable.builtins
    table.add(functions)
    let set = TemplateSet(functions: table)
    return try set.render(try set.compile(source), data: data, limits: limits)
}

/// The error's text, or what was rendered instead, so that a failed expectation shows it.
func failure(
    _ source: String,
    _ data: Value = .null,
    functions: [TemplateFunction] = [],
    limits: Limits = .default
) -> String {
    do {
        return "rendered: " + (try render(source, data, functions: functions, limits: limits))
    } catch {
        return error.description
    }
}

extension Value {
    static func dictionary(_ pairs: KeyValuePairs<String, Value>) -> Value {
        .map(Value.Map(pairs.map { (key: $0.key, value: $0.value) }))
    }

    static func array(_ values: Value...) -> Value { .list(Value.List(values)) }
}
