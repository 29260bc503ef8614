import TocsinTemplate

/// Renders as HTML, with the built-in functions and those that mark texts as safe.
func html(
    _ source: String,
    _ data: Value = .null,
    limits: Limits = .default
) throws(TemplateError) -> String {
    let set = TemplateSet(functions: .withSafeTexts)
    return try set.render(try set.compile(source), data: data, as: .html, limits: limits)
}

/// The error's text, or what was rendered instead, so that a failed expectation shows it.
func htmlFailure(_ source: String, _ data: Value = .null, limits: Limits = .default) -> String {
    do {
        return "rendered: " + (try html(source, data, limits: limits))
    } catch {
        return error.description
    }
}

extension FunctionTable {
    static let withSafeTexts: FunctionTable = {
        var table = FunctionTable.builtins
        for (name, language) in [("safeHtml", SafeText.Language.html), ("safeUrl", .url)] {
            table.add(
                TemplateFunction(name, [.string]) { arguments in .object(SafeText(arguments[0].text, as: language)) })
        }
        return table
    }()
}
