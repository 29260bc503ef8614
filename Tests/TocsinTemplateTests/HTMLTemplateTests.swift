import Testing
import TocsinTemplate

/// Branches, loops and calls in HTML mode, what is safe already, and what is refused.
@Suite struct HTMLTemplateTests {
    // MARK: Branches and loops

    @Test(arguments: [
        ("<p title={{if .}}{{.}}{{end}}>", "<p title=a>"),
        ("<a href=\"{{if .}}/x{{else}}?y={{end}}\">", "<a href=\"/x\">"),
        ("<p {{if .}}title{{else}}class{{end}}=\"{{.}}\">", "<p title=\"a\">"),
        ("<script>x = {{if .}}1{{else}}y + {{end}} </script>", "<script>x = 1 </script>"),
        ("{{range 2}}<b title=\"{{.}}\">{{end}}", "<b title=\"0\"><b title=\"1\">"),
        ("<p title=\"{{range 3}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}}\">", "<p title=\"0\">"),
        ("{{range 3}}{{if eq . 1}}{{continue}}{{end}}<b>{{.}}{{end}}", "<b>0<b>2"),
        ("{{with .}}<b>{{.}}</b>{{else}}none{{end}}", "<b>a</b>"),
        ("{{range 0}}{{else}}<i>{{.}}{{end}}", "<i>a"),
        ("{{$x := \"<\"}}{{$x}}{{$x = \">\"}}{{$x}}", "&lt;&gt;"),
    ])
    func branchesThatEndAlikeAreFine(source: String, wanted: String) throws {
        #expect(try html(source, "a") == wanted)
    }

    @Test(arguments: [
        (
            "{{if true}}<p title=\"{{else}}<p>{{end}}",
            "1:5: {{if}} branches end in different contexts: in an attribute's value in double quotes, in text"
        ),
        (
            "\n {{with 1}}<script>{{end}}",
            "2:8: {{with}} branches end in different contexts: in a script, in text"
        ),
        (
            "{{range 2}}<p title=\"{{end}}",
            "1:8: on range loop re-entry: {{range}} branches end in different contexts: "
                + "in an attribute's value in double quotes, in a tag"
        ),
        (
            "{{range 2}}<p {{break}}>{{end}}",
            "1:8: {{range}} branches end in different contexts: in text, in a tag"
        ),
        ("<p title=\"{{.}}", "1:0: ends in a non-text context: in an attribute's value in double quotes"),
        ("a\nbc <p", "2:3: ends in a non-text context: in a tag"),
        ("<script>", "1:0: ends in a non-text context: in a script"),
        ("<!-- {{.}}", "1:0: ends in a non-text context: in a comment"),
        ("<p a'b>", "1:2: \"'\" in attribute name: \"a'b>\""),
        ("<p ==>", "1:2: expected space, attribute name or end of tag, but got: \"==>\""),
        ("<p title=a'b>", "1:9: \"'\" in unquoted attribute value: \"a'b\""),
        (
            "<a href=\"{{if .}}/x{{else}}?y={{end}}{{.}}\">",
            "1:39: {{.}} appears in an ambiguous context within a URL"
        ),
        (
            "<script>{{if .}}a{{else}}b = {{end}}/x/</script>",
            "1:36: '/' could start a division or a regular expression: \"/x/\""
        ),
        ("<script>'\\{{.}}'</script>", "1:9: unfinished escape sequence in a script's string: \"\\\\\""),
        ("<script>/[{{.}}]/</script>", "1:9: unfinished set in a script's regular expression: \"[\""),
        ("<script>`${{.}}`</script>", "1:9: '$' before an action in a template literal: \"$\""),
        ("<style>p { x: \"\\{{.}}\"</style>", "1:15: unfinished escape sequence in a style's string: \"\\\\\""),
        ("{{html . | print}}", "1:2: predefined escaper \"html\" disallowed in template"),
        ("<p title={{html .}}>", "1:11: predefined escaper \"html\" disallowed in template"),
    ])
    func whatCouldBeReadInTwoWaysIsRefused(source: String, message: String) throws {
        #expect(htmlFailure(source, "a") == "html/template::" + message)
        let set = TemplateSet(functions: .withSafeTexts)
        #expect(throws: TemplateError.self) { try set.checkHTML(try set.compile(source)) }
    }

    @Test func aTemplateThatIsFineIsFoundFineWithoutData() throws {
        let set = TemplateSet()
        try set.checkHTML(try set.compile("<b>{{.Nothing.Like.This}}</b>"))
        try set.checkHTML(try set.compile(""))
    }

    // MARK: Calls

    @Test func aTemplateIsEscapedForEachPlaceThatCallsIt() throws {
        let source = """
            {{define "v"}}{{.}}{{end}}{{template "v" .}}<a href="{{template "v" .}}">\
            <script>{{template "v" .}}</script><p title="?{{template "v" .}}">
            """
        #expect(
            try html(source, "javascript:'")
                == """
                javascript:&#39;<a href="#ZgotmplZ"><script>"javascript:'"</script><p title="?javascript:&#39;">
                """)
    }

    @Test func aTemplateMayLeaveItsCallerInAnotherPlace() throws {
        let source = "{{define \"open\"}}<a href=\"{{end}}{{template \"open\"}}{{.}}\">{{.}}"
        #expect(try html(source, "javascript:'") == "<a href=\"#ZgotmplZ\">javascript:&#39;")
    }

    @Test func aTemplateMayCallItself() throws {
        let source =
            "{{define \"r\"}}<b>{{len .}}</b>{{with .}}{{template \"r\" (slice . 1)}}{{end}}{{end}}{{template \"r\" .}}"
        #expect(try html(source, "ab") == "<b>2</b><b>1</b><b>0</b>")
        let ends = "{{define \"r\"}}{{template \"r\" .}}<p {{end}}{{template \"r\"}}>"
        #expect(htmlFailure(ends) == "html/template::1:0: cannot compute output context for template \"r\"")
    }

    @Test func theErrorOfACalledTemplateSaysWhereItIs() throws {
        var set = TemplateSet()
        try set.add("\n{{define \"a\"}}<p '>{{end}}", name: "f.tmpl")
        let template = try set.compile("{{template \"a\"}}")

        let error = #expect(throws: TemplateError.self) { try set.render(template, data: .null, as: .html) }
        #expect(error?.description == "html/template:f.tmpl:2:16: \"'\" in attribute name: \"'>\"")
        #expect(error?.stage == .escaping)
    }

    @Test func aMissingTemplateFailsWhenItIsReached() {
        #expect(htmlFailure("<b>{{if .}}{{template \"x\"}}{{end}}</b>") == "rendered: <b></b>")
        #expect(
            htmlFailure("<b>{{template \"x\"}}</b>")
                == "template: :1:14: executing \"\" at <{{template \"x\"}}>: template \"x\" not defined")
    }

    // MARK: Safe texts

    @Test(arguments: [
        ("{{safeHtml .}}", "<b title=\"x\">a &amp; 'b'</b><!-- c -->"),
        ("<p title=\"{{safeHtml .}}\">", "<p title=\"a &amp; &#39;b&#39;\">"),
        ("<p title={{safeHtml .}}>", "<p title=a&#32;&amp;&#32;&#39;b&#39;>"),
        (
            "<title>{{safeHtml .}}</title>",
            "<title>&lt;b title=&#34;x&#34;&gt;a &amp; &#39;b&#39;&lt;/b&gt;&lt;!-- c --&gt;</title>"
        ),
        ("<script>{{safeHtml \"</script>\"}}</script>", "<script>\"\\u003c/script\\u003e\"</script>"),
        ("<a href=\"{{safeHtml \"javascript:1\"}}\">", "<a href=\"#ZgotmplZ\">"),
        ("{{safeHtml \"<\" | html}}", "&lt;"),
        ("{{safeUrl \"<\"}}", "&lt;"),
        ("<a href=\"{{safeUrl \"tel:110\"}}\">", "<a href=\"tel:110\">"),
        ("<a href=\"{{safeUrl \"javascript:'\\\"\"}}\">", "<a href=\"javascript:%27%22\">"),
        ("<a href=\"/?u={{safeUrl \"a&b=c\"}}\">", "<a href=\"/?u=a&amp;b=c\">"),
        ("{{printf \"%s\" (safeHtml \"<\")}}", "&lt;"),
        ("{{$x := safeHtml \"<\"}}{{$x}}{{print $x}}", "<&lt;"),
    ])
    func whatIsMarkedAsSafeIsSafeInItsLanguageOnly(source: String, wanted: String) throws {
        #expect(try html(source, "<b title=\"x\">a &amp; 'b'</b><!-- c -->") == wanted)
    }

    @Test(arguments: [
        ("{{. | html}}", "&lt;+"), ("{{html .}}", "&lt;+"), ("<p title=\"{{. | html}}\">", "<p title=\"&lt;+\">"),
        ("<a href=\"?{{. | urlquery}}\">", "<a href=\"?%3C%2B\">"), ("{{. | urlquery}}", "%3C%2B"),
        ("<script>{{. | html}}</script>", "<script>\"\\u0026lt;+\"</script>"),
        ("{{. | js}}", "\\u003C&#43;"),
    ])
    func whatTheAuthorEscapedIsNotEscapedAgain(source: String, wanted: String) throws {
        #expect(try html(source, "<+") == wanted)
    }

    // MARK: Text

    @Test(arguments: [
        ("a < b <c> <3 </ <!-- x --> &", "a &lt; b <c> &lt;3 &lt;/  &"),
        ("<!DOCTYPE html><!doctype html>", "<!DOCTYPE html><!doctype html>"),
        ("<{{.}}>", "&lt;b>"), ("</{{.}}>", "&lt;/b>"), ("<br/>{{.}}", "<br/>b"),
        ("<title>a < b <i></title>{{.}}", "<title>a &lt; b &lt;i></title>b"),
        ("<p title=\"<!-- x -->\" >", "<p title=\"<!-- x -->\" >"),
        ("<scr{{/* x */}}ipt>{{.}}</script>", "<script>\"b\"</script>"),
        ("<b{{/* x */ -}}  >{{.}}", "<b>b"),
        ("<style>/* x */a{}</style>", "<style> a{}</style>"),
        ("<x-y:z a.b>{{.}}", "<x-y:z a.b>b"),
    ])
    func textIsWrittenWithoutCommentsAndWithEscapedSigns(source: String, wanted: String) throws {
        #expect(try html(source, "b") == wanted)
    }

    @Test(arguments: [
        ("{{.}}", "<no value>", Value.null), ("{{.x}}", "<no value>", .dictionary([:])),
        ("{{.}}", "[1 a]", .array(1, "a")), ("{{.}}", "1.5", .float(1.5)), ("{{.}}", "true", true),
    ])
    func valuesArePrintedAsInTextButNilIsNothing(source: String, text: String, value: Value) throws {
        #expect(try render(source, value) == text)
        #expect(try html(source, value) == (text == "<no value>" ? "" : text))
    }

    @Test func textModeIsAsItWas() throws {
        #expect(try render("<!-- {{.}} --> < <p", "<") == "<!-- < --> < <p")
    }
}
