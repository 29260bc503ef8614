import Testing
import TocsinTemplate

/// Expected texts are what Go's fmt prints.
@Suite struct PrintfTests {
    private static let integerTable: [(String, Int, String)] = [
        // Integers
        ("%d", 42, "42"), ("%5d|", 42, "   42|"), ("%-5d|", 42, "42   |"), ("%05d", -42, "-0042"), ("%+d", 42, "+42"),
        ("% d", 42, " 42"), ("%x", 255, "ff"), ("%X", 255, "FF"), ("%#x", 255, "0xff"), ("%#X", 255, "0XFF"),
        ("%o", 8, "10"), ("%#o", 8, "010"), ("%O", 8, "0o10"), ("%b", 5, "101"), ("%#b", 5, "0b101"),
        ("%c", 0x1F525, "🔥"),
        ("%q", 0x27, "'\\''"), ("%q", 0x22, "'\"'"), ("%U", 0x1F525, "U+1F525"), ("%#U", 0x41, "U+0041 'A'"),
        ("%.5d", 42, "00042"),
        ("%8.5d|", -42, "  -00042|"), ("%-8.5d|", 42, "00042   |"), ("%.0d|", 0, "|"), ("%5.0d|", 0, "     |"),
        ("%v", -7, "-7"), ("%+v", 7, "7"), ("%#v", 7, "7"), ("%T", 7, "int"), ("%6.2d|", 7, "    07|"),
        ("%-05d|", 7, "7    |"), ("%+05d", 7, "+0007"), ("%x", Int.min, "-8000000000000000"), ("%08b", 5, "00000101"),
        ("%c", -1, "\u{FFFD}"), ("%c", 0xD800, "\u{FFFD}"), ("%#08x", 255, "0x000000ff"),
        // Wrong verbs
        ("%s", 1, "%!s(int=1)"), ("%t", 1, "%!t(int=1)"), ("%y", 1, "%!y(int=1)"), ("%e", 1, "%!e(int=1)"),
        ("%!", 1, "%!!(int=1)"), ("%é", 1, "%!é(int=1)"), ("%5z", 1, "%!z(int=    1)"),
    ]

    @Test(arguments: Self.integerTable)
    func integers(_ format: String, _ value: Int, _ expected: String) throws {
        #expect(try printf(format, .int(value)) == expected)
    }

    private static let stringTable: [(String, String, String)] = [
        ("%s", "abc", "abc"), ("%6s|", "日本", "    日本|"), ("%-6s|", "日本", "日本    |"), ("%.2s", "日本語", "日本"),
        ("%q", "a\"b\n", "\"a\\\"b\\n\""), ("%+q", "é🔥", "\"\\u00e9\\U0001f525\""), ("%#q", "a", "`a`"),
        ("%#q", "a`", "\"a`\""),
        ("%q", "\u{1}\u{7F}\u{AD}", "\"\\x01\\x7f\\u00ad\""), ("%x", "hé", "68c3a9"), ("%X", "hé", "68C3A9"),
        ("% x", "abc", "61 62 63"),
        ("%# x", "abc", "0x61 0x62 0x63"), ("%#x", "", ""), ("%.1x", "abc", "61"), ("%8x|", "ab", "    6162|"),
        ("%v", "a b", "a b"), ("%#v", "a\tb", "\"a\\tb\""), ("%+v", "a", "a"), ("%T", "a", "string"),
        ("%05s", "ab", "000ab"),
        ("%10.1q|", "abc", "       \"a\"|"), ("%d", "a", "%!d(string=a)"), ("%-4d|", "a", "%!d(string=a   )|"),
    ]

    @Test(arguments: Self.stringTable)
    func strings(_ format: String, _ value: String, _ expected: String) throws {
        #expect(try printf(format, .string(value)) == expected)
    }

    private static let floatTable: [(String, Double, String)] = [
        ("%f", 3.14159265, "3.141593"), ("%.2f", 3.14159, "3.14"), ("%8.3f|", 3.14159, "   3.142|"),
        ("%-8.2f|", 3.14159, "3.14    |"),
        ("%08.2f", -3.14159, "-0003.14"), ("%+.1f", 1.25, "+1.2"), ("%.1f", 1.35, "1.4"), ("%.0f", 0.5, "0"),
        ("%.0f", 1.5, "2"),
        ("%.0f", 2.5, "2"), ("%.2f", 1.005, "1.00"), ("%.20f", 0.1, "0.10000000000000000555"),
        ("%f", 1e20, "100000000000000000000.000000"),
        ("%.3f", 1e-10, "0.000"), ("%.0f", 1e23, "99999999999999991611392"), ("%.1f", 0.05, "0.1"),
        ("%.1f", 0.25, "0.2"),
        ("%.0f", 0.4, "0"), ("%.0f", 0.6, "1"), ("%.0f", 9.5, "10"), ("%.2f", 99.999, "100.00"),
        ("%F", 1.5, "1.500000"),
        ("%e", 123456.789, "1.234568e+05"), ("%E", 123456.789, "1.234568E+05"), ("%.0e", 15.0, "2e+01"),
        ("%.0e", 25.0, "2e+01"),
        ("%.3e", 0.0, "0.000e+00"), ("%e", .leastNonzeroMagnitude, "4.940656e-324"),
        ("%.10e", 1.7976931348623157e308, "1.7976931349e+308"),
        ("%g", 100000.0, "100000"), ("%g", 1e6, "1e+06"), ("%g", 1e20, "1e+20"), ("%g", 1e21, "1e+21"),
        ("%g", 0.0001, "0.0001"),
        ("%g", 0.00001, "1e-05"), ("%g", 123456789.0, "1.23456789e+08"), ("%.3g", 1234.5678, "1.23e+03"),
        ("%.3g", 0.00012345, "0.000123"),
        ("%.10g", 100000.0, "100000"), ("%.1g", 9.5, "1e+01"), ("%.3g", 3.0, "3"), ("%#g", 3.0, "3.00000"),
        ("%#.3g", 3.0, "3.00"),
        ("%#g", 1e6, "1.00000e+06"), ("%#.0f", 3.0, "3."), ("%#.0e", 3.0, "3.e+00"), ("%G", 1e-7, "1E-07"),
        ("%.0g", 1234.0, "1e+03"),
        ("%.4g", 59.99999, "60"), ("%.4g", 0.0123456, "0.01235"), ("%#g", 0.0, "0.00000"),
        ("%v", 2.0, "2"), ("%v", -0.0, "-0"), ("%v", 0.1, "0.1"),
        ("%v", 1.7976931348623157e308, "1.7976931348623157e+308"),
        ("%v", .leastNonzeroMagnitude, "5e-324"), ("%v", 123456.0, "123456"), ("%v", 1234567.0, "1.234567e+06"),
        ("%6v|", 1.5, "   1.5|"),
        ("%b", 1.0, "4503599627370496p-52"), ("%b", 1e300, "6724873095247260p+944"), ("%x", 1.5, "0x1.8p+00"),
        ("%X", -1.5, "-0X1.8P+00"), ("%x", 0.0, "0x0p+00"),
        ("%.2x", 3.14159, "0x1.92p+01"), ("%.0x", 1.9, "0x1p+01"), ("%x", .leastNonzeroMagnitude, "0x1p-1074"),
        ("%#v", 1.0, "1"), ("%T", 1.0, "float64"),
        ("%v", Double.infinity, "+Inf"), ("%v", -Double.infinity, "-Inf"), ("%v", Double.nan, "NaN"),
        ("%+v", Double.nan, "NaN"),
        ("%+f", Double.nan, "+NaN"), ("% f", Double.infinity, " Inf"), ("%06f", Double.infinity, "  +Inf"),
        ("%6.1f|", Double.nan, "   NaN|"),
        ("% .1f", 2.0, " 2.0"), ("%d", 1.5, "%!d(float64=1.5)"), ("%s", 1.5, "%!s(float64=1.5)"),
    ]

    @Test(arguments: Self.floatTable)
    func floats(_ format: String, _ value: Double, _ expected: String) throws {
        #expect(try printf(format, .float(value)) == expected)
    }

    private static let operandTable: [(String, [Value], String)] = [
        ("%d %s|%d", [1, "a"], "1 a|%!d(MISSING)"),
        ("%d", [1, 2, "x"], "1%!(EXTRA int=2, string=x)"),
        ("x", [.null, true], "x%!(EXTRA <nil>, bool=true)"),
        ("100%%", [], "100%"), ("100%", [], "100%!(NOVERB)"), ("%5%|", [], "%|"), ("%-", [], "%!(NOVERB)"),
        ("%[2]d %[1]d", [1, 2], "2 1"), ("%[2]d %d", [1, 2, 3], "2 3"), ("%[3]d", [1], "%!d(BADINDEX)"),
        ("%[0]d", [1], "%!d(BADINDEX)"),
        ("%[x]d", [1], "%!d(BADINDEX)"), ("%[1]d %d %[1]q", [65, 66], "65 66 'A'"), ("%[]d", [1], "%!d(BADINDEX)"),
        ("%[1", [1], "%!(NOVERB)"),
        ("%[1]5d", [1], "%!d(BADINDEX)"), ("%5[1]d|", [1], "    1|"), ("%[2]*[1]d|", [7, 3], "  7|"),
        ("%[1].2f", [.float(1)], "%!f(BADINDEX)"),
        ("%*d|", [5, 42], "   42|"), ("%-*d|", [5, 42], "42   |"), ("%*d|", [-5, 42], "42   |"),
        ("%.*f", [2, .float(3.14159)], "3.14"),
        ("%*d", ["x", 1], "%!(BADWIDTH)1"), ("%.*d", [-1, 1], "%!(BADPREC)1"),
        ("%*d", [2_000_000, 1], "%!(BADWIDTH)1"), ("%*", [4], "%!(NOVERB)"),
        ("%.[2]*[1]f", [.float(2.5), 1], "2.5"), ("%6.*f|", [1, .float(2.25)], "   2.2|"),
        ("%99999999999999999999d", [1], "%!(NOVERB)%!(EXTRA int=1)"),
        ("%v %s %d", [.null, .null, .null], "<nil> %!s(<nil>) %!d(<nil>)"), ("%T", [.null], "<nil>"),
        ("%5v|", [.null], "<nil>|"), ("%7v|", [.null], "  <nil>|"),
        ("%t %v %5t|", [true, false, true], "true false  true|"), ("%d", [true], "%!d(bool=true)"),
        ("%q", [false], "%!q(bool=false)"),
        ("%w", [1], "%!w(int=1)"),
        (
            "%v %.2f %+g", [.object(Celsius(degrees: 3)), .object(Celsius(degrees: 3)), .object(Celsius(degrees: 3))],
            "3 3.00 +3"
        ),
    ]

    @Test(arguments: Self.operandTable)
    func operands(_ format: String, _ values: [Value], _ expected: String) throws {
        let arguments = values.indices.map { "(index . \($0 + 1))" }.joined(separator: " ")
        let data = Value.list(Value.List([.string(format)] + values))

        #expect(try render("{{printf (index . 0) \(arguments)}}", data) == expected)
    }

    private static let containerTable: [(String, String)] = [
        ("%v", "[1 a <nil> [2.5] map[k:v]]"),
        ("%d", "[1 %!d(string=a) <nil> [%!d(float64=2.5)] map[%!d(string=k):%!d(string=v)]]"),
        ("%q", "['\\x01' \"a\" <nil> [%!q(float64=2.5)] map[\"k\":\"v\"]]"), ("%T", "[]interface {}"),
        (
            "%#v",
            "[]interface {}{1, \"a\", interface {}(nil), []interface {}{2.5}, map[string]interface {}{\"k\":\"v\"}}"
        ),
        ("%4v", "[   1    a <nil> [ 2.5] map[   k:   v]]"),
    ]

    @Test(arguments: Self.containerTable)
    func containers(_ format: String, _ expected: String) throws {
        let list = Value.array(1, "a", .null, .array(.float(2.5)), .dictionary(["k": "v"]))

        #expect(try printf(format, list) == expected)
    }

    private static let structTable: [(String, String)] = [
        ("%v", "{n 21° {1}}"), ("%+v", "{Name:n Temperature:21° inner:{X:1}}"),
        ("%#v", "main.Room{Name:\"n\", Temperature:21, inner:main.Inner{X:1}}"), ("%T", "main.Room"),
        ("%s", "{n 21° {%!s(int=1)}}"), ("%d", "{%!d(string=n) 21 {1}}"),
    ]

    @Test(arguments: Self.structTable)
    func structs(_ format: String, _ expected: String) throws {
        #expect(try printf(format, .object(Room())) == expected)
    }

    private func printf(_ format: String, _ value: Value) throws -> String {
        try render("{{printf .f .v}}", .dictionary(["f": .string(format), "v": value]))
    }
}

/// A named float.
private struct Celsius: TemplateObject {
    let degrees: Double
    var typeName: String { "main.Celsius" }
    var underlying: Underlying { .value(.float(self.degrees)) }
}

/// A named integer with a String method.
private struct Degrees: TemplateObject {
    let number: Int
    var typeName: String { "main.Degrees" }
    var underlying: Underlying { .value(.int(self.number)) }
    var text: String? { "\(self.number)°" }
}

private struct Inner: TemplateObject {
    var typeName: String { "main.Inner" }
    var underlying: Underlying { .structure([.init("X", 1)]) }
}

private struct Room: TemplateObject {
    var typeName: String { "main.Room" }
    var underlying: Underlying {
        .structure([
            .init("Name", "n"), .init("Temperature", .object(Degrees(number: 21))), .init("inner", .object(Inner())),
        ])
    }
}
