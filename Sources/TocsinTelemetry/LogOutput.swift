import Glibc
public import Logging

/// Where the process logs to and how: makes the logger of each component.
///
/// A value that is handed on, not swift-log's global factory, so that a test can look at what a part of the program
/// logs without touching the others.
public struct LogOutput: Sendable {
    private let format: LogFormat
    private let level: LogLevel
    private let sink: any LogSink
    private let clock: LogClock
    private let palette: LogPalette

    /// `palette` is that of the readable format; the others have no colours.
    public init(
        format: LogFormat,
        level: LogLevel,
        sink: any LogSink,
        clock: LogClock = .system,
        palette: LogPalette = .plain
    ) {
        self.format = format
        self.level = level
        self.sink = sink
        self.clock = clock
        self.palette = palette
    }

    /// Logs to standard error: if no format is given, for people if that is a terminal, else JSON.
    public static func standardError(format: LogFormat?, level: LogLevel) -> LogOutput {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let variable = { (name: String) in getenv(name).map { String(cString: $0) } }
        return LogOutput(
            format: format ?? .default(isTerminal: isTerminal),
            level: level,
            sink: DescriptorSink(STDERR_FILENO),
            palette: LogPalette(isTerminal: isTerminal, noColor: variable("NO_COLOR"), terminal: variable("TERM"))
        )
    }

    /// The logger of a part of the server. Libraries that want a logger get one too, under the name of their part.
    public func logger(_ component: String) -> Logger {
        Logger(label: component) { label in self.handler(label) }
    }

    /// Makes the loggers that a library creates on its own go here too. Only once in a process, and only from `main`:
    /// swift-log traps at the second call.
    public func adoptOtherLoggers() {
        LoggingSystem.bootstrap { label in self.handler(label) }
    }

    private func handler(_ label: String) -> LineLogHandler {
        LineLogHandler(label: label, logLevel: self.level.threshold, output: self)
    }

    // MARK: Writing

    func now() -> LogInstant { self.clock.now() }

    func write(_ record: LogRecord) {
        self.sink.write(self.line(record)) { lost in
            self.line(
                LogRecord(
                    time: record.time,
                    level: .warning,
                    component: "log",
                    message: "log lines lost: nobody read them, or there was no room",
                    metadata: ["count": .stringConvertible(lost)]
                )
            )
        }
    }

    private func line(_ record: LogRecord) -> [UInt8] {
        switch self.format {
        case .json: JSONLine.bytes(of: record)
        case .logfmt: TextLine.logfmt(record)
        case .readable:
            TextLine.readable(record, self.palette, offsetFromUTC: self.clock.offsetFromUTC(record.time))
        }
    }
}

extension LogLevel {
    fileprivate var threshold: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warn: .warning
        case .error: .error
        }
    }
}

/// What stands behind a logger: gathers what is said about an event and hands it to the output.
struct LineLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, logLevel: Logger.Level, output: LogOutput) {
        self.label = label
        self.logLevel = logLevel
        self.output = output
    }

    subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { self.metadata[name] }
        set { self.metadata[name] = newValue }
    }

    /// What is nearer to the statement wins: its own metadata over the provider's, and that over the logger's.
    func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let explicit = event.metadata { metadata.merge(explicit) { $1 } }
        if let error = event.error, metadata["error"] == nil { metadata["error"] = "\(error)" }
        let component = metadata.take("component") ?? self.label
        let file = event.file.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
        self.output.write(
            LogRecord(
                time: self.output.now(),
                level: event.level,
                component: component,
                message: event.message.description,
                metadata: metadata,
                source: file.map { ($0, event.line) }
            )
        )
    }
}
