import Logging
import TocsinJSON

/// A record as one JSON object.
///
/// `timestamp`, `level`, `component`, `message`, then `metadata` if there is any, `trace_id` and `span_id` if the
/// metadata has them, and `"cut":true` if something did not fit.
struct JSONLine {
    private var writer = JSONWriter(.plain)
    private var room = LineRoom()
    /// How many bytes the escapes will add that the writer does not know.
    private var growth = 0

    private var used: Int { self.writer.bytes.count + self.growth }

    static func bytes(of record: LogRecord) -> [UInt8] {
        var line = JSONLine()
        line.write(record)
        var bytes = line.writer.bytes
        LogText.escapeUnprintable(inJSON: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func write(_ record: LogRecord) {
        var time: [UInt8] = []
        record.time.appendRFC3339(to: &time)
        self.writer.beginObject()
        self.writer.member("timestamp", String(decoding: time, as: UTF8.self))
        self.writer.member("level", record.levelName)
        self.writer.key("component")
        self.string(record.component, within: LineRoom.nameSize)
        self.writer.key("message")
        self.string(record.message)

        var metadata = record.metadata
        let traceID = metadata.take("trace_id")
        let spanID = metadata.take("span_id")
        if !metadata.isEmpty {
            self.writer.key("metadata")
            self.object(metadata, depth: 0)
        }
        if let traceID { self.identifier("trace_id", traceID) }
        if let spanID { self.identifier("span_id", spanID) }
        if self.room.isCut { self.writer.member("cut", true) }
        self.writer.endObject()
    }

    private mutating func value(_ value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .string(let text):
            self.string(text)
        case .stringConvertible(let value):
            self.scalar(value)
        case .dictionary, .array:
            guard depth < LineRoom.depth else {
                self.room.cut()
                self.writer.string(LineRoom.mark)
                return
            }
            if case .dictionary(let members) = value { self.object(members, depth: depth) }
            if case .array(let elements) = value { self.array(elements, depth: depth) }
        }
    }

    private mutating func object(_ members: Logger.Metadata, depth: Int) {
        self.writer.beginObject()
        for member in members.inOrder {
            guard self.room.hasRoom(used: self.used) else { break }
            self.writer.key(self.fit(member.key, within: LineRoom.nameSize))
            self.value(member.value, depth: depth + 1)
        }
        self.writer.endObject()
    }

    private mutating func array(_ elements: [Logger.MetadataValue], depth: Int) {
        self.writer.beginArray()
        for element in elements {
            guard self.room.hasRoom(used: self.used) else { break }
            self.value(element, depth: depth + 1)
        }
        self.writer.endArray()
    }

    /// Numbers and truth values keep their kind, so that a query can compare them.
    private mutating func scalar(_ value: any CustomStringConvertible & Sendable) {
        switch value {
        case let value as Bool: self.writer.bool(value)
        case let value as Double where value.isFinite: self.writer.double(value)
        case let value as Float where value.isFinite: self.writer.double(Double(value))
        case let value as any FixedWidthInteger: self.writer.integer(value)
        default: self.string(value.description)
        }
    }

    private mutating func string(_ text: String, within limit: Int = LineRoom.valueSize) {
        self.writer.string(self.fit(text, within: limit))
    }

    private mutating func fit(_ text: String, within limit: Int) -> String {
        let text = self.room.fit(text, within: limit, used: self.used)
        self.growth += LogText.growth(inJSON: text)
        return text
    }

    /// In the part of the line that is kept free for it.
    private mutating func identifier(_ name: String, _ text: String) {
        var room = LineRoom(size: LineRoom.nameSize, tail: 0)
        self.writer.member(name, room.fit(text, within: LineRoom.nameSize, used: 0))
        if room.isCut { self.room.cut() }
    }
}
