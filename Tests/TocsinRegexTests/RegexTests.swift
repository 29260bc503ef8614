import Testing

@testable import TocsinRegex

@Suite struct RegexTests {
    @Test(arguments: [
        ("a.b", "a\nb", false), ("(?s)a.b", "a\nb", true),
        ("a$", "a\n", false), ("(?m)a$", "a\n", false), ("(?m)a$\n", "a\n", true),
        ("a|ab", "ab", true), ("a)|(b", "ax", true), ("(?U)a+", "aaa", true),
        (#"\d+"#, "12", true), (#"\d+"#, "\u{663}", false), (#"\pL+"#, "\u{e9}\u{65e5}", true),
        (#"\Qa.(b\E"#, "a.(b", true), (#"[[:alpha:](]+"#, "a(", true), ("x{2,3}", "xxx", true),
        ("(?i)k", "\u{212a}", true), (#"a\z"#, "a", true), ("", "", true), ("", "a", false),
    ])
    func aWholeTextMatchesAsInGo(pattern: String, text: String, matches: Bool) throws {
        #expect(try Regex(pattern).matches(text) == matches)
    }

    @Test func aPatternMayMatchAnywhere() throws {
        let regex = try Regex("b+", matching: .anywhere)

        #expect(regex.matches("abbc"))
        #expect(regex.firstMatch(in: "abbc") == [1..<3])
        #expect(!regex.matches("ac"))
        #expect(regex.firstMatch(in: "ac") == nil)
    }

    @Test func groupsAreFoundByNumber() throws {
        let regex = try Regex("(?P<a>x)|(?<b>y)(z)?(?:w)", matching: .anywhere)

        #expect(regex.groupNames == [nil, "a", "b", nil])
        #expect(regex.firstMatch(in: "--yw") == [2..<4, nil, 2..<3, nil])
    }

    @Test(
        arguments: [
            ("(?<a>x)(?<b>y)", [nil, "a", "b"]),
            ("(?<a>x)(?P<a>y)", [nil, "a", "a"]),
            (#"[(?<a>x)]+"#, [nil]),
            (#"[](?<a>x)]+"#, [nil]),
            (#"[^](?<a>x)]+"#, [nil]),
            (#"[[:alpha:](?<a>)]"#, [nil]),
            (#"[\](?<a>)]"#, [nil]),
            (#"\Q(?<a>x)\E(?<b>y)"#, [nil, "b"]),
            (#"\(?<a>(y)"#, [nil, nil]),
            (#"(?i:(?<a>x))"#, [nil, "a"]),
        ] as [(String, [String?])])
    func namedGroupsAreKnownWhereverTheyAreGroups(pattern: String, names: [String?]) throws {
        let regex = try Regex(pattern)

        #expect(regex.groupNames == names)
        #expect(regex.groupCount == names.count - 1)
    }

    @Test(arguments: [
        ("(", "error parsing regexp: missing closing ): `(`"),
        ("(?<a>(", "error parsing regexp: missing closing ): `(?<a>(`"),
        ("a)", "error parsing regexp: unexpected ): `a)`"),
        ("[a", "error parsing regexp: missing closing ]: `[a`"),
        ("a\\", "error parsing regexp: trailing backslash at end of expression: ``"),
        ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
        ("a**", "error parsing regexp: invalid nested repetition operator: `**`"),
        ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
        ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
        ("(?<=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?<`"),
        (#"\C"#, #"error parsing regexp: invalid escape sequence: `\C`"#),
        (#"(a)\1"#, #"error parsing regexp: invalid escape sequence: `\1`"#),
        (#"\pX"#, #"error parsing regexp: invalid character class range: `\pX`"#),
        ("[b-a]", "error parsing regexp: invalid character class range: `b-a`"),
        ("(?P<\u{e9}>a)", "error parsing regexp: invalid named capture: `(?P<\u{e9}>`"),
        ("(?P<a b>a)", "error parsing regexp: invalid named capture: `(?P<a b>`"),
        ("(?P<>a)", "error parsing regexp: invalid named capture: `(?P<>`"),
    ])
    func aBadPatternIsRefusedInGosWords(pattern: String, message: String) {
        let outcome = Result { () throws(RegexError) in try Regex(pattern, matching: .anywhere) }

        switch outcome {
        case .success: Issue.record("must be refused")
        case .failure(let error): #expect(error.description == message)
        }
    }

    // MARK: - Limits

    @Test func aPatternHasALimitedLength() throws {
        let most = String(repeating: "a", count: Regex.maximumPatternLength)

        #expect(try Regex(most).matches(most))
        #expect(throws: RegexError(.tooLong, about: "")) { try Regex(most + "a") }
    }

    @Test func aPatternThatCompilesToTooMuchIsRefused() {
        #expect(throws: RegexError(.tooLarge, about: "")) { try Regex(#"(?:\pL{1000}){1}\pL{1000}"#) }
        #expect(throws: RegexError.self) { try Regex("((a{100}){100}){100}") }
    }

    @Test func groupsHaveALimitedDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }

        #expect(try Regex(nested(998)).matches("a"))
        #expect(throws: RegexError(.nestsTooDeeply, about: "^(?:\(nested(999)))$")) { try Regex(nested(999)) }
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)*(.*)*(.*)*b"])
    func aLongTextIsMatchedInLinearTime(pattern: String) throws {
        let text = String(repeating: "a", count: 100_000) + "!"

        #expect(try !Regex(pattern).matches(text))
        #expect(try !Regex(pattern, matching: .anywhere).matches(text))
    }

    @Test func aTextThatOutgrowsTheCacheIsMatchedAllTheSame() throws {
        // Each byte leads to a state that was not seen before, until the memory of the automaton is used up.
        var state: UInt32 = 1
        let text = (0..<20_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 31 == 0 ? "a" : "b"
        }.joined()
        let regex = try Regex("[ab]*a[ab]{100}c")

        #expect(!regex.matches(text))
        #expect(regex.matches(text + "a" + String(repeating: "b", count: 100) + "c"))
    }

    @Test func aTextThatIsNotUTF8IsNoMatchAndNoHarm() throws {
        let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0x00]

        for end in 0...bytes.count {
            try bytes[..<end].withUnsafeBytes { text in
                for pattern in [".*", "(?s).*", "a.*", #"\pL+"#, "[^a]", "", #"\x00"#] {
                    for extent in [Regex.Extent.whole, .anywhere] {
                        let regex = try Regex(pattern, matching: extent)
                        #expect(regex.matches(text) == (regex.firstMatch(in: text, from: 0) != nil))
                    }
                }
            }
        }
        #expect(throws: RegexError(.invalidUTF8, about: "\u{fffd}b)$")) { try Regex(bytes: [0x61, 0xFF, 0x62]) }
    }

    @Test func oneExpressionServesManyTasks() async throws {
        let regex = try Regex("(?:[a-z]+-)+[0-9]+")

        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<1_000).count { regex.matches("some-host-\($0)") && !regex.matches("\(task)-host-\($0)!") }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(counts == Array(repeating: 1_000, count: 8))
    }
}

@Suite struct RegexReplacementTests {
    @Test(arguments: [
        // pattern, text, template, result
        ("b+", "abbcb", "x", "axcx"),
        ("(a)(b)?", "ab-a", "<$1|$2>", "<a|b>-<a|>"),
        ("(a)", "a", "$1x", ""),
        ("(a)", "a", "${1}x", "ax"),
        ("(?P<n>a)", "a", "$n-${n}-$nn", "a-a-"),
        ("(?<n>a)|(?<n>b)", "ab", "[$n]", "[a][b]"),
        ("a", "a", "$$1$", "$1$"),
        ("a", "a", "${0", "${0"),
        ("a", "a", "${}$-", "${}$-"),
        ("(a)", "a", "$01$00", ""),
        ("(a)", "a", "$9$99999999999999999999", ""),
        ("a", "bab", "$0$0", "baab"),
        ("", "ab", "-", "-a-b-"),
        ("", "\u{e9}\u{65e5}\u{1f525}x", "-", "-\u{e9}-\u{65e5}-\u{1f525}-x-"),
        ("b*", "abb", "-", "-a-"),
        ("a*", "baac", "x", "xbxcx"),
        ("^a", "aaa", "b", "baa"),
        (#"\ba"#, "aa a", "b", "ba b"),
        ("x", "", "y", ""),
        ("", "", "y", "y"),
        ("(?i)A", "a", "$\u{e9}x.", "."),
        ("(é)", "é", "$1é$1", "é"),
    ])
    func matchesAreReplacedAsInGo(pattern: String, text: String, template: String, result: String) throws {
        let regex = try Regex(pattern, matching: .anywhere)

        #expect(try regex.replaceAll(in: text, with: template) == result)
    }

    @Test(arguments: [
        (String(repeating: "a", count: 50), String(repeating: "x", count: 20)),
        (String(repeating: "a", count: 40), String(repeating: "$0", count: 25)),
        ("a", String(repeating: "x", count: 1_000)),
        (String(repeating: "b", count: 1_000), ""),
        (String(repeating: "b", count: 999) + "a", "x"),
    ])
    func aResultHasALimitedLength(text: String, template: String) throws {
        let regex = try Regex("a+?", matching: .anywhere)

        #expect(try regex.replaceAll(in: text, with: template, limit: 1_000).utf8.count == 1_000)
        #expect(throws: RegexError(.resultTooLong, about: "")) {
            try regex.replaceAll(in: text, with: template, limit: 999)
        }
    }

    @Test func textIsQuotedAsGoDoes() throws {
        #expect(Regex.requoted("team-a.b+c") == #"team-a\.b\+c"#)
        #expect(Regex.requoted(#"\.+*?()|[]{}^$ -/"é"#) == #"\\\.\+\*\?\(\)\|\[\]\{\}\^\$ -/"é"#)

        let every = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        #expect(try Regex(Regex.requoted(every)).matches(every))
    }
}
