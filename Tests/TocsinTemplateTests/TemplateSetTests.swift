import Testing
import TocsinTemplate

@Suite struct TemplateSetTests {
    @Test func aLaterFileOverridesAnEarlierOne() throws {
        var set = TemplateSet()
        try set.add("{{define \"a\"}}one{{end}}{{define \"b\"}}{{template \"a\"}}!{{end}}", name: "1.tmpl")
        try set.add("{{define \"a\"}}two{{end}}", name: "2.tmpl")

        #expect(try set.render(set.compile("{{template \"b\"}}"), data: .null) == "two!")
        #expect(set.names == ["1.tmpl", "2.tmpl", "a", "b"])
    }

    @Test func anEmptyRedefinitionOverridesNothing() throws {
        var set = TemplateSet()
        try set.add("{{define \"a\"}}one{{end}}", name: "1.tmpl")
        try set.add("{{define \"a\"}} \n {{/* nothing */}}{{end}}", name: "2.tmpl")

        #expect(try set.render(set.compile("{{template \"a\"}}"), data: .null) == "one")
        #expect(try set.render(set.compile("{{define \"a\"}} {{end}}{{template \"a\"}}"), data: .null) == "one")
    }

    @Test func anEmptyDefinitionIsOneNevertheless() throws {
        var set = TemplateSet()
        try set.add("{{define \"a\"}}{{end}}", name: "1.tmpl")

        #expect(set.defines("a"))
        #expect(try set.render(set.compile("[{{template \"a\"}}]"), data: .null) == "[]")
    }

    @Test func aFileIsATemplateUnderItsName() throws {
        var set = TemplateSet()
        try set.add("Hello {{ . }}", name: "hello.tmpl")

        #expect(try set.render(set.compile("{{template \"hello.tmpl\" .}}"), data: "ann") == "Hello ann")
    }

    @Test func aSettingsDefinitionsCountForTheSetsTemplatesToo() throws {
        var set = TemplateSet()
        try set.add("{{define \"title\"}}{{template \"subject\"}}{{end}}{{define \"subject\"}}s{{end}}", name: "f")

        let own = try set.compile("{{define \"subject\"}}mine{{end}}{{template \"title\"}}")
        let other = try set.compile("{{template \"title\"}}")

        #expect(try set.render(own, data: .null) == "mine")
        #expect(try set.render(other, data: .null) == "s")
    }

    @Test func aCopyDoesNotChangeTheOriginal() throws {
        var set = TemplateSet()
        try set.add("{{define \"a\"}}one{{end}}", name: "1")
        let template = try set.compile("{{template \"a\"}}")
        var copy = set
        try copy.add("{{define \"a\"}}two{{end}}", name: "2")

        #expect(try set.render(template, data: .null) == "one")
        #expect(try copy.render(template, data: .null) == "two")
    }

    @Test func aReplacedFunctionCountsForTemplatesThatAreCompiledAlready() throws {
        var table = FunctionTable.builtins
        table.add(TemplateFunction("hour") { _ in 0 })
        var set = TemplateSet(functions: table)
        let template = try set.compile("{{ hour }}")

        set.replace(TemplateFunction("hour") { _ in 13 })

        #expect(try set.render(template, data: .null) == "13")
    }

    @Test func aFileThatFailsChangesNothing() throws {
        var set = TemplateSet()

        #expect(throws: TemplateError.self) { try set.add("{{define \"a\"}}x{{end}}{{end}}", name: "bad") }
        #expect(set.names.isEmpty)
    }

    @Test func oneFileMayNotDefineANameTwice() {
        var set = TemplateSet()

        let error = #expect(throws: TemplateError.self) {
            try set.add("{{define \"a\"}}1{{end}}\n{{define \"a\"}}2{{end}}", name: "f.tmpl")
        }
        #expect(error?.description == "template: f.tmpl:2: template: multiple definition of template \"a\"")
    }

    @Test func callsOfUnknownTemplatesAreFoundWithoutRendering() throws {
        var set = TemplateSet()
        try set.add("{{define \"a\"}}{{if false}}{{template \"nope\"}}{{end}}{{end}}", name: "f.tmpl")
        let template = try set.compile(
            "{{template \"a\"}}\n  {{block \"b\" .}}{{template \"b\"}}{{template `gone` .}}{{end}}")

        #expect(set.unresolvedCalls == [TemplateCall(name: "nope", source: "f.tmpl", line: 1, column: 37)])
        #expect(set.unresolvedCalls(in: template) == [TemplateCall(name: "gone", source: "", line: 2, column: 44)])
    }

    @Test func aBlockIsADefinitionAndACall() throws {
        #expect(try render("{{block \"b\" 1}}<{{.}}>{{end}}{{template \"b\" 2}}") == "<1><2>")
    }

    @Test func aTemplateKnowsWhetherItIsEmpty() throws {
        let set = TemplateSet()

        #expect(try set.compile("").isEmpty)
        #expect(try set.compile(" {{/* c */}}\n{{define \"x\"}}y{{end}}").isEmpty)
        #expect(try !set.compile("{{.}}").isEmpty)
        #expect(try set.compile("{{define \"x\"}}y{{end}}", name: "n").names == ["n", "x"])
    }

    @Test func everyBuiltinHasADocumentationAndAnExampleThatParses() throws {
        let functions = FunctionTable.builtins.sorted

        #expect(
            functions.map(\.name) == [
                "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print",
                "printf", "println", "slice", "urlquery",
            ])
        for function in functions {
            #expect(!function.doc.isEmpty)
            #expect(throws: Never.self) { try TemplateSet().compile("{{ $n := 1 }}" + function.example) }
        }
    }
}
