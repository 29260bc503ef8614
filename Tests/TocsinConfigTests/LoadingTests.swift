import Testing
import TocsinConfig
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

@Suite struct LoadingTests {
    private static let hook = "webhook_configs: [{url: 'http://h/'}]"

    @Test func aRouteInheritsWhatItDoesNotSay() throws {
        let routes = try Sample.load(
            """
            route:
              receiver: r
              group_by: [a]
              group_wait: 1s
              group_interval: 2m
              repeat_interval: 3h
              continue: false
              routes:
              - match: {a: b}
                continue: true
                group_wait: 0
                routes:
                - group_by: []
              - receiver: s
                group_by: ['...']
                group_interval: 1h
            receivers: [{name: r}, {name: s}]
            """
        ).routing.routes

        #expect(routes.map(\.receiver) == ["r", "r", "r", "s"])
        #expect(routes.map(\.grouping) == [.labels(["a"]), .labels(["a"]), .labels([]), .allLabels])
        #expect(routes.map(\.groupWait) == [.seconds(1), .zero, .zero, .seconds(1)])
        #expect(routes.map(\.groupInterval) == [.seconds(120), .seconds(120), .seconds(120), .seconds(3600)])
        #expect(routes.map(\.repeatInterval) == Array(repeating: .seconds(10_800), count: 4))
        #expect(routes.map(\.continues) == [false, true, false, false])
    }

    @Test func whatNobodySaysHasAlertmanagersDefaults() throws {
        let configuration = try Sample.load("route: {receiver: r, group_wait: null}\nreceivers: [{name: r}]")
        let root = try #require(configuration.routing.routes.first)

        #expect(configuration.resolveTimeout == .seconds(300))
        #expect(root.groupWait == .seconds(30))
        #expect(root.groupInterval == .seconds(300))
        #expect(root.repeatInterval == .seconds(14_400))
        #expect(root.grouping == .labels([]))
    }

    @Test func theThreeWaysToWriteMatchersAreOneSortedList() throws {
        let routes = try Sample.load(
            """
            route:
              receiver: r
              routes:
              - matchers: ['{z="1",b!~"x"}', 'b=~foo.*']
                match_re: {svc: foo.*}
                match: {a: 5, c: null}
            receivers: [{name: r}]
            """
        ).routing.routes

        #expect(routes[1].key == #"{}/{a="5",b=~"foo.*",b!~"x",c="",svc=~"^(?:foo.*)$",z="1"}"#)
    }

    @Test func integrationsComeInTheOrderInWhichTheyAreTold() throws {
        let configuration = try Sample.load(
            """
            route: {receiver: r}
            receivers:
            - name: r
              slack_configs: [{api_url: 'http://s/'}]
              pagerduty_configs: [{service_key: k, send_resolved: false}]
              webhook_configs: [{url: 'http://a/'}, {url: 'http://b/'}]
            """
        )
        let integrations = try #require(configuration.routing.integrations["r"])

        #expect(integrations.map { "\($0.id)" } == ["r/webhook[0]", "r/webhook[1]", "r/pagerduty[0]", "r/slack[0]"])
        #expect(integrations.map(\.sendResolved) == [true, true, false, false])
        #expect(Set(configuration.receivers.keys) == Set(integrations.map(\.id)))
    }

    @Test func anIntegrationIsKnownByWhereItLeadsNotByItsPlace() throws {
        func keys(_ urls: String...) throws -> [IntegrationKey] {
            let hooks = urls.map { "{url: 'http://\($0)/'}" }.joined(separator: ", ")
            let text = "route: {receiver: r}\nreceivers: [{name: r, webhook_configs: [\(hooks)]}]"
            return try #require(try Sample.load(text).routing.integrations["r"]).map(\.key)
        }

        let before = try keys("a", "b")
        let after = try keys("c", "a", "b", "b")

        #expect(before == Array(after[1...2]))
        #expect(Set(after).count == 4)
        // It is kept on disk, so it must be the same in every process and version.
        #expect(before[0].destination == 0x84E2_87E7_887C_25D4)
    }

    @Test func aReceiverWithoutIntegrationsSwallowsEverything() throws {
        let configuration = try Sample.load(
            "route: {receiver: r}\nreceivers: [{name: r}, {name: s, slack_configs: []}]")

        #expect(configuration.routing.integrations == ["r": [], "s": []])
    }

    @Test func aRepeatThatIsShorterThanTheGroupsRhythmIsAWarning() throws {
        let configuration = try Sample.load(
            """
            route:
              receiver: r
              repeat_interval: 1m
              routes:
              - match: {a: b}
              - group_interval: 30s
              - group_interval: 1h
                repeat_interval: 1h
            receivers: [{name: r}]
            """
        )
        let text = "repeat_interval 1m is shorter than group_interval 5m"

        #expect(configuration.warnings.count == 1)
        #expect(try #require(configuration.warnings.first).description.hasPrefix("a.yml:3:20: \(text)"))
    }

    @Test func aMatcherThatOnlyTheOldSyntaxKnowsIsAWarning() throws {
        let configuration = try Sample.load(
            #"route: {receiver: r, routes: [{matchers: ['a=~\d+']}]}"# + "\nreceivers: [{name: r}]"
        )

        #expect(configuration.warnings.map(\.position.column) == [43])
    }

    @Test func labelNamesAreClassicOnlyWhereThatWasChosen() throws {
        let text = "route: {receiver: r, group_by: [a-b]}\nreceivers: [{name: r}]"

        #expect(try Sample.load(text).routing.routes[0].grouping == .labels(["a-b"]))
        #expect(throws: SettingsErrors.self) { try Sample.load(text, syntax: .classic) }
    }

    @Test func aSecretFileIsNamedAndNotRead() throws {
        let configuration = try Sample.load(
            """
            global:
              slack_api_url_file: secrets/slack
              http_config: {authorization: {credentials_file: secrets/token}}
            route: {receiver: r}
            receivers:
            - name: r
              slack_configs: [{channel: c}]
              webhook_configs: [{url_file: /etc/hook}]
            """,
            file: "/etc/tocsin/a.yml"
        )
        let files = configuration.receivers.sorted { $0.key < $1.key }.map(\.value.secretFiles)

        // As in Alertmanager: paths in an http_config are relative to the file, others to the working directory.
        #expect(
            files == [["secrets/slack", "/etc/tocsin/secrets/token"], ["/etc/hook", "/etc/tocsin/secrets/token"]])
    }

    @Test func everyFieldIsDocumentedByTheCodeThatReadsIt() throws {
        let reference = Configuration.reference(receivers: .samples)
        let route = try #require(reference.first { $0.key == "route" })
        let routes = try #require(route.nested.first { $0.key == "routes" })

        #expect(routes.nested.map(\.key) == route.nested.map(\.key))
        #expect(reference.first { $0.key == "global" }?.nested.first?.defaultText == "5m")
        #expect(reference.first { $0.key == "tracing" }?.nested.contains { $0.key == "endpoint" } == true)
    }
}
