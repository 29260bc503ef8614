import Testing
import TocsinTemplate

/// Random templates never crash and always end. Seeded: a failure can be repeated.
@Suite struct FuzzTests {
    private static let soup = [
        "{{", "}}", "{{- ", " -}}", " ", " ", " ", "\n", "(", ")", "|", ":=", "=", ",", ".", "..", "$", "$x", "$y",
        ".A",
        ".Alerts", ".B.C", "nil", "true", "false", "0", "1", "-1", "1.5", "0x1F", "1e400", "2i", "08", "'a'", "'",
        "\"a\"",
        "\"", "`b`", "`", "if", "else", "end", "range", "with", "define \"d\"", "block \"b\" .", "template \"d\" .",
        "template \"b\" $x", "break", "continue", "/*", "*/", "and", "or", "not", "len", "index", "slice", "print",
        "printf", "println", "html", "js", "urlquery", "call", "eq", "lt", "list", "%", "text", "é", "🔥", "\u{0}",
        "\"%5.2f|%-*d|%q|%#v|%[2]x|%!\"", "\"é🔥\"", "!", "[", "{", "}", "9223372036854775808", "printf \"%999999d\" 1",
    ]

    private static let structures = [
        "{{if .A}}", "{{else}}", "{{end}}", "{{range .Alerts}}", "{{with .B}}", "{{else if 1}}", "{{break}}",
        "{{$x := .}}",
        "{{$x = 1}}", "{{template \"d\" .}}", "{{define \"d\"}}", "{{range 3}}", "{{.}}", "{{$x}}", "{{.B.C}}",
        "{{index .Alerts 0}}", "{{slice .A 1 2}}", "{{printf \"%v %d %q\" . .A 1}}", "{{len .}}", "{{. | html | js}}",
        "x",
        "{{list . . | print | len}}", "{{$x = list $x .}}", "{{eq .A . 1}}", "{{lt .A \"b\"}}", "{{continue}}",
        " {{- 1 -}} ",
    ]

    private static let data = Value.dictionary([
        "A": "é🔥text", "B": .dictionary(["C": .float(1.5)]), "Alerts": .array(1, "two", .array(3), .null),
    ])

    @Test(arguments: 0..<8) func randomTemplatesEnd(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &+ 1)
        let functions = [TemplateFunction("list", variadic: .any) { .list(Value.List($0)) }]
        let limits = Limits(depth: 100, size: 100_000, steps: 10_000)
        var rendered = 0

        for round in 0..<400 {
            let pieces = round % 2 == 0 ? Self.soup : Self.structures
            let count = Int(random.next() % 24) + 1
            var source = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            if round % 4 == 2 { source = "{{ " + source.replacing("{{", with: " ").replacing("}}", with: " ") + " }}" }
            let result = Result { () throws(TemplateError) -> String in
                try render(source, Self.data, functions: functions, limits: limits)
            }
            switch result {
            case .success(let output):
                rendered += 1
                #expect(output.utf8.count <= limits.size)
            case .failure(let error): #expect(!error.description.isEmpty)
            }
        }
        // Soup that is never a template would test nothing but the lexer.
        #expect(rendered > 10)
    }

    private static let wrappings = [
        ("{{if $x := 1}}", "{{end}}"), ("{{with $x := .}}{{$y := 2}}", "{{else}}{{.}}{{end}}"),
        ("{{range $i, $e := .Alerts}}", "{{end}}"), ("{{block \"q\" .}}", "{{end}}{{template \"q\" 1}}"),
        ("{{define \"z\"}}", "{{end}}{{if $x := 1}}{{$y := 2}}{{template \"z\" .}}{{end}}"),
    ]

    /// Real templates with a character lost, another template behind them, or a block around them.
    @Test(arguments: 0..<4) func damagedTemplatesEnd(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 100)
        let set = TemplateSet(functions: .alertmanager)
        let data = try #require(Case.file.data["two"])
        let sources = Case.file.cases.map { Array($0.template.unicodeScalars) }
        let limits = Limits(depth: 100, size: 100_000, steps: 10_000)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

        for _ in 0..<400 {
            var source = sources[pick(sources.count)]
            for _ in 0...pick(3) {
                switch pick(3) {
                case 0: if !source.isEmpty { source.remove(at: pick(source.count)) }
                case 1: source += sources[pick(sources.count)]
                default:
                    let (before, after) = Self.wrappings[pick(Self.wrappings.count)]
                    source = Array(before.unicodeScalars) + source + Array(after.unicodeScalars)
                }
            }
            let text = String(String.UnicodeScalarView(source))
            let result = Result { () throws(TemplateError) -> String in
                try set.render(try set.compile(text), data: data, limits: limits)
            }
            if case .success(let output) = result { #expect(output.utf8.count <= limits.size) }
        }
    }

    @Test func theRandomNumbersAreTheSameEverywhere() {
        var random = SplitMix(state: 1)

        #expect(random.next() == 0x910A_2DEC_8902_5CC1)
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
