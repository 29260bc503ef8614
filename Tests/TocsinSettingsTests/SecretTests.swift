import Testing
import TocsinSettings

@Suite struct SecretTests {
    private static let canary = "hunter2-canary"

    @Test func aSecretIsShownNowhere() {
        struct Holder { let key: Secret<String> }
        let secret = Secret(Self.canary)
        var dumped = ""
        dump(Holder(key: secret), to: &dumped)

        #expect("\(secret)" == "<secret>")
        for text in ["\(secret)", String(reflecting: secret), "\(Holder(key: secret))", dumped, "\([secret])"] {
            #expect(!text.contains(Self.canary))
        }
        #expect(secret.revealed == Self.canary)
    }

    @Test func anEmptySecretIsShownAsEmpty() {
        #expect(Secret("").settingText.isEmpty)
        #expect(Secret("x").settingText == "<secret>")
    }

    @Test(arguments: [
        "\(canary)", "ftp://\(canary)/", "\(canary)://host/", "http://\(canary)%zz/", "http:///\(canary)",
    ])
    func aMistakeInASecretURLDoesNotRepeatIt(text: String) {
        let mistakes = Sample.mistakes(in: [("url", Sample.text(text))]) { $0.secretURL("url", doc: "") }

        #expect(mistakes.count == 1)
        #expect(!mistakes.joined().contains(Self.canary))
    }

    @Test func theMaskOfADisplayedConfigurationIsReadBack() throws {
        let entries = [("url", Sample.text("<secret>"))]

        #expect(try Sample.read(entries) { $0.secretURL("url", doc: "") }?.revealed.text == "<secret>")
        #expect(!Sample.mistakes(in: entries) { $0.optional("url", as: HTTPURL.self, doc: "") }.isEmpty)
    }
}
