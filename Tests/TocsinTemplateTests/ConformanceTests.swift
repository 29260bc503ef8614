import Testing
import TocsinTemplate

/// What Alertmanager 0.25 did with 709 templates, and what this language does.
@Suite struct ConformanceTests {
    private static let set = Result { () throws(TemplateError) -> TemplateSet in
        var set = TemplateSet(functions: .alertmanager)
        try set.add(defaultTemplates, name: "default.tmpl")
        try set.add(aliasTemplates, name: "aliases.tmpl")
        return set
    }

    static let ours = Case.file.cases.filter { Elsewhere.suite(of: $0) == nil }

    @Test(arguments: ours) func aTemplateDoesWhatAlertmanagerDid(_ test: Case) throws {
        let data = try #require(Case.file.data[test.data])
        let set = try Self.set.get()

        let result = Result { () throws(TemplateError) -> String in
            try set.render(try set.compile(test.template), data: data)
        }

        if let difference = Difference.known[test.name] {
            #expect(difference.expected == Difference.Outcome(result), "\(test.template): \(difference.reason)")
            return
        }
        switch result {
        case .success(let output): #expect(output == test.output, "\(test.template)")
        case .failure(let error): #expect(error.description == test.error, "\(test.template)")
        }
    }

    @Test func everyListedCaseExists() {
        let names = Set(Case.file.cases.map(\.name))

        #expect(Set(Difference.known.keys).subtracting(names).isEmpty)
        #expect(Elsewhere.regexps.subtracting(names).isEmpty)
        #expect(Elsewhere.times.subtracting(names).isEmpty)
        #expect(Set(Elsewhere.lines.keys).subtracting(names).isEmpty)
        #expect(Self.ours.count == 637)
    }
}

/// Cases that TocsinReceiversTests runs, since they are about what that target gives to templates.
enum Elsewhere {
    static func suite(of test: Case) -> String? {
        if test.isHTML { return "HTML mode with functions that mark texts as safe" }
        if times.contains(test.name) { return "methods of time.Time and time.Duration" }
        if regexps.contains(test.name) { return "match and reReplaceAll need RE2" }
        return lines[test.name]
    }

    static let times = Set(
        [
            2, 6, 8, 9, 12, 13, 16, 18, 19, 20, 21, 24, 25, 26, 27, 28, 29, 30, 32, 34, 35, 36, 38, 39, 40, 42, 43, 50,
            52,
        ]
        .map { "time/\($0)" }
    ).union(["compare/35", "printf/72", "runtime-error/11", "realistic/5"])

    static let regexps = Set(
        [23, 24, 25, 26, 30, 31, 32, 33, 35, 36, 37, 38, 39, 59, 60].map { "am-funcs/\($0)" }
    ).union(["runtime-error/17", "runtime-error/18"])

    /// Errors whose place is a line of the default templates that are shipped.
    static let lines = [
        "define/38": "a line of the shipped default templates",
        "runtime-error/22": "a line of the shipped default templates",
        "runtime-error/24": "a line of the shipped default templates",
    ]
}

/// A case in which this language does something else than Go 1.19 did, and why.
struct Difference {
    enum Outcome: Equatable {
        case output(String)
        case failure(String)

        init(_ result: Result<String, TemplateError>) {
            switch result {
            case .success(let output): self = .output(output)
            case .failure(let error): self = .failure(error.description)
            }
        }
    }

    let expected: Outcome
    let reason: String

    static let known: [String: Difference] = {
        let newer = "Go has it since, and so has Alertmanager 0.34"
        let depth = "our limit is lower: Swift's stack is fixed, Go's grows"
        let bytes = "our strings are Unicode; bytes that are not become U+FFFD"
        let clearer = "Go's text speaks of its own insides or says less"
        func incompatible(_ place: String, _ types: String) -> Difference {
            let function = place.contains("<lt") ? "lt" : "eq"
            let message = "error calling \(function): incompatible types for comparison: \(types)"
            return Difference(
                expected: .failure(
                    "template: :1:\(place.prefix(1)): executing \"\" at \(place.dropFirst()): \(message)"),
                reason: newer
            )
        }
        func failure(_ text: String, _ reason: String) -> Difference {
            Difference(expected: .failure("template: :1:\(text)"), reason: reason)
        }
        return [
            "range/21": Difference(expected: .output("xxx"), reason: newer),
            "with/17": Difference(expected: .output("b"), reason: newer),
            "compare/9": incompatible("2<eq 1 1.0>", "int and float64"),
            "compare/11": incompatible("2<eq \"1\" 1>", "string and int"),
            "compare/43": incompatible("2<eq 1 \"a\" 1>", "int and string"),
            "runtime-error/10": incompatible("5<eq .Status 1>", "string and int"),
            "runtime-error/33": incompatible("3<lt 1 \"a\">", "int and string"),
            "runtime-error/34": incompatible("3<eq 1 \"a\">", "int and string"),
            "define/36": failure(
                "25: executing \"r\" at <{{template \"r\" .}}>: exceeded maximum template depth (500)", depth),
            "define/39": failure(
                "11: executing \"\" at <{{template \"\" .}}>: exceeded maximum template depth (500)", depth),
            "literal/42": Difference(expected: .output("\"\u{FFFD}\""), reason: bytes),
            "literal/43": Difference(expected: .output("\u{FFFD}"), reason: bytes),
            "len-index-slice/4": failure(
                "2: executing \"\" at <len nil>: error calling len: len of untyped nil", clearer),
            "runtime-error/20": failure(
                "3: executing \"\" at <index .GroupLabels.nope 0>: error calling index: index out of range: 0",
                clearer
            ),
            "call/1": failure(
                "2: executing \"\" at <call .Status>: error calling call: non-function .Status of type string", newer),
        ]
    }()
}
