import Logging
import Testing
import TocsinTelemetry

/// Levels and formats, as flags and as printed.
@Suite struct LogFormatTests {
    @Test(arguments: [
        (Logger.Level.trace, "TRACE"), (.debug, "DEBUG"), (.info, "INFO"), (.notice, "INFO"), (.warning, "WARN"),
        (.error, "ERROR"), (.critical, "ERROR"),
    ])
    func sevenLevelsPrintAsFive(level: Logger.Level, name: String) {
        #expect(Recorder.line(.json, "x", level: level).contains(#""level":"\#(name)","#))
        #expect(Recorder.line(.logfmt, "x", level: level).contains(" level=\(name) source="))
        #expect(Recorder.line(.readable, "x", level: level).contains(".007 \(name) "))
    }

    @Test(arguments: [
        (LogLevel.trace, 7), (.debug, 6), (.info, 5), (.warn, 3), (.error, 2),
    ])
    func whatIsBelowTheLevelIsNotWritten(level: LogLevel, count: Int) {
        let recorder = Recorder()
        let logger = recorder.output(.json, level: level).logger("server")

        for level in Logger.Level.allCases { logger.log(level: level, "x") }

        #expect(recorder.chunks.count == count)
    }

    @Test(arguments: [
        ("debug", LogLevel.debug), ("INFO", .info), ("Warn", .warn), ("error", .error), ("trace", .trace),
    ])
    func aLevelIsReadFromItsName(text: String, level: LogLevel) throws {
        #expect(try LogLevel(parsing: text) == level)
    }

    @Test(arguments: ["warning", "", " info", "inf\u{1B}o"])
    func anUnknownLevelNamesTheChoices(text: String) throws {
        let error = try #require(throws: UnknownLogChoice.self) { try LogLevel(parsing: text) }

        let shown = text.replacing("\u{1B}", with: "\\x1b")
        #expect("\(error)" == "unknown log level \"\(shown)\"; the choices are trace, debug, info, warn, error")
    }

    @Test(arguments: [("logfmt", LogFormat.logfmt), ("JSON", .json), ("readable", .readable)])
    func aFormatIsReadFromItsName(text: String, format: LogFormat) throws {
        #expect(try LogFormat(parsing: text) == format)
    }

    @Test func anUnknownFormatNamesTheChoices() throws {
        let error = try #require(throws: UnknownLogChoice.self) { try LogFormat(parsing: "text") }

        #expect("\(error)" == "unknown log format \"text\"; the choices are logfmt, json, readable")
    }

    @Test func aTerminalGetsTheReadableForm() {
        #expect(LogFormat.default(isTerminal: true) == .readable)
        #expect(LogFormat.default(isTerminal: false) == .json)
    }
}
