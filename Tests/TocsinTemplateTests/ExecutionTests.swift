import Testing
import TocsinTemplate

@Suite struct ExecutionTests {
    static let data = Value.dictionary([
        "s": "text", "n": 3, "f": .float(2.5), "t": true, "empty": "", "zero": 0, "nil": .null,
        "list": .array(1, 2, 3), "none": .array(),
        "map": .dictionary(["b": 2, "a": 1, "é": 3]),
        "kv": .map(Value.Map(strings: [(key: "job", value: "api")])),
        "deep": .dictionary(["er": .dictionary(["est": "found"])]),
        "strings": .strings(["x", "y"]),
        "twice": .function(
            TemplateFunction("twice", [.int]) { arguments in
                guard case .int(let int) = arguments[0] else { return .null }
                return .int(2 * int)
            }),
    ])

    private static let expressionTable: [(String, String)] = [
        // Fields, variables, chains
        (
            "{{.s}} {{$.s}} {{.deep.er.est}} {{(.deep).er.est}} {{$x := .deep}}{{$x.er.est}}",
            "text text found found found"
        ),
        ("{{.missing}} {{.kv.missing}}| {{index .kv \"nope\"}}|", "<no value> | |"),
        ("{{with $x := .nil}}{{else}}{{$x.y.z}}{{end}}", "<no value>"),
        ("{{.map.é}}", "3"),
        // Variables
        ("{{$x := 1}}{{range .list}}{{$x = .}}{{end}}{{$x}}", "3"),
        ("{{$x := 1}}{{range .list}}{{$x := .}}{{end}}{{$x}}", "1"),
        ("{{$x := 1}}{{with 2}}{{$x}}{{.}}{{$.n}}{{end}}", "123"),
        ("{{if $x := .n}}{{$x}}{{else}}{{end}}", "3"),
        ("{{if $x := 0}}{{else if $y := 5}}{{$x}}{{$y}}{{end}}", "05"),
        ("{{$é := 1}}{{$é}}", "1"),
        ("{{($x := 5)}}{{$x}}", "55"),
        // Branches
        ("{{with .empty}}a{{else with .s}}{{.}}{{else}}c{{end}}", "text"),
        ("{{with .empty}}a{{else with .zero}}b{{else}}{{.s}}{{end}}", "text"),
        ("{{if .none}}a{{else if .map}}b{{else}}c{{end}}", "b"),
        ("{{if .twice}}yes{{end}}{{if .nil}}no{{end}}{{if .f}}float{{end}}", "yesfloat"),
        // Loops
        ("{{range .list}}{{.}},{{end}}", "1,2,3,"),
        ("{{range $i, $e := .list}}{{$i}}={{$e}},{{end}}", "0=1,1=2,2=3,"),
        ("{{range $k, $v := .map}}{{$k}}={{$v}},{{end}}", "a=1,b=2,é=3,"),
        ("{{range .map}}{{.}}{{end}}", "123"),
        ("{{range 3}}{{.}}{{end}}|{{range $i := 2}}{{$i}}{{end}}|{{range 0}}{{else}}none{{end}}", "012|01|none"),
        ("{{range -1}}x{{else}}none{{end}}", "none"),
        ("{{range .none}}x{{else}}none{{end}}{{range .nil}}x{{else}}nil{{end}}", "nonenil"),
        ("{{range .list}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{end}}", "13"),
        ("{{range .list}}{{range $.list}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}};{{end}}", "1;1;1;"),
        ("{{$i := 0}}{{$e := 0}}{{range $i, $e = .list}}{{end}}{{$i}}{{$e}}", "23"),
        ("{{range .list}}{{with .}}{{break}}{{end}}{{end}}after", "after"),
        // Pipelines and calls
        ("{{.s | printf \"%s-%s\" \"a\"}}", "a-text"),
        ("{{3 | call .twice}} {{call .twice 4}} {{call .twice .n}}", "6 8 6"),
        ("{{and 1 .s 0 (index .list 99)}} {{or 0 .s (index .list 99)}}", "0 text"),
        ("{{1 | and 2}} {{0 | or}} {{and 0 | or 7}}", "1 0 7"),
        ("{{print}}|{{println}}|{{html}}", "|\n|"),
        // Collections
        ("{{index .list 1}} {{index .deep \"er\" \"est\"}} {{index .s 0}} {{index .list}}", "2 found 116 [1 2 3]"),
        ("{{len .list}} {{len .map}} {{len .s}} {{len \"é\"}}", "3 3 4 2"),
        (
            "{{slice .list 1 2}} {{slice .s 1}} {{slice .s 1 3}} {{slice .s}} {{slice \"é\" 0 1}}",
            "[2] ext ex text \u{FFFD}"
        ),
        // Comparison
        (
            "{{eq .s \"text\"}} {{eq .n 1 2 3}} {{ne .n 3}} {{eq .nil .nil}} {{eq .nil 1}} {{eq .missing nil}}",
            "true true false true false true"
        ),
        ("{{lt 1 2}} {{le 2 2}} {{gt .f 2.0}} {{ge \"b\" \"a\"}} {{lt \"é\" \"f\"}}", "true true true true false"),
        ("{{eq 1i 1i}} {{if 0i}}x{{end}}{{if 1i}}y{{end}}", "true y"),
        ("{{eq \"\u{E9}\" \"e\u{301}\"}}", "false"),
        // Printing
        ("{{.list}} {{.map}} {{.f}} {{.t}} {{.strings}} {{.none}}", "[1 2 3] map[a:1 b:2 é:3] 2.5 true [x y] []"),
        ("{{print 1 2}} {{print 1 \"a\" 2}} {{print \"a\" \"b\"}} {{println 1 \"a\"}}", "1 2 1a2 ab 1 a\n"),
        ("{{print nil}} {{print .missing}} {{.nil}} {{html .nil}}", "<nil> <nil> <no value> &lt;no value&gt;"),
    ]

    @Test(arguments: Self.expressionTable)
    func expressions(_ source: String, _ expected: String) throws {
        #expect(try render(source, Self.data) == expected)
    }

    private static let mistakeTable: [(String, String?)] = [
        ("{{.missing.y}}", "1:10: executing \"\" at <.missing.y>: nil pointer evaluating interface {}.y"),
        ("{{.s.x}}", "1:4: executing \"\" at <.s.x>: can't evaluate field x in type string"),
        ("{{.s 1}}", "1:2: executing \"\" at <.s>: s is not a method but has arguments"),
        ("{{1 | .s}}", "1:6: executing \"\" at <.s>: s is not a method but has arguments"),
        ("{{nil.x}}", nil),
        ("{{(1).x}}", "1:3: executing \"\" at <1>: can't evaluate field x in type int"),
        ("{{$x := 1}}{{$x 2}}", "1:13: executing \"\" at <$x>: can't give argument to non-function $x"),
        (
            "{{.twice}}",
            "1:2: executing \"\" at <.twice>: can't print func of type func(...interface {}) (interface {}, error)"
        ),
        ("{{call 1}}", "1:2: executing \"\" at <call 1>: error calling call: non-function 1 of type int"),
        (
            "{{call .twice}}",
            "1:2: executing \"\" at <call .twice>: error calling call: wrong number of args for .twice: got 0 want 1"
        ),
        (
            "{{call .twice \"a\"}}",
            "1:2: executing \"\" at <call .twice \"a\">: error calling call: arg 0: "
                + "value has type string; should be int"
        ),
        (
            "{{range $a, $b := 3}}{{end}}",
            "1:18: executing \"\" at <3>: can't use 3 to iterate over more than one variable"
        ),
        ("{{range \"abc\"}}{{end}}", "1:8: executing \"\" at <\"abc\">: range can't iterate over abc"),
        (
            "{{slice .list 2 1}}",
            "1:2: executing \"\" at <slice .list 2 1>: error calling slice: invalid slice index: 2 > 1"
        ),
        ("{{index .list 3}}", "1:2: executing \"\" at <index .list 3>: error calling index: index out of range: 3"),
        (
            "{{index .list nil}}",
            "1:2: executing \"\" at <index .list nil>: error calling index: cannot index slice/array with nil"
        ),
        ("{{index 1 1}}", "1:2: executing \"\" at <index 1 1>: error calling index: can't index item of type int"),
        ("{{lt nil 1}}", "1:2: executing \"\" at <lt nil 1>: error calling lt: invalid type for comparison"),
        (
            "{{eq .list .list}}",
            "1:2: executing \"\" at <eq .list .list>: "
                + "error calling eq: non-comparable type [1 2 3]: []interface {}"
        ),
        ("{{printf}}", "1:2: executing \"\" at <printf>: wrong number of args for printf: want at least 1 got 0"),
        ("{{printf .n}}", "1:9: executing \"\" at <.n>: wrong type for value; expected string; got int"),
        ("{{printf .missing}}", "1:9: executing \"\" at <.missing>: invalid value; expected string"),
        (
            "{{18446744073709551615}}",
            "1:2: executing \"\" at <18446744073709551615>: 18446744073709551615 overflows int"
        ),
        ("a\nb{{ .s.x }}", "2:6: executing \"\" at <.s.x>: can't evaluate field x in type string"),
        (
            "{{define \"d\"}}{{.x.y}}{{end}}{{template \"d\" 1}}",
            "1:18: executing \"d\" at <.x.y>: can't evaluate field x in type int"
        ),
    ]

    @Test(arguments: Self.mistakeTable)
    func mistakesAreNamedAsGoNamesThem(_ source: String, _ message: String?) {
        if let message {
            #expect(failure(source, Self.data) == "template: :\(message)")
        } else {
            #expect(throws: TemplateError.self) { try render(source, Self.data) }
        }
    }

    /// The fuzzer found both: variables of the inner one were forgotten on behalf of the outer one.
    @Test func aFailureInsideADefinitionFindsItsWayOutOfTheBlocksAroundIt() {
        let parsing = "{{with $x := 1}}{{$y := 2}}{{if $z := 1}}{{block \"b\" .}}{{nope}}{{end}}{{end}}{{end}}"
        let executing = "{{with $x := 1}}{{$y := 2}}{{if $z := 1}}{{block \"b\" .}}{{.a.b}}{{end}}{{end}}{{end}}"

        #expect(failure(parsing) == "template: :1: function \"nope\" not defined")
        #expect(
            failure(executing)
                == "template: :1:60: executing \"b\" at <.a.b>: can't evaluate field a in type int")
    }

    @Test func anExecutionErrorKnowsItsPlace() {
        let error = #expect(throws: TemplateError.self) { try render("x\n {{ .s.x }}", Self.data) }

        #expect(error?.line == 2)
        #expect(error?.column == 6)
        #expect(error?.stage == .executing(definition: "", expression: ".s.x"))
    }

    private static let escapingTable: [(String, String, String)] = [
        ("html", "<a href=\"x\">'&\0</a>", "&lt;a href=&#34;x&#34;&gt;&#39;&amp;\u{FFFD}&lt;/a&gt;"),
        (
            "js", "'\"<>&=\\\n\u{7F}é\u{2028}\u{E000}",
            "\\'\\\"\\u003C\\u003E\\u0026\\u003D\\\\\\u000A\u{7F}é\\u2028\\uE000"
        ),
        ("urlquery", "aZ0-_.~ é/?&=+", "aZ0-_.~+%C3%A9%2F%3F%26%3D%2B"),
    ]

    @Test(arguments: Self.escapingTable)
    func escaping(_ function: String, _ text: String, _ expected: String) throws {
        #expect(try render("{{\(function) .}}", .string(text)) == expected)
    }
}
