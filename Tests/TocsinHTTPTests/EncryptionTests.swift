import Foundation
import NIOSSL
import Testing
import TocsinHTTP
import TocsinSettings

@Suite(.timeLimit(.minutes(1))) struct EncryptionTests {
    @Test func requestsAreAnsweredOverTLSAndNotInClear() async throws {
        try await WebFolder(WebFolder.tls).serve { live in
            let answer = try await EncryptedClient(port: live.port).get("/-/healthy")
            let inClear = try await live.talk { client in
                try await client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                return try await client.rest()
            }

            #expect(answer.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.text.hasSuffix("\r\n\r\nOK"))
            #expect(!inClear.contains("200"))
        }
    }

    @Test func aLongAnswerComesWhole() async throws {
        try await WebFolder(WebFolder.tls).serve { live in
            let answer = try await EncryptedClient(port: live.port).get("/metrics")

            #expect(answer.status == "200")
            #expect(answer.text.contains("alertmanager_build_info"))
        }
    }

    @Test func certificatesMayStandInTheFile() async throws {
        let folder = try WebFolder("")
        let texts = try ["server.pem", "server.key"].map { name in
            try String(contentsOfFile: folder.path(name), encoding: .utf8).replacing("\n", with: "\n    ")
        }
        try folder.write("tls_server_config:\n  cert: |\n    \(texts[0])\n  key: |\n    \(texts[1])\n")

        try await folder.serve { live in
            let answer = try await EncryptedClient(port: live.port).get("/-/healthy")

            #expect(answer.status == "200")
        }
    }

    @Test func aNewCertificateIsShownWithoutARestart() async throws {
        let folder = try WebFolder(WebFolder.tls)
        try await folder.serve { live in
            let client = EncryptedClient(port: live.port)
            let first = try await client.get("/-/healthy").certificate
            try folder.replace("server.key", with: "server2.key")
            try folder.replace("server.pem", with: "server2.pem")
            let second = try await client.get("/-/healthy").certificate

            let files = try ["server.pem", "server2.pem"].map { try EncryptedClient.file($0) }
            #expect(first == (try NIOSSLCertificate.fromPEMFile(files[0]).first))
            #expect(second == (try NIOSSLCertificate.fromPEMFile(files[1]).first))
        }
    }

    @Test func whatCannotBeUsedLeavesTheLastThatCould() async throws {
        let folder = try WebFolder(WebFolder.tls)
        try await folder.serve { live in
            let client = EncryptedClient(port: live.port)
            // Halfway through a renewal, key and certificate do not fit together.
            try folder.replace("server.key", with: "server2.key")
            #expect(try await client.get("/-/healthy").status == "200")

            try folder.write("tls_server_config: [")
            #expect(try await client.get("/-/healthy").status == "200")

            // Encryption does not go away under the feet of those who count on it.
            try folder.write("basic_auth_users: {}")
            #expect(try await client.get("/-/healthy").status == "200")
        }
    }

    /// Who gets in: nobody's certificate, one of our authority, one of another's.
    @Test(arguments: [
        ("NoClientCert", "", [true, true, true]),
        ("RequestClientCert", "", [true, true, true]),
        ("RequireAnyClientCert", "", [false, true, true]),
        ("RequireClientCert", "", [false, true, true]),
        ("VerifyClientCertIfGiven", "client_ca_file: ca.pem", [true, true, false]),
        ("RequireAndVerifyClientCert", "client_ca_file: ca.pem", [false, true, false]),
        ("RequireAndVerifyClientCert", "client_ca_file: other-ca.pem", [false, false, true]),
        (
            "RequireAndVerifyClientCert", "client_ca_file: ca.pem\n  client_allowed_sans: [x.org, sender.example]",
            [false, true, false]
        ),
        (
            "RequireAndVerifyClientCert", "client_ca_file: ca.pem\n  client_allowed_sans: [x.org]",
            [false, false, false]
        ),
        ("VerifyClientCertIfGiven", "client_ca_file: ca.pem\n  client_allowed_sans: [x.org]", [true, false, false]),
        ("RequireAnyClientCert", "client_allowed_sans: [x.org]", [false, false, false]),
    ])
    func clientsAreAskedForCertificates(_ type: String, _ more: String, _ expected: [Bool]) async throws {
        let text = "\(WebFolder.tls)  client_auth_type: \(type)\n  \(more)\n"
        try await WebFolder(text).serve { live in
            var admitted: [Bool] = []
            for identity in [nil, "client", "stranger"] {
                do {
                    let answer = try await EncryptedClient(port: live.port, identity: identity).get("/-/healthy")
                    admitted.append(answer.status == "200")
                } catch {
                    admitted.append(false)
                }
            }

            #expect(admitted == expected)
        }
    }

    @Test(arguments: [
        ("min_version: TLS13", TLSVersion.tlsv12, false), ("min_version: TLS13", .tlsv13, true),
        ("max_version: TLS12", .tlsv13, true), ("min_version: TLS12", .tlsv11, false),
        ("min_version: TLS10", .tlsv11, true),
        ("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]", .tlsv12, true),
        // The key is of another kind.
        ("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]", .tlsv12, false),
        ("cipher_suites: [TLS_AES_128_GCM_SHA256]", .tlsv12, true),
        ("curve_preferences: [CurveP256, X25519]", .tlsv13, true),
        ("prefer_server_cipher_suites: false", .tlsv13, true),
    ])
    func versionsAndSuitesAreThoseOfTheFile(_ setting: String, _ client: TLSVersion, _ isAdmitted: Bool) async throws {
        try await WebFolder("\(WebFolder.tls)  \(setting)\n").serve { live in
            let client = EncryptedClient(port: live.port, maximum: client)
            var status: String?
            do {
                status = try await client.get("/-/healthy").status
            } catch {
                // They did not come to terms.
            }

            #expect(status == (isAdmitted ? "200" : nil))
        }
    }

    @Test(arguments: [
        (
            "  cert_file: server.pem\n  key_file: server2.key",
            "2:14: `cert_file` and `key_file` do not fit together, or cannot be used"
        ),
        ("  cert_file: nothing.pem\n  key_file: server.key", "2:14: `cert_file`: FOLDER/nothing.pem: no such file"),
        ("  cert_file: server.key\n  key_file: server.key", "2:14: `cert_file` holds no certificate in PEM form"),
        (
            "  cert_file: server.pem\n  key_file: server.pem",
            "3:13: `key_file` holds no private key in PEM form without a passphrase"
        ),
    ])
    func whatCannotBeUsedIsSaidAtTheStart(_ lines: String, _ message: String) throws {
        let folder = try WebFolder("tls_server_config:\n\(lines)\n")

        let error = #expect(throws: SettingsErrors.self) { try folder.gate() }

        let expected = "\(folder.file):\(message.replacing("FOLDER", with: folder.url.path))"
        #expect(error?.description == expected)
    }
}
