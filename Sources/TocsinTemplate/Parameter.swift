/// What a function takes at one place.
public struct Parameter: Sendable {
    enum Kind: Sendable { case any, bool, int, float, string, list, map, object }

    let kind: Kind
    /// Go's name of the type, for error texts.
    public let typeName: String

    /// Anything, nil too.
    public static let any = Parameter(kind: .any, typeName: "interface {}")
    public static let bool = Parameter(kind: .bool, typeName: "bool")
    public static let int = Parameter(kind: .int, typeName: "int")
    public static let float = Parameter(kind: .float, typeName: "float64")
    public static let string = Parameter(kind: .string, typeName: "string")
    /// A `[]string`, or a named type over one; nil arrives as an empty list.
    public static let strings = Parameter(kind: .list, typeName: "[]string")

    /// A named integer such as `time.Duration`. Arrives as `.int`; an integer constant or variable will do.
    public static func int(named typeName: String) -> Parameter { Parameter(kind: .int, typeName: typeName) }
    /// A list of that type, or a named type over it; nil arrives as an empty list.
    public static func list(named typeName: String) -> Parameter { Parameter(kind: .list, typeName: typeName) }
    /// A map of that type, or a named type over it; nil arrives as an empty map.
    public static func map(named typeName: String) -> Parameter { Parameter(kind: .map, typeName: typeName) }
    /// An object of exactly that type. Arrives as `.object`.
    public static func object(named typeName: String) -> Parameter { Parameter(kind: .object, typeName: typeName) }
}
