import Testing
import TocsinSettings

@Suite struct HTTPURLTests {
    @Test(arguments: [
        "http://h", "HTTP://H/", "https://h:8080/a?b=%zz#c", "http://[::1]:9/", "http://u:p@h/", "https://h/{{x}}",
        "http://h:/", "http://xn--bcher-kva.example/", "http://b\u{FC}cher.example/", "http://h/a b",
    ])
    func anAddressOnTheWebIsRead(text: String) throws {
        #expect(try HTTPURL(text).text == text)
    }

    @Test(arguments: [
        ("", "must be a URL that begins with http:// or https://"),
        ("h/path", "must be a URL that begins with http:// or https://"),
        ("::", "must be a URL that begins with http:// or https://"),
        ("localhost:9093", "must be a URL with the scheme http or https"),
        ("ftp://h/", "must be a URL with the scheme http or https"),
        ("http:h", "is a URL without a host"),
        ("http://", "is a URL without a host"),
        ("http:///x", "is a URL without a host"),
        ("http://:80/", "is a URL without a host"),
        ("http://u@/", "is a URL without a host"),
        ("http://h/%zz", "is a URL with a % that is not followed by two hexadecimal digits"),
        ("http://h/%4", "is a URL with a % that is not followed by two hexadecimal digits"),
        ("http://h:8x/", "is a URL whose port is not a number"),
        ("http://[::1/", "is a URL with a host that lacks its closing bracket"),
        ("http://a b/", "is a URL with a character in its host that cannot stand there"),
        ("http://h\n/", "is not a valid URL: it contains a control character"),
    ])
    func anythingElseIsNot(text: String, message: String) {
        #expect {
            try HTTPURL(text)
        } throws: { error in
            (error as? SettingsMismatch)?.message == message
        }
    }

    @Test func aPasswordInAURLIsNotRepeated() {
        let mistakes = Sample.mistakes(in: [("url", Sample.text("ftp://user:hunter2@h/"))]) {
            $0.optional("url", as: HTTPURL.self, doc: "")
        }

        #expect(mistakes == ["a.yml:1:10: `url` must be a URL with the scheme http or https"])
    }
}
