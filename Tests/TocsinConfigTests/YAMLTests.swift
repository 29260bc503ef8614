import Testing
import TocsinConfig
import TocsinCore
import TocsinModel

/// What the file format itself can do, seen through configurations.
@Suite struct YAMLTests {
    private static let tail = "receivers:\n- name: r\n"

    @Test func anchorsAliasesAndMergeKeysWork() throws {
        let text = """
            receivers:
            - &base
              name: r
              webhook_configs: &hooks
              - &hook {url: 'http://a/', send_resolved: false}
              - {<<: *hook, url: 'http://b/'}
            - {<<: *base, name: s}
            - name: t
              webhook_configs: *hooks
            route:
              receiver: r
            """
        let configuration = try Sample.load(text)

        #expect(configuration.receivers.count == 6)
        #expect(configuration.routing.integrations["s"]?.map(\.sendResolved) == [false, false])
        let keys = configuration.routing.integrations.mapValues { $0.map(\.key.destination) }
        #expect(keys["r"] == keys["t"])
        #expect(keys["r"]?[0] != keys["r"]?[1])
    }

    @Test func onlyTheFirstDocumentIsRead() throws {
        let text = "---\nroute: {receiver: r}\n\(Self.tail)---\nnonsense: [\n"

        #expect(try Sample.load(text).routing.routes.count == 1)
    }

    @Test func aByteOrderMarkAndWindowsLineEndsAreNoMatter() {
        #expect(Sample.mistakes(in: "\u{FEFF}route:\r\n  receiver: r\r\nreceivers:\r\n- name: r\r\n") == [])
    }

    @Test(arguments: ["yes", "Yes", "on", "ON", "y", "true", "True", "TRUE"])
    func theOldWordsForTrueAreUnderstood(word: String) throws {
        let text =
            """
            route: {receiver: r}
            receivers: [{name: r, slack_configs: [{api_url: 'http://h', send_resolved: \(word)}]}]
            """

        #expect(try Sample.load(text).routing.integrations["r"]?.map(\.sendResolved) == [true])
    }

    @Test func aQuotedWordIsNoBoolean() {
        let text = "route: {receiver: r, continue: 'no'}\n\(Self.tail)"

        #expect(Sample.mistakes(in: text) == [#"a.yml:1:32: `continue` must be true or false: "no""#])
    }

    @Test(arguments: [
        ("1", "1"), ("1.50", "1.50"), ("true", "true"), ("0x1F", "0x1F"), ("2001-01-01", "2001-01-01"),
        ("1:30", "1:30"),
        ("'*'", "*"), ("a*b", "a*b"), ("\"*a\"", "*a"), (".inf", ".inf"), ("!!binary aGk=", "hi"), ("!!str 5", "5"),
    ])
    func aTextFieldKeepsTheSourceText(written: String, read: String) throws {
        let text = "route: {receiver: r, routes: [{match: {a: \(written)}}]}\n\(Self.tail)"

        #expect(try Sample.load(text).routing.routes[1].matchers.map(\.value) == [read])
    }

    @Test func theColumnOfAMistakeCountsCharactersAfterAStar() {
        let text = "route: {receiver: '**\u{E9}*', grup: 1}\n\(Self.tail)"

        #expect(
            Sample.mistakes(in: text) == [
                #"a.yml:1:19: undefined receiver "**\#u{E9}*" used in route"#,
                "a.yml:1:27: unknown key `grup` in route",
            ]
        )
    }

    @Test func aliasesThatStandForBillionsOfValuesAreRefusedAtOnce() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }

        for end in ["", "? *a20\n: x\n", "*a20 : x\n", "b: {<<: [*a20]}\n"] {
            let mistakes = Sample.mistakes(in: text + end)
            #expect(mistakes.count == 1)
            #expect(try #require(mistakes.first).hasSuffix("the file holds more than 500000 values, aliases included"))
        }
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "a:\n ", "[a, ", "{? "])
    func depthIsBounded(unit: String) {
        #expect(!Sample.mistakes(in: String(repeating: unit, count: 20_000)).isEmpty)
    }

    @Test func anAnchorInsideItselfIsUnknown() {
        #expect(
            Sample.mistakes(in: "a: &a [*a]") == ["a.yml:1:8: unknown anchor; put text that begins with a * in quotes"])
    }

    @Test func aFileThatIsTooLargeIsRefused() {
        let text = "route: {receiver: r}\n\(Self.tail)# "

        #expect(Sample.mistakes(in: text + String(repeating: "x", count: 1000)) == [])
        #expect(
            Sample.mistakes(in: text + String(repeating: "x", count: 4 << 20))
                == ["a.yml:1:1: the file is larger than 4 MiB"]
        )
    }
}
