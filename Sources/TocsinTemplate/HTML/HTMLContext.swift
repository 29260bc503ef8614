/// Where in an HTML document a place of a template is: what a reader of the document takes the next character for.
struct HTMLContext: Hashable {
    var state = State.text
    /// What ends the attribute's value, if the place is in one.
    var delimiter = Delimiter.none
    var urlPart = URLPart.start
    var slash = Slash.regexp
    /// For each template literal of JavaScript around the place, how many braces are open in its `${…}`.
    var braces: [Int] = []
    var attribute = Attribute.plain
    /// The element whose tag or content the place is in, if that says how its content is read.
    var element = Element.other

    enum State: String {
        case text
        /// Inside `<textarea>` or `<title>`: text without tags.
        case textOnly
        case comment
        /// Between the attributes of a tag.
        case tag
        case attributeName
        case afterName
        case beforeValue
        /// An attribute's value that means nothing special.
        case value
        case url
        case urlSet
        /// The value of `srcdoc`, which is a document of its own.
        case document
        case script
        case scriptDoubleQuoted
        case scriptSingleQuoted
        case scriptTemplate
        case scriptRegexp
        case scriptBlockComment
        case scriptLineComment
        case style
        case styleDoubleQuoted
        case styleSingleQuoted
        case styleDoubleQuotedURL
        case styleSingleQuotedURL
        case styleURL
        case styleBlockComment
        case styleLineComment
        /// After `break` or `continue`: nothing comes here.
        case unreachable
    }

    enum Delimiter: String {
        case none, doubleQuote, singleQuote
        /// An unquoted value ends at white space or `>`.
        case spaceOrTagEnd
    }

    /// What of a URL has been written before the place.
    enum URLPart: String { case start, beforeQuery, queryOrFragment, unknown }

    /// What a slash in JavaScript would begin.
    enum Slash: String { case regexp, division, unknown }

    enum Attribute: String {
        case plain, url, urlSet, style, script, scriptType, document

        /// The state in which its value begins.
        var state: State {
            switch self {
            case .plain, .scriptType: .value
            case .url: .url
            case .urlSet: .urlSet
            case .style: .style
            case .script: .script
            case .document: .document
            }
        }
    }

    enum Element: String {
        case other, script, style, textarea, title

        /// The state in which its content begins.
        var state: State {
            switch self {
            case .other: .text
            case .script: .script
            case .style: .style
            case .textarea, .title: .textOnly
            }
        }
    }

    var isComment: Bool {
        switch self.state {
        case .comment, .scriptBlockComment, .scriptLineComment, .styleBlockComment, .styleLineComment: true
        default: false
        }
    }

    var isBlockComment: Bool { self.state == .scriptBlockComment || self.state == .styleBlockComment }

    /// Where an action's output begins: before it, a tag or an equals sign can wait for what comes; with it, an
    /// attribute's name or an unquoted value has begun.
    var withOutputBegun: HTMLContext {
        var context = self
        switch self.state {
        case .tag: context.state = .attributeName
        case .afterName: (context.state, context.attribute) = (.attributeName, .plain)
        case .beforeValue:
            context.state = self.attribute.state
            context.delimiter = .spaceOrTagEnd
            context.attribute = .plain
        default: break
        }
        return context
    }

    /// The context after two ways to the same place; nil if what follows would mean two things.
    static func joined(_ left: HTMLContext, _ right: HTMLContext) -> HTMLContext? {
        if left.state == .unreachable { return right }
        if right.state == .unreachable || left == right { return left }
        var context = left
        context.urlPart = right.urlPart
        if context == right {
            context.urlPart = .unknown
            return context
        }
        context = left
        context.slash = right.slash
        if context == right {
            context.slash = .unknown
            return context
        }
        // `<p title={{ if .A }}{{ .B }}{{ end }}>`: without output the value has not begun.
        let (begunLeft, begunRight) = (left.withOutputBegun, right.withOutputBegun)
        if begunLeft == left, begunRight == right { return nil }
        return self.joined(begunLeft, begunRight)
    }
}

extension HTMLContext: CustomStringConvertible {
    /// The place in words: `in a URL in double quotes`.
    var description: String {
        let place =
            switch self.state {
            case .text: "in text"
            case .textOnly: "in <\(self.element.rawValue)>"
            case .comment: "in a comment"
            case .tag: "in a tag"
            case .attributeName, .afterName: "at an attribute's name"
            case .beforeValue: "before an attribute's value"
            case .value: "in an attribute's value"
            case .url: "in a URL"
            case .urlSet: "in a srcset"
            case .document: "in a srcdoc"
            case .script: "in a script"
            case .scriptDoubleQuoted, .scriptSingleQuoted: "in a script's string"
            case .scriptTemplate: "in a script's template literal"
            case .scriptRegexp: "in a script's regular expression"
            case .scriptBlockComment, .scriptLineComment: "in a script's comment"
            case .style: "in a style"
            case .styleDoubleQuoted, .styleSingleQuoted: "in a style's string"
            case .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL: "in a style's URL"
            case .styleBlockComment, .styleLineComment: "in a style's comment"
            case .unreachable: "nowhere"
            }
        switch self.delimiter {
        case .none: return place
        case .doubleQuote: return place + " in double quotes"
        case .singleQuote: return place + " in single quotes"
        case .spaceOrTagEnd: return place + " without quotes"
        }
    }
}
