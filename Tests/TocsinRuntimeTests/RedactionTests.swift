import Testing
import TocsinReceivers
import TocsinSettings

@testable import TocsinRuntime

@Suite struct RedactionTests {
    private static func cleaned(_ answer: String, sensitive: [String]) -> String {
        let request = HTTPRequest(url: "https://h/", sensitive: sensitive.map { Secret($0) })
        let response = HTTPResponse(status: 400, body: Array(answer.utf8))
        return String(decoding: Redaction(settings: [], request: request).clean(response).body, as: UTF8.self)
    }

    /// As a key that a template made, which neither the settings nor a file know.
    @Test(arguments: [
        ("bad key rendered-key!", ["rendered-key"], "bad key <secret>!"),
        (#"bad key "a\/rendered""#, ["a/rendered"], #"bad key "<secret>""#),
        ("long-key and long-key-2", ["long-key", "long-key-2"], "<secret> and <secret>"),
        ("nothing of it", ["rendered-key"], "nothing of it"),
        // Too short a word would be taken out of any text.
        ("the key", ["key"], "the key"),
    ])
    func whatARequestCallsSensitiveIsTakenOutOfItsAnswer(answer: String, sensitive: [String], expected: String) {
        #expect(Self.cleaned(answer, sensitive: sensitive) == expected)
    }
}
