import Testing
import TocsinTemplate

/// What becomes of one value in each kind of place.
@Suite struct HTMLContextTests {
    private static let nasty = "<b a=\"1\" c='2'>&+\0`/\\\n;"

    @Test(arguments: [
        ("{{.}}", "&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&#43;\u{FFFD}`/\\\n;"),
        ("<p>{{.}}</p>", "<p>&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&#43;\u{FFFD}`/\\\n;</p>"),
        ("<p title=\"{{.}}\">", "<p title=\"&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&#43;\u{FFFD}`/\\\n;\">"),
        ("<p title='{{.}}'>", "<p title='&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&#43;\u{FFFD}`/\\\n;'>"),
        (
            "<p title={{.}}>",
            "<p title=&lt;b&#32;a&#61;&#34;1&#34;&#32;c&#61;&#39;2&#39;&gt;&amp;&#43;&#xfffd;&#96;/\\&#10;;>"
        ),
        (
            "<textarea>{{.}}</textarea>",
            "<textarea>&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;&#43;\u{FFFD}`/\\\n;</textarea>"
        ),
        (
            "<iframe srcdoc=\"{{.}}\">",
            "<iframe srcdoc=\"&amp;lt;b a=&amp;#34;1&amp;#34; c=&amp;#39;2&amp;#39;"
                + "&amp;gt;&amp;amp;&amp;#43;\u{FFFD}`/\\\n;\">"
        ),
        ("<a href=\"{{.}}\">", "<a href=\"%3cb%20a=%221%22%20c=%272%27%3e&amp;&#43;%00%60/%5c%0a;\">"),
        ("<a href=\"/x?q={{.}}\">", "<a href=\"/x?q=%3cb%20a%3d%221%22%20c%3d%272%27%3e%26%2b%00%60%2f%5c%0a%3b\">"),
        (
            "<script>x = {{.}}</script>",
            "<script>x = \"\\u003cb a=\\\"1\\\" c='2'\\u003e\\u0026+\\u0000`/\\\\\\n;\"</script>"
        ),
        (
            "<script>x = '{{.}}'</script>",
            "<script>x = '\\u003cb a=\\u00221\\u0022 c=\\u00272\\u0027"
                + "\\u003e\\u0026\\u002b\\u0000\\u0060\\/\\\\\\n;'</script>"
        ),
        (
            "<p onclick=\"f({{.}})\">",
            "<p onclick=\"f(&#34;\\u003cb a=\\&#34;1\\&#34; c=&#39;2&#39;\\u003e\\u0026&#43;\\u0000`/\\\\\\n;&#34;)\">"
        ),
        ("<p style=\"color: {{.}}\">", "<p style=\"color: ZgotmplZ\">"),
        (
            "<style>p::before { content: \"{{.}}\" }</style>",
            "<style>p::before { content: \"\\3c b a=\\22 1\\22  c=\\27 2\\27"
                + "\\3e\\26\\2b\\0`\\2f\\\\\\a\\3b \" }</style>"
        ),
        ("<p {{.}}=\"x\">", "<p ZgotmplZ=\"x\">"),
        ("<!-- {{.}} -->", ""),
        ("<script>/* {{.}} */ // {{.}}\nx</script>", "<script>  \nx</script>"),
    ])
    func aValueIsEscapedForItsPlace(source: String, wanted: String) throws {
        #expect(try html(source, .string(Self.nasty)) == wanted)
    }

    // MARK: URLs

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)", "vbscript:x", "data:text/html,<script>alert(1)</script>", "tel:110", "ftp:x",
    ])
    func aSchemeThatCouldRunSomethingIsRefused(url: String) throws {
        for source in ["<a href=\"{{.}}\">", "<a href='{{.}}'>", "<a href={{.}}>", "<img src=\" {{.}}\">"] {
            #expect(try html(source, .string(url)) == source.replacing("{{.}}", with: "#ZgotmplZ"))
        }
    }

    @Test(arguments: [
        ("https://a.example/b?c=d&e=%20f", "https://a.example/b?c=d&amp;e=%20f"),
        ("HTTP://a.example", "HTTP://a.example"), ("mailto:a@b.example", "mailto:a@b.example"),
        ("/a/b:c", "/a/b:c"), ("//a.example", "//a.example"), ("#top", "#top"), ("", ""),
        ("ü (1)", "%c3%bc%20%281%29"), ("%zz", "%25zz"),
    ])
    func aHarmlessURLIsNormalized(url: String, wanted: String) throws {
        #expect(try html("<a href=\"{{.}}\">", .string(url)) == "<a href=\"\(wanted)\">")
    }

    @Test func aURLIsCheckedAtItsBeginningOnly() throws {
        #expect(try html("<a href=\"/x/{{.}}\">", "javascript:1") == "<a href=\"/x/javascript:1\">")
        #expect(
            try html("<a href=\"http://h/{{.}}?a={{.}}#{{.}}\">", "a b&c/d")
                == "<a href=\"http://h/a%20b&amp;c/d?a=a%20b%26c%2fd#a%20b%26c%2fd\">")
    }

    @Test(arguments: [
        "href", "src", "action", "formaction", "background", "cite", "poster", "data-href", "xlink:href", "xmlns:x",
        "data-my-url", "thumbnail-uri",
    ])
    func attributesWithURLsAreKnown(name: String) throws {
        #expect(try html("<p \(name)=\"{{.}}\">", "javascript:1") == "<p \(name)=\"#ZgotmplZ\">")
    }

    @Test(arguments: ["title", "alt", "class", "data-x", "aria-label", "target"])
    func otherAttributesAreText(name: String) throws {
        #expect(try html("<p \(name)=\"{{.}}\">", "javascript:1") == "<p \(name)=\"javascript:1\">")
    }

    @Test(arguments: [
        ("/a.png 1x, /b.png 2x", "/a.png 1x, /b.png 2x"), ("javascript:1 1x, /b.png", "#ZgotmplZ, /b.png"),
        ("/a.png 1x\"onload=f()", "#ZgotmplZ"), ("/a (1).png 1.5x", "#ZgotmplZ"),
        ("/a(1).png 1.5x", "/a%281%29.png 1.5x"),
    ])
    func setsOfURLsAreCheckedOneByOne(set: String, wanted: String) throws {
        #expect(try html("<img srcset=\"{{.}}\">", .string(set)) == "<img srcset=\"\(wanted)\">")
    }

    // MARK: Scripts

    @Test(arguments: [
        (Value.int(5), " 5 "), (.int(-5), " -5 "), (.float(1.5), " 1.5 "), (.bool(true), " true "), (.null, " null "),
        (.float(.nan), " null "), ("a", "\"a\""), (.array(1, "<", .null), "[1,\"\\u003c\",null]"),
        (.dictionary(["b": 1, "a": .array()]), "{\"a\":[],\"b\":1}"), ("</script>", "\"\\u003c/script\\u003e\""),
        ("\u{2028}", "\"\\u2028\""), ("é🔥", "\"é🔥\""),
    ])
    func aValueInAScriptIsJSON(value: Value, wanted: String) throws {
        #expect(try html("<script>x = {{.}};</script>", value) == "<script>x = \(wanted);</script>")
    }

    @Test(arguments: [
        ("x = `{{.}}`", "x = `\\u0024\\u007ba\\u007d\\u0060`"),
        ("x = `${ {{.}} }`", "x = `${ \"${a}`\" }`"),
        ("x = `${ f({a: `b`}) }{{.}}`", "x = `${ f({a: `b`}) }\\u0024\\u007ba\\u007d\\u0060`"),
        ("x = /{{.}}/", "x = /\\u0024\\u007ba\\u007d\\u0060/"),
        ("x = a / {{.}} / b", "x = a / \"${a}`\" / b"),
        ("x = {{.}} / 2 + '{{.}}'", "x = \"${a}`\" / 2 + '${a}\\u0060'"),
        ("if (x) { /[/]/.test(\"{{.}}\") }", "if (x) { /[/]/.test(\"${a}\\u0060\") }"),
        ("'\\'{{.}}'", "'\\'${a}\\u0060'"),
        ("return /'/.test({{.}})", "return /'/.test(\"${a}`\")"),
        ("i++ /'{{.}}'", "i++ /'${a}\\u0060'"),
        ("<!-- '\n{{.}}", "\n\"${a}`\""),
    ])
    func scriptsAreReadAsScripts(source: String, wanted: String) throws {
        #expect(try html("<script>\(source)</script>", "${a}`") == "<script>\(wanted)</script>")
    }

    @Test func aScriptEndsWhereBrowsersEndIt() throws {
        #expect(try html("<script>x = '</script><b>{{.}}</b>", "<") == "<script>x = '</script><b>&lt;</b>")
        #expect(
            try html("<script a='</script>'>x={{.}}</script>", "<") == "<script a='</script>'>x=\"\\u003c\"</script>")
        #expect(try html("<SCRIPT>'</ScRiPt >{{.}}", "<") == "<SCRIPT>'</ScRiPt >&lt;")
        #expect(try html("<script>'</scripty {{.}}'</script>", "<") == "<script>'</scripty \\u003c'</script>")
    }

    @Test func aScriptOfAnotherTypeIsText() throws {
        #expect(
            try html("<script type=\"text/x-tmpl\">{{.}}</script>", "<") == "<script type=\"text/x-tmpl\">&lt;</script>"
        )
        for type in ["text/javascript", "module", "application/json", "text/ecmascript; charset=utf-8", ""] {
            #expect(
                try html("<script type=\"\(type)\">{{.}}</script>", "<")
                    == "<script type=\"\(type)\">\"\\u003c\"</script>")
        }
    }

    // MARK: Styles

    @Test(arguments: [
        ("10px", "10px"), ("#1a2b3c", "#1a2b3c"), ("bold", "bold"), ("-1.5em", "-1.5em"),
        ("25% !important", "25% !important"),
        ("red; background: url(x)", "ZgotmplZ"), ("expression(alert(1))", "ZgotmplZ"), ("exp\\72 ession", "ZgotmplZ"),
        ("ExPression", "ZgotmplZ"), ("-moz-binding", "ZgotmplZ"), ("a--b", "ZgotmplZ"), ("</style>", "ZgotmplZ"),
        ("}b{", "ZgotmplZ"), ("/*", "ZgotmplZ"),
    ])
    func aValueInAStyleIsOneValue(value: String, wanted: String) throws {
        #expect(try html("<p style=\"width: {{.}}\">", .string(value)) == "<p style=\"width: \(wanted)\">")
        #expect(
            try html("<style>p { width: {{.}} }</style>", .string(value)) == "<style>p { width: \(wanted) }</style>")
    }

    @Test(arguments: [
        ("url({{.}})", "javascript:1", "url(#ZgotmplZ)"), ("url( '{{.}}')", "/a'b(c", "url( '/a%27b%28c')"),
        ("url(\"/i?x={{.}}\")", "a&b", "url(\"/i?x=a%26b\")"), ("@import \"{{.}}\"", "data:x", "@import \"#ZgotmplZ\""),
        ("url(/a{{.}}) url({{.}})", "x:1", "url(/ax:1) url(#ZgotmplZ)"), ("curl({{.}})", "a(b", "curl(ZgotmplZ)"),
        ("/* {{.}} */ a // {{.}}\n{{.}}", "b", "  a \nb"),
    ])
    func urlsInStylesAreURLs(source: String, value: String, wanted: String) throws {
        #expect(try html("<style>\(source)</style>", .string(value)) == "<style>\(wanted)</style>")
    }

    // MARK: Names of attributes

    @Test(arguments: [
        ("Firing", "firing"), ("checked", "checked"), ("onclick", "ZgotmplZ"), ("ONCLICK", "ZgotmplZ"),
        ("href", "ZgotmplZ"),
        ("style", "ZgotmplZ"), ("type", "ZgotmplZ"), ("a b", "ZgotmplZ"), ("", "ZgotmplZ"), ("a=b", "ZgotmplZ"),
        ("é", "ZgotmplZ"),
    ])
    func aValueMayNameAPlainAttributeOnly(name: String, wanted: String) throws {
        #expect(try html("<p {{.}}=\"x\">", .string(name)) == "<p \(wanted)=\"x\">")
        #expect(try html("<p a {{.}}>", .string(name)) == "<p a \(wanted)>")
    }

    @Test func theBeginningOfANameCountsWhenAValueGoesOnWithIt() throws {
        #expect(try html("<p on{{.}}k=\"{{.}}\">", "clic") == "<p onclick=\"&#34;clic&#34;\">")
        #expect(try html("<p {{.}}>{{.}}", "a") == "<p a>a")
    }

    @Test func entitiesInAttributesAreSeenThrough() throws {
        #expect(try html("<p onclick=\"f(&quot;{{.}}&quot;)\">", "\"") == "<p onclick=\"f(&quot;\\u0022&quot;)\">")
        #expect(try html("<p onclick=\"f(&#x27;{{.}}&#39;)\">", "'") == "<p onclick=\"f(&#x27;\\u0027&#39;)\">")
        #expect(try html("<a href=\"/&quest;{{.}}\">", "a&b") == "<a href=\"/&quest;a%26b\">")
        #expect(try html("<a href=\"/&unknown;{{.}}\">", "a/b") == "<a href=\"/&unknown;a/b\">")
    }
}
