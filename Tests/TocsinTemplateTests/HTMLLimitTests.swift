import Testing
import TocsinTemplate

/// HTML mode is bounded as the language is, and no value can write what only the author may.
@Suite struct HTMLLimitTests {
    private static let small = Limits(depth: 100, size: 10_000, steps: 10_000)

    @Test func escapedOutputIsBounded() {
        let text = Value.string(String(repeating: "<", count: 9000))

        #expect(htmlFailure("{{.}}", text, limits: Self.small).hasSuffix("output exceeds 10000 bytes"))
        #expect(htmlFailure("<script>{{.}}</script>", text, limits: Self.small).hasSuffix("output exceeds 10000 bytes"))
        #expect(htmlFailure("<!-- {{.}} -->", text, limits: Self.small) == "rendered: ")
    }

    @Test(arguments: [
        "<!-- {{range 1000}}{{$}}{{end}} -->", "<style>{{range 1000}}{{$}}{{end}}</style>",
        "{{range 1000}}<p {{$}}>{{end}}", "{{range 1000}}<a href=\"{{$}}\">{{end}}",
    ])
    func longValuesOfWhichNothingIsLeftCostSteps(source: String) {
        let long = Value.string(String(repeating: "<:", count: 4000))
        let limits = Limits(depth: 100, size: 100_000, steps: 10_000)

        for value in [long, .array(long)] {
            #expect(htmlFailure(source, value, limits: limits).hasSuffix("exceeded 10000 steps of execution"))
        }
    }

    @Test func comparingLongSafeTextsCostsSteps() {
        let source = "{{$x := safeHtml (printf \"%9000dx\" 1)}}{{range 1000000}}{{eq $x $x}}{{end}}"

        #expect(htmlFailure(source, limits: Self.small).hasSuffix("exceeded 10000 steps of execution"))
    }

    @Test func loopsInLoopsArePlannedInBoundedTime() throws {
        // Each loop begins its second round elsewhere than its first, so all inside is looked at twice.
        let count = 40
        let source =
            "<a href=\"" + String(repeating: "{{range 1}}", count: count) + "/x"
            + String(repeating: "{{end}}", count: count) + "\">"

        #expect(try html(source, limits: Self.small) == "<a href=\"/x\">")
    }

    @Test func planningCostsSteps() {
        let source = String(repeating: "{{if false}}{{.}}{{end}}", count: 6000)

        #expect(htmlFailure(source, limits: Self.small).hasSuffix("exceeded 10000 steps of escaping"))
        let text = String(repeating: "a", count: 1_000_000)
        #expect(htmlFailure(text, limits: Self.small).hasSuffix("exceeded 10000 steps of escaping"))
    }

    @Test func templatesInEverNewContextsEnd() {
        let source = "{{define \"r\"}} { {{template \"r\" .}}{{end}}<script>`${ {{template \"r\"}}"

        #expect(htmlFailure(source).contains("exceeded maximum template depth (500)"))
        #expect(htmlFailure("<script>" + String(repeating: "`${", count: 100)).contains("nested more than 8 deep"))
    }

    @Test func longChainsOfTemplatesEnd() {
        let definitions = (0..<1000).map { "{{define \"\($0)\"}}{{template \"\($0 + 1)\"}}{{end}}" }.joined()

        #expect(htmlFailure(definitions + "{{template \"0\"}}").hasSuffix("exceeded maximum template depth (500)"))
    }

    @Test func longTextsTakeNoLongerThanTheyAre() throws {
        for piece in [
            "<", "<a ", "<a href=x>", "<script>'", "<script></script>", "<!--", "&lt", "<a b='&", "- -<style>(",
        ] {
            let source = String(repeating: piece, count: 10_000)
            _ = htmlFailure(source)
            _ = try html("{{safeHtml .}}<p title=\"{{safeHtml .}}\">", .string(source))
        }
    }

    // MARK: Random templates and values

    private static let pieces = [
        "<", ">", "/", "<p ", "<a href=\"", "<a href='", "<img src=", "title=\"", "style=\"", "onclick='", "\"", "'",
        "=", " ",
        "<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<!--",
        "-->", "/*", "*/", "//", "\n", "`", "${", "}", "{", "(", ")", "url(", "?", "#", "&quot;", "&#", "\\", "[", "]",
        "{{.}}", "{{.}}", "{{.}}", "{{.}}", "{{if .}}", "{{else}}", "{{end}}", "{{range 2}}", "{{break}}",
        "{{template \"d\" .}}", "{{define \"d\"}}", "{{$x := .}}", "{{$x}}", "{{. | html}}", "{{. | urlquery}}",
        "{{safeUrl .}}", "{{print . .}}", "text", "x = ", "é", "\u{0}", "srcset=\"", "type=", "<!doctype ", "data-",
    ]

    private static let attacks = [
        "<script>alert(1)</script>", "\"><script>", "'><script>", "--><script>", "*/<script>", "</style><script>",
        "</title><script>", "</textarea><SCRIPT>", " onclick=<script>", "`<script>", "\\\"<script>",
        "\u{0}<scr\u{0}ipt>",
        "javascript:<script>", "]]><script>",
    ]

    @Test(arguments: 0..<8) func noValueOpensAScriptInARandomTemplate(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &+ 1000)
        var rendered = 0
        for _ in 0..<500 {
            let count = Int(random.next() % 12) + 1
            let source = (0..<count).map { _ in Self.pieces[Int(random.next() % UInt64(Self.pieces.count))] }.joined()
            let attack = Self.attacks[Int(random.next() % UInt64(Self.attacks.count))]
            let result = Result { () throws(TemplateError) -> (String, String) in
                (
                    try html(source, .string(attack), limits: Self.small),
                    try html(source, "x", limits: Self.small)
                )
            }
            guard case .success((let attacked, let harmless)) = result else { continue }
            rendered += 1
            // A tag that an attack wrote would be one more than the template has.
            #expect(attacked.count(of: "<script") == harmless.count(of: "<script"), "\(source)")
            #expect(attacked.count(of: "<") == harmless.count(of: "<"), "\(source)")
        }
        // Templates that are all refused would test nothing.
        #expect(rendered > 100)
    }

    @Test(arguments: 0..<4) func theTagsOfADocumentAreNotTheValues(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 2000)
        let characters = Array("<>\"'`&;=/\\ \n\t\u{0}-!*(){}[]:#?%$+.,javscriptJAVSCRIPT0x9é\u{2028}")
        let source = """
            <p>{{.}}</p><p title="{{.}}" class='{{.}}' id={{.}}><a href="{{.}}" title="/?a={{.}}">\
            <a href='/{{.}}?{{.}}#{{.}}'></a><b style="width: {{.}}; background: url('{{.}}')" onclick="f({{.}})">\
            <script>f({{.}}, "{{.}}", '{{.}}', `{{.}}`, /{{.}}/)</script><style>p { a: {{.}}; b: "{{.}}" }</style>\
            <title>{{.}}</title><textarea>{{.}}</textarea><!-- {{.}} -->
            """
        let harmless = try html(source, "x")
        for _ in 0..<100 {
            let length = Int(random.next() % 30) + 1
            let value = String((0..<length).map { _ in characters[Int(random.next() % UInt64(characters.count))] })
            let output = try html(source, .string(value))
            for sign in ["<", ">", "url("] {
                #expect(output.count(of: sign) == harmless.count(of: sign), "\(sign) of \(String(reflecting: value))")
            }
            // In a script a quote may be there, with a backslash.
            #expect(output.withoutScript.count(of: "\"") == harmless.withoutScript.count(of: "\""))
            #expect(!output.lowercased().contains("href=\"javascript:"))
        }
    }
}

extension String {
    fileprivate var withoutScript: String {
        let parts = self.split(separator: "<script>")
        return parts.prefix(1).joined() + String(parts[1].split(separator: "</script>").last ?? "")
    }

    fileprivate func count(of part: String) -> Int {
        self.lowercased().split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
