/// A function that templates can call, or a method bound to its value.
///
/// The language checks the number and the kinds of the arguments against ``parameters`` before it calls the body, and
/// says what is wrong as Go does. The body gets plain values for plain parameters: a `.strings` parameter arrives as
/// `.list`, also if the template passed nil or a named list.
///
/// Limits guard what goes in and what comes out, not what happens in between: a body that can make much out of little
/// (join with a long separator, replace with a long text) must stop by itself at ``Limits/size`` of the default limits.
public struct TemplateFunction: Sendable {
    public typealias Body = @Sendable (_ arguments: [Value]) throws(TemplateError) -> Value

    private let storage: Storage

    enum Special: Sendable { case and, or, call }

    public init(
        _ name: String,
        _ parameters: [Parameter] = [],
        variadic: Parameter? = nil,
        doc: String = "",
        example: String = "",
        body: @escaping Body
    ) {
        self.init(name, parameters, variadic: variadic, doc: doc, example: example, special: nil, body: body)
    }

    init(
        _ name: String,
        _ parameters: [Parameter],
        variadic: Parameter?,
        doc: String,
        example: String,
        special: Special?,
        body: @escaping Body
    ) {
        self.storage = Storage(
            name: name,
            parameters: parameters,
            variadic: variadic,
            doc: doc,
            example: example,
            special: special,
            body: body
        )
    }

    public var name: String { self.storage.name }
    public var parameters: [Parameter] { self.storage.parameters }
    /// The kind of any number of further arguments; nil if there may be none.
    public var variadic: Parameter? { self.storage.variadic }
    /// One sentence for the reference.
    public var doc: String { self.storage.doc }
    /// One example for the reference, such as `{{ .Status | toUpper }}`.
    public var example: String { self.storage.example }
    var body: Body { self.storage.body }
    /// What the evaluator does itself, because it needs the arguments unevaluated or by their text.
    var special: Special? { self.storage.special }

    /// Behind a reference, because a ``Value`` can be a function and should be small: the evaluator is recursive.
    private final class Storage: Sendable {
        let name: String
        let parameters: [Parameter]
        let variadic: Parameter?
        let doc: String
        let example: String
        let special: Special?
        let body: Body

        init(
            name: String,
            parameters: [Parameter],
            variadic: Parameter?,
            doc: String,
            example: String,
            special: Special?,
            body: @escaping Body
        ) {
            self.name = name
            self.parameters = parameters
            self.variadic = variadic
            self.doc = doc
            self.example = example
            self.special = special
            self.body = body
        }
    }
}
