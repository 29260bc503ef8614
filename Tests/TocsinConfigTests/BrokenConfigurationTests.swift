import Testing
import TocsinConfig

/// A configuration with mistakes, and what is said about it, line by line.
struct Broken: Sendable, CustomTestStringConvertible {
    let text: String
    let mistakes: [String]

    init(_ text: String, _ mistakes: String...) {
        self.text = text
        self.mistakes = mistakes
    }

    var testDescription: String { self.mistakes.joined(separator: "; ") }

    /// A route with the given lines before the only receiver.
    static func route(_ lines: String, _ mistakes: String...) -> Broken {
        let text = "route:\n  receiver: r\n" + lines.split(separator: "\n").map { "  \($0)\n" }.joined()
        return Broken(text + "receivers:\n- name: r\n", mistakes)
    }

    private init(_ text: String, _ mistakes: [String]) {
        self.text = text
        self.mistakes = mistakes
    }
}

@Suite struct BrokenConfigurationTests {
    @Test(arguments: [
        Broken("", "a.yml:1:1: no route provided in config"),
        Broken("# nothing\n", "a.yml:1:1: no route provided in config"),
        Broken("{}", "a.yml:1:1: no route provided in config"),
        Broken("route:\nreceivers: []", "a.yml:1:1: no route provided in config"),
        Broken("hello", "a.yml:1:1: configuration must be a mapping, not text"),
        Broken("- a", "a.yml:1:1: configuration must be a mapping, not a list"),
        Broken("route: []", "a.yml:1:8: `route` must be a mapping, not a list"),
        Broken(
            "route: {}\nreciever: x\n",
            "a.yml:1:8: root route must specify a default receiver",
            "a.yml:2:1: unknown key `reciever` in configuration; did you mean `receivers`?"
        ),
        Broken(
            "route:\n  receiver: a\nreceivers:\n- name: b\n",
            #"a.yml:2:13: undefined receiver "a" used in route; did you mean "b"?"#
        ),
        Broken(
            "route:\n  receiver: team\n  routes:\n  - receiver: taem\nreceivers:\n- name: team\n",
            #"a.yml:4:15: undefined receiver "taem" used in route; did you mean "team"?"#
        ),
        Broken(
            "route:\n  receiver: r\nreceivers:\n- name: r\n- name: r\n- {}\n-\n",
            #"a.yml:5:9: notification config name "r" is not unique"#,
            "a.yml:6:3: missing name in receiver",
            "a.yml:7:2: `receivers` item 4 must be a mapping, not nothing"
        ),
        Broken(
            "route: {receiver: r}\n\n\nreceivers: [{name: r,\n  webhook_config: [{}],\n\n  carrier_configs: []}]\n",
            "a.yml:5:3: unknown key `webhook_config` in receiver; did you mean `webhook_configs`?",
            "a.yml:7:3: unknown key `carrier_configs` in receiver"
        ),
        Broken(
            "route: [",
            """
            a.yml:2:1: not valid YAML: did not find expected node content while parsing a flow node that begins on \
            line 2
            """
        ),
        Broken("a: 1\nb: 2\na: 3\n", "a.yml:1:1: duplicate key `a` in this mapping"),
        Broken("a: \u{1}", "a.yml:1:4: not valid YAML: control characters are not allowed"),
        Broken("a: *b", "a.yml:1:4: unknown anchor; put text that begins with a * in quotes"),
        Broken("[a, b]: c", "a.yml:1:1: a key must be a single value, not a list"),
    ])
    func theDocument(broken: Broken) {
        #expect(Sample.mistakes(in: broken.text) == broken.mistakes)
    }

    @Test(arguments: [
        Broken.route(
            "recever: x\ngroup-by: [a]",
            "a.yml:3:3: unknown key `recever` in route; did you mean `receiver`?",
            "a.yml:4:3: unknown key `group-by` in route; did you mean `group_by`?"
        ),
        .route("match: {a: b}", "a.yml:3:10: root route must not have any matchers"),
        .route("matchers: [a=b]", "a.yml:3:13: root route must not have any matchers"),
        .route("continue: true", "a.yml:3:13: cannot have continue in root route"),
        .route("continue: 1", #"a.yml:3:13: `continue` must be true or false: "1""#),
        .route("group_interval: 0s", "a.yml:3:19: group_interval cannot be zero"),
        .route("repeat_interval: 0", "a.yml:3:20: repeat_interval cannot be zero"),
        .route(
            "group_wait: 1.5s",
            #"a.yml:3:15: `group_wait` must be a duration such as 30s or 1h30m: unknown unit "." in duration "1.5s""#
        ),
        .route("group_wait: [1s]", "a.yml:3:15: `group_wait` must be a string, not a list"),
        .route("group_by: a", "a.yml:3:13: `group_by` must be a list, not text"),
        .route("group_by: [a, b, a]", #"a.yml:3:20: duplicated label "a" in group_by"#),
        .route("group_by: [a, null]", #"a.yml:3:17: invalid label name "" in group_by list"#),
        .route(
            "group_by: [a, '...']",
            "a.yml:3:17: cannot have wildcard group_by (`...`) and other labels at the same time"
        ),
        .route("routes: [{match: {1a: b}}]", #"a.yml:3:21: invalid label name "1a""#),
        .route("routes: [{match_re: {a: null}}]", #"a.yml:3:27: invalid regexp value for "a""#),
        .route("routes: [{match: [a]}]", "a.yml:3:20: `match` must be a mapping, not a list"),
        .route("routes: [{match: {a: [b]}}]", "a.yml:3:24: `match.a` must be a string, not a list"),
        .route("routes: [{matchers: {a: b}}]", "a.yml:3:23: `matchers` must be a list, not a mapping"),
        .route("routes: [{matchers: [5]}]", "a.yml:3:24: bad matcher format: 5"),
        .route(
            "routes: [null, a]",
            "a.yml:3:12: `routes` item 1 must be a mapping, not nothing",
            "a.yml:3:18: `routes` item 2 must be a mapping, not text"
        ),
        .route("labels: {'': b}", "a.yml:3:12: invalid label name \"\" in route labels"),
        .route("labels: {a: '{{'}", "a.yml:3:15: `labels.a` is not a valid template: unclosed action"),
    ])
    func aRoute(broken: Broken) {
        #expect(Sample.mistakes(in: broken.text) == broken.mistakes)
    }

    @Test(arguments: ["match_re: {a: '('}", "matchers: ['a=~\"(\"']", "match_re: {a: '(?=x)'}"])
    func aRegularExpressionThatDoesNotCompile(line: String) throws {
        let mistakes = Sample.mistakes(in: Broken.route("routes: [{\(line)}]").text)

        #expect(mistakes.count == 1)
        #expect(try #require(mistakes.first).hasPrefix("a.yml:3:2"))
    }

    @Test(arguments: [
        (
            "global:\n  slack_api_url: http://h/\n  slack_api_url_file: f\n",
            ["a.yml:3:23: at most one of slack_api_url & slack_api_url_file must be configured"]
        ),
        (
            "global:\n  slack_api_url: http://h/\n  slack_app_token: t\n",
            [
                """
                a.yml:3:20: at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file \
                must be configured
                """
            ]
        ),
        (
            "global:\n  slack_api_url: 'no-url-but-a-secret'\n",
            ["a.yml:2:18: `slack_api_url` must be a URL that begins with http:// or https://"]
        ),
        (
            "global:\n  pagerduty_url: ftp://p/\n",
            [#"a.yml:2:18: `pagerduty_url` must be a URL with the scheme http or https"#]
        ),
        (
            "global:\n  smtp_smarthost: a\n",
            ["a.yml:2:19: `smtp_smarthost` must be a host and a port, such as mail.example.org:587"]
        ),
        (
            "global:\n  resolve_timout: 5m\n",
            ["a.yml:2:3: unknown key `resolve_timout` in global; did you mean `resolve_timeout`?"]
        ),
        (
            "inhibit_rules:\n- equal: [a, \"\"]\n  source_matchers: ['a=~(']\n  target_match: {\"a b\": c}\n",
            [
                #"a.yml:2:14: invalid label name "" in equal list"#,
                "a.yml:3:21: error parsing regexp: missing closing ): `^(?:()$`",
                #"a.yml:4:18: invalid label name "a b""#,
            ]
        ),
        (
            "tracing: {compression: zip}\nevent_recorder: {a: b}\n",
            [
                "a.yml:1:10: tracing endpoint must be set",
                "a.yml:1:24: invalid compression type \"zip\"",
                "a.yml:2:18: unknown key `a` in event_recorder",
            ]
        ),
    ])
    func theOtherSections(text: String, mistakes: [String]) {
        #expect(Sample.mistakes(in: "\(text)route:\n  receiver: r\nreceivers:\n- name: r\n") == mistakes)
    }

    @Test func aSectionThatIsNotThereYetMayBeEmpty() {
        let text =
            """
            inhibit_rules: []
            time_intervals:
            route: {receiver: r, mute_time_intervals: []}
            receivers: [{name: r, wechat_configs: []}]
            """

        #expect(Sample.mistakes(in: text) == [])
    }

    @Test(arguments: [
        ("bearer_token: a, bearer_token_file: b", "at most one of bearer_token & bearer_token_file must be configured"),
        ("basic_auth: {password: a, password_file: b}", "at most one of password & password_file must be configured"),
        ("authorization: {type: BASIC}", #"authorization type cannot be set to "basic", use "basic_auth" instead"#),
        (
            "authorization: {credentials: a}, basic_auth: {}",
            "at most one of basic_auth, oauth2 & authorization must be configured"
        ),
        (
            "authorization: {}, bearer_token: a",
            "authorization is not compatible with bearer_token & bearer_token_file"
        ),
        (
            "bearer_token: a, basic_auth: {}",
            "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"
        ),
        (
            "oauth2: {client_id: a, token_url: 'http://t/'}, bearer_token: a",
            "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"
        ),
        (
            "oauth2: {client_id: a, token_url: 'http://t/'}, basic_auth: {}",
            "at most one of basic_auth, oauth2 & authorization must be configured"
        ),
        ("oauth2: {token_url: 'http://t/'}", "oauth2 client_id must be configured"),
        ("oauth2: {client_id: a}", "oauth2 token_url must be configured"),
        ("oauth2: {client_id: a, token_url: x}", "`token_url` must be a URL that begins with http:// or https://"),
        (
            "oauth2: {client_id: a, token_url: 'http://t/', client_secret: b, client_secret_file: c}",
            "at most one of client_secret & client_secret_file must be configured"
        ),
        (
            "oauth2: {client_id: a, token_url: 'http://t/', grant_type: 'urn:x'}",
            "`grant_type` is not supported yet, but for `client_credentials`"
        ),
        ("no_proxy: a", "if no_proxy is configured, proxy_url must also be configured"),
        (
            "proxy_url: 'http://p', proxy_from_environment: true",
            "if proxy_from_environment is configured, proxy_url must not be configured"
        ),
        ("proxy_url: 'ftp://p'", "`proxy_url` must be a URL with the scheme http or https"),
        (
            "proxy_connect_header: {X-A: [b]}",
            "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"
        ),
        (#"http_headers: {user-agent: {values: [a]}}"#, #"setting header "user-agent" is not allowed"#),
        (
            #"http_headers: {X-A: {values: ["a\r\nb"]}}"#,
            "a header's value holds a line break or another control character"
        ),
        ("http_headers: {X-A: {value: [a]}}", "unknown key `value` in http_headers; did you mean `values`?"),
        ("tls_config: {min_version: TLS14}", "unknown TLS version: TLS14"),
        (
            "tls_config: {min_version: TLS13, max_version: TLS12}",
            "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified"
        ),
        (
            "tls_config: {cert_file: a}",
            "exactly one of key or key_file must be configured when a client certificate is configured"
        ),
        ("tls_config: {ca: nonsense}", "`ca` holds no certificate in the form PEM"),
        ("follow_redirect: false", "unknown key `follow_redirect` in http_config; did you mean `follow_redirects`?"),
    ])
    func anHTTPConfig(line: String, message: String) throws {
        let text = "global: {http_config: {\(line)}}\nroute: {receiver: r}\nreceivers: [{name: r}]"
        let mistakes = Sample.mistakes(in: text)

        #expect(mistakes.count == 1)
        #expect(try #require(mistakes.first).hasSuffix(": \(message)"))
    }

    @Test func noMistakeRepeatsASecret() {
        let canary = "hunter2canary"
        let values = [
            canary, "ftp://\(canary)/x", "[\(canary)]", "{\(canary): 1}", "'{{ \(canary)'", "|\n      \(canary)",
        ]
        let fields = [
            ("slack_configs", "api_url"), ("webhook_configs", "url"), ("pagerduty_configs", "service_key"),
            ("pagerduty_configs", "url"),
        ]

        for value in values {
            for (kind, field) in fields {
                let text = "route: {receiver: r}\nreceivers:\n- name: r\n  \(kind):\n  - \(field): \(value)\n    x: y\n"
                let mistakes = Sample.mistakes(in: text)
                #expect(!mistakes.isEmpty)
                #expect(!mistakes.joined().contains(canary), "\(text)")
            }
        }
    }
}
