import Testing
import TocsinJSON

private func written(_ text: String, _ escaping: JSONWriter.Escaping = .forHTML) -> String {
    var writer = JSONWriter(escaping)
    writer.string(text)
    return writer.text
}

@Suite struct JSONWriterTests {
    @Test(arguments: [
        ("plain", #""plain""#),
        ("", #""""#),
        ("Disk <full> & more", #""Disk \u003cfull\u003e \u0026 more""#),
        ("q\"uo\\te/", #""q\"uo\\te/""#),
        ("\n\r\t", #""\n\r\t""#),
        ("\u{8}\u{c}\u{0}\u{1f}\u{7f}", "\"\\u0008\\u000c\\u0000\\u001f\u{7f}\""),
        ("a\u{2028}b\u{2029}c\u{2027}", "\"a\\u2028b\\u2029c\u{2027}\""),
        ("é€😀\u{FFFD}", "\"é€😀\u{FFFD}\""),
        ("0123456789<abcdefgh", #""0123456789\u003cabcdefgh""#),
    ])
    func stringsAreEscapedAsGoDoes(_ text: String, _ json: String) {
        #expect(written(text) == json)
    }

    @Test func charactersOfHTMLStayWhereTheyAreNotToBeEscaped() {
        #expect(written("<a> & \"b\"\u{2028}", .plain) == #""<a> & \"b\"\u2028""#)
    }

    @Test func bytesThatAreNotUTF8AreWrittenAsReplacementCharacters() {
        let cases: [([UInt8], String)] = [
            ([0x61, 0xFF, 0x62], #""a\ufffdb""#),
            ([0xE2, 0x80], #""\ufffd\ufffd""#),
            ([0xE2, 0x80, 0xA8], #""\u2028""#),
            ([0xED, 0xA0, 0x80], #""\ufffd\ufffd\ufffd""#),
        ]
        for (bytes, json) in cases {
            var writer = JSONWriter()
            bytes.withUnsafeBytes { writer.string($0) }
            #expect(writer.text == json)
        }
    }

    /// What Go 1.19 printed for each.
    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1.0, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100.0, "100"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"), (1.5e300, "1.5e+300"), (0.000001, "0.000001"), (0.0000001, "1e-7"), (1.25e-7, "1.25e-7"),
        (123456.789, "123456.789"), (3.141592653589793, "3.141592653589793"), (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740993.0, "9007199254740992"), (0.001, "0.001"),
        (123456789012345680000.0, "123456789012345680000"), (.infinity, "null"), (.nan, "null"),
    ])
    func numbersArePrintedAsGoDoes(_ number: Double, _ json: String) {
        var writer = JSONWriter()
        writer.double(number)
        #expect(writer.text == json)
    }

    @Test func commasAndColonsComeByThemselves() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("n", 1)
        writer.key("list")
        writer.beginArray()
        writer.integer(-2)
        writer.bool(true)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.endArray()
        writer.key("raw")
        writer.encoded("[1]".utf8)
        writer.member("s", "x")
        writer.member("b", false)
        writer.member("v", [1, 2.5, "x", nil])
        writer.endObject()

        #expect(writer.text == #"{"n":1,"list":[-2,true,null,{},[]],"raw":[1],"s":"x","b":false,"v":[1,2.5,"x",null]}"#)
    }

    @Test func aMapIsSortedByTheBytesOfItsNames() {
        var writer = JSONWriter()
        writer.map(["b": "1", "a": "2", "é": "3", "Z": "4", "z": "5", "": "6"])

        #expect(writer.text == #"{"":"6","Z":"4","a":"2","b":"1","z":"5","é":"3"}"#)
    }
}
