import Foundation
import Testing

/// What a real amtool does with the configuration that the server shows.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AmtoolTests {
    /// Every kind of section, with a secret in each place that has one.
    private static let configuration = """
        global:
          resolve_timeout: 90s
          slack_api_url: http://127.0.0.1:1/HUSH
          opsgenie_api_key: HUSH
          victorops_api_key: HUSH
          pagerduty_url: http://user:HUSH@127.0.0.1:1/
        route:
          receiver: everybody
          group_by: [alertname, cluster]
          routes:
          - matchers: ['{severity=~"critical|page"}']
            receiver: pagers
            continue: true
            routes:
            - match: {team: db}
              receiver: database
              group_by: [...]
              active_time_intervals: [daytime]
          - match_re: {service: web.*}
            receiver: chat
            group_wait: 0s
            mute_time_intervals: [weekend]
        inhibit_rules:
        - source_matchers: [severity=critical]
          target_match_re: {severity: 'warning|info'}
          equal: [alertname]
        receivers:
        - name: everybody
          webhook_configs:
          - url: http://127.0.0.1:1/HUSH
            max_alerts: 5
            http_config: {authorization: {credentials: HUSH}}
        - name: pagers
          pagerduty_configs:
          - routing_key: HUSH
            details: {host: '{{ .CommonLabels.instance }}', '1': ''}
          - service_key: HUSH
          opsgenie_configs: [{responders: [{name: a, type: team}]}]
          victorops_configs: [{routing_key: r}]
        - name: database
          pushover_configs: [{user_key: HUSH, token: HUSH, http_config: {bearer_token: HUSH}}]
          telegram_configs: [{bot_token: HUSH, chat_id: -5, message: "two\\n  lines: #1\\n"}]
        - name: chat
          slack_configs: [{channel: '#c', title: '', fields: [{title: a, value: b, short: false}]}]
          discord_configs: [{webhook_url: 'http://127.0.0.1:1/HUSH'}]
          webex_configs:
          - {room_id: r, http_config: {authorization: {credentials: HUSH}, basic_auth: }}
        templates: ['*.tmpl']
        time_intervals:
        - name: daytime
          time_intervals: [{times: [{start_time: '09:00', end_time: '17:00'}], weekdays: ['monday:friday']}]
        - name: weekend
          time_intervals: [{weekdays: [saturday, sunday], months: ['1:3', may], location: Europe/Amsterdam}]
        """

    private static func run(_ arguments: [String], on stage: Stage) async throws -> Program {
        let program = try stage.run(try Peers.amtool, arguments)
        try await eventually("amtool \(arguments) ends") { program.end != nil }
        return program
    }

    @Test func amtoolReadsTheConfigurationThatTheServerShows() async throws {
        try await Stage.play { stage in
            try stage.write(Self.configuration, to: "tocsin.yml")
            try stage.write(#"{{ define "mine" }}{{ .Status }}{{ end }}"#, to: "a.tmpl")
            let tocsin = try await Tocsin.start(on: stage)
            let url = "--alertmanager.url=http://127.0.0.1:\(tocsin.client.port)"

            let show = try await Self.run(["config", "show", url], on: stage)
            #expect(show.end == .exited(0))
            #expect(show.output.contains("routing_key: <secret>"))
            #expect(!show.output.contains("HUSH"), "\(show.output)")
            let status = try await tocsin.get("/api/v2/status")
            #expect(!status.text.contains("HUSH"))

            for command in [["config", "routes"], ["config", "routes", "show"]] {
                let routes = try await Self.run(command + [url], on: stage)
                #expect(routes.end == .exited(0), "\(routes.output)")
                for part in ["default-route  receiver: everybody", "receiver: database", "continue: true"] {
                    #expect(routes.output.contains(part), "\(routes.output)")
                }
            }
        }
    }

    @Test(arguments: [
        (labels: ["severity=page"], receivers: "pagers"),
        (labels: ["severity=critical", "team=db", "service=web-1"], receivers: "database,chat"),
        (labels: ["service=webshop"], receivers: "chat"),
        (labels: ["service=mail"], receivers: "everybody"),
    ])
    func amtoolFindsTheReceiversOfAnAlert(labels: [String], receivers: String) async throws {
        try await Stage.play { stage in
            try stage.write(Self.configuration, to: "tocsin.yml")
            try stage.write("", to: "a.tmpl")
            let tocsin = try await Tocsin.start(on: stage)
            let url = "--alertmanager.url=http://127.0.0.1:\(tocsin.client.port)"

            let test = try await Self.run(
                ["config", "routes", "test", "--tree", "--verify.receivers=\(receivers)", url] + labels,
                on: stage
            )

            #expect(test.end == .exited(0), "\(test.output)")
            #expect(test.output.contains(receivers), "\(test.output)")
        }
    }

    @Test func whatIsShownPassesTheChecksOfBoth() async throws {
        try await Stage.play { stage in
            try stage.write(Self.configuration, to: "tocsin.yml")
            try stage.write(#"{{ define "mine" }}{{ .Status }}{{ end }}"#, to: "a.tmpl")
            let tocsin = try await Tocsin.start(on: stage)
            struct Status: Decodable {
                struct Configuration: Decodable { let original: String }
                let config: Configuration
            }
            let shown: Status = try await tocsin.get("/api/v2/status").message.decoded()
            try stage.write(shown.config.original, to: "shown.yml")

            for file in ["tocsin.yml", "shown.yml"] {
                let theirs = try await Self.run(["check-config", file], on: stage)
                let ours = try stage.run(try Tocsin.binary, ["check-config", file])
                try await eventually("check-config ends") { ours.end != nil }

                #expect(theirs.end == .exited(0), "\(theirs.output)")
                #expect(ours.end == .exited(0), "\(ours.output)")
                let found = theirs.output.components(separatedBy: "  SUCCESS\n")
                #expect(ours.output.hasPrefix(found.prefix(2).joined(separator: "  SUCCESS\n")), "\(ours.output)")
            }
        }
    }
}
