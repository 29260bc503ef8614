/// A text of which somebody has said that it is harmless in one language, so that HTML mode leaves it as it is there.
///
/// A function returns `.object(SafeText("<b>", as: .html))`. Elsewhere it is a string with a type name of its own, as
/// in Go.
public struct SafeText: TemplateObject {
    /// What the text is harmless as.
    public enum Language: String, Sendable {
        case html = "template.HTML"
        case url = "template.URL"
    }

    public let content: String
    public let language: Language

    public init(_ content: String, as language: Language) {
        self.content = content
        self.language = language
    }

    public var typeName: String { self.language.rawValue }
    public var underlying: Underlying { .value(.string(self.content)) }
}
