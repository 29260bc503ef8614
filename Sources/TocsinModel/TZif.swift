/// A file of the tz database, versions 1 to 4 (RFC 9636), read. Nothing in the bytes is trusted.
struct TZif {
    private(set) var first = ZonePeriod(secondsEast: 0, abbreviation: "")
    private(set) var changes: [TimeZoneRules.Change] = []
    private(set) var future: POSIXTimeZone?

    init(_ bytes: [UInt8]) throws(TZifError) {
        let limit = TimeZoneRules.maximumFileSize
        guard bytes.count <= limit else { throw TZifError("larger than \(limit >> 10) KiB") }
        var reader = ByteReader(bytes)
        var header = try Header(&reader)
        guard header.version > 1 else {
            try self.read(header, timeWidth: 4, from: &reader)
            return
        }
        // First everything in 32 bits, for programs that know no better, then once more in 64.
        _ = try reader.take(header.blockSize(timeWidth: 4))
        header = try Header(&reader)
        try self.read(header, timeWidth: 8, from: &reader)
        try self.readFooter(from: &reader)
    }

    /// How many there are of what.
    private struct Header {
        let version: Int
        let utcIndicators: Int
        let standardIndicators: Int
        let leapSeconds: Int
        let changes: Int
        let types: Int
        let characters: Int

        init(_ reader: inout ByteReader) throws(TZifError) {
            guard try reader.take(4).elementsEqual("TZif".utf8) else { throw TZifError("not a time zone file") }
            let version = try reader.integer(width: 1)
            switch UInt8(truncatingIfNeeded: version) {
            case 0: self.version = 1
            // Later versions keep the layout.
            case UInt8(ascii: "2")...UInt8(ascii: "9"): self.version = Int(version) - Int(UInt8(ascii: "0"))
            default: throw TZifError("of an unknown version")
            }
            _ = try reader.take(15)
            self.utcIndicators = try reader.count()
            self.standardIndicators = try reader.count()
            self.leapSeconds = try reader.count()
            self.changes = try reader.count()
            self.types = try reader.count()
            self.characters = try reader.count()
            guard (1...256).contains(self.types), self.characters > 0 else { throw TZifError("without a period") }
        }

        /// The counts have 32 bits each, so the sum does not overflow.
        func blockSize(timeWidth: Int) -> Int {
            self.changes * (timeWidth + 1) + self.types * 6 + self.characters + self.leapSeconds * (timeWidth + 4)
                + self.standardIndicators + self.utcIndicators
        }
    }

    private mutating func read(_ header: Header, timeWidth: Int, from reader: inout ByteReader) throws(TZifError) {
        guard header.blockSize(timeWidth: timeWidth) <= reader.remaining else { throw TZifError("cut off") }
        var instants: [Int64] = []
        for _ in 0..<header.changes {
            let instant = try reader.integer(width: timeWidth)
            if let last = instants.last, instant <= last { throw TZifError("with changes out of order") }
            instants.append(instant)
        }
        let indices = try reader.take(header.changes)
        let types = try reader.take(header.types * 6)
        let designations = try reader.take(header.characters)
        // Leap seconds do not count in our timestamps, and the indicators only concern rules that are taken over for
        // other zones.
        _ = try reader.take(header.leapSeconds * (timeWidth + 4) + header.standardIndicators + header.utcIndicators)

        var periods: [ZonePeriod] = []
        for index in 0..<header.types {
            let start = types.startIndex + index * 6
            periods.append(try TZif.period(types[start..<start + 6], designations: designations))
        }
        self.first = periods[0]
        for (instant, index) in zip(instants, indices) {
            guard Int(index) < periods.count else { throw TZifError("with a change to a period that is not there") }
            self.changes.append(TimeZoneRules.Change(instant: instant, period: periods[Int(index)]))
        }
    }

    /// Four bytes of offset, one that says whether it is daylight saving time, one where the abbreviation begins.
    private static func period(
        _ record: ArraySlice<UInt8>,
        designations: ArraySlice<UInt8>
    ) throws(TZifError) -> ZonePeriod {
        var reader = ByteReader(Array(record))
        let offset = try reader.integer(width: 4)
        let isDaylightSaving = try reader.integer(width: 1)
        let start = Int(try reader.integer(width: 1) & 0xFF)
        guard (-86_399...86_399).contains(offset), (0...1).contains(isDaylightSaving), start < designations.count else {
            throw TZifError("with a period that cannot be")
        }
        let abbreviation = designations.dropFirst(start).prefix { $0 != 0 }
        guard abbreviation.count <= 32, abbreviation.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw TZifError("with an abbreviation that is none")
        }
        return ZonePeriod(
            secondsEast: Int(offset),
            abbreviation: String(decoding: abbreviation, as: UTF8.self),
            isDaylightSaving: isDaylightSaving == 1
        )
    }

    /// What holds after the last change, as a text between line breaks; empty if nobody knows.
    private mutating func readFooter(from reader: inout ByteReader) throws(TZifError) {
        let lineBreak = UInt8(ascii: "\n")
        guard try reader.integer(width: 1) == Int64(lineBreak) else { throw TZifError("without a footer") }
        let text = try reader.take(upTo: lineBreak)
        if text.isEmpty { return }
        guard let future = POSIXTimeZone(text) else { throw TZifError("with a footer that is not understood") }
        self.future = future
    }
}

/// Why bytes are no time zone: "cut off".
public struct TZifError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension TimeZoneRules {
    /// In bytes. The largest files of the database have a few thousand.
    public static let maximumFileSize = 1 << 16

    /// Reads a file of the tz database.
    public init(name: String, tzif bytes: [UInt8]) throws(TZifError) {
        let file = try TZif(bytes)
        self.init(name: name, first: file.first, changes: file.changes, future: file.future)
    }
}

/// Takes bytes from the front and never reads beyond the end.
private struct ByteReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { self.bytes.count - self.offset }

    mutating func take(_ count: Int) throws(TZifError) -> ArraySlice<UInt8> {
        guard count <= self.remaining else { throw TZifError("cut off") }
        defer { self.offset += count }
        return self.bytes[self.offset..<self.offset + count]
    }

    /// What stands before the next byte of that value, which is taken, too.
    mutating func take(upTo end: UInt8) throws(TZifError) -> ArraySlice<UInt8> {
        guard let index = self.bytes[self.offset...].firstIndex(of: end) else { throw TZifError("cut off") }
        defer { self.offset = index + 1 }
        return self.bytes[self.offset..<index]
    }

    /// A signed number of so many bytes, the highest first.
    mutating func integer(width: Int) throws(TZifError) -> Int64 {
        let bytes = try self.take(width)
        let start: Int64 = (bytes.first ?? 0) >= 0x80 ? -1 : 0
        return bytes.reduce(start) { $0 << 8 | Int64($1) }
    }

    /// An unsigned number of four bytes.
    mutating func count() throws(TZifError) -> Int { Int(try self.integer(width: 4) & 0xFFFF_FFFF) }
}
