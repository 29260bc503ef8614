import Logging
import TocsinTelemetry

/// Keeps what is logged. A test's loggers and its questions run on one thread.
final class Recorder: LogSink, @unchecked Sendable {
    // Reached from the one thread of the test only.
    private(set) var chunks: [[UInt8]] = []

    func write(_ line: [UInt8], lossNotice: (Int) -> [UInt8]) { self.chunks.append(line) }

    /// What was written, with its line feeds.
    var text: String { self.chunks.map { String(decoding: $0, as: UTF8.self) }.joined() }

    /// Monday, 20 January 2025, noon and 7.9 milliseconds, in a zone two hours east of UTC.
    static let clock = LogClock(
        now: { LogInstant(seconds: 1_737_374_400, nanoseconds: 7_900_000) },
        offsetFromUTC: { _ in 7200 }
    )

    func output(_ format: LogFormat, level: LogLevel = .trace, palette: LogPalette = .plain) -> LogOutput {
        LogOutput(format: format, level: level, sink: self, clock: Self.clock, palette: palette)
    }

    /// What one statement of the dispatcher prints.
    static func line(
        _ format: LogFormat,
        _ message: String,
        _ metadata: Logger.Metadata? = nil,
        level: Logger.Level = .info,
        component: String = "dispatcher",
        palette: LogPalette = .plain
    ) -> String {
        let recorder = Recorder()
        recorder.output(format, palette: palette).logger(component).log(
            level: level,
            "\(message)",
            metadata: metadata,
            file: "TocsinRuntime/Dispatcher.swift",
            line: 42
        )
        return recorder.text
    }
}
