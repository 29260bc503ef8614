import Testing
import TocsinJSON

/// Reads one document with ``JSONValue``, which goes through every part of the reader.
private func parse(_ bytes: [UInt8], maximumDepth: Int = 32) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
        return .success(try JSONValue(bytes, maximumDepth: maximumDepth))
    } catch {
        return .failure(error)
    }
}

private func parse(_ text: String, maximumDepth: Int = 32) -> Result<JSONValue, JSONError> {
    parse(Array(text.utf8), maximumDepth: maximumDepth)
}

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("", "unexpected end of JSON input", 0),
        ("  ", "unexpected end of JSON input", 2),
        ("{", "unexpected end of JSON input", 1),
        ("[1,", "unexpected end of JSON input", 3),
        (#"{"a""#, "unexpected end of JSON input", 4),
        (#"{"a":"#, "unexpected end of JSON input", 5),
        (#""abc"#, "unexpected end of JSON input", 4),
        (#""abc\"#, "unexpected end of JSON input", 5),
        (#""\u12"#, "unexpected end of JSON input", 5),
        ("tru", "unexpected end of JSON input", 3),
        ("-", "unexpected end of JSON input", 1),
        ("1.", "unexpected end of JSON input", 2),
        ("1e+", "unexpected end of JSON input", 3),
        ("x", "invalid character 'x' looking for beginning of value", 0),
        ("'a'", #"invalid character '\'' looking for beginning of value"#, 0),
        ("[1,]", "invalid character ']' looking for beginning of value", 3),
        ("[,1]", "invalid character ',' looking for beginning of value", 1),
        ("[1 2]", "invalid character '2' after array element", 3),
        ("[1}", "invalid character '}' after array element", 2),
        (#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string", 7),
        ("{a:1}", "invalid character 'a' looking for beginning of object key string", 1),
        ("{,}", "invalid character ',' looking for beginning of object key string", 1),
        (#"{"a" 1}"#, "invalid character '1' after object key", 5),
        (#"{"a":1 "b":2}"#, #"invalid character '"' after object key:value pair"#, 7),
        (#"{"a":1]"#, "invalid character ']' after object key:value pair", 6),
        ("{} {}", "invalid character '{' after top-level value", 3),
        ("[]x", "invalid character 'x' after top-level value", 2),
        ("01", "invalid character '1' after top-level value", 1),
        ("+1", "invalid character '+' looking for beginning of value", 0),
        (".5", "invalid character '.' looking for beginning of value", 0),
        ("-a", "invalid character 'a' in numeric literal", 1),
        ("1.x", "invalid character 'x' after decimal point in numeric literal", 2),
        ("1ex", "invalid character 'x' in exponent of numeric literal", 2),
        ("0x10", "invalid character 'x' after top-level value", 1),
        ("nulL", "invalid character 'L' in literal null", 3),
        ("truE", "invalid character 'E' in literal true", 3),
        ("folse", "invalid character 'o' in literal false", 1),
        ("True", "invalid character 'T' looking for beginning of value", 0),
        ("NaN", "invalid character 'N' looking for beginning of value", 0),
        (#""\x""#, "invalid character 'x' in string escape code", 2),
        (#""\u12g4""#, #"invalid character 'g' in \u hexadecimal character escape"#, 5),
        ("\"a\nb\"", #"invalid character '\n' in string literal"#, 2),
        ("\"a\u{1}\"", #"invalid character '\x01' in string literal"#, 2),
        ("\"0123456789abcdef\u{1f}\"", #"invalid character '\x1f' in string literal"#, 17),
        ("\u{a0}1", "invalid character 'Â' looking for beginning of value", 0),
        ("/**/1", "invalid character '/' looking for beginning of value", 0),
        ("1e999", "number out of range", 0),
    ])
    func whatIsNoJSONIsRefusedWithItsPlace(_ text: String, _ message: String, _ offset: Int) {
        guard case .failure(let error) = parse(text) else {
            Issue.record("\(text) was taken")
            return
        }
        #expect(error.description == message)
        #expect(error.offset == offset)
    }

    @Test(arguments: [
        (#" [ 1 , -0.5e+2 , "x" , true , false , null , { } , [ ] ] "#, #"[1,-50,"x",true,false,null,{},[]]"#),
        ("\t\r\n\"a\"\n", #""a""#),
        (#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#),
        ("0", "0"), ("-0", "-0"), ("0.0", "0"), ("1E3", "1000"),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854776000"), ("1e-400", "0"),
        (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\u0008\u000c\n\r\t""#),
        (#""\u0041\u00e9\u20AC\ud83d\ude00""#, #""Aé€😀""#),
        ("\"é€😀 and more than sixteen bytes\"", "\"é€😀 and more than sixteen bytes\""),
        (
            #""a string that is long enough for words \n and then some""#,
            #""a string that is long enough for words \n and then some""#
        ),
    ])
    func aDocumentIsReadAndWrittenBack(_ text: String, _ written: String) throws {
        let value = try JSONValue(parsing: text)

        #expect(String(decoding: value.encoded(), as: UTF8.self) == written)
    }

    @Test func strayPartsOfTextBecomeReplacementCharacters() throws {
        let cases: [([UInt8], String)] = [
            (Array(#""\ud800""#.utf8), "\u{FFFD}"),
            (Array(#""\udc00x""#.utf8), "\u{FFFD}x"),
            (Array(#""\ud800\u0041""#.utf8), "\u{FFFD}A"),
            (Array(#""\ud800\ud83d\ude00""#.utf8), "\u{FFFD}😀"),
            ([0x22, 0xFF, 0x22], "\u{FFFD}"),
            ([0x22, 0xC3, 0x22], "\u{FFFD}"),
            ([0x22, 0xE2, 0x82, 0x41, 0x22], "\u{FFFD}\u{FFFD}A"),
            ([0x22, 0xC0, 0x80, 0x22], "\u{FFFD}\u{FFFD}"),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ]
        for (bytes, text) in cases {
            bytes.withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                do throws(JSONError) {
                    let taken = try reader.takeString()
                    #expect(taken?.string.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
                    #expect(taken?.isRepaired == true)
                } catch {
                    Issue.record("\(Array(bytes)): \(error)")
                }
            }
        }
    }

    @Test func aReplacementCharacterThatWasSentIsNoRepair() throws {
        for text in [#""\ufffd""#, "\"\u{FFFD}\"", #""plain""#, #""\n""#] {
            try Array(text.utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                let isRepaired = try reader.takeString()?.isRepaired
                #expect(isRepaired == false)
            }
        }
    }

    @Test func nestingIsAllowedUpToTheLimit() {
        for (open, close, deepest) in [("[", "]", ""), (#"{"a":"#, "}", "1")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + deepest + String(repeating: close, count: depth)
            }
            #expect(throws: Never.self) { try parse(nested(32)).get() }
            #expect(throws: Never.self) { try parse(nested(5), maximumDepth: 5).get() }
            #expect(throws: JSONError(.tooDeep, at: 5 * open.utf8.count)) {
                try parse(nested(6), maximumDepth: 5).get()
            }
            #expect(throws: JSONError(.tooDeep, at: 32 * open.utf8.count)) { try parse(nested(33)).get() }
            #expect(throws: JSONError.self) { try parse(nested(10_000), maximumDepth: 1_000_000).get() }
        }
    }

    @Test func aDocumentOfTooManyValuesIsRefused() throws {
        // The list, its two elements, and the two values in the second one.
        let text = Array(#"[7,{"a":1,"b":[]}]"#.utf8)
        #expect(try JSONValue(text, maximumCount: 5).array?.count == 2)
        #expect(throws: JSONError(.tooManyValues, at: 14)) { try JSONValue(text, maximumCount: 4) }
        #expect(throws: JSONError(.tooManyValues, at: 0)) { try JSONValue(text, maximumCount: 0) }
    }

    @Test func skippingChecksWhatItSkips() throws {
        for text in ["[1,]", #"{"a":tru}"#, #"["\x"]"#, "[01]", #"{"a":[}"#, "[[[\"\u{1}\"]]]", #"{"a""b"}"#, "[1"] {
            Array(text.utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                do throws(JSONError) {
                    try reader.skipValue()
                    try reader.finish()
                    Issue.record("\(text) was skipped")
                } catch {
                    guard case .failure(let expected) = parse(text) else {
                        Issue.record("\(text) was parsed")
                        return
                    }
                    #expect(error == expected)
                }
            }
        }
    }

    @Test func skippingLeavesTheReaderBehindTheValue() throws {
        let text = #"{"skip":[{"a":[1,{"b":null}]},"x\"y",{}],"keep":7}"#
        try Array(text.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            let isObject = try reader.enterObject()
            let first = try reader.nextKey()?.string
            try reader.skipValue()
            let second = try reader.nextKey()?.string
            let number = try reader.takeNumber().flatMap { JSONNumber.integer($0) }
            let third = try reader.nextKey()?.string
            try reader.finish()

            #expect(isObject)
            #expect((first, second, third) == ("skip", "keep", nil))
            #expect(number == 7)
        }
    }

    @Test func aValueOfAnotherKindStaysWhereItIs() throws {
        try Array("[5]".utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            let beforeArray = (try reader.takeString()?.string, try reader.takeBool(), try reader.takeNull())
            let isArray = (try reader.enterObject(), try reader.enterArray())
            let hasElement = try reader.nextElement()
            let kind = try reader.kind()
            let isArrayInside = try reader.enterArray()
            let number = try reader.takeNumber()?.count
            let hasAnother = try reader.nextElement()
            try reader.finish()

            #expect(beforeArray == (nil, nil, false))
            #expect(isArray == (false, true))
            #expect((hasElement, isArrayInside, hasAnother) == (true, false, false))
            #expect(kind == .number)
            #expect(number == 1)
        }
    }

    @Test func textsStayUntilTheyAreForgotten() throws {
        // More than one chunk of memory, so that a chunk that moved would show.
        let strings = (0..<200).map { "é\n" + String(repeating: "x\t", count: $0) }
        let body = JSONValue.array(strings.map { .string($0) }).encoded()
        try body.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            var texts: [JSONText] = []
            _ = try reader.enterArray()
            while try reader.nextElement() {
                if let text = try reader.takeString() { texts.append(text) }
            }
            #expect(texts.map(\.string) == strings)
            reader.forgetTexts()
        }
    }

    @Test func ofSeveralMembersWithOneNameAllAreKeptAndTheLastIsFound() throws {
        let value = try JSONValue(parsing: #"{"a":1,"a":2}"#)

        #expect(value.members?.count == 2)
        #expect(value["a"]?.integer == 2)
        #expect(value["b"] == nil)
    }
}
