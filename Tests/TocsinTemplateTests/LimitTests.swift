import Testing
import TocsinTemplate

/// No template can hang the process, overflow its stack or eat its memory.
@Suite struct LimitTests {
    private static let list = TemplateFunction("list", variadic: .any) { .list(Value.List($0)) }

    @Test func endlessRecursionEnds() {
        let text = failure(
            "{{define \"r\"}}{{if 1}}{{range 1}}{{template \"r\" .}}{{end}}{{end}}{{end}}{{template \"r\"}}")

        #expect(text.hasSuffix("exceeded maximum template depth (500)"))
    }

    @Test func deepRecursionIsFine() throws {
        let source =
            "{{define \"r\"}}{{with .}}{{slice . 0 1}}{{template \"r\" (slice . 1)}}{{end}}{{end}}{{template \"r\" .}}"

        #expect(try render(source, .string(String(repeating: "x", count: 100))).count == 100)
    }

    @Test func endlessLoopsEnd() {
        let limits = Limits(depth: 500, size: 8 << 20, steps: 100_000)

        #expect(failure("{{range 1000000000}}{{end}}", limits: limits).hasSuffix("exceeded 100000 steps of execution"))
        #expect(
            failure("{{range 100000}}{{range 100000}}{{end}}{{end}}", limits: limits)
                .hasSuffix("exceeded 100000 steps of execution"))
    }

    @Test func theOutputIsBounded() {
        let limits = Limits(depth: 500, size: 1000, steps: 1_000_000)

        #expect(failure("{{range 2000}}x{{end}}", limits: limits).hasSuffix("output exceeds 1000 bytes"))
        #expect(failure("{{printf \"%2000d\" 1}}", limits: limits).hasSuffix("a value exceeds 1000 bytes"))
        #expect(!failure("{{range 1000}}x{{end}}", limits: limits).contains("exceeds"))
    }

    @Test func widthsAreBounded() throws {
        #expect(try render("{{len (printf \"%1000000d\" 1)}}") == "1000000")
        #expect(try render("{{printf \"%1000000000d\" 1}}") == "%!(NOVERB)%!(EXTRA int=1)")
        #expect(try render("{{len (printf \"%.100000f\" 1.5)}}") == "100002")
        let many = String(repeating: "%1000000d", count: 20) + "\"" + String(repeating: " 1", count: 20)
        #expect(failure("{{printf \"\(many)}}").hasSuffix("a value exceeds 8388608 bytes"))
    }

    @Test func doublingAStringEnds() {
        let limits = Limits(depth: 500, size: 100_000, steps: 1_000_000)
        let text = failure("{{$x := \"0123456789\"}}{{range 64}}{{$x = print $x $x}}{{end}}", limits: limits)

        #expect(text.hasSuffix("a value exceeds 100000 bytes"))
    }

    @Test func doublingAListEnds() {
        let text = failure("{{$x := 1}}{{range 64}}{{$x = list $x $x}}{{end}}{{$x}}", functions: [Self.list])

        #expect(text.contains("a value exceeds 8388608 bytes"))
    }

    @Test func deepValuesAreRefused() {
        let text = failure("{{$x := 1}}{{range 100000}}{{$x = list $x}}{{end}}{{$x}}", functions: [Self.list])

        #expect(text.hasSuffix("a value is nested too deeply"))
    }

    @Test func collectingGarbageCostsSteps() {
        let source = "{{range 100000}}{{$x := printf \"%10000d\" 1}}{{end}}"
        let limits = Limits(depth: 500, size: 8 << 20, steps: 10_000)

        #expect(failure(source, limits: limits).hasSuffix("exceeded 10000 steps of execution"))
    }

    @Test func comparingLongStringsCostsSteps() {
        let limits = Limits(depth: 500, size: 8 << 20, steps: 10_000)
        let source =
            "{{$x := printf \"%10000dx\" 1}}{{$y := printf \"%10000dy\" 1}}{{range 1000000}}{{eq $x $y}}{{end}}"

        #expect(failure(source, limits: limits).hasSuffix("exceeded 10000 steps of execution"))
    }

    @Test func variablesInScopeAreBounded() throws {
        let some = (0..<900).map { "{{$x\($0) := \($0)}}" }.joined()
        let many = (0..<1100).map { "{{$x\($0) := \($0)}}" }.joined()

        #expect(try render(some + "{{$x17}}") == "17")
        #expect(failure(many) == "template: :1: more than 1000 variables in scope")
    }

    @Test func deepNestingIsAParseError() {
        let parentheses =
            "{{" + String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000) + "}}"
        let blocks = String(repeating: "{{if 1}}", count: 100_000)

        #expect(failure(parentheses) == "template: :1: nested more than 64 deep")
        #expect(failure(blocks) == "template: :1: nested more than 64 deep")
        #expect(failure(String(repeating: "{{block \"a\" 1}}", count: 1000)).hasSuffix("nested more than 64 deep"))
    }

    @Test func aLongElseIfChainIsNotDeep() throws {
        let source = "{{if 0}}" + String(repeating: "{{else if 0}}", count: 10_000) + "{{else}}x{{end}}"

        #expect(try render(source) == "x")
    }

    @Test func longSourcesAreFine() throws {
        #expect(try render("{{print" + String(repeating: " 1", count: 10_000) + "}}").count == 19_999)
        #expect(try render("{{1" + String(repeating: " | print", count: 10_000) + "}}") == "1")
        #expect(try render(String(repeating: "{{1}}", count: 10_000)).count == 10_000)
        #expect(failure("{{.a" + String(repeating: ".a", count: 10_000) + "}}") == "rendered: <no value>")
    }

    @Test func anErrorTextDoesNotBecomeAPage() {
        let text = failure("{{range (printf \"%100000d\" 1)}}{{end}}")

        #expect(text.utf8.count < 2000)
    }
}
