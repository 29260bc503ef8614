import Testing
import TocsinTemplate

@Suite struct SyntaxTests {
    private static let delimiterTable: [(String, String?)] = [
        ("a {{- /* c */ -}} b", "ab"),
        ("{{/* a */}}{{/* b */}}x", "x"),
        ("{{- 1 -}}\n{{- 2 -}}", "12"),
        ("{{\n  1\n}}", "1"),
        ("{{print 1\n2}}", "1 2"),
        ("{{1 -}}", "1"),
        ("{ {{1}} }", "{ 1 }"),
        ("{{\"}}\"}}", "}}"),
        ("{{`{{}}`}}", "{{}}"),
        ("{{(1)}}", "1"),
        ("{{ ( ( print 1 ) ) -}} x", "1x"),
        ("{{(print 1 -}} x", nil),
        ("", ""),
    ]

    @Test(arguments: Self.delimiterTable)
    func delimitersCommentsAndTrimming(_ source: String, _ expected: String?) {
        let result = Result { () throws(TemplateError) -> String in try render(source) }
        #expect((try? result.get()) == expected)
    }

    private static let numberTable: [(String, String?)] = [
        ("0x1F", "31"), ("0b101", "5"), ("0o17", "15"), ("017", "15"), ("1_000", "1000"), ("0x_1F", "31"), ("+7", "7"),
        ("'a'", "97"), ("'\\n'", "10"), ("'\\''", "39"), ("'\\x41'", "65"), ("'✓'", "10003"), ("'\\u00e9'", "233"),
        ("1.5", "1.5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"), ("1E+3", "1000"), ("1e-3", "0.001"),
        ("0x1p4", "16"), ("0x1.8p1", "3"), ("0X1P-2", "0.25"), ("1_0.2_5", "10.25"), ("1e400", nil), ("1e-400", "0"),
        ("0x", nil), ("0b2", nil), ("0o8", nil), ("1__0", nil), ("1_", nil), ("_1", nil), ("0x1.8", nil), ("1e", nil),
        ("'ab'", nil), ("''", nil), ("'\\\"'", nil), ("0xFFFFFFFFFFFFFFFF", nil), ("1+2i", "(1+2i)"),
        ("-1.5-0.5i", "(-1.5-0.5i)"), ("1+2", nil), ("3i", "(0+3i)"), ("-0", "0"), ("-0.0", "-0"),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", nil),
    ]

    @Test(arguments: Self.numberTable)
    func numbers(_ literal: String, _ expected: String?) {
        let result = Result { () throws(TemplateError) -> String in try render("{{\(literal)}}") }
        #expect((try? result.get()) == expected)
    }

    private static let stringTable: [(String, String?)] = [
        (#""\a\b\f\n\r\t\v\\\"""#, "\u{07}\u{08}\u{0C}\n\r\t\u{0B}\\\""),
        (#""\x41\101\u00e9\U0001F525""#, "AAé🔥"),
        ("`raw \\n\r\nline`", "raw \\n\nline"),
        (#""\q""#, nil), (#""\x4""#, nil), (#""\400""#, nil), (#""\ud800""#, nil), (#""\U00110000""#, nil),
        (#""\"#, nil), ("\"a\nb\"", nil),
    ]

    @Test(arguments: Self.stringTable)
    func strings(_ literal: String, _ expected: String?) {
        let result = Result { () throws(TemplateError) -> String in try render("{{\(literal)}}") }
        #expect((try? result.get()) == expected)
    }

    private static let mistakeTable: [(String, String)] = [
        ("{{if}}x{{end}}", "template: :1: missing value for if"),
        ("{{if 1}}{{else}}{{else}}{{end}}", "template: :1: expected end; found {{else}}"),
        ("{{if 1}}{{else with 1}}{{end}}", "template: :1: unexpected <with> in input"),
        ("{{range $a, $b, $c := .}}{{end}}", "template: :1: too many declarations in range"),
        ("{{range $a, 1}}{{end}}", "template: :1: range can only initialize variables"),
        ("{{$a, $b := .}}", "template: :1: too many declarations in command"),
        ("{{define \"a\"}}", "template: :1: unexpected EOF"),
        ("{{define \"a\"}}{{else}}{{end}}", "template: :1: unexpected {{else}} in define clause"),
        ("{{block \"a\" .}}{{else}}{{end}}", "template: :1: unexpected {{else}} in block clause"),
        ("{{template}}", "template: :1: unexpected \"}}\" in template clause"),
        ("{{template \"\\q\"}}", "template: :1: invalid syntax"),
        ("{{print (1}}", "template: :1: unclosed left paren"),
        ("{{1 | 2}}", "template: :1: non executable command in pipeline stage 2"),
        ("{{()}}", "template: :1: missing value for parenthesized pipeline"),
        ("{{\"a\".B}}", "template: :1: unexpected . after term \"\\\"a\\\"\""),
        ("{{| 1}}", "template: :1: unexpected \"|\" in command"),
        ("{{1 || 2}}", "template: :1: unexpected \"|\" in command"),
        ("{{.A\u{7F}}}", "template: :1: bad character U+007F"),
        ("{{€}}", "template: :1: unrecognized character in action: U+20AC '€'"),
        ("{{'a}}", "template: :1: unterminated character constant"),
        ("{{1.a}}", "template: :1: bad number syntax: \"1.a\""),
        ("\n\n{{nope}}", "template: :3: function \"nope\" not defined"),
        ("{{print\n\nnope}}", "template: :3: function \"nope\" not defined"),
        ("{{$x}}", "template: :1: undefined variable \"$x\""),
        ("{{with $x := 1}}{{end}}{{$x}}", "template: :1: undefined variable \"$x\""),
        ("{{define \"a\"}}{{$x}}{{end}}", "template: :1: undefined variable \"$x\""),
        ("{{break}}", "template: :1: {{break}} outside {{range}}"),
        ("{{range .}}{{break 1}}{{end}}", "template: :1: unexpected \"1\" in {{break}}"),
        ("{{print end}}", "template: :1: unexpected <end> in operand"),
        ("{{abcdefghijklmnop := 1}}", "template: :1: function \"abcdefghijklmnop\" not defined"),
        ("{{1 \"abcdefghijklmnop\" :=}}", "template: :1: unexpected \":=\" in operand"),
        ("{{else}}", "template: :1: unexpected {{else}}"),
    ]

    @Test(arguments: Self.mistakeTable)
    func mistakesAreNamedAsGoNamesThem(_ source: String, _ message: String) {
        #expect(failure(source) == message)
    }

    @Test func aParseErrorKnowsItsPlace() {
        let error = #expect(throws: TemplateError.self) {
            var set = TemplateSet()
            try set.add("line\n  {{ nope }}", name: "mail.tmpl")
        }

        #expect(error?.template == "mail.tmpl")
        #expect(error?.line == 2)
        #expect(error?.column == 5)
        #expect(error?.stage == .parsing)
        #expect(error?.message == "function \"nope\" not defined")
    }

    @Test func breakIsAFunctionWhereOneIsDefined() throws {
        let function = TemplateFunction("break") { _ in .string("snap") }

        #expect(try render("{{break}}", functions: [function]) == "snap")
    }
}
