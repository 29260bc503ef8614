/// The functions that a set of templates may call, by name.
public struct FunctionTable: Sendable {
    private var functions: [String: TemplateFunction] = [:]

    /// An empty table: not even `and` or `len`. You want ``builtins``.
    public init() {}

    /// Go's own: and, or, not, len, index, slice, print, printf, println, html, js, urlquery, call, eq, ne, lt, le, gt,
    /// ge.
    public static let builtins = FunctionTable(Builtins.all)

    public init(_ functions: [TemplateFunction]) {
        for function in functions { self.add(function) }
    }

    /// A function of the same name is replaced.
    public mutating func add(_ function: TemplateFunction) {
        self.functions[function.name] = function
    }

    public mutating func add(_ functions: [TemplateFunction]) {
        for function in functions { self.add(function) }
    }

    public subscript(name: String) -> TemplateFunction? { self.functions[name] }

    /// All of them in the order of their names, for a reference.
    public var sorted: [TemplateFunction] { self.functions.values.sorted { bytesPrecede($0.name, $1.name) } }
}
