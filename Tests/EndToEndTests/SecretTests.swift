import Foundation
import Testing

/// Keys and the addresses of webhooks show nowhere but in the requests they are for, however much goes wrong.
@Suite(.timeLimit(.minutes(3)))
struct SecretTests {
    /// Four ways to fail, each with a Slack webhook and a PagerDuty key of its own.
    private enum Trouble: String, CaseIterable {
        case refusedConnection, notFound, serverError, timeout

        var slackPath: String { "/services/TSECRET/\(self.rawValue)/hush-\(self.rawValue)-webhook" }
        var key: String { "hush-\(self.rawValue)-key" }
    }

    private static let oldKey = "hush-version1-key"

    private let secrets =
        Trouble.allCases.flatMap { ["hush-\($0.rawValue)-webhook", $0.key] } + [SecretTests.oldKey]

    @Test func noSecretShowsInTheLogTheAPIOrTheDatabaseWhateverFails() async throws {
        try await Stage.play { stage in
            let closed = Sink(isOpen: false)
            defer { closed.stop() }
            self.misbehave(stage.sink)
            try stage.write(self.configuration(stage.sink, closed: closed), to: "tocsin.yml")
            let server = try await Tocsin.start(Tocsin.Launch(logLevel: "trace"), on: stage)

            #expect(try await server.post([PostedAlert("DiskFull", severity: "warning")]).status == 200)

            try await eventually("everything has failed, and the log tells") {
                let failures = server.program.logLines.filter {
                    ["attempt failed", "notification refused"].contains($0.message)
                }
                return Set(failures.compactMap { $0.metadata?["integration"] }).count == 3 * Trouble.allCases.count
            }
            // The secrets were in use, or this test would find none because there are none.
            let seen = stage.sink.requests().map { $0.path + $0.text }.joined()
            for secret in self.secrets where !secret.contains(Trouble.refusedConnection.rawValue) {
                #expect(seen.contains(secret))
            }
            for path in [
                "/api/v2/status", "/api/v2/receivers", "/api/v2/alerts", "/api/v2/alerts/groups", "/-/ready",
                "/metrics",
            ] {
                self.expectNoSecret(in: try await server.get(path).text, of: path)
            }
            try self.expectNoSecret(inFilesOf: stage.folder.appending(path: "data"))
            #expect(try await server.stop() == .exited(0))
            try self.expectNoSecret(inFilesOf: stage.folder.appending(path: "data"))
            self.expectNoSecret(in: server.program.output, of: "the log")
        }
    }

    @Test func noSecretOfABrokenFileShowsInTheAnswerOrTheLog() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(Tocsin.Launch(logLevel: "trace"), on: stage)

            for (line, mistake) in SecretTests.mistakes {
                try ShippedFiles.copyConfiguration(to: stage) { text in
                    let start = try #require(text.range(of: line))
                    text.replaceSubrange(text.lineRange(for: start), with: "\(mistake)\n")
                }
                let answer = try await server.post("/-/reload")

                #expect(answer.status == 500, "\(mistake)")
                #expect(answer.text.contains("tocsin.yml:"), "\(mistake): \(answer.text)")
                self.expectNoHush(in: answer.text)
            }
            self.expectNoHush(in: server.program.output)
        }
    }

    /// What may stand where a secret should, with the beginning of the line that it replaces: the wrong type, the wrong
    /// scheme, no URL, a wrong key, a template that does not parse, broken YAML.
    private static let mistakes: [(line: String, mistake: String)] = [
        "  slack_api_url:": [
            "  slack_api_url: ['http://127.0.0.1/hush-webhook']",
            "  slack_api_url: {url: 'http://127.0.0.1/hush-webhook'}",
            "  slack_api_url: 'ftp://127.0.0.1/hush-webhook'",
            "  slack_api_url: 'http://hush-webhook:hush-key@/hush-webhook'",
            "  slack_api_url: \"http://127.0.0.1/hush-webhook\\u0001\"",
            "  slack_api_url: 'hush-webhook'",
            "  slack_api_url: 'http://127.0.0.1/hush-webhook'\n  slack_api_url: 'http://127.0.0.1/hush-webhook'",
            "  slack_api_url: 'http://127.0.0.1/hush-webhook'\n  slack_api_url_file: hush-webhook",
            "  slack_api_ulr: 'http://127.0.0.1/hush-webhook'",
            "  slack_api_url: 'http://127.0.0.1/hush-webhook",
            "  slack_api_url: *hush-webhook",
            "  slack_api_url: !hush-webhook x",
            "  http_config: {basic_auth: {username: u, password: hush-key, passwort: hush-key}}",
            "  http_config: {basic_auth: {username: u, password: [hush-key]}}",
            "  http_config: {authorization: {type: Bearer, credentials: {hush-key: 1}}}",
            "  http_config: {authorization: hush-key}",
            "  http_config: {bearer_token: [hush-key]}",
            "  http_config: {proxy_url: 'http://u:hush-key@:port:/'}",
            "  http_config: {oauth2: {client_id: x, client_secret: hush-key}}",
            "  http_config: {http_headers: {X-Key: {secrets: hush-key}}}",
        ],
        "      - service_key:": [
            "      - service_key: [hush-key]",
            "      - service_key: {hush-key: hush-key}",
            "      - service_key: 'x {{ hush-key'",
            "      - servis_key: 'hush-key'",
            "      - service_key: 'hush-key'\n        service_key_file: 'hush-key'\n        url: 7",
            "      - routing_key: [hush-key]",
            "      - routing_key: {hush-key: hush-key}",
            "      - routing_key: 'x {{ hush-key'",
            "      - rooting_key: 'hush-key'",
            "      - routing_key: 'hush-key'\n        routing_key_file: 'hush-key'\n        url: 7",
            "      - routing_key: 'hush-key",
        ],
    ].flatMap { line, mistakes in mistakes.map { (line, $0) } }

    private func expectNoHush(in text: String) {
        // Letter case is no disguise.
        let lines = text.split(separator: "\n").filter { $0.lowercased().contains("hush") }
        #expect(lines.isEmpty)
    }

    private func misbehave(_ sink: Sink) {
        sink.answer("/") { request in
            // Like many a server, it repeats what it was asked.
            let echo = "no such thing: http://127.0.0.1\(request.path) \(request.path) \(request.text)"
            let text = request.path + request.text
            if text.contains(Trouble.timeout.rawValue) { return .hang }
            if text.contains(Trouble.serverError.rawValue) { return .respond(status: 500, body: echo) }
            return .respond(status: 404, body: echo)
        }
    }

    private func configuration(_ sink: Sink, closed: Sink) -> String {
        let receivers = Trouble.allCases.map { trouble in
            let place = trouble == .refusedConnection ? closed : sink
            return """
                  - name: '\(trouble.rawValue)'
                    slack_configs:
                      - api_url: '\(place.url(trouble.slackPath))'
                        channel: '#alerts'
                        timeout: 1s
                    pagerduty_configs:
                      - routing_key: '\(trouble.key)'
                        url: '\(place.url("/v2/enqueue"))'
                        timeout: 1s
                      - service_key: '\(SecretTests.oldKey)'
                        timeout: 1s
                """
        }
        let routes = Trouble.allCases.map { "    - {receiver: '\($0.rawValue)', continue: true}" }
        return """
            global:
              pagerduty_v1_url: '\(sink.url("/v1"))'
            route:
              receiver: notFound
              group_by: [alertname]
              group_wait: 100ms
              group_interval: 1s
              routes:
            \(routes.joined(separator: "\n"))
            receivers:
            \(receivers.joined(separator: "\n"))
            """
    }

    private func expectNoSecret(in text: String, of place: String) {
        for secret in self.secrets {
            let range = text.range(of: secret, options: .caseInsensitive)
            #expect(range == nil, "\(place): \(range.map { text[text.lineRange(for: $0)] } ?? "")")
        }
    }

    private func expectNoSecret(inFilesOf folder: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains("tocsin.db"))
        for name in names {
            let bytes = try Data(contentsOf: folder.appending(path: name))
            for secret in self.secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name) holds \(secret)")
            }
        }
    }
}
