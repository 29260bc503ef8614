public import TocsinModel

/// Matchers and labels as people type them behind a command.
public enum MatcherArguments {
    /// More make no sense.
    public static let maximumCount = 100

    /// Reads matchers such as `service=db`, `'instance=~"web-.*"'`, `'{team="db",severity!="info"}'`. A first argument
    /// that is a word without any operator is the name of an alert: `DiskFull` is `alertname="DiskFull"`.
    public static func matchers(_ arguments: [String]) throws(ClientFailure) -> [Matcher] {
        var matchers: [Matcher] = []
        for (index, argument) in arguments.enumerated() {
            if index == 0, self.isBareWord(argument) {
                matchers.append(Matcher(name: "alertname", equals: argument))
                continue
            }
            do {
                let isList = argument.utf8.first == UInt8(ascii: "{")
                matchers +=
                    isList
                    ? try MatcherSyntax.fallback.matchers(in: argument).value
                    : [try MatcherSyntax.fallback.matcher(in: argument).value]
            } catch {
                throw .usage("\(error)\(self.hint(for: argument))")
            }
        }
        guard matchers.count <= self.maximumCount else { throw .usage("more than \(self.maximumCount) matchers") }
        return matchers
    }

    /// A word that can be no matcher, whatever is meant by it.
    private static func isBareWord(_ argument: String) -> Bool {
        !argument.isEmpty && !argument.utf8.contains { "={}".utf8.contains($0) } && !argument.contains("!~")
    }

    private static func hint(for argument: String) -> String {
        self.isBareWord(argument) ? ": only the first argument may be the bare name of an alert" : ""
    }

    /// Reads labels such as `service=db` or `'summary="a, b"'`; with `bareName` a first word without `=` is the
    /// `alertname`.
    public static func labels(_ arguments: [String], bareName: Bool) throws(ClientFailure) -> [String: String] {
        var labels: [String: String] = [:]
        for (index, argument) in arguments.enumerated() {
            if index == 0, bareName, self.isBareWord(argument) {
                labels["alertname"] = argument
                continue
            }
            let matcher: Matcher
            do {
                matcher = try MatcherSyntax.fallback.matcher(in: argument).value
            } catch {
                throw .usage("\(error)\(self.hint(for: argument))")
            }
            guard matcher.kind == .equal else { throw .usage("a label is NAME=VALUE, not \(argument)") }
            guard labels.updateValue(matcher.value, forKey: matcher.name) == nil else {
                throw .usage("the label \(matcher.name) is given twice")
            }
        }
        return labels
    }

    /// Reads annotations such as `summary=the disk is full`: everything behind the first `=` is the value, as it is.
    public static func annotations(_ arguments: [String]) throws(ClientFailure) -> [String: String] {
        var annotations: [String: String] = [:]
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw .usage("an annotation is NAME=VALUE, not \(argument)")
            }
            annotations[String(argument[..<equals])] = String(argument[argument.index(after: equals)...])
        }
        return annotations
    }
}
