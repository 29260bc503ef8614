import Testing
import TocsinConfig
import TocsinSettings

@Suite struct WebConfigTests {
    private static let hash = "$2y$10$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"

    @Test func anEmptyFileAsksForNothing() throws {
        for text in ["", "{}", "tls_server_config: {}", "rate_limit: {interval: 0s}", "basic_auth_users:"] {
            let config = try WebConfig.load(text: text, file: "web.yml")

            #expect(config.tls == nil)
            #expect(config.users.isEmpty && config.headers.isEmpty && config.rateLimit == nil)
        }
    }

    @Test func everySettingIsRead() throws {
        let text = """
            tls_server_config:
              cert_file: server.pem
              key_file: /etc/keys/server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.pem
              client_allowed_sans: [prometheus.example]
              min_version: TLS11
              max_version: TLS12
              cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: false
              curve_preferences: [X25519, CurveP256]
            http_server_config:
              http2: false
              headers: {X-Frame-Options: SameOrigin, Content-Security-Policy: "default-src 'self'"}
            basic_auth_users: {prom: '\(Self.hash)'}
            rate_limit: {interval: 100ms, burst: 20}
            """

        let config = try WebConfig.load(text: text, file: "etc/web.yml")
        let tls = try #require(config.tls)

        // Relative to the file's folder.
        #expect(tls.certificate.source == .file("etc/server.pem"))
        #expect(tls.key.source == .file("/etc/keys/server.key"))
        #expect(tls.clientCA?.source == .file("etc/ca.pem"))
        #expect(tls.clientAuth == .requireAndVerify)
        #expect(tls.allowedNames == ["prometheus.example"])
        #expect([tls.minimum, tls.maximum] == [.tls11, .tls12])
        #expect(tls.cipherSuites == [.rsaAES128GCM])
        #expect(tls.curves == [.x25519, .p256])
        #expect(config.headers.map(\.name) == ["X-Frame-Options", "Content-Security-Policy"])
        #expect(config.users == ["prom": Secret(Self.hash)])
        #expect(config.rateLimit?.interval == .milliseconds(100))
        #expect(config.rateLimit?.burst == 20)
    }

    @Test(arguments: [
        ("tls_server_config: {cert_file: a}", "1:20: missing `key_file` in tls_server_config"),
        ("tls_server_config: {key_file: a}", "1:20: missing `cert_file` in tls_server_config"),
        (
            "tls_server_config: {cert_file: a, cert: b, key_file: c}",
            "1:32: at most one of cert & cert_file must be configured"
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}",
            "1:20: `client_ca_file` without a `client_auth_type` that asks for certificates"
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, client_auth_type: Always}",
            "1:66: `client_auth_type` must be one of NoClientCert, RequestClientCert, RequireAnyClientCert, "
                + "RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert: \"Always\""
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}",
            "1:81: `max_version` is older than `min_version`"
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, cipher_suites: [TLS_AES_128_GCM_SHA265]}",
            "1:64: `cipher_suites` has an unknown name; did you mean `TLS_AES_128_GCM_SHA256`?"
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, cert_fil: c}",
            "1:48: unknown key `cert_fil` in tls_server_config; did you mean `cert_file`?"
        ),
        ("http_server_config: {headers: {Server: x}}", "1:32: unknown key `Server` in headers"),
        (
            "http_server_config: {headers: {X-Frame-Options: x}}",
            "1:49: `X-Frame-Options` must be one of deny, sameorigin"
        ),
        (
            "http_server_config: {headers: {X-XSS-Protection: \"a\\r\\nb\"}}",
            "1:50: `X-XSS-Protection` must be one line"
        ),
        (
            "basic_auth_users: {prom: secret}",
            "1:26: the password hash of a user is no bcrypt hash, as `htpasswd -nB` makes it"
        ),
        (
            "basic_auth_users: {prom: $2y$31$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi}",
            "1:26: the password hash of a user has a cost of 31; more than 16 takes too long"
        ),
        ("rate_limit: {interval: 1s}", "1:13: `burst` must be at least 1, or no request would be answered"),
        ("basic_auth: {}", "1:1: unknown key `basic_auth` in web configuration"),
    ])
    func mistakesAreReportedAtTheirPlace(_ text: String, _ message: String) {
        let error = #expect(throws: SettingsErrors.self) { try WebConfig.load(text: text, file: "web.yml") }

        #expect(error?.description == "web.yml:\(message)")
    }

    @Test func aHashIsNeverShown() {
        for text in ["basic_auth_users: {prom: $2y$99$hidden}", "basic_auth_users: {prom: [hidden]}"] {
            let error = #expect(throws: SettingsErrors.self) { try WebConfig.load(text: text, file: "web.yml") }

            #expect(error?.description.contains("hidden") == false)
        }
    }
}
