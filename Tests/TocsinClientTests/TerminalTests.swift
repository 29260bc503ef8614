import Testing
import TocsinClient
import TocsinModel

struct TerminalTests {
    @Test(arguments: [
        ("plain é 日本 \u{1F468}\u{200D}\u{1F4BB}", "plain é 日本 \u{1F468}\u{200D}\u{1F4BB}"),
        (#"web-\d+"#, #"web-\d+"#),
        ("a\u{1B}[31mred", #"a\u{1b}[31mred"#),
        ("a\nb\tc\rd", #"a\nb\tc\rd"#),
        ("a\r\nb", #"a\r\nb"#),
        ("\u{9B}31m", #"\u{9b}31m"#),
        ("\u{7F}\u{0}", #"\u{7f}\u{0}"#),
        ("ab\u{202E}dc", #"ab\u{202e}dc"#),
        ("a\u{2028}b", #"a\u{2028}b"#),
        ("a\u{200B}b\u{E0041}", #"a\u{200b}b\u{e0041}"#),
    ])
    func untrustedTextHoldsNothingThatATerminalObeys(untrusted: String, shown: String) {
        #expect(Terminal.text(untrusted) == shown)
    }

    @Test func linesAndTabsStayWhereTheyAreMeant() {
        #expect(Terminal.lines("a:\n\tb\r\n\u{1B}c\n") == "a:\n\tb\n\\u{1b}c\n")
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("ｆｕｌｌ", 8), ("ﾊﾝｶｸ", 4),
        ("\u{1F525}", 2), ("\u{1F468}\u{200D}\u{1F4BB}", 2), ("\u{26A0}\u{FE0F}", 2), ("\u{1F1E9}\u{1F1EA}", 2),
        ("Ж", 1), ("𝒳", 1),
    ])
    func aTextTakesTheColumnsThatItsCharactersTake(text: String, width: Int) {
        #expect(Terminal.width(text) == width)
    }

    @Test func columnsAreAlignedWhateverIsInThem() {
        var table = TextTable(["Name", "State"])
        table.add(["日本", TextTable.Cell("up")])
        table.add(["abcdefg", TextTable.Cell("\u{1B}x")])
        table.add(["z", ""])

        #expect(
            table.text(.plain) == """
                Name     State
                日本     up
                abcdefg  \\u{1b}x
                z

                """
        )
    }

    @Test func coloursChangeNothingInTheLayout() {
        var table = TextTable(["A", "B"])
        table.add([TextTable.Cell("xyz", .red), "b"])

        #expect(table.text(.shown) == "\u{1B}[1mA\u{1B}[0m    \u{1B}[1mB\u{1B}[0m\n\u{1B}[31mxyz\u{1B}[0m  b\n")
    }

    @Test(arguments: [
        (true, ["TERM": "xterm"], Colours.shown), (false, ["TERM": "xterm"], .plain),
        (true, ["TERM": "xterm", "NO_COLOR": "1"], .plain), (true, ["TERM": "xterm", "NO_COLOR": ""], .shown),
        (true, ["TERM": "dumb"], .plain), (true, [:], .plain),
    ])
    func thereAreColoursWhereSomebodySeesThemAndWantsThem(
        isTerminal: Bool,
        environment: [String: String],
        colours: Colours
    ) {
        #expect(Colours(isTerminal: isTerminal, environment: environment) == colours)
    }

    @Test(arguments: [
        (0, "now"), (-45, "45s ago"), (59, "in 59s"), (-300, "5m ago"), (-330, "5m ago"), (3600, "in 1h"),
        (5400, "in 1h30m"), (-36_600, "10h ago"), (-93_600, "1d2h ago"), (86_400 * 30, "in 30d"),
    ])
    func timesAreAsFarAwayAsPeopleSay(seconds: Int64, text: String) {
        let now = Timestamp(seconds: 1_767_323_045)

        #expect(TimeText(now: now).relative(now + .seconds(seconds)) == text)
    }

    @Test func aTimeIsShownInTheLayoutThatIsAskedFor() {
        let now = Timestamp(seconds: 1_767_323_045)

        #expect(TimeText(now: now).both(now + .seconds(60)) == "2026-01-02 03:05:05 UTC (in 1m)")
        #expect(TimeText(layout: "02.01.2006", now: now).clock(now) == "02.01.2026")
        #expect(TimeText(now: now).both(.distantPast).isEmpty)
    }
}
