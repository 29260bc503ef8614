import Foundation
import Testing

/// Receivers that need more than one request, against what plays their services: moto is Amazon's SNS and STS, the
/// sink is Slack, Jira and WeChat.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ReceiverTests {
    // MARK: SNS

    private struct AWS: Decodable {
        let url: String
        let key: String
        let secret: String
        let role: String
        let topics: [String]
    }

    private struct Published: Decodable {
        let topic: String
        let message: String
        let subject: String?
        let group: String?
        let attributes: [String: String]
    }

    /// The lines that begin so, as far as they are complete.
    private static func lines<Line: Decodable>(_ beginning: String, of program: Program) throws -> [Line] {
        let lines = program.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return try lines.filter { $0.hasPrefix(beginning) }
            .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// moto checks the signatures: of the user's key, and of the credentials that the role comes with.
    @Test func topicsTakeWhatIsSignedByAUserOrByARole() async throws {
        try await Stage.play { stage in
            let script = try #require(Bundle.module.url(forResource: "Peers/aws_peer", withExtension: "py"))
            let moto = try stage.run(try Peers.python, [script.path])
            let aws: AWS = try await eventually("moto listens") {
                if let end = moto.end { throw Overdue(description: "moto ended, \(end): \(moto.output)") }
                let lines: [AWS] = try ReceiverTests.lines("{\"url\"", of: moto)
                return lines.first
            }
            let sigv4 = "region: eu-central-1, access_key: \(aws.key), secret_key: \(aws.secret)"
            try stage.write(
                """
                route: { receiver: sns, group_wait: 0s }
                receivers:
                - name: sns
                  sns_configs:
                  - topic_arn: '\(aws.topics[0])'
                    api_url: '\(aws.url)'
                    attributes: { team: db }
                    sigv4: { \(sigv4) }
                  - { topic_arn: '\(aws.topics[1])', api_url: '\(aws.url)', sigv4: { \(sigv4) } }
                  - topic_arn: '\(aws.topics[2])'
                    api_url: '\(aws.url)'
                    subject: 'Page: {{ .CommonLabels.alertname }} ü & <b>'
                    sigv4: { \(sigv4), role_arn: '\(aws.role)' }
                """,
                to: "sns.yml"
            )
            let launch = Tocsin.Launch(configuration: "sns.yml", environment: ["AWS_ENDPOINT_URL_STS": aws.url])
            let server = try await Tocsin.start(launch, on: stage)

            #expect(try await server.post([PostedAlert("DiskFull", severity: "critical")]).status == 200)

            let published: [Published] = try await eventually("each topic has the message") {
                let all: [Published] = try ReceiverTests.lines("{\"topic\"", of: moto)
                return Set(all.map(\.topic)).count == 3 ? all : nil
            }
            let byTopic = Dictionary(grouping: published, by: \.topic).compactMapValues(\.first)
            let plain = try #require(byTopic[aws.topics[0]])
            #expect(plain.message.contains("DiskFull"))
            #expect(plain.subject?.hasPrefix("[FIRING:1]") ?? false)
            #expect(plain.attributes == ["team": "db"])
            #expect(plain.group == nil)
            #expect(byTopic[aws.topics[1]]?.group?.isEmpty == false)
            #expect(byTopic[aws.topics[2]]?.message == plain.message)
            #expect(!server.program.output.contains(aws.secret))
        }
    }

    // MARK: Conversations

    @Test func oneMessageOneIssueAndOneTokenServeForAllNewsOfAGroup() async throws {
        try await Stage.play { stage in
            let sink = stage.sink
            sink.answer("/api/chat", with: .json(#"{"ok": true, "channel": "C9", "ts": "111.222"}"#))
            sink.answer("/wc/gettoken", with: .json(#"{"errcode": 0, "access_token": "WXTOKEN", "expires_in": 7200}"#))
            sink.answer("/wc/message", with: .json(#"{"errcode": 0, "errmsg": "ok"}"#))
            ReceiverTests.playJira(sink)
            try stage.write(
                """
                route: { receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s }
                receivers:
                - name: all
                  slack_configs:
                  - { app_token: xoxb-token, app_url: '\(sink.url("/api/chat.postMessage"))', channel: '#c',
                      update_message: true, send_resolved: true }
                  wechat_configs:
                  - { api_url: '\(sink.url("/wc"))', api_secret: wxsecret, corp_id: corp, send_resolved: true }
                  jira_configs:
                  - { api_url: '\(sink.url("/rest/api/2"))', project: P, issue_type: Bug, resolve_transition: Done,
                      http_config: { basic_auth: { username: u, password: jirapassword } } }
                """,
                to: "all.yml"
            )
            let server = try await Tocsin.start(Tocsin.Launch(configuration: "all.yml"), on: stage)
            let alert = PostedAlert("DiskFull", severity: "critical")

            #expect(try await server.post([alert]).status == 200)
            try await eventually("the first message, and the issue") {
                sink.requests("/api/chat").count == 1 && sink.requests("/wc/message").count == 1
                    && sink.requests("/rest/api/2/issue").count == 1
            }
            #expect(try await server.post([alert.resolved]).status == 200)
            try await eventually("the end is told, and the issue is done") {
                sink.requests("/api/chat").count == 2 && sink.requests("/wc/message").count == 2
                    && sink.requests("/rest/api/2/issue").count == 4
            }

            #expect(sink.requests("/api/chat").map(\.path) == ["/api/chat.postMessage", "/api/chat.update"])
            let update: [String: AnyText] = try #require(sink.requests("/api/chat").last).message.decoded()
            #expect(update["channel"]?.text == "C9" && update["ts"]?.text == "111.222")
            #expect(sink.requests("/wc/gettoken").map(\.path) == ["/wc/gettoken?corpid=corp&corpsecret=wxsecret"])
            #expect(Set(sink.requests("/wc/message").map(\.path)) == ["/wc/message/send?access_token=WXTOKEN"])
            let issue = "/rest/api/2/issue"
            #expect(
                sink.requests(issue).map { "\($0.method) \($0.path)" } == [
                    "POST \(issue)", "PUT \(issue)/P-1", "GET \(issue)/P-1/transitions",
                    "POST \(issue)/P-1/transitions",
                ])
            #expect(sink.requests(issue).last?.text.contains(#""id":"21""#) ?? false)
            for secret in ["xoxb-token", "wxsecret", "WXTOKEN", "jirapassword"] {
                #expect(!server.program.output.contains(secret))
            }
        }
    }

    /// A project with one issue, once somebody makes it.
    private static func playJira(_ sink: Sink) {
        sink.answer("/rest/api/2/search") { [weak sink] _ in
            let isThere = sink?.requests("/rest/api/2/issue").isEmpty == false
            let issue = #"{"key": "P-1", "fields": {"status": {"statusCategory": {"key": "new"}}}}"#
            return .json(#"{"issues": [\#(isThere ? issue : "")]}"#)
        }
        sink.answer("/rest/api/2/issue", with: .json(#"{"key": "P-1"}"#))
        sink.answer("/rest/api/2/issue/P-1", with: .json("{}"))
        sink.answer(
            "/rest/api/2/issue/P-1/transitions", with: .json(#"{"transitions": [{"id": "21", "name": "Done"}]}"#))
    }
}

/// A member of an object that is a text, or is not asked for.
private struct AnyText: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws {
        do {
            self.text = try decoder.singleValueContainer().decode(String.self)
        } catch DecodingError.typeMismatch {
            self.text = nil
        }
    }
}

extension Sink.Answer {
    fileprivate static func json(_ body: String) -> Sink.Answer {
        .respond(headers: ["Content-Type: application/json"], body: body)
    }
}
