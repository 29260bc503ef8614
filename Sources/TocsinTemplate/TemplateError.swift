/// Why a template could not be parsed or executed, in Go's words.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    private let storage: Storage

    /// The error of a function: the language adds `error calling NAME:` and where it was called.
    public init(_ message: String) {
        self.init(message, template: "", line: 0, column: 0, stage: .calling)
    }

    init(_ message: String, template: String, line: Int, column: Int, stage: Stage) {
        self.storage = Storage(message: message, template: template, line: line, column: column, stage: stage)
    }

    /// What is wrong, without the place: `function "x" not defined`.
    public var message: String { self.storage.message }
    /// The name under which the source was parsed: a file's name, empty for a setting's value.
    public var template: String { self.storage.template }
    /// The line in the source, from 1; 0 if a function threw the error and the language did not yet say where.
    public var line: Int { self.storage.line }
    /// The number of bytes before the place in its line, as Go counts.
    public var column: Int { self.storage.column }
    public var stage: Stage { self.storage.stage }

    public enum Stage: Hashable, Sendable {
        case parsing
        /// While finding out what each place of a template means in HTML.
        case escaping
        /// While executing the definition of that name, at that expression.
        case executing(definition: String, expression: String)
        /// Thrown by a function; the evaluator adds the place.
        case calling
    }

    /// The error as Go's text/template prints it.
    public var description: String {
        switch self.stage {
        case .calling:
            self.message
        case .parsing:
            "template: \(self.template):\(self.line): \(self.message)"
        case .escaping:
            "html/template:\(self.template):\(self.line):\(self.column): \(self.message)"
        case .executing(let definition, let expression):
            "template: \(self.template):\(self.line):\(self.column): "
                + "executing \(quoted(definition)) at <\(expression)>: \(self.message)"
        }
    }

    public static func == (left: TemplateError, right: TemplateError) -> Bool {
        left.message == right.message && left.template == right.template && left.line == right.line
            && left.column == right.column && left.stage == right.stage
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.message)
        hasher.combine(self.line)
        hasher.combine(self.column)
    }

    /// Behind a reference: every frame of the recursive evaluator has room for an error, so it must be small.
    private final class Storage: Sendable {
        let message: String
        let template: String
        let line: Int
        let column: Int
        let stage: Stage

        init(message: String, template: String, line: Int, column: Int, stage: Stage) {
            self.message = message
            self.template = template
            self.line = line
            self.column = column
            self.stage = stage
        }
    }
}
