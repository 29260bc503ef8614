import Logging
import Testing
import TocsinJSON
import TocsinTelemetry

/// What strangers put into labels stays inside its line, in every form and every place.
@Suite struct ForgeryTests {
    static let attempts = [
        "x\n2025-01-20T12:00:00.000Z level=ERROR msg=forged",
        "x\r\n{\"level\":\"ERROR\"}",
        "\u{1B}]0;title\u{07}\u{1B}[2J",
        "\u{9B}2J\u{85}\u{0B}\u{0C}",
        "\u{202E}gpj.exe\u{2066}\u{200F}\u{FEFF}",
        "\u{2028}\u{2029}",
        "\u{0}\u{7F}",
        "\" level=ERROR msg=\"forged",
        "\\\" level=ERROR",
        String(decoding: [0x61, 0xFF, 0xC0, 0x0A, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self),
    ]

    @Test(arguments: LogFormat.allCases, Self.attempts)
    func nothingThatDoesNotPrintGetsIntoALine(format: LogFormat, text: String) {
        let line = Recorder.line(
            format, "\(text)",
            [
                "value": .string(text), text: "name", "nested": [text: [.string(text), [text: .string(text)]]],
                "trace_id": .string(text), "span_id": .string(text), "made": .stringConvertible(Text(text)),
            ],
            component: text
        )

        #expect(line.hasSuffix("\n"))
        for scalar in line.dropLast().unicodeScalars {
            let category = scalar.properties.generalCategory
            #expect(category != .control && category != .format, "U+\(String(scalar.value, radix: 16))")
            #expect(category != .lineSeparator && category != .paragraphSeparator)
        }
    }

    @Test(arguments: Self.attempts)
    func aJSONReaderGetsBackWhatWasLogged(text: String) throws {
        let line = try JSONValue(parsing: Recorder.line(.json, text, ["v": .string(text), text: "name"]))

        #expect(line["message"] == .string(text))
        #expect(line["metadata"]?["v"] == .string(text))
        #expect(line["level"] == .string("INFO"))
    }

    @Test func aQuoteDoesNotEndALogfmtValue() {
        let line = Recorder.line(.logfmt, "x", ["v": "\" level=ERROR msg=\"forged"])

        #expect(line.hasSuffix(#" v="\" level=ERROR msg=\"forged""# + "\n"))
    }

    private struct Text: CustomStringConvertible {
        let description: String
        init(_ text: String) { self.description = text }
    }
}
