import Logging
import Testing
import TocsinTelemetry

/// What swift-log promises of every logger.
@Suite struct LoggerTests {
    @Test func aCopyHasALevelAndMetadataOfItsOwn() {
        let recorder = Recorder()
        var first = recorder.output(.logfmt).logger("engine")
        first[metadataKey: "only"] = "first"
        var second = first
        second.logLevel = .error
        second[metadataKey: "only"] = "second"

        first.info("x")
        second.info("x")
        second.error("x")

        #expect(recorder.chunks.count == 2)
        #expect(recorder.text.contains("only=first"))
        #expect(recorder.text.contains("only=second"))
        #expect(first[metadataKey: "only"] == "first")
    }

    @Test func whatIsNearerToTheStatementWins() {
        let recorder = Recorder()
        var logger = recorder.output(.json).logger("engine")
        logger.handler.metadataProvider = .init { ["a": "provider", "b": "provider"] }
        for key in ["a", "b", "c"] { logger[metadataKey: key] = "logger" }

        logger.info("x", metadata: ["a": "statement"])

        #expect(recorder.text.hasSuffix(#""metadata":{"a":"statement","b":"provider","c":"logger"}}"# + "\n"))
    }

    @Test func anErrorIsPartOfTheMetadata() {
        struct Trouble: Error, CustomStringConvertible { let description = "no route to host" }
        let recorder = Recorder()

        recorder.output(.json).logger("engine").error("x", error: Trouble())

        #expect(recorder.text.hasSuffix(#""metadata":{"error":"no route to host"}}"# + "\n"))
    }

    @Test func aLineIsHandedOverInOnePiece() {
        let recorder = Recorder()
        let logger = recorder.output(.readable, palette: .coloured).logger("engine")

        logger.info("one", metadata: ["a": "b"])
        logger.info("two")

        #expect(recorder.chunks.count == 2)
        #expect(recorder.chunks.allSatisfy { $0.last == UInt8(ascii: "\n") })
    }
}
