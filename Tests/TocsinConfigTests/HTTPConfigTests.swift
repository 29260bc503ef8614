import Testing
import TocsinConfig
import TocsinModel
import TocsinReceivers
import TocsinSettings

@Suite struct HTTPConfigTests {
    /// The `http_config` of a webhook that has one line of its own.
    private static func config(_ line: String, global: String = "") throws -> HTTPConfig {
        let own = line.isEmpty ? "" : ", http_config: {\(line)}"
        let text = """
            global: {http_config: {\(global)}}
            route: {receiver: r}
            receivers: [{name: r, webhook_configs: [{url: 'http://h/'\(own)}]}]
            """
        let id = IntegrationID(receiver: "r", kind: "webhook", index: 0)
        let stub = try #require(try Sample.load(text).receivers[id] as? StubWebhook)
        return stub.http
    }

    @Test(arguments: [
        ("", []),
        ("authorization: {credentials: abc}", ["Bearer abc"]),
        ("authorization: {type: Token, credentials: abc}", ["Token abc"]),
        ("authorization: {}", []),
        ("bearer_token: abc", ["Bearer abc"]),
        ("bearer_token_file: token", ["Bearer from-file"]),
        ("basic_auth: {username: Aladdin, password: 'open sesame'}", ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]),
        ("basic_auth: {username: a, password_file: token}", ["Basic YTpmcm9tLWZpbGU="]),
        ("basic_auth: {username_file: token}", ["Basic ZnJvbS1maWxlOg=="]),
        ("basic_auth: {}", ["Basic Og=="]),
    ])
    func credentialsBecomeAHeader(line: String, expected: [String]) throws {
        var files = SecretFiles()
        files.add("from-file \n", of: "token")
        let headers = try Self.config(line).headers(with: files)

        #expect(headers == expected.map { HTTPRequest.Header("Authorization", $0) })
    }

    @Test func aFileThatCannotBeReadIsARefusalThatSaysWhich() throws {
        let config = try Self.config("bearer_token_file: token")
        var files = SecretFiles()
        files.addFailure("permission denied", of: "token")

        #expect(config.secretFiles == ["token"])
        #expect(throws: Refusal("cannot read token: permission denied")) { try config.headers(with: files) }
    }

    @Test func credentialsWithALineBreakAreRefused() throws {
        var files = SecretFiles()
        files.add("a\r\nX-Evil: 1", of: "token")

        #expect(throws: Refusal.self) { try Self.config("bearer_token_file: token").headers(with: files) }
    }

    @Test func anOwnBlockReplacesTheGlobalOneAsAWhole() throws {
        let global = "follow_redirects: false, bearer_token: abc"
        let inherited = try Self.config("", global: global)
        let own = try Self.config("tls_config: {insecure_skip_verify: true}", global: global)

        #expect(!inherited.options.followRedirects && inherited.authorization != nil)
        let tls = try own.transportOptions(with: SecretFiles()).tls
        #expect(own.options.followRedirects && own.authorization == nil && !tls.verifiesServer)
    }

    @Test func version2OfHTTPMustBeAskedFor() throws {
        #expect(try !Self.config("").options.http2)
        #expect(try Self.config("enable_http2: true").options.http2)
    }

    @Test func certificatesComeFromTheirFilesAtTheTimeOfTheRequest() throws {
        let pem = { (label: String) in "-----BEGIN \(label)-----\nAAAA\n-----END \(label)-----" }
        let config = try Self.config("tls_config: {ca_file: ca.pem, cert_file: c.pem, key_file: k.pem, server_name: n}")
        var files = SecretFiles()
        files.add(pem("CERTIFICATE"), of: "ca.pem")
        files.add(pem("CERTIFICATE"), of: "c.pem")
        files.add(pem("EC PRIVATE KEY"), of: "k.pem")

        let options = try config.transportOptions(with: files).tls

        #expect(config.secretFiles == ["ca.pem", "c.pem", "k.pem"])
        #expect(options.authorities == pem("CERTIFICATE") + "\n")
        #expect(options.serverName == "n" && options.minimumVersion == .tls12)
        #expect(throws: Refusal("cannot read ca.pem: it was not read")) {
            try config.transportOptions(with: SecretFiles())
        }
        files.add("something else", of: "ca.pem")
        #expect(throws: Refusal("ca.pem holds no certificate in the form PEM")) {
            try config.transportOptions(with: files)
        }
    }

    @Test func furtherHeadersGoAlongInTheOrderOfTheFile() throws {
        let config = try Self.config(
            "http_headers: {X-B: {values: [one], secrets: [two], files: [token]}, X-A: {values: [three]}}")
        var files = SecretFiles()
        files.add("from-file\n", of: "token")

        let headers = try config.headers(with: files)

        #expect(headers.map { "\($0.name)=\($0.value)" } == ["X-B=one", "X-B=two", "X-B=from-file", "X-A=three"])
    }

    @Test(arguments: [
        ("proxy_url: 'http://p:3128'", ProxyOptions.Route.by(url: Secret("http://p:3128"), except: "")),
        ("proxy_url: 'socks5://p', no_proxy: 'a,b'", .by(url: Secret("socks5://p"), except: "a,b")),
        ("proxy_from_environment: true", .asTheEnvironmentSays), ("", .direct),
    ])
    func aProxyIsReadAsItIsWritten(line: String, expected: ProxyOptions.Route) throws {
        #expect(try Self.config(line).options.proxy.route == expected)
    }
}
