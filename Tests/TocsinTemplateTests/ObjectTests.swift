import Testing
import TocsinTemplate

@Suite struct ObjectTests {
    static let data = Value.object(Person())

    static let table: [(String, String)] = [
        ("{{.Name}} {{.Greet}} {{.Greet | len}} {{.Add 1 2}} {{2 | .Add 1}}", "ann hello ann 9 3 3"),
        ("{{.}} {{print .}}", "{ann 90s [x y] map[Sum:label a:b] 7} &{ann 90s [x y] map[Sum:label a:b] 7}"),
        (
            "{{.Age}} {{printf \"%d\" .Age}} {{if .Age}}old{{end}} {{eq .Age 90}} {{lt .Age 100}}",
            "90s 90 old true true"
        ),
        ("{{.Age.Double}} {{.Older 5}} {{.Older .Age}} {{eq .Age .Age}}", "180s 5s 90s true"),
        (
            "{{range .Tags}}<{{.}}>{{end}} {{len .Tags}} {{index .Tags 1}} {{slice .Tags 1}} {{.Tags.First}}",
            "<x><y> 2 y [y] x"
        ),
        ("{{(slice .Tags 1).First}} {{.Join .Tags}} {{.Join (slice .Tags 1)}} {{.Join nil}}|", "y x+y y |"),
        ("{{.Labels.a}} {{.Labels.nope}}| {{index .Labels \"Sum\"}} {{.Labels.Sum}}", "b | label 2"),
        ("{{range $k, $v := .Labels}}{{$k}}{{$v}}{{end}} {{len .Labels}}", "Sumlabelab 2"),
        ("{{if .}}always{{end}} {{eq .Point .Point}}", "always true"),
        ("{{printf \"%#v %v\" .Age .Age}}", "main.Seconds(90) 90s"),
        ("{{printf \"%T %T %T\" . .Age .Tags}}", "*main.Person main.Seconds main.Tags"),
    ]

    @Test(arguments: Self.table) func anObjectIsUsedAsItsGoTypeWouldBe(_ source: String, _ expected: String) throws {
        #expect(try render(source, Self.data) == expected)
    }

    static let mistakes: [(String, String)] = [
        ("{{.secret}}", "1:2: executing \"\" at <.secret>: secret is an unexported field of struct type *main.Person"),
        ("{{.Nope}}", "1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *main.Person"),
        ("{{.Name 1}}", "1:2: executing \"\" at <.Name>: Name has arguments but cannot be invoked as function"),
        ("{{.Add 1}}", "1:2: executing \"\" at <.Add>: wrong number of args for Add: want 2 got 1"),
        ("{{.Add 1 \"2\"}}", "1:9: executing \"\" at <\"2\">: expected integer; found \"2\""),
        ("{{.Add 1 .Name}}", "1:9: executing \"\" at <.Name>: wrong type for value; expected int; got string"),
        ("{{.Add 1 1.5}}", "1:9: executing \"\" at <1.5>: expected integer; found 1.5"),
        ("{{.Add nil 1}}", "1:7: executing \"\" at <nil>: cannot assign nil to int"),
        ("{{.Older \"x\"}}", "1:9: executing \"\" at <\"x\">: expected integer; found \"x\""),
        ("{{.Join \"x\"}}", "1:8: executing \"\" at <\"x\">: can't handle \"x\" for arg of type []string"),
        ("{{.Join .Name}}", "1:8: executing \"\" at <.Name>: wrong type for value; expected []string; got string"),
        ("{{.Fail}}", "1:2: executing \"\" at <.Fail>: error calling Fail: it broke"),
        ("{{len .}}", "1:2: executing \"\" at <len .>: error calling len: len of type main.Person"),
        (
            "{{index . 0}}",
            "1:2: executing \"\" at <index . 0>: error calling index: can't index item of type main.Person"
        ),
        (
            "{{eq . .}}",
            "1:2: executing \"\" at <eq . .>: error calling eq: "
                + "non-comparable type {ann 90s [x y] map[Sum:label a:b] 7}: *main.Person"
        ),
        (
            "{{range .}}{{end}}",
            "1:8: executing \"\" at <.>: range can't iterate over {ann 90s [x y] map[Sum:label a:b] 7}"
        ),
        ("{{.Age.Nope}}", "1:6: executing \"\" at <.Age.Nope>: can't evaluate field Nope in type main.Seconds"),
    ]

    @Test(arguments: Self.mistakes) func itsMistakesAreNamedAsGoNamesThem(_ source: String, _ message: String) {
        #expect(failure(source, Self.data) == "template: :\(message)")
    }
}

private struct Person: TemplateObject {
    var typeName: String { "main.Person" }
    var isPointer: Bool { true }

    var underlying: Underlying {
        .structure([
            .init("Name", "ann"), .init("Age", .object(Seconds(count: 90))),
            .init("Tags", .object(Tags(tags: ["x", "y"]))),
            .init("Labels", .object(Labels())), .init("secret", 7),
        ])
    }

    func method(_ name: String) -> TemplateFunction? {
        switch name {
        case "Greet": return TemplateFunction(name) { _ in "hello ann" }
        case "Point": return TemplateFunction(name) { _ in .object(Point()) }
        case "Fail": return TemplateFunction(name) { _ throws(TemplateError) in throw TemplateError("it broke") }
        case "Older":
            return TemplateFunction(name, [.int(named: "main.Seconds")]) { arguments in
                guard case .int(let count) = arguments[0] else { return .null }
                return .object(Seconds(count: count))
            }
        case "Join":
            return TemplateFunction(name, [.strings]) { .string(strings($0[0]).joined(separator: "+")) }
        case "Add":
            return TemplateFunction(name, [.int, .int]) { arguments in
                guard case .int(let left) = arguments[0], case .int(let right) = arguments[1] else { return .null }
                return .int(left + right)
            }
        default: return nil
        }
    }
}

/// A named integer.
private struct Seconds: TemplateObject {
    let count: Int
    var typeName: String { "main.Seconds" }
    var underlying: Underlying { .value(.int(self.count)) }
    var text: String? { "\(self.count)s" }
    var goSyntax: String? { "main.Seconds(\(self.count))" }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "Double" else { return nil }
        return TemplateFunction(name) { _ in .object(Seconds(count: self.count * 2)) }
    }
}

/// A named list that stays one when sliced.
private struct Tags: TemplateObject {
    let tags: [String]
    var typeName: String { "main.Tags" }
    var underlying: Underlying { .value(.strings(self.tags)) }

    func slice(_ range: Range<Int>) -> Value { .object(Tags(tags: Array(self.tags[range]))) }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "First" else { return nil }
        return TemplateFunction(name) { _ in self.tags.first.map(Value.string) ?? .null }
    }
}

/// A map one of whose keys is hidden by a method.
private struct Labels: TemplateObject {
    var typeName: String { "main.Labels" }
    var underlying: Underlying {
        .value(.map(Value.Map(strings: [(key: "a", value: "b"), (key: "Sum", value: "label")])))
    }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "Sum" else { return nil }
        return TemplateFunction(name) { _ in 2 }
    }
}

private struct Point: TemplateObject {
    var typeName: String { "main.Point" }
    var underlying: Underlying { .structure([.init("X", 1), .init("Y", .float(2))]) }
}
