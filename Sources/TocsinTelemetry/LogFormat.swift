/// How a log line is written.
public enum LogFormat: String, CaseIterable, Sendable {
    /// Alertmanager's, so that what reads its logs reads ours.
    case logfmt
    /// One object a line, for log collectors.
    case json
    /// For people at a terminal.
    case readable

    /// What is written when nobody asked for a format.
    public static func `default`(isTerminal: Bool) -> LogFormat { isTerminal ? .readable : .json }

    /// Reads the value of `--log.format`, in capital or small letters.
    public init(parsing text: String) throws(UnknownLogChoice) {
        guard let format = LogFormat(rawValue: text.lowercased()) else {
            throw UnknownLogChoice(of: "format", text: text, choices: LogFormat.allCases.map(\.rawValue))
        }
        self = format
    }
}

/// The least weight a message must have to be written.
public enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, warn, error

    /// Reads the value of `--log.level`, in capital or small letters.
    public init(parsing text: String) throws(UnknownLogChoice) {
        guard let level = LogLevel(rawValue: text.lowercased()) else {
            throw UnknownLogChoice(of: "level", text: text, choices: LogLevel.allCases.map(\.rawValue))
        }
        self = level
    }
}

/// A flag's value that is none of its choices. The description lists them.
public struct UnknownLogChoice: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(of subject: String, text: String, choices: [String]) {
        var room = LineRoom(size: 64, tail: 0)
        let shown = LogText.quoted(room.fit(text, within: 64, used: 0))
        self.description = "unknown log \(subject) \(shown); the choices are \(choices.joined(separator: ", "))"
    }
}
