import Testing
import TocsinAPI
import TocsinJSON
import TocsinModel

/// Whether the API takes an alert with that `generatorURL`.
private func isTaken(_ url: String) throws -> Bool {
    let body = JSONValue.array([["labels": ["a": "1"], "generatorURL": .string(url)]]).encoded()
    let decoded = try body.withUnsafeBytes { bytes in
        try AlertJSON.decode(body: bytes, now: Timestamp(seconds: 1_893_456_000), resolveTimeout: .seconds(300))
    }
    return decoded.problem == nil
}

/// The verdicts of Alertmanager 0.25, asked over its API.
@Suite struct GeneratorURLTests {
    @Test(arguments: [
        "", "/x", "mailto:x", "http://a/b c", "http://a/é?x=<&>", "http://a:99999/", "http:", "a:b", "*", "//x/y",
        "/a:b",
        "http://u:p@x/", "http://x<y/", "http://[::1]:9/", "http://x?%zz", "https://p.example.com:9090/graph?g0.expr=a",
        "http://prometheus/graph", "http://[fe80::1%25eth0]/x", "http://x%C3%A9/", "http://[::1%25a%20b]/",
        "http://a/%41", "ftp://x_y/z",
        "http://x:",
    ])
    func aURIIsTaken(_ url: String) throws {
        #expect(try isTaken(url))
    }

    @Test(arguments: [
        "foo bar", "foo", "http://a/%zz", "http://a b/", "http://a:xx/", "http://[::1/", ":x", "1http://x",
        "http://x/\n",
        "http://x/#frag%zz", "?x", "http://u p@x/", "http://x%41/", "http://[::1]x/", "  http://x", "http://x/\u{7f}",
        "http://x/%4", "http://[fe80::1%25e{]:1/", "http://[fe80::1%25 ]/", "http://[::1%25%C3]/", "http://a%/x",
        "x y:z",
    ])
    func whatIsNoURIIsRefused(_ url: String) throws {
        #expect(try !isTaken(url))
    }
}
