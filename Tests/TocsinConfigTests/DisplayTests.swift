import Foundation
import Testing
import TocsinConfig
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

/// `config.original`: what Alertmanager 0.25 was seen to show, and what must never be in it.
@Suite struct DisplayTests {
    @Test func everyConfigurationIsShownAsAlertmanagerShowsItOrListedWithItsReason() throws {
        var shown: Set<String> = []
        let later = Set(ConfigurationCaseTests.later.flatMap(\.names))
        for item in try CaseFile.load().cases where !later.contains(item.name) {
            guard let theirs = item.effective, let ours = item.displayed() else { continue }
            shown.insert(item.name)
            let (our, their) = (Self.comparable(ours), Self.comparable(theirs))
            let differs = our != their
            if let reason = Self.differences[item.name] {
                #expect(differs, "\(item.name) is not shown differently any more: \(reason)")
            } else {
                let difference = their.difference(from: our).map { "\($0)" }.joined(separator: "\n")
                #expect(!differs, "\(item.name)\n\(difference)")
            }
        }

        #expect(shown.count >= 90)
        #expect(Set(Self.differences.keys).isSubset(of: shown))
    }

    @Test func whatIsShownIsReadBackAsTheSameConfiguration() throws {
        for item in try CaseFile.load().cases {
            guard let shown = item.displayed() else { continue }
            let again = try Sample.load(shown, receivers: .builtIn).displayedText
            #expect(again == shown, "\(item.name)")
        }
    }

    /// Defaults that differ, and what webhooks show in the place of their secret address.
    private static func comparable(_ text: String) -> [String] {
        let known = [
            #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#: #"{{ template "slack.default.color" . }}"#,
            #"{{ template "pagerduty.default.instances" .Alerts.Firing }}"#: "{{ .Alerts.Firing | toJson }}",
            #"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#: "{{ .Alerts.Resolved | toJson }}",
            #"{{ template "pagerduty.default.description" .}}"#: #"{{ template "pagerduty.default.description" . }}"#,
        ]
        let lines = text.split(separator: "\n").filter { line in
            !line.contains("enable_http2:") && !line.contains("severity: error") && line != "  smtp_hello: localhost"
                && line != "    hello: localhost" && line != "  smtp_require_tls: true"
                && !line.contains("https://qyapi.weixin.qq.com/")
        }
        return lines.map { line in
            var line = String(line)
            if let url = line.firstRange(of: " url: http"), !line.contains("pagerduty.com") {
                line = String(line[..<url.upperBound])
            }
            for (theirs, ours) in known { line = line.replacing(theirs, with: ours) }
            return line
        }
    }

    private static let differences: [String: String] = [
        "match_re empty": "Alertmanager shows an empty expression as null, which it does not read back",
        "http basic empty": "an empty section is shown as one",
        "http authorization type": "shown as it is written",
        "http global null": "Alertmanager has no defaults then, and its receivers none to inherit",
        "slack action url and name": "what a button with an address does without is shown as it is written",
        "telegram mode none": "an empty text is shown where leaving it out would bring the default back",
        "slack empty texts": "an empty text is shown where leaving it out would bring the default back",
        "pagerduty detail number": "since 0.30 details keep their type",
        "opsgenie global key": "Alertmanager puts the receiver's slash at the end of the global address, too",
        "http oauth2": "an empty text is left out",
        "http proxy": "Alertmanager 0.25 does not show follow_redirects beside a proxy",
        "http global": "Alertmanager 0.25 does not show follow_redirects beside a proxy",
        "http global not merged": "Alertmanager 0.25 does not show follow_redirects beside a proxy",
        "http tls": "since 0.27 a version of TLS is shown by its name",
        "global smarthost ipv6": "without its brackets the address could not be read back",
        "email own": "an empty text is shown where leaving it out brings the default back; headers as written",
        "email header case": "headers are shown as they are written",
        "sns three": "an empty section is left out",
        "sns target": "an empty section is left out",
        "victorops global": "Alertmanager puts the receiver's slash at the end of the global address, too",
    ]
}

// MARK: - Secrets

extension DisplayTests {
    /// A kind of receiver that Alertmanager does not have, with everything in it that can hold a secret.
    struct Teapot: StubReceiver {
        static let kind = "teapot"
        let sendResolved = true
        var destination: [String] { [] }
        var templates: [Template] { [] }

        init(from fields: inout Fields, context: ReceiverContext) {
            _ = fields.optional("brew", default: "green", doc: "")
            _ = fields.secretSource("key", file: "key_file", doc: "")
            _ = fields.secretURL("url", doc: "")
            _ = fields.list("codes", of: Secret<String>.self, doc: "")
            _ = fields.map("passwords", of: Secret<String>.self, doc: "")
            _ = fields.node("any", isSecret: true, doc: "")
            _ = fields.optional("proxy_url", as: String.self, doc: "")
            _ = fields.nested("http_config", doc: "") { fields in
                _ = fields.node("proxy_connect_header", doc: "")
                _ = fields.node("http_headers", doc: "")
                _ = fields.nested("tls_config", doc: "") { fields in
                    _ = fields.optional("ca_file", as: String.self, doc: "")
                }
            }
        }
    }

    @Test func aKindOfOurOwnIsShownWithoutItsSecrets() throws {
        let text = """
            global: {slack_api_url: 'http://s/MARK', opsgenie_api_key: MARK, pagerduty_url: 'http://u:MARK@p/'}
            route: {receiver: r}
            receivers:
            - name: r
              teapot_configs:
              - brew: ''
                key: MARK
                url: http://h/MARK
                codes: [MARK, MARK]
                passwords: {a: MARK}
                any: {b: [MARK]}
                proxy_url: http://user:MARK@proxy:3128/
                http_config:
                  proxy_connect_header: {Authorization: [MARK]}
                  http_headers:
                    X-Token: {secrets: [MARK], values: [seen], files: [token.txt]}
                  tls_config: {ca_file: ca.pem}
            """
        let kinds = ReceiverKinds([StubSlack.self, Teapot.self], templates: ReceiverKinds.samples.templates)

        let shown = try Sample.load(text, file: "etc/a.yml", receivers: kinds).displayedText

        #expect(!shown.contains("MARK"))
        let expected = """
              - brew: ""
                key: <secret>
                url: <secret>
                codes:
                - <secret>
                - <secret>
                passwords:
                  a: <secret>
                any:
                  b:
                  - <secret>
                proxy_url: http://user:xxxxx@proxy:3128/
                http_config:
                  tls_config:
                    ca_file: etc/ca.pem
                  proxy_connect_header:
                    Authorization:
                    - <secret>
                  http_headers:
                    X-Token:
                      files:
                      - etc/token.txt
                      secrets:
                      - <secret>
                      values:
                      - seen

            """
        #expect(shown.contains(expected), "\(shown)")
        #expect(shown.contains("  pagerduty_url: http://u:xxxxx@p/\n"))
    }
}

// MARK: - What is filled in

extension DisplayTests {
    @Test func keysThatAlertmanagerDoesNotHaveAreShownWhereTheySaySomething() throws {
        let usual = "https://events.pagerduty.com/generic/2010-04-15/create_event.json"
        let end = "\nroute: {receiver: r}\nreceivers: [{name: r}]"

        let same = try Sample.load("global: {pagerduty_v1_url: '\(usual)'}\(end)").displayedText
        let other = try Sample.load("global: {pagerduty_v1_url: 'http://eu/'}\(end)").displayedText

        #expect(!same.contains("pagerduty_v1_url"))
        #expect(other.contains("  pagerduty_v1_url: http://eu/\n"))
    }

    @Test(arguments: [
        (own: "", shown: "app_token: <secret>\n    app_url: http://app/"),
        (own: "api_url: http://own/", shown: "api_url: <secret>\n    username"),
        (own: "app_token_file: t", shown: "app_token_file: t\n    app_url: http://app/"),
        (own: "app_url: http://own/", shown: "app_token: <secret>\n    app_url: http://own/"),
    ])
    func slackInheritsOneWayToPost(own: String, shown: String) throws {
        let text = """
            global: {slack_app_token: t, slack_app_url: 'http://app/'}
            route: {receiver: r}
            receivers:
            - name: r
              slack_configs: [{\(own)}]
            """

        #expect(try Sample.load(text, receivers: .builtIn).displayedText.contains("enable_http2: false\n    \(shown)"))
    }

    @Test func filesLeadThereFromAnywhere() throws {
        let text = """
            global: {http_config: {bearer_token_file: secrets/token}}
            route: {receiver: r}
            receivers:
            - name: r
              webhook_configs:
              - {url_file: hook, http_config: {basic_auth: {username: u, password_file: /abs}}}
              - {url: 'http://h'}
            templates: ['*.tmpl', /b/*.tmpl]
            """

        let shown = try Sample.load(text, file: "/etc/tocsin/a.yml", receivers: .builtIn).displayedText

        #expect(shown.components(separatedBy: "credentials_file: /etc/tocsin/secrets/token").count == 3)
        #expect(shown.contains("password_file: /abs"))
        #expect(shown.contains("url_file: hook"))
        #expect(shown.contains("templates:\n- /etc/tocsin/*.tmpl\n- /b/*.tmpl"))
    }
}
