/// The functions that Go's text/template has by itself.
enum Builtins {
    static let all: [TemplateFunction] = logic + collections + printing + escaping + comparisons

    /// A function's result must fit here, whatever the caller's limits are.
    private static let resultSize = Limits.default.size

    private static let logic = [
        TemplateFunction(
            "and", [.any], variadic: .any,
            doc: "The first argument that is false, or the last one; those after it are not evaluated.",
            example: "{{ if and .CommonLabels.job (gt (len .Alerts) 1) }}…{{ end }}",
            special: .and
        ) { arguments in arguments.first { !$0.isTrue } ?? arguments.last ?? .null },
        TemplateFunction(
            "or", [.any], variadic: .any,
            doc: "The first argument that is true, or the last one; those after it are not evaluated.",
            example: "{{ or .Annotations.summary .Labels.alertname }}",
            special: .or
        ) { arguments in arguments.first(where: \.isTrue) ?? arguments.last ?? .null },
        TemplateFunction(
            "not", [.any],
            doc: "True if the argument is false, zero, empty or nil.",
            example: "{{ if not .Alerts }}nothing{{ end }}"
        ) { arguments in .bool(!arguments[0].isTrue) },
        TemplateFunction(
            "call", [.any], variadic: .any,
            doc: "Calls the first argument, a function that is data, with the others.",
            example: "{{ call .Formatter 1 }}",
            special: .call
        ) { _ in .null },
    ]

    private static let collections = [
        TemplateFunction(
            "len", [.any],
            doc: "The number of elements of a list or map, or of bytes of a string.",
            example: "{{ len .Alerts }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in .int(try length(of: arguments[0])) },
        TemplateFunction(
            "index", [.any], variadic: .any,
            doc: "The element of a list or map at an index or key; further indexes go on from there.",
            example: "{{ (index .Alerts 0).Labels.alertname }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            var value = arguments[0]
            if case .null = value { throw TemplateError("index of untyped nil") }
            for index in arguments.dropFirst() { value = try element(of: value, at: index) }
            return value
        },
        TemplateFunction(
            "slice", [.any], variadic: .any,
            doc: "A part of a list, or of a string by bytes: from the first index to before the second.",
            example: "{{ slice .Alerts 0 3 }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try slice(arguments[0], indexes: arguments.dropFirst())
        },
    ]

    private static let printing = [
        TemplateFunction(
            "print", variadic: .any,
            doc: "The arguments one after the other, a blank between two that are no strings.",
            example: "{{ print \"n=\" (len .Alerts) }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try printed { $0.printAll(arguments) }
        },
        TemplateFunction(
            "println", variadic: .any,
            doc: "The arguments with blanks between them and a newline at the end.",
            example: "{{ println .Status }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try printed { $0.printLine(arguments) }
        },
        TemplateFunction(
            "printf", [.string], variadic: .any,
            doc: "The arguments by a format: `%s`, `%d`, `%5.2f`, `%q`, `%v` and the rest of Go's verbs.",
            example: "{{ printf \"%-20s|%3d\" .Status (len .Alerts) }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            guard case .string(let format) = arguments[0] else { throw TemplateError("the format must be a string") }
            return try printed { $0.print(format: format, Array(arguments.dropFirst())) }
        },
    ]

    private static let escaping = [
        TemplateFunction(
            "html", variadic: .any,
            doc: "The printed arguments with `<`, `>`, `&` and quotes escaped for HTML.",
            example: "{{ html .CommonAnnotations.summary }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try escaped(arguments, by: appendHTMLEscaped)
        },
        TemplateFunction(
            "js", variadic: .any,
            doc: "The printed arguments escaped for a JavaScript string.",
            example: "{{ js .CommonAnnotations.summary }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try escaped(arguments, by: appendJavaScriptEscaped)
        },
        TemplateFunction(
            "urlquery", variadic: .any,
            doc: "The printed arguments escaped for the query of a URL.",
            example: "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            try escaped(arguments, by: appendQueryEscaped)
        },
    ]

    private static let comparisons = [
        TemplateFunction(
            "eq", [.any], variadic: .any,
            doc: "True if the first argument equals any of the others.",
            example: "{{ if eq .Status \"firing\" }}…{{ end }}"
        ) { (arguments: [Value]) throws(TemplateError) -> Value in
            .bool(try isEqual(arguments[0], toAny: arguments.dropFirst()))
        },
        comparison("ne", doc: "True if the arguments differ.", example: "{{ if ne .Status \"firing\" }}…{{ end }}") {
            (left, right) throws(TemplateError) in !(try isEqual(left, toAny: [right]))
        },
        comparison("lt", doc: "True if the first is less than the second.", example: "{{ if lt $n 5 }}…{{ end }}") {
            (left, right) throws(TemplateError) in try isLess(left, right)
        },
        comparison("le", doc: "True if the first is at most the second.", example: "{{ if le $n 5 }}…{{ end }}") {
            (left, right) throws(TemplateError) in
            if try isLess(left, right) { return true }
            return try isEqual(left, toAny: [right])
        },
        comparison("gt", doc: "True if the first is more than the second.", example: "{{ if gt $n 5 }}…{{ end }}") {
            (left, right) throws(TemplateError) in
            if try isLess(left, right) { return false }
            return !(try isEqual(left, toAny: [right]))
        },
        comparison("ge", doc: "True if the first is at least the second.", example: "{{ if ge $n 5 }}…{{ end }}") {
            (left, right) throws(TemplateError) in !(try isLess(left, right))
        },
    ]

    private static func comparison(
        _ name: String,
        doc: String,
        example: String,
        _ test: @escaping @Sendable (Value, Value) throws(TemplateError) -> Bool
    ) -> TemplateFunction {
        TemplateFunction(name, [.any, .any], doc: doc, example: example) {
            (arguments: [Value]) throws(TemplateError) -> Value in .bool(try test(arguments[0], arguments[1]))
        }
    }

    private static func printed(_ write: (inout Printer) -> Void) throws(TemplateError) -> Value {
        var printer = Printer(limit: resultSize)
        write(&printer)
        if printer.buffer.isFull { throw TemplateError("a value exceeds \(resultSize) bytes") }
        return .string(printer.buffer.text)
    }

    private static func escaped(
        _ arguments: [Value],
        by append: (String, inout [UInt8]) -> Void
    ) throws(TemplateError) -> Value {
        let text = try printed { $0.printAll(arguments, asActions: true) }
        guard case .string(let string) = text else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(string.utf8.count)
        append(string, &bytes)
        return .string(String(decoding: bytes, as: UTF8.self))
    }
}

extension TemplateFunction {
    fileprivate init(
        _ name: String,
        _ parameters: [Parameter],
        variadic: Parameter,
        doc: String,
        example: String,
        special: Special,
        body: @escaping Body
    ) {
        self.init(
            name, parameters, variadic: Optional(variadic), doc: doc, example: example, special: Optional(special),
            body: body)
    }
}
