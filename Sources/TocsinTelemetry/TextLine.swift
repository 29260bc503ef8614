import Logging

/// A record as words: logfmt for machines, the readable form for people.
struct TextLine {
    private var bytes: [UInt8] = []
    private var room = LineRoom()

    /// `time=… level=INFO source=File.swift:12 msg="…" component=dispatcher key=value …`, as Alertmanager 0.34 has it.
    static func logfmt(_ record: LogRecord) -> [UInt8] {
        var line = TextLine()
        line.append("time=")
        record.time.appendRFC3339(to: &line.bytes)
        line.append(" level=\(record.levelName)")
        if let source = record.source { line.pair("source", "\(source.file):\(source.line)") }
        line.pair("msg", record.message)
        line.pair("component", record.component)
        line.pairs(of: record.metadata) { line, name, text in
            // A second `level` or `msg` would replace the first in what reads the line.
            line.pair(self.fixedNames.contains(name) ? name + "_" : name, text)
        }
        return line.finished()
    }

    private static let fixedNames: Set<String> = ["time", "level", "source", "msg", "component", "cut"]

    /// `12:00:00.000 INFO  dispatcher message …   key=value …`
    static func readable(_ record: LogRecord, _ palette: LogPalette, offsetFromUTC: Int) -> [UInt8] {
        var line = TextLine()
        line.painted(palette.faint) { record.time.appendTimeOfDay(offset: offsetFromUTC, to: &$0.bytes) }
        line.append(" ")
        line.painted(palette.colour(of: record.level)) { $0.append(record.levelName) }
        line.pad(from: line.bytes.count, width: 6 - record.levelName.utf8.count)

        let component = line.bytes.count
        line.plain(record.component, within: LineRoom.nameSize)
        line.pad(from: component, width: Self.componentWidth)
        line.append(" ")

        let message = line.bytes.count
        line.plain(record.message, within: LineRoom.valueSize)
        if !record.metadata.isEmpty {
            line.pad(from: message, width: Self.messageWidth)
            line.painted(palette.faint) { line in
                line.pairs(of: record.metadata) { line, name, text in line.pair(name, text) }
            }
        }
        return line.finished()
    }

    /// The longest of our components, "dispatcher", fits; others push their message to the right.
    private static let componentWidth = 10
    private static let messageWidth = 28

    private consuming func finished() -> [UInt8] {
        if self.room.isCut { self.append(" cut=true") }
        self.append("\n")
        return self.bytes
    }

    // MARK: Pieces

    private mutating func append(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    private mutating func plain(_ text: String, within limit: Int) {
        LogText.appendPlain(self.room.fit(text, within: limit, used: self.bytes.count), to: &self.bytes)
    }

    private mutating func pairs(of metadata: Logger.Metadata, _ body: (inout TextLine, String, String) -> Void) {
        metadata.forEachFlat { name, text in
            guard self.room.hasRoom(used: self.bytes.count) else { return false }
            body(&self, name, text)
            return true
        }
    }

    private mutating func pair(_ name: String, _ text: String) {
        self.append(" ")
        let name = self.room.fit(name, within: LineRoom.nameSize, used: self.bytes.count)
        LogText.appendWord(name, to: &self.bytes)
        self.append("=")
        let text = self.room.fit(text, within: LineRoom.valueSize, used: self.bytes.count)
        LogText.appendWord(text, to: &self.bytes)
    }

    private mutating func painted(_ colour: String, _ body: (inout TextLine) -> Void) {
        self.append(colour)
        body(&self)
        if !colour.isEmpty { self.append("\u{1B}[0m") }
    }

    /// Fills up with spaces what was written from `start` on. Columns are counted as characters.
    private mutating func pad(from start: Int, width: Int) {
        let shown = String(decoding: self.bytes[start...], as: UTF8.self).count
        for _ in 0..<max(0, width - shown) { self.append(" ") }
    }
}

/// The colours of the readable form, or none.
public struct LogPalette: Hashable, Sendable {
    let isColoured: Bool

    public static let plain = LogPalette(isColoured: false)
    public static let coloured = LogPalette(isColoured: true)

    private init(isColoured: Bool) { self.isColoured = isColoured }

    /// Colours only on a terminal that has them, and not for who asks for none: `NO_COLOR` set to anything but nothing
    /// (no-color.org). `noColor` and `terminal` are the environment's `NO_COLOR` and `TERM`.
    public init(isTerminal: Bool, noColor: String?, terminal: String?) {
        let isRefused = noColor.map { !$0.isEmpty } ?? false
        self.init(isColoured: isTerminal && !isRefused && terminal != "dumb")
    }

    var faint: String { self.isColoured ? "\u{1B}[2m" : "" }

    func colour(of level: Logger.Level) -> String {
        guard self.isColoured else { return "" }
        switch level {
        case .trace: return "\u{1B}[2m"
        case .debug: return "\u{1B}[36m"
        case .info, .notice: return "\u{1B}[32m"
        case .warning: return "\u{1B}[33m"
        case .error, .critical: return "\u{1B}[1;31m"
        }
    }
}
