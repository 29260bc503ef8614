import Testing

import TocsinModel

@Suite struct MatcherParsingTests {
    @Test(arguments: [
        ("", "{}"),
        ("{}", "{}"),
        (" { } ", "{}"),
        ("a=b", #"{a="b"}"#),
        ("{a=b,}", #"{a="b"}"#),
        ("a=b,c!=d , e=~f.+,g!~h", #"{a="b",c!="d",e=~"f.+",g!~"h"}"#),
        ("\u{a0}a\u{2003}=\u{2003}b\u{3000}", #"{a="b"}"#),
        (#""foo bar"="a\tb""#, #"{"foo bar"="a\tb"}"#),
        (#"a="""#, #"{a=""}"#),
        (#"""="x""#, #"{="x"}"#),
        (#"a="\x41\101\u00e9\U0001F525\a\\\"""#, "{a=\"AA\u{e9}\u{1f525}\u{7}\\\\\\\"\"}"),
        (#"a="\xc3\xa9""#, "{a=\"\u{e9}\"}"),
        ("a=:%;x", #"{a=":%;x"}"#),
    ])
    func theStrictSyntaxReads(text: String, printed: String) throws {
        let parsed = try MatcherSyntax.utf8Strict.matchers(in: text)

        #expect(parsed.value.bracedText == printed)
        #expect(parsed.warning == nil)
    }

    @Test(arguments: [
        ("a=", "end of input: expected label value"),
        ("a", "end of input: expected an operator such as '=', '!=', '=~' or '!~'"),
        (",", "0:1: unexpected ,: expected label name"),
        ("{,}", "1:2: unexpected ,: expected label name"),
        ("{{", "1:2: unexpected {: expected label name"),
        ("a=b,,", "4:5: unexpected ,: expected a matcher or close brace after comma"),
        ("a=b}", "0:4: }: expected opening brace"),
        ("}", "0:1: }: expected opening brace"),
        ("{a=b", "0:4: end of input: expected close brace"),
        ("{ ", "0:2: end of input: expected close brace"),
        ("a=b c", "4:5: unexpected c: expected a comma or close brace"),
        ("{a=b}x", "5:6: x: expected end of input"),
        (#"{foo="abc"#, #"5:9: "abc: missing end ": expected label value"#),
        ("a=b,!", "4:5: unexpected end of input, expected one of '=~': expected a matcher or close brace after comma"),
        ("a!b", "1:2: !: expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'"),
        ("'a'=b", "0:1: ': invalid input"),
        ("a='b'", "2:3: ': invalid input: expected label value"),
        (#"a=\d"#, #"2:3: \: invalid input: expected label value"#),
        (#"a="\d""#, #"2:6: "\d": invalid input"#),
        (#"a="\'""#, #"2:6: "\'": invalid input"#),
        (#"a="\ud800""#, #"2:10: "\ud800": invalid input"#),
        (#"a="\400""#, #"2:8: "\400": invalid input"#),
        (#"a="\x4""#, #"2:7: "\x4": invalid input"#),
        (#"a="\xff""#, #"2:8: "\xff": invalid input"#),
        ("a=\"x\ny\"", "2:7: \"x\ny\": invalid input"),
        ("\u{e9}\u{1f525}=\u{e9} x", "5:6: unexpected x: expected a comma or close brace"),
        ("a=~(", "failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`"),
    ])
    func theStrictSyntaxSaysWhereItFails(text: String, error: String) {
        #expect(self.failure(of: text, as: .utf8Strict) == error)
    }

    @Test(arguments: [
        ("", "no matchers"),
        ("a=b,c=d", "expected 1 matcher, found 2"),
        ("{a=b}", "unexpected open or close brace: {a=b}"),
        ("foo=~a{2}", "unexpected open or close brace: foo=~a{2}"),
    ])
    func aSingleMatcherIsOneWithoutBraces(text: String, error: String) throws {
        #expect(throws: MatcherError.invalidSyntax(error)) { try MatcherSyntax.utf8Strict.matcher(in: text) }
        #expect(try MatcherSyntax.utf8Strict.matcher(in: #"foo=~"a{2}""#).value.value == "a{2}")
    }

    private func failure(of text: String, as syntax: MatcherSyntax) -> String? {
        do {
            let parsed = try syntax.matchers(in: text)
            Issue.record("\(text) reads as \(parsed.value.bracedText)")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func whatOnlyTheClassicSyntaxKnowsIsTakenWithASuggestion() throws {
        let parsed = try MatcherSyntax.fallback.matchers(in: #"{a=~\d+,b=}"#)

        #expect(parsed.value.bracedText == #"{a=~"\\d+",b=""}"#)
        let reason = #"4:5: \: invalid input: expected label value"#
        let warning = MatcherWarning.fallback(input: #"{a=~\d+,b=}"#, reason: reason, suggestion: #"{a=~"\\d+",b=""}"#)
        #expect(parsed.warning == warning)
        #expect(try MatcherSyntax.utf8Strict.matchers(in: #"{a=~"\\d+",b=""}"#).value == parsed.value)
        #expect(parsed.warning?.description.contains(#"write them as "{a=~\"\\\\d+\",b=\"\"}""#) == true)
    }

    @Test func whereBothSyntaxesDisagreeTheClassicMeaningCounts() throws {
        let parsed = try MatcherSyntax.fallback.matcher(in: #"a="x\ty""#)

        #expect(parsed.value.value == #"x\ty"#)
        #expect(parsed.warning == .disagreement(input: #"a="x\ty""#, suggestion: #"a="x\\ty""#))
        #expect(try MatcherSyntax.utf8Strict.matcher(in: #"a="x\ty""#).value.value == "x\ty")
    }

    @Test func whereBothSyntaxesFailTheClassicErrorIsTold() {
        #expect(self.failure(of: "a b c", as: .fallback) == "bad matcher format: a b c")
    }

    @Test func whereBothSyntaxesAgreeThereIsNoWarning() throws {
        #expect(try MatcherSyntax.fallback.matchers(in: #"{a="b",c=~"d|e"}"#).warning == nil)
    }

    @Test func bytesThatAreNotUTF8AreNoValue() throws {
        let bytes = Array("a=b".utf8) + [0xFF, 0xC3]

        #expect(throws: MatcherError.self) { try MatcherSyntax.utf8Strict.matcher(in: bytes) }
        #expect(throws: MatcherError.invalidSyntax("matcher value not valid UTF-8: b\u{fffd}\u{fffd}")) {
            try MatcherSyntax.classic.matcher(in: bytes)
        }
        #expect(try MatcherSyntax.classic.matchers(in: bytes).value[0].value == "b\u{fffd}\u{fffd}")
    }

    @Test(
        arguments: [
            // An overlong form, half of a pair, a cut character, and one beyond the last: each byte counts for itself.
            ([0xE0, 0x9F, 0xBF], 3), ([0xED, 0xA0, 0x80], 3), ([0xF0, 0x9F, 0x94], 3), ([0xF4, 0x90, 0x80, 0x80], 4),
            ([0xC1, 0x80], 2), ([0x80], 1),
        ] as [([UInt8], Int)])
    func aClassicListReplacesEachByteThatIsNotUTF8(bytes: [UInt8], count: Int) throws {
        let parsed = try MatcherSyntax.classic.matchers(in: Array("a=".utf8) + bytes + Array("\u{1f525}".utf8))

        #expect(parsed.value[0].value == String(repeating: "\u{fffd}", count: count) + "\u{1f525}")
    }

    @Test func theClassicSyntaxTrimsTheWhiteSpaceOfRegularExpressions() throws {
        #expect(try MatcherSyntax.classic.matcher(in: "\u{c}\t\r\n a\u{c}=\u{c}x\u{c}").value.value == "x")
        #expect(try MatcherSyntax.classic.matcher(in: "a=x\u{b}").value.value == "x\u{b}")
        #expect(throws: MatcherError.invalidSyntax("bad matcher format: \u{b}a=x")) {
            try MatcherSyntax.classic.matcher(in: "\u{b}a=x")
        }
    }

    @Test func aBackslashBeforeACommaStaysPendingInTheClassicSyntax() {
        let error = #"matcher value contains unescaped double quote: "x\,",b=c"#

        #expect(self.failure(of: #"a="x\,",b=c"#, as: .classic) == error)
    }

    @Test(arguments: [MatcherSyntax.fallback, .classic, .utf8Strict])
    func aTextHasALimitedNumberOfMatchers(syntax: MatcherSyntax) throws {
        let most = Array(repeating: "a=b", count: MatcherSyntax.maximumCount).joined(separator: ",")

        #expect(try syntax.matchers(in: most).value.count == MatcherSyntax.maximumCount)
        #expect(throws: MatcherError.tooLarge("more than 1000 matchers")) {
            try syntax.matchers(in: most + ",a=b,a=b")
        }
    }

    @Test func aTextHasALimitedLength() {
        let text = "a=" + String(repeating: "b", count: MatcherSyntax.maximumLength)

        #expect(throws: MatcherError.tooLarge("matchers of more than 1048576 bytes")) {
            try MatcherSyntax.fallback.matcher(in: text)
        }
    }

    @Test(arguments: [
        ("a", true, true), ("_a9", true, true), ("", false, false), ("9a", false, true), ("a:b", false, true),
        ("a-b", false, true), ("\u{e9}", false, true),
    ])
    func theSyntaxDecidesWhichLabelNamesAreValid(name: String, classic: Bool, utf8: Bool) {
        #expect(MatcherSyntax.classic.allowsLabelName(name) == classic)
        #expect(MatcherSyntax.isClassicLabelName(name) == classic)
        #expect(MatcherSyntax.fallback.allowsLabelName(name) == utf8)
        #expect(MatcherSyntax.utf8Strict.allowsLabelName(name) == utf8)
    }

    @Test func everyPrefixOfAnOddTextIsReadOrRefused() throws {
        let text = Array(#"{"a\"\u00e9"=~"x\\d",föö!=`b`,c!~d\,"e}",g='h'}🔥="\U0010ffff" }"#.utf8)

        for end in 0...text.count {
            for syntax in [MatcherSyntax.fallback, .classic, .utf8Strict] {
                let outcome = Result { () throws(MatcherError) in try syntax.matchers(in: Array(text[..<end])).value }
                // What can be read can be printed and read again, in the strict syntax too.
                if case .success(let read) = outcome {
                    #expect(try MatcherSyntax.utf8Strict.matchers(in: read.bracedText).value == read)
                }
            }
        }
    }
}
