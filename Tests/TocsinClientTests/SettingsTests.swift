import Testing
import TocsinClient
import TocsinConfig
import TocsinModel
import TocsinReceivers

/// Files that are there only in a test.
private struct Shelf: ConfigurationFiles {
    var texts: [String: String] = [:]
    var locked: Set<String> = []

    func names(in directory: String) -> [String] { [] }
    func exists(_ path: String) -> Bool { self.texts[path] != nil || self.locked.contains(path) }
    func text(of path: String) throws(UnreadableFile) -> String {
        guard let text = self.texts[path] else { throw UnreadableFile("permission denied") }
        return text
    }
}

struct SettingsTests {
    private static let own = "/home/ana/.config/tocsin/config.yml"
    private static let home = ["HOME": "/home/ana"]

    private func settings(
        _ change: (inout ClientSettings.Flags) -> Void = { _ in },
        environment: [String: String] = SettingsTests.home,
        files: [String: String] = [:]
    ) throws(ClientFailure) -> ClientSettings {
        var flags = ClientSettings.Flags()
        change(&flags)
        return try ClientSettings(flags: flags, environment: environment, files: Shelf(texts: files))
    }

    @Test func withoutAnySettingsTheServerIsOnThisMachine() throws {
        let settings = try self.settings()

        #expect(settings.address.url == "http://localhost:9093")
        #expect(settings.output == .table)
        #expect(settings.requiresComment)
        #expect(settings.headers.isEmpty)
        #expect(settings.options.timeout == .seconds(30))
    }

    @Test func flagsGoBeforeTheEnvironmentAndThatBeforeFiles() throws {
        let files = [SettingsTests.own: "url: http://file\noutput: json\n"]
        let environment = SettingsTests.home.merging(["TOCSIN_URL": "http://variable"]) { $1 }

        #expect(try self.settings(files: files).address.url == "http://file")
        #expect(try self.settings(files: files).output == .json)
        #expect(try self.settings(environment: environment, files: files).address.url == "http://variable")
        let both = try self.settings({ $0.url = "http://flag" }, environment: environment, files: files)
        #expect(both.address.url == "http://flag")
        let empty = SettingsTests.home.merging(["TOCSIN_URL": ""]) { $1 }
        #expect(try self.settings(environment: empty, files: files).address.url == "http://file")
    }

    @Test func theFileOfTheUserGoesBeforeThatOfTheMachineKeyByKey() throws {
        let settings = try self.settings(files: [
            SettingsTests.own: "alertmanager.url: http://mine\n",
            "/etc/tocsin/config.yml": "url: http://all\nauthor: ops\nrequire-comment: false\ntimeout: 5s\n",
        ])

        #expect(settings.address.url == "http://mine")
        #expect(settings.author == "ops")
        #expect(!settings.requiresComment)
        #expect(settings.options.timeout == .seconds(5))
        #expect(settings.options.connectTimeout == .seconds(5))
    }

    @Test(arguments: [
        "/home/ana/.config/amtool/config.yml", "/home/ana/.config/prometheus/amtool.yml", "/etc/amtool/config.yml",
        "/etc/prometheus/amtool.yml",
    ])
    func amtoolsFileIsReadWhereThereIsNoneOfOurs(path: String) throws {
        let text = "alertmanager.url: http://am\noutput: extended\ncomment_required: false\nduration: 3h\n"

        let settings = try self.settings(files: [path: text])

        #expect(settings.address.url == "http://am")
        #expect(settings.output == .wide)
        #expect(!settings.requiresComment)
        // Its password could be meant for another server.
        let mixed = try self.settings(files: [path: text, SettingsTests.own: "author: ana\n"])
        #expect(mixed.address.url == "http://localhost:9093")
    }

    @Test(arguments: [
        "urll: http://x", "url: [", "url: http://x\nalertmanager.url: http://y", "output: xml", "timeout: soon",
        "timeout: 0s", "require-comment: maybe",
    ])
    func aMistakeInAFileIsAMistakeOfUse(text: String) {
        #expect(throws: ClientFailure.self) { try self.settings(files: [SettingsTests.own: text]) }
    }

    @Test func anUnreadableFileIsNotPassedOverInSilence() {
        let files = Shelf(locked: [SettingsTests.own])

        #expect(throws: ClientFailure(.usage, "cannot read \(SettingsTests.own): permission denied")) {
            try ClientSettings(flags: ClientSettings.Flags(), environment: SettingsTests.home, files: files)
        }
    }

    @Test func aTokenIsSentAsBearerWhereverItComesFrom() throws {
        let expected = [HTTPRequest.Header("Authorization", "Bearer tocsin_1_abc")]
        let variable = ["TOCSIN_TOKEN": "tocsin_1_abc"]
        let files = ["/t": "tocsin_1_abc\n", "/other": "x", SettingsTests.own: "token_file: /t\n"]

        #expect(try self.settings(environment: variable).headers == expected)
        #expect(try self.settings(environment: ["TOCSIN_TOKEN_FILE": "/t"], files: files).headers == expected)
        #expect(try self.settings(files: files).headers == expected)
        #expect(try self.settings({ $0.tokenFile = "/t" }, files: ["/t": "tocsin_1_abc"]).headers == expected)
        let both = ["TOCSIN_TOKEN": "tocsin_1_abc", "TOCSIN_TOKEN_FILE": "/other"]
        #expect(try self.settings(environment: both, files: files).headers == expected)
    }

    @Test(arguments: ["open sesame", "a\r\nX: y", "é", "\u{1B}"])
    func aTokenThatWouldBreakTheHeaderIsRefusedAndNotRepeated(token: String) {
        do {
            _ = try self.settings(environment: ["TOCSIN_TOKEN": token])
            Issue.record("it was taken")
        } catch {
            #expect(error.status == .usage)
            #expect(!error.message.contains(token))
        }
    }

    @Test func theUserOfTheAddressIsBasicAuthentication() throws {
        let settings = try self.settings { $0.url = "http://ana:secret@x" }

        #expect(settings.headers == [HTTPRequest.Header("Authorization", "Basic YW5hOnNlY3JldA==")])
    }

    @Test func anHTTPConfigFileIsReadAsInAReceiver() throws {
        let files = [
            "/c/http.yml": """
            basic_auth:
              username: ana
              password_file: pw
            tls_config:
              insecure_skip_verify: true
            """,
            "/c/pw": "secret\n",
        ]

        let settings = try self.settings({ $0.httpConfigFile = "/c/http.yml" }, files: files)

        #expect(settings.headers == [HTTPRequest.Header("Authorization", "Basic YW5hOnNlY3JldA==")])
        #expect(!settings.options.tls.verifiesServer)
    }

    @Test(arguments: ["basic_auht: {}", "basic_auth: {username: a, password_file: missing}", "[]"])
    func aWrongHTTPConfigFileIsAMistakeOfUse(text: String) {
        #expect(throws: ClientFailure.self) {
            try self.settings({ $0.httpConfigFile = "/h.yml" }, files: ["/h.yml": text])
        }
    }

    @Test func twoProofsOfWhoAsksAreOneTooMany() throws {
        let files = ["/h.yml": "authorization: {credentials: x}\n", "/plain.yml": "follow_redirects: false\n"]
        let token = ["TOCSIN_TOKEN": "t"]

        #expect(throws: ClientFailure.self) {
            try self.settings({ $0.httpConfigFile = "/h.yml" }, environment: token, files: files)
        }
        #expect(throws: ClientFailure.self) {
            try self.settings(
                {
                    $0.httpConfigFile = "/h.yml"; $0.url = "http://a:b@x"
                }, files: files)
        }
        let settings = try self.settings({ $0.httpConfigFile = "/plain.yml" }, environment: token, files: files)
        #expect(settings.headers == [HTTPRequest.Header("Authorization", "Bearer t")])
        #expect(!settings.options.followRedirects)
    }

    @Test(arguments: [
        ("table", OutputFormat.table), ("simple", .table), ("wide", .wide), ("extended", .wide), ("JSON", .json),
    ])
    func amtoolsWordsForOutputsMeanOurs(word: String, format: OutputFormat) {
        #expect(OutputFormat(word: word) == format)
        #expect(OutputFormat(word: word + "x") == nil)
    }
}
