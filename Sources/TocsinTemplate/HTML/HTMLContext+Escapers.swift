extension HTMLContext {
    /// What is done to an action's value here, in this order. Output must have begun.
    var escapers: [Escaper] {
        get throws(MarkupError) {
            let inner = try self.innerEscapers
            switch self.delimiter {
            case .none: return inner
            case .spaceOrTagEnd: return inner + [.unquotedAttribute]
            case .doubleQuote, .singleQuote: return inner + [.attribute]
            }
        }
    }

    /// Those of the language in an attribute's value.
    private var innerEscapers: [Escaper] {
        get throws(MarkupError) {
            switch self.state {
            case .text: return [.text]
            case .textOnly: return [.textOnly]
            case .tag, .attributeName, .afterName, .beforeValue: return [.attributeName]
            case .value: return []
            case .document: return [.text]
            case .url, .styleDoubleQuotedURL, .styleSingleQuotedURL, .styleURL:
                return try self.urlEscapers(.url)
            case .styleDoubleQuoted, .styleSingleQuoted: return try self.urlEscapers(.styleString)
            case .urlSet: return [.urlSet]
            case .script: return [.script]
            case .scriptDoubleQuoted, .scriptSingleQuoted: return [.scriptString]
            case .scriptTemplate: return [.scriptTemplate]
            case .scriptRegexp: return [.scriptRegexp]
            case .style: return [.style]
            case .comment, .scriptBlockComment, .scriptLineComment, .styleBlockComment, .styleLineComment,
                .unreachable:
                return [.nothing]
            }
        }
    }

    private func urlEscapers(_ escaper: Escaper) throws(MarkupError) -> [Escaper] {
        switch self.urlPart {
        case .start: return [.urlScheme, escaper]
        case .beforeQuery: return [escaper]
        case .queryOrFragment: return [.urlPart]
        case .unknown: throw MarkupError("appears in an ambiguous context within a URL")
        }
    }

    /// Where the text after an action's output goes on.
    var afterOutput: HTMLContext {
        var context = self
        if self.state == .script { context.slash = .division }
        return context
    }
}
