import Logging
import Testing
import TocsinTelemetry

/// The logfmt form, to the byte, as Go's `slog` writes it for Alertmanager.
@Suite struct LogfmtTests {
    private static let head = "time=2025-01-20T12:00:00.007Z level=INFO source=Dispatcher.swift:42 msg="

    @Test func aLineBeginsWithTimeLevelSourceMessageAndComponent() {
        #expect(
            Recorder.line(.logfmt, "page sent", ["attempt": "2", "url": "a=b"])
                == Self.head + "\"page sent\" component=dispatcher attempt=2 url=\"a=b\"\n"
        )
    }

    @Test(arguments: [
        ("", #""""#),
        ("plain", "plain"),
        ("two words", #""two words""#),
        ("a=b", #""a=b""#),
        (#"say "hi""#, #""say \"hi\"""#),
        (#"C:\dir"#, #"C:\dir"#),
        (#"C:\my dir"#, #""C:\\my dir""#),
        ("Привет", "Привет"),
        ("a\nb\r\tc", #""a\nb\r\tc""#),
        ("\u{1B}[31m", #""\x1b[31m""#),
        ("\u{0}\u{7F}", #""\x00\x7f""#),
        ("\u{9B}\u{202E}\u{A0}", #""\u009b\u202e\u00a0""#),
        ("\u{E0041}", #""\U000e0041""#),
        ("\u{FFFD}", "\u{FFFD}"),
    ])
    func aValueIsQuotedWhereAParserWouldSeeItsEndTooEarly(value: String, word: String) {
        #expect(
            Recorder.line(.logfmt, "x", ["v": .string(value)]) == Self.head + "x component=dispatcher v=\(word)\n"
        )
    }

    @Test func nestedMetadataIsFlat() {
        let line = Recorder.line(
            .logfmt, "x", ["labels": ["b": ["c": "1"], "a b": "2"], "list": ["p", ["q"], ["r": "s", "k": "t"]]]
        )

        #expect(
            line == Self.head
                + #"x component=dispatcher "labels.a b"=2 labels.b.c=1 list="[p [q] map[k:t r:s]]""# + "\n"
        )
    }

    @Test func noValueTakesThePlaceOfAFixedOne() {
        let line = Recorder.line(.logfmt, "x", ["level": "ERROR", "msg": "y", "time": "never"])

        #expect(line == Self.head + "x component=dispatcher level_=ERROR msg_=y time_=never\n")
    }
}
