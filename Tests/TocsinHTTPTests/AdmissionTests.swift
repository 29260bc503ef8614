import Foundation
import Testing
import TocsinAPI
import TocsinHTTP
import TocsinSettings

/// Users, rates and header fields, without encryption.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    /// The password is `opensesame`.
    private static let hash = "$2y$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"

    private static func get(_ path: String, _ login: String? = nil, to live: LiveServer) async throws -> String {
        let field = login.map { "Authorization: Basic \(Data($0.utf8).base64EncodedString())\r\n" } ?? ""
        return try await live.talk { client in
            try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field)\r\n")
            return try await client.rest()
        }
    }

    @Test(arguments: ["2y", "2a", "2b"]) func usersComeInWithTheirPasswords(_ variant: String) async throws {
        let hash = Self.hash.replacing("2y", with: variant)
        try await WebFolder("basic_auth_users:\n  prom: \(hash)\n").serve { live in
            for login in ["prom:opensesame", "prom:opensesame"] {
                let answer = try await Self.get("/api/v2/status", login, to: live)
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
            for login in ["prom:opensesam", "prom:", "prom:opensesame\0", "prom", "grafana:opensesame", ":opensesame"] {
                let answer = try await Self.get("/api/v2/status", login, to: live)
                #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(login)")
            }
        }
    }

    @Test(arguments: ["/", "/metrics", "/-/healthy", "/-/ready", "/api/v2/alerts", "/nowhere"])
    func withoutAPasswordNobodyComesInAnywhere(_ path: String) async throws {
        try await WebFolder("basic_auth_users: {prom: '\(Self.hash)'}").serve { live in
            let answer = try await Self.get(path, to: live)

            #expect(answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            #expect(answer.contains("\r\nWWW-Authenticate: Basic\r\n"))
            #expect(answer.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nUnauthorized\n"))
        }
    }

    @Test(arguments: ["Bearer abc", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", ""])
    func anythingElseThanNameAndPasswordIsRefused(_ field: String) async throws {
        try await WebFolder("basic_auth_users: {prom: '\(Self.hash)'}").serve { live in
            let answer = try await live.talk { client in
                try await client.send(
                    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: \(field)\r\n\r\n")
                return try await client.rest()
            }

            #expect(answer.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func aUserWhoIsTakenOutOfTheFileIsOut() async throws {
        let folder = try WebFolder("basic_auth_users: {prom: '\(Self.hash)'}")
        try await folder.serve { live in
            #expect(try await Self.get("/metrics", "prom:opensesame", to: live).hasPrefix("HTTP/1.1 200 "))

            try folder.write("basic_auth_users: {other: '\(Self.hash)'}")

            #expect(try await Self.get("/metrics", "prom:opensesame", to: live).hasPrefix("HTTP/1.1 401 "))
            #expect(try await Self.get("/metrics", "other:opensesame", to: live).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func whoIsKnownComesInWhileSomebodyTriesPasswords() async throws {
        // Of this cost, a password takes a good part of a second.
        let dear = "$2y$12$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"
        let folder = try WebFolder("basic_auth_users: {prom: '\(Self.hash)', admin: '\(dear)'}")
        try await folder.serve { live in
            #expect(try await Self.get("/metrics", "prom:opensesame", to: live).hasPrefix("HTTP/1.1 200 "))

            let statuses = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        String(try await Self.get("/metrics", "admin:\(number)", to: live).prefix(13))
                    }
                }
                // Not more than a few wait: the others are told at once.
                var refused = 0
                while refused < 20, let status = try await group.next() {
                    if status == "HTTP/1.1 503 " { refused += 1 }
                }
                let known = try await Self.get("/metrics", "prom:opensesame", to: live)
                group.cancelAll()
                return (refused, known)
            }

            #expect(statuses.0 == 20)
            #expect(statuses.1.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func everyAnswerHasTheFieldsOfTheFile() async throws {
        let text = """
            basic_auth_users: {prom: '\(Self.hash)'}
            http_server_config:
              http2: true
              headers:
                Strict-Transport-Security: max-age=31536000
                X-Frame-Options: deny
                X-XSS-Protection: ''
            """
        try await WebFolder(text).serve { live in
            for login in [nil, "prom:opensesame"] {
                let answer = try await Self.get("/-/healthy", login, to: live)

                #expect(answer.contains("\r\nStrict-Transport-Security: max-age=31536000\r\n"))
                #expect(answer.contains("\r\nX-Frame-Options: deny\r\n"))
                #expect(!answer.contains("X-XSS-Protection"))
            }
        }
    }

    @Test func moreRequestsThanTheRateAllowsAreRefused() async throws {
        try await WebFolder("rate_limit: {interval: 1h, burst: 2}").serve { live in
            var statuses: [String] = []
            for _ in 0..<3 { statuses.append(String(try await Self.get("/-/healthy", to: live).prefix(13))) }

            #expect(statuses == ["HTTP/1.1 200 ", "HTTP/1.1 200 ", "HTTP/1.1 429 "])
        }
    }

    @Test func anAnswerThatTakesTooLongIsGivenUp() async throws {
        let slow = Endpoint(.get, "/slow", summary: "") { (_, _) async throws(APIError) in
            do { try await Task.sleep(for: .seconds(3600)) } catch {}
            return .text(200, "late")
        }
        let configure = { (configuration: inout HTTPServer.Configuration) in
            configuration.answerTimeout = .seconds(2)
        }
        try await LiveServer.with(configure: configure, extra: [slow]) { live in
            try await live.talk { client in
                try await client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try await client.answer()
                // The connection goes on, and what came too late is nobody's answer.
                try await client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                let next = try await client.answer()

                #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
                #expect(answer.body == "Exceeded configured timeout of 2s.\n")
                #expect(next.body == "OK")
            }
        }
    }
}
