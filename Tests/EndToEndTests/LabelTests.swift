import Foundation
import Testing

/// Labels of routes and of receivers, from the file to webhooks and the API.
@Suite(.timeLimit(.minutes(2)))
struct LabelTests {
    @Test func labelsOfARouteAreRenderedForEachGroupAndThoseOfAReceiverSelectIt() async throws {
        try await Stage.play { stage in
            let text = """
                route:
                  receiver: hook
                  group_by: [alertname]
                  group_wait: 0s
                  labels:
                    team: base
                    owner: '{{ routeLabels "team" }} for {{ .GroupLabels.alertname }}'
                    round: '{{ routeLabels "round" }}'
                  routes:
                  - matchers: [severity=page]
                    labels: {team: own}
                receivers:
                - name: hook
                  labels: {tier: a}
                  webhook_configs: [{url: 'http://127.0.0.1:\(stage.sink.port)/hook'}]
                """
            try stage.write(text, to: "tocsin.yml")
            let tocsin = try await Tocsin.start(on: stage)

            #expect(try await tocsin.post([PostedAlert("Disk", severity: "page")]).status == 200)

            struct Message: Decodable { let routeLabels: [String: String] }
            let sent = try await eventually("the webhook is called") { stage.sink.requests("/hook").first }
            let message: Message = try sent.message.decoded()
            #expect(message.routeLabels == ["team": "own", "owner": "own for Disk"])
            try await eventually("the log names what failed") {
                tocsin.program.output.contains(#"route label \"round\" failed, or needs this one in turn"#)
                    || tocsin.program.output.contains("route label `round`")
            }
            let groups: [Message] = try await tocsin.get("/api/v2/alerts/groups").message.decoded()
            #expect(groups.map(\.routeLabels) == [["team": "own", "owner": "own for Disk"]])
            let receivers = try await tocsin.get("/api/v2/receivers?receiver_matchers=tier%3Da").text
            #expect(receivers.contains(#"{"labels":{"name":"hook","tier":"a"},"name":"hook"}"#))
            #expect(try await tocsin.get("/api/v2/receivers?receiver_matchers=tier%3Db").text.hasPrefix("[]"))
        }
    }
}
