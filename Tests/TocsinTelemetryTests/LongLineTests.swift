import Logging
import Testing
import TocsinJSON
import TocsinTelemetry

/// Lines have a largest size, whatever they are made of.
@Suite struct LongLineTests {
    static let largest = 32 * 1024
    static let fillers = ["a", "é", "\"", "\u{1B}", "\u{202E}", "\u{E0041}", "🔥", "\r\n"]

    @Test(arguments: LogFormat.allCases, Self.fillers)
    func noLineIsLongerThan32KiB(format: LogFormat, filler: String) throws {
        let long = String(repeating: filler, count: 10_000)
        var metadata: Logger.Metadata = ["trace_id": .string(long), "span_id": .string(long)]
        for number in 0..<50 { metadata["\(number)\(long)"] = .string(long) }
        metadata["nested"] = ["a": ["b": .string(long), "c": .array(Array(repeating: .string(long), count: 50))]]

        let line = Recorder.line(format, long, metadata, component: long, palette: .coloured)

        #expect(line.utf8.count <= Self.largest)
        #expect(line.utf8.count > Self.largest / 2)
        #expect(line.hasSuffix(format == .json ? "\"cut\":true}\n" : " cut=true\n"))
        if format == .json { _ = try JSONValue(parsing: line) }
    }

    @Test func aLongMessageLeavesRoomForItsMetadata() throws {
        let line = Recorder.line(.json, String(repeating: "a", count: 100_000), ["group": "{}"])

        let value = try JSONValue(parsing: line)

        #expect(value["message"] == .string(String(repeating: "a", count: 8 * 1024 - 3) + "…"))
        #expect(value["metadata"]?["group"] == .string("{}"))
        #expect(value["cut"] == .bool(true))
    }

    @Test func aMessageThatJustFitsIsNotCut() throws {
        let message = String(repeating: "a", count: 8 * 1024)

        let value = try JSONValue(parsing: Recorder.line(.json, message))

        #expect(value["message"] == .string(message))
        #expect(value["cut"] == nil)
    }

    @Test(arguments: LogFormat.allCases)
    func manySmallValuesAreCutToo(format: LogFormat) throws {
        var metadata: Logger.Metadata = [:]
        for number in 0..<10_000 { metadata["k\(number)"] = .stringConvertible(number) }

        let line = Recorder.line(format, "x", metadata)

        #expect(line.utf8.count <= Self.largest)
        #expect(line.hasSuffix(format == .json ? "\"cut\":true}\n" : " cut=true\n"))
        if format == .json { _ = try JSONValue(parsing: line) }
    }

    @Test(arguments: LogFormat.allCases)
    func aLongListIsCutToo(format: LogFormat) throws {
        let line = Recorder.line(format, "x", ["list": .array(Array(repeating: [], count: 100_000))])

        #expect(line.utf8.count <= Self.largest)
        #expect(line.hasSuffix(format == .json ? "\"cut\":true}\n" : " cut=true\n"))
    }

    @Test(arguments: LogFormat.allCases)
    func deepNestingEndsInAMark(format: LogFormat) throws {
        var value: Logger.MetadataValue = "bottom"
        for _ in 0..<1000 { value = ["a": [value]] }

        let line = Recorder.line(format, "x", ["deep": value])

        #expect(line.utf8.count < 400)
        #expect(line.contains("…"))
        #expect(!line.contains("bottom"))
        if format == .json { _ = try JSONValue(parsing: line) }
    }
}
