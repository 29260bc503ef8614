import Testing
import TocsinConfig
import TocsinSettings
import TocsinTemplate

@Suite struct TemplateFilesTests {
    private static func text(_ patterns: String, title: String = "") -> String {
        """
        templates: [\(patterns)]
        route: {receiver: r}
        receivers: [{name: r, slack_configs: [{api_url: 'http://h/', title: '\(title)'}]}]
        """
    }

    @Test func theFilesThatMatchAreReadOverTheBuiltInTemplates() throws {
        let files = SampleFiles(texts: [
            "/etc/t/a.tmpl": #"{{ define "slack.default.title" }}a{{ end }}{{ define "own" }}a{{ end }}"#,
            "/etc/t/b.tmpl": #"{{ define "own" }}b{{ end }}"#,
            "/etc/t/c.txt": #"{{ define "other" }}c{{ end }}"#,
        ])
        let configuration = try Sample.load(
            Self.text("'t/*.tmpl'", title: #"{{ template "own" . }}"#),
            file: "/etc/a.yml",
            files: files
        )
        let templates = configuration.templates
        let call = try templates.compile(#"{{ template "slack.default.title" . }}{{ template "own" . }}"#)

        #expect(try templates.render(call, data: "") == "ab")
        #expect(!templates.defines("other"))
    }

    @Test func aCallOfAnUndefinedTemplateIsAMistakeWhereItStands() {
        let hint = "Templates come from the files under `templates:`"
        let files = SampleFiles(texts: ["a.tmpl": "{{ define \"own\" }}\n  {{ template \"gone\" . }}{{ end }}"])
        let title = #"{{ template "onw" . }}{{ template "onw" . }}"#

        #expect(
            Sample.mistakes(in: Self.text("a.tmpl", title: title), files: files) == [
                #"a.tmpl:2:15: template "gone" is not defined. \#(hint)"#,
                #"a.yml:3:69: template "onw" is not defined; did you mean "own"? \#(hint)"#,
            ]
        )
    }

    @Test func aFileThatDoesNotParseIsAMistakeInThatFileAndHidesNoOther() {
        let files = SampleFiles(texts: ["a.tmpl": "x\n{{ nofunc }}"])
        let mistakes = Sample.mistakes(
            in: Self.text("a.tmpl", title: #"{{ template "x" . }}"#) + "\nfoo: bar", files: files)

        #expect(mistakes.count == 2)
        #expect(mistakes.first?.hasPrefix("a.tmpl:2:") == true)
        #expect(mistakes.first?.hasSuffix(#"function "nofunc" not defined"#) == true)
        #expect(mistakes.last == "a.yml:4:1: unknown key `foo` in configuration")
    }

    @Test func aFileThatCannotBeReadIsAMistakeAtItsPattern() {
        let files = SampleFiles(failures: ["t/a.tmpl": "permission denied"])

        #expect(
            Sample.mistakes(in: Self.text("'t/*'"), files: files)
                == ["a.yml:1:13: cannot read t/a.tmpl: permission denied"]
        )
    }

    @Test func aPatternThatMatchesNothingIsAWarning() throws {
        let configuration = try Sample.load(Self.text("'none/*.tmpl'"))

        #expect(configuration.warnings.map(\.description) == [#"a.yml:1:13: no file matches "none/*.tmpl""#])
    }

    @Test(arguments: ["[", "a[", "a[b", "[]a]", "[a-]", "a\\"])
    func aPatternThatDoesNotParseIsAMistake(pattern: String) {
        let mistakes = Sample.mistakes(in: Self.text("'\(pattern)'"))

        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasSuffix("is not a valid file pattern") == true)
    }

    /// Which of a few files a pattern takes, as Go's filepath.Glob does.
    @Test(arguments: [
        ("*", ["a.tmpl", "b.tmpl", "ab.tmpl", ".h", "d"]), ("*.tmpl", ["a.tmpl", "b.tmpl", "ab.tmpl"]),
        ("?.tmpl", ["a.tmpl", "b.tmpl"]), ("[ab].tmpl", ["a.tmpl", "b.tmpl"]), ("[^a].tmpl", ["b.tmpl"]),
        ("[a-c]?.tmpl", ["ab.tmpl"]), ("a*b*", ["ab.tmpl"]), ("d/*", ["d/x.tmpl"]), ("*/x.tmpl", ["d/x.tmpl"]),
        ("**/x.tmpl", ["d/x.tmpl"]), ("\\a.tmpl", ["a.tmpl"]), ("a.tmpl", ["a.tmpl"]), ("[b-a].tmpl", []),
        ("*a*a*a*a*a*a*a*a*b", []),
    ])
    func aPatternTakesTheFilesThatItTakesInGo(pattern: String, expected: [String]) throws {
        let paths = ["a.tmpl", "b.tmpl", "ab.tmpl", ".h", "d/x.tmpl"]
        // A file's text is a template under the file's name.
        let files = SampleFiles(
            texts: Dictionary(uniqueKeysWithValues: paths.map { ($0, "x") }), failures: ["d": "is a folder"])
        let text = Self.text("'\(pattern)'")
        let names = expected.map { $0 == "d/x.tmpl" ? "x.tmpl" : $0 }.filter { $0 != "d" }

        if expected.contains("d") {
            #expect(
                Sample.mistakes(in: text, files: files).map { $0.hasSuffix("cannot read d: is a folder") } == [true])
        } else {
            #expect(
                try Sample.load(text, files: files).templates.names.filter {
                    !$0.hasPrefix("slack.") && $0 != "default.tmpl"
                } == names.sorted())
        }
    }
}
