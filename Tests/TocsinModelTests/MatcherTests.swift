import Testing

import TocsinRegex

@testable import TocsinModel

@Suite struct MatcherTests {
    @Test(arguments: [
        ("a", "b", #"a="b""#),
        ("a", "x\ny\"z\\\t", "a=\"x\\ny\\\"z\\\\\t\""),
        ("foo bar", "x\ty", #""foo bar"="x\ty""#),
        ("a{b", "\u{a0}\u{e9}", "\"a{b\"=\"\\u00a0\u{e9}\""),
        ("\u{e9}.-", "b", "\u{e9}.-=\"b\""),
    ])
    func aMatcherPrintsItsNameBareWhereItCan(name: String, value: String, printed: String) {
        #expect(Matcher(name: name, equals: value).description == printed)
    }

    @Test func matchersAreOrderedByNameThenValueThenKind() throws {
        let sorted = [
            try Matcher(name: "a", kind: .notRegex, value: "0"),
            Matcher(name: "a", equals: "1"),
            try Matcher(name: "a", kind: .notEqual, value: "1"),
            try Matcher(name: "a", kind: .regex, value: "1"),
            try Matcher(name: "a", kind: .notRegex, value: "1"),
            Matcher(name: "b", equals: "0"),
            // By bytes: 65 cc 81 comes before c3 a9, though the characters look the same.
            Matcher(name: "e\u{301}", equals: ""),
            Matcher(name: "\u{e9}", equals: ""),
        ]

        #expect(sorted.reversed().sorted() == sorted)
        #expect(Set(sorted).count == sorted.count)
        #expect(!(sorted[0] < sorted[0]))
    }

    @Test func matchersOfDifferentBytesAreDifferent() {
        let pairs = [("a", "\u{e9}"), ("a", "e\u{301}"), ("a\u{e9}", ""), ("ae\u{301}", "")]

        #expect(Set(pairs.map { Matcher(name: $0.0, equals: $0.1) }).count == 4)
        #expect(!Matcher(name: "a", equals: "\u{e9}").matches(["a": "e\u{301}"]))
    }

    @Test(arguments: Matcher.Kind.allCases)
    func theJSONFormHoldsTheKind(kind: Matcher.Kind) throws {
        let matcher = try Matcher(name: "a", kind: kind, value: "b")

        let again = try Matcher(name: "a", value: "b", isRegex: matcher.isRegex, isEqual: matcher.isEqual)

        #expect(again == matcher)
        #expect(again.kind == kind)
    }

    @Test func matchRePrintsItsAnchors() throws {
        let matcher = try Matcher(name: "svc", anchoring: "foo.*")

        #expect(matcher.description == #"svc=~"^(?:foo.*)$""#)
        #expect(matcher.matches(["svc": "foobar"]))
        #expect(!matcher.matches(["svc": "xfoo"]))
        let error = MatcherError.invalidPattern("error parsing regexp: missing closing ): `^(?:()$`")
        #expect(throws: error) { try Matcher(name: "svc", anchoring: "(") }
    }

    @Test(arguments: [
        // kind, value, then what passes: no label, an empty one, one that is `x`
        (Matcher.Kind.equal, "", [true, true, false]), (.equal, "x", [false, false, true]),
        (.notEqual, "", [false, true, true]), (.notEqual, "x", [true, true, false]),
        (.regex, "", [true, true, false]), (.regex, "x", [false, false, true]),
        (.notRegex, "", [false, true, true]), (.notRegex, "x", [true, true, false]),
        (.regex, ".*", [true, true, true]), (.notRegex, ".+", [true, true, false]),
    ])
    func aFilterWithAnEmptyValueAsksWhetherThereIsALabel(kind: Matcher.Kind, value: String, passes: [Bool]) throws {
        let matcher = try Matcher(name: "a", kind: kind, value: value)

        #expect([nil, "", "x"].map { matcher.passesFilter(value: $0) } == passes)
        #expect([[:], ["a": ""], ["a": "x"]].map { matcher.passesFilter($0) } == passes)
        #expect([matcher].passFilter(["a": "x"]) == passes[2])
    }

    @Test func onlyMatchersThatSelectRefuseAnEmptyValue() throws {
        #expect(Matcher(name: "a", equals: "").acceptsEmptyValue)
        #expect(try Matcher(name: "a", kind: .regex, value: ".*").acceptsEmptyValue)
        #expect(!Matcher(name: "a", equals: "b").acceptsEmptyValue)
        #expect(try !Matcher(name: "a", kind: .regex, value: ".+").acceptsEmptyValue)
        #expect(try !Matcher(name: "a", kind: .notEqual, value: "b").acceptsEmptyValue)
        #expect(try !Matcher(name: "a", kind: .notRegex, value: "b").acceptsEmptyValue)
    }

    @Test func aPatternThatNeedsTheAnchorsIsNoneByItself() throws {
        let matcher = try Matcher(name: "a", kind: .regex, value: "b)|(c")

        let error = MatcherError.invalidPattern("error parsing regexp: unexpected ): `b)|(c`")
        #expect(throws: error) { try matcher.checkPattern() }
        try Matcher(name: "a", kind: .regex, value: "b|c").checkPattern()
        try Matcher(name: "a", kind: .notEqual, value: "b)|(c").checkPattern()
    }

    @Test func aPatternOfTooManyInstructionsIsNoneForASilence() throws {
        let hostile = try Matcher(name: "a", kind: .regex, value: "(?:.?.?){1000}")
        let hosts = (0..<500).map { "host-\($0).example" }.joined(separator: "|")

        #expect(hostile.complexity > Matcher.maximumRequestComplexity)
        #expect(throws: MatcherError.self) { try hostile.checkPattern() }
        try Matcher(name: "a", kind: .regex, value: hosts).checkPattern()
        #expect(Matcher(name: "a", equals: hosts).complexity == 0)
    }

    @Test(arguments: [
        "", "a", "a|b", "a||b", "|", "|a", "a|", "^(?:a|b)$", "^(?:)$", "^(?:a", "a)$", "\u{e9}|\n", "a b", "a-b/c:d",
        "0|1|2|3|4|5|6|7", "0|1|2|3|4|5|6|7|8", "a.b", "^(?:a)|(?:b)$",
    ])
    func aListOfPlainTextsMatchesAsItsRegularExpression(pattern: String) throws {
        let subjects = [
            "", "a", "b", "ab", "a|b", "|", "\u{e9}", "e\u{301}", "\n", "a b", "a-b/c:d", "7", "8", "axb", "a)$",
        ]
        let regex: Regex
        do {
            regex = try Regex(pattern)
        } catch {
            #expect(throws: MatcherError.invalidPattern(error.description)) {
                try Matcher(name: "a", kind: .regex, value: pattern)
            }
            return
        }
        let matcher = try Matcher(name: "a", kind: .regex, value: pattern)

        for subject in subjects {
            #expect(matcher.matches(["a": subject]) == regex.matches(subject), "\(subject.debugDescription)")
        }
    }

    @Test func anAbsentLabelIsEmpty() throws {
        let labels: LabelSet = ["b": "x"]

        #expect(Matcher(name: "a", equals: "").matches(labels))
        #expect(try Matcher(name: "a", kind: .regex, value: ".*").matches(labels))
        #expect(try Matcher(name: "a", kind: .notEqual, value: "x").matches(labels))
        #expect(try !Matcher(name: "a", kind: .notRegex, value: "x*").matches(labels))
    }

    @Test func allMatchersOfAListMustMatch() throws {
        let list = [Matcher(name: "a", equals: "1"), try Matcher(name: "b", kind: .notEqual, value: "2")]

        #expect(list.match(["a": "1"]))
        #expect(!list.match(["a": "1", "b": "2"]))
        #expect([Matcher]().match(["a": "1"]))
        #expect([Matcher]().bracedText == "{}")
    }
}

@Suite struct GoQuoteTests {
    @Test(arguments: [
        ("", #""""#),
        ("Disk <full>", #""Disk <full>""#),
        ("\u{7}\u{8}\u{c}\n\r\t\u{b}", #""\a\b\f\n\r\t\v""#),
        ("\"\\'`", #""\"\\'`""#),
        ("\u{0}\u{1b}\u{7f}", #""\x00\x1b\x7f""#),
        ("\u{e9}\u{65e5}\u{1f525}\u{fffd}e\u{301}", "\"\u{e9}\u{65e5}\u{1f525}\u{fffd}e\u{301}\""),
        ("\u{80}\u{a0}\u{ad}\u{200b}\u{2028}\u{feff}\u{e000}", #""\u0080\u00a0\u00ad\u200b\u2028\ufeff\ue000""#),
        ("\u{e0001}\u{10ffff}", #""\U000e0001\U0010ffff""#),
    ])
    func textIsQuotedAsGoDoes(text: String, quoted: String) {
        #expect(GoQuote.quote(text) == quoted)
        #expect(GoQuote.unquote(quoted) == text)
    }

    @Test(arguments: [
        "", "\"", "a", "\"a", "a\"", "'a'", "`a`", "\"a\"b\"", "\"\\\"", "\"\\q\"", "\"\\x1\"", "\"\\08\"", "\"\\777\"",
        "\"\\u12\"", "\"\\uD800\"", "\"\\U00110000\"", "\"\\Uffffffff\"", "\"\n\"", "\"\\x\u{e9}\"",
    ])
    func whatIsNoLiteralIsNotUnquoted(literal: String) {
        #expect(GoQuote.unquote(literal) == nil)
    }
}
