/// One named template: a file's text, a `define` or a `block`.
struct Definition: Sendable {
    let name: String
    let nodes: [Node]
    /// The calls of other templates in it, in source order.
    let calls: [TemplateCall]
    let source: SourceText

    /// White space and comments only. The parser keeps no node for a comment.
    let isEmpty: Bool

    init(name: String, nodes: [Node], calls: [TemplateCall], source: SourceText) {
        self.name = name
        self.nodes = nodes
        self.calls = calls
        self.source = source
        self.isEmpty = nodes.allSatisfy { node in
            guard case .text(let text) = node else { return false }
            return text.bytes.allSatisfy(isSpace)
        }
    }
}

/// A parsed source's name and where its lines start, to turn an offset into a line and a column.
struct SourceText: Sendable {
    let name: String
    private let lineStarts: [Int]

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The line from 1, and the bytes before the offset in it.
    func place(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = self.lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, offset - self.lineStarts[low])
    }
}

/// What stands between the start and the end of a template.
///
/// What is big is a class: the evaluator is recursive, and a node must be a word in its frames.
enum Node: Sendable {
    case text(Text)
    case action(Pipeline)
    case branch(Branch)
    case range(Range)
    case call(Call)
    case leave(Leave)
    /// An action of an ``HTMLPlan``.
    case escaped(Escaped)
    /// A call of an ``HTMLPlan``.
    case variant(Variant)

    final class Text: Sendable {
        let position: Int
        let bytes: [UInt8]

        init(position: Int, bytes: [UInt8]) {
            self.position = position
            self.bytes = bytes
        }
    }

    final class Escaped: Sendable {
        let pipeline: Pipeline
        let escapers: [Escaper]

        init(pipeline: Pipeline, escapers: [Escaper]) {
            self.pipeline = pipeline
            self.escapers = escapers
        }
    }

    final class Variant: Sendable {
        let call: Call
        /// Among the plan's definitions.
        let index: Int

        init(call: Call, index: Int) {
            self.call = call
            self.index = index
        }
    }

    /// `if` or `with`, with its `else if`s or `else with`s.
    final class Branch: Sendable {
        enum Kind: String, Sendable { case `if`, with }

        let kind: Kind
        let arms: [(condition: Pipeline, body: [Node])]
        let otherwise: [Node]

        init(kind: Kind, arms: [(condition: Pipeline, body: [Node])], otherwise: [Node]) {
            self.kind = kind
            self.arms = arms
            self.otherwise = otherwise
        }
    }

    final class Range: Sendable {
        let pipeline: Pipeline
        let body: [Node]
        let otherwise: [Node]

        init(pipeline: Pipeline, body: [Node], otherwise: [Node]) {
            self.pipeline = pipeline
            self.body = body
            self.otherwise = otherwise
        }
    }

    /// `{{ template "name" pipeline }}`, also as the visible half of a `block`.
    final class Call: Sendable {
        let position: Int
        let name: String
        let argument: Pipeline?

        init(position: Int, name: String, argument: Pipeline?) {
            self.position = position
            self.name = name
            self.argument = argument
        }
    }

    enum Leave: Sendable { case `break`, `continue` }
}

/// `$x, $y := command | command`
final class Pipeline: Sendable {
    let position: Int
    let assigns: Bool
    let declarations: [String]
    let commands: [Command]

    init(position: Int, assigns: Bool, declarations: [String], commands: [Command]) {
        self.position = position
        self.assigns = assigns
        self.declarations = declarations
        self.commands = commands
    }
}

/// A function, method, field or literal with its arguments.
struct Command: Sendable {
    let position: Int
    let operands: [Operand]
}

indirect enum Operand: Sendable {
    case dot(Int)
    case null(Int)
    case bool(Int, Bool)
    case string(Int, value: String, source: String)
    case number(Int, NumberLiteral)
    /// `.A.B`
    case field(Int, [String])
    /// `$x.A.B`; the first name is the variable's, with its dollar.
    case variable(Int, [String])
    case function(Int, String)
    case pipeline(Pipeline)
    /// `(pipeline).A.B`
    case chain(Int, of: Operand, [String])

    var position: Int {
        switch self {
        case .dot(let position), .null(let position), .bool(let position, _), .string(let position, _, _),
            .number(let position, _), .field(let position, _), .variable(let position, _),
            .function(let position, _), .chain(let position, _, _):
            position
        case .pipeline(let pipeline): pipeline.position
        }
    }
}

// The source as Go prints it again, for error texts.

extension Operand: CustomStringConvertible {
    var description: String {
        switch self {
        case .dot: "."
        case .null: "nil"
        case .bool(_, let bool): bool ? "true" : "false"
        case .string(_, _, let source): source
        case .number(_, let number): number.source
        case .field(_, let names): names.map { ".\($0)" }.joined()
        case .variable(_, let names): names.joined(separator: ".")
        case .function(_, let name): name
        case .pipeline(let pipeline): pipeline.description
        case .chain(_, let operand, let names): operand.descriptionInside + names.map { ".\($0)" }.joined()
        }
    }

    /// With the parentheses that a pipeline needs inside something else.
    fileprivate var descriptionInside: String {
        if case .pipeline = self { return "(\(self))" }
        return self.description
    }
}

extension Command: CustomStringConvertible {
    var description: String { self.operands.map(\.descriptionInside).joined(separator: " ") }
}

extension Pipeline: CustomStringConvertible {
    var description: String {
        let commands = self.commands.map(\.description).joined(separator: " | ")
        if self.declarations.isEmpty { return commands }
        return self.declarations.joined(separator: ", ") + (self.assigns ? " = " : " := ") + commands
    }
}

extension Node.Call: CustomStringConvertible {
    var description: String {
        "{{template \(quoted(self.name))\(self.argument.map { " \($0)" } ?? "")}}"
    }
}
