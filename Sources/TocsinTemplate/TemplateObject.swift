/// A value of a Go type with a name of its own: a struct, a map or list with methods, a named number.
///
/// Conform a type of yours to show it to templates. Only ``typeName`` and ``underlying`` are required: from them follow
/// truth, printing, `len`, `index`, `slice`, `range`, comparison and field access, as they do in Go.
public protocol TemplateObject: Sendable {
    /// Go's name, such as `template.KV`, without the asterisk of a pointer.
    var typeName: String { get }

    /// What it is below its name. Called often for maps, lists and numbers: keep it cheap there.
    var underlying: Underlying { get }

    /// True if templates are given a pointer to it: its type prints as `*typeName`, and `print` puts `&` before a
    /// struct.
    var isPointer: Bool { get }

    /// A struct's field. By default found in ``underlying``; implement it where building all the fields is too slow.
    func field(_ name: String) -> Value?

    /// The method of that name, bound to this value. Methods hide fields and map keys of the same name.
    func method(_ name: String) -> TemplateFunction?

    /// What Go's `String()` method returns, which then is its printed form; nil if the type has none.
    var text: String? { get }

    /// What Go's `GoString()` method returns, which then is its form under `%#v`; nil if the type has none.
    var goSyntax: String? { get }

    /// The value as JSON, for scripts in HTML; nil if it is what its ``underlying`` gives.
    var encodedJSON: String? { get }

    /// A part of a list, of the same type. The range lies within the list. By default a plain list.
    func slice(_ range: Range<Int>) -> Value
}

/// What a named type is made of.
public enum Underlying: Sendable {
    /// A struct. A field whose name does not start with an upper case letter is unexported: printed, not reachable.
    case structure([Field])
    /// A named number, string, list, map…: any plain value; never `.object`.
    case value(Value)

    public struct Field: Sendable {
        public let name: String
        public let value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }
}

extension TemplateObject {
    public var isPointer: Bool { false }
    public var text: String? { nil }
    public var goSyntax: String? { nil }
    public var encodedJSON: String? { nil }
    public func method(_ name: String) -> TemplateFunction? { nil }

    public func field(_ name: String) -> Value? {
        guard case .structure(let fields) = self.underlying else { return nil }
        return fields.first { $0.name == name }?.value
    }

    public func slice(_ range: Range<Int>) -> Value {
        guard case .value(.list(let list)) = self.underlying else { return .null }
        return .list(Value.List(Array(list.elements[range]), typeName: list.typeName))
    }

    var isTrue: Bool {
        switch self.underlying {
        case .structure: true
        case .value(let value): value.isTrue
        }
    }
}

extension Value {
    /// The value without its type's name; a struct stays an object.
    var plain: Value {
        guard case .object(let object) = self, case .value(let value) = object.underlying else { return self }
        return value
    }
}
