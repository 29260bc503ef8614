import Logging
import Testing
import TocsinJSON
import TocsinTelemetry

/// The JSON form, to the byte.
@Suite struct JSONLineTests {
    @Test func aLineHasTimeLevelComponentAndMessageInThisOrder() {
        let expected =
            #"{"timestamp":"2025-01-20T12:00:00.007Z","level":"INFO","component":"dispatcher","message":"delivered"}"#

        #expect(Recorder.line(.json, "delivered") == expected + "\n")
    }

    @Test func metadataIsAnObjectInTheOrderOfItsNames() {
        let line = Recorder.line(.json, "delivered", ["integration": "pager/slack[0]", "attempt": "2", "é": "x"])

        #expect(
            line.hasSuffix(
                #""message":"delivered","metadata":{"attempt":"2","integration":"pager/slack[0]","é":"x"}}"# + "\n"
            )
        )
    }

    @Test func nestedMetadataStaysJSON() {
        let line = Recorder.line(
            .json, "x", ["labels": ["b": ["c": ["1", ["d": []]]], "a": ""], "none": [:]]
        )

        #expect(line.hasSuffix(#""metadata":{"labels":{"a":"","b":{"c":["1",{"d":[]}]}},"none":{}}}"# + "\n"))
    }

    @Test(
        arguments: [
            (Logger.MetadataValue.stringConvertible(32), "32"),
            (.stringConvertible(UInt64.max), "18446744073709551615"),
            (.stringConvertible(true), "true"),
            (.stringConvertible(0.5), "0.5"),
            (.stringConvertible(Double.nan), #""nan""#),
            (.string("32"), #""32""#),
            (Logger.MetadataValue("\(32)"), #""32""#),
        ] as [(Logger.MetadataValue, String)])
    func numbersAndTruthValuesKeepTheirKind(value: Logger.MetadataValue, json: String) {
        #expect(Recorder.line(.json, "x", ["value": value]).hasSuffix(#""metadata":{"value":"# + json + "}}\n"))
    }

    @Test func traceAndSpanStandBehindTheMetadata() {
        let line = Recorder.line(.json, "x", ["trace_id": "ab12", "span_id": "34cd", "a": "b"])

        #expect(
            line.hasSuffix(#""message":"x","metadata":{"a":"b"},"trace_id":"ab12","span_id":"34cd"}"# + "\n")
        )
    }

    @Test func metadataOfATraceAloneIsLeftOut() {
        let line = Recorder.line(.json, "x", ["trace_id": "ab12", "span_id": ""])

        #expect(line.hasSuffix(#""message":"x","trace_id":"ab12"}"# + "\n"))
    }

    @Test func theComponentOfTheMetadataReplacesTheLabel() {
        let line = Recorder.line(.json, "x", ["component": "config"])

        #expect(line.hasSuffix(#""component":"config","message":"x"}"# + "\n"))
    }

    @Test func whatJSONLetsThroughAndATerminalDoesNotIsEscaped() throws {
        let text = "\u{7F}\u{9B}31m\u{202E}\u{2028}\u{E0041}é☂️"

        let line = Recorder.line(.json, text)

        #expect(line.hasSuffix(#""message":"\u007f\u009b31m\u202e\u2028\udb40\udc41é☂️"}"# + "\n"))
        #expect(try JSONValue(parsing: line)["message"] == .string(text))
    }
}
