import Logging
import Testing
import TocsinTelemetry

/// The form for a terminal, to the byte.
@Suite struct ReadableTests {
    @Test func columnsAreAligned() {
        let lines =
            Recorder.line(.readable, "attempt failed", ["attempt": "1", "reason": "no route"], level: .warning)
            + Recorder.line(.readable, "ready", component: "server")
            + Recorder.line(.readable, "a message that is longer than its column", ["a": "b"], level: .error)

        #expect(
            lines == """
                14:00:00.007 WARN  dispatcher attempt failed               attempt=1 reason="no route"
                14:00:00.007 INFO  server     ready
                14:00:00.007 ERROR dispatcher a message that is longer than its column a=b

                """
        )
    }

    @Test func coloursMarkTheLevelAndFaintWhatIsSecond() {
        let line = Recorder.line(.readable, "refused", ["a": "b"], level: .error, palette: .coloured)

        #expect(
            line.replacing("\u{1B}", with: "^")
                == "^[2m14:00:00.007^[0m ^[1;31mERROR^[0m dispatcher refused                     ^[2m a=b^[0m\n"
        )
    }

    @Test(
        arguments: [
            (true, nil, "xterm-256color", LogPalette.coloured),
            (true, nil, nil, .coloured),
            (true, "", "xterm", .coloured),
            (true, "1", "xterm", .plain),
            (true, nil, "dumb", .plain),
            (false, nil, "xterm", .plain),
        ] as [(Bool, String?, String?, LogPalette)])
    func coloursNeedATerminalAndNobodyWhoRefusesThem(
        isTerminal: Bool, noColor: String?, terminal: String?, palette: LogPalette
    ) {
        #expect(LogPalette(isTerminal: isTerminal, noColor: noColor, terminal: terminal) == palette)
    }
}
