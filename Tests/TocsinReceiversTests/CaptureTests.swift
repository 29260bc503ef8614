import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

/// What Alertmanager 0.25 really sent, first for two alerts, then when one of them was over.
@Suite struct CaptureTests {
    @Test(arguments: [0, 1])
    func slackGetsWhatAlertmanagerSends(place: Int) throws {
        let receiver = try SlackReceiver([
            "api_url": "http://127.0.0.1/slack", "channel": "#c", "send_resolved": true,
            "fields": [
                ["title": "T", "value": "{{ .CommonLabels.alertname }}"], ["title": "S", "value": "v", "short": true],
            ],
            "actions": [
                ["type": "button", "text": "Go", "url": "http://x"],
                ["type": "button", "text": "Ack", "name": "n", "value": "v", "confirm": ["text": "sure"]],
            ],
        ])

        let request = try receiver.send(try CaptureTests.notifications[place])

        let sent = try CaptureTests.bodies(to: "/slack")[place]
        #expect(String(decoding: request.request.body, as: UTF8.self) == sent + "\n")
    }

    /// 0.25 put texts where later versions put lists and numbers, so the details are set to what they were.
    @Test(arguments: [0, 1])
    func pagerDutyGetsWhatAlertmanagerSends(place: Int) throws {
        let receiver = try PagerDutyReceiver([
            "routing_key": "rk",
            "images": [["src": "s", "alt": "a", "href": "h"]],
            "links": [["href": "h", "text": "t"]],
            "details": [
                "firing": "{{ template \"pagerduty.default.instances\" .Alerts.Firing }}",
                "resolved": "{{ template \"pagerduty.default.instances\" .Alerts.Resolved }}",
                "num_firing": "{{ .Alerts.Firing | len }}",
                "num_resolved": "{{ .Alerts.Resolved | len }}",
            ],
        ])

        let request = try receiver.send(try CaptureTests.notifications[place])

        let sent = try CaptureTests.bodies(to: "/pd")[place]
        let body = String(decoding: request.request.body, as: UTF8.self)
        let withNumbers = sent.replacing("\"num_firing\":\"\(2 - place)\"", with: "\"num_firing\":\(2 - place)")
            .replacing("\"num_resolved\":\"\(place)\"", with: "\"num_resolved\":\(place)")
        #expect(body == withNumbers + "\n")
    }

    /// By the settings they were captured with.
    private static let others: [(kind: String, settings: JSONValue, path: String)] = [
        (
            "opsgenie",
            [
                "api_key": "ogkey", "api_url": "http://127.0.0.1:19595/og", "tags": "x, y,,z", "priority": "P1",
                "responders": [["name": "a, b", "type": "teams"], ["username": "u", "type": "user"]],
                "update_alerts": true, "details": ["k": "v"],
            ],
            "/og/v2/alerts"
        ),
        (
            "victorops",
            [
                "api_key": "vokey", "api_url": "http://127.0.0.1:19595/vo", "routing_key": "rt",
                "custom_fields": ["cf": "x{{ .Status }}"],
            ],
            "/vo/vokey/rt"
        ),
        (
            "telegram", ["api_url": "http://127.0.0.1:19595", "bot_token": "TOK", "chat_id": -100_123],
            "/botTOK/sendMessage"
        ),
        (
            "webex",
            [
                "api_url": "http://127.0.0.1:19595/webex", "room_id": "r",
                "http_config": ["authorization": ["credentials": "wx"]],
            ],
            "/webex"
        ),
        ("discord", ["webhook_url": "http://127.0.0.1:19595/discord"], "/discord"),
    ]

    @Test(arguments: CaptureTests.others.map(\.kind), [0, 1])
    func othersGetWhatAlertmanagerSends(kind: String, place: Int) throws {
        let (_, settings, path) = try #require(CaptureTests.others.first { $0.kind == kind })
        let receiver = try #require(Receivers.kind(named: kind)).init(settings)

        let request = try receiver.send(try CaptureTests.notifications[place]).request

        try CaptureTests.expect(request, toBe: CaptureTests.captures(of: "POST", to: path)[place])
    }

    @Test(arguments: [0, 1])
    func anAlertOfOpsGenieIsUpdatedAsAlertmanagerDoes(place: Int) throws {
        let receiver = try OpsGenieReceiver(try #require(CaptureTests.others.first { $0.kind == "opsgenie" }).settings)
        let notification = try CaptureTests.notifications[place]
        let alert = "/og/v2/alerts/\(notification.alias)"

        for (step, part) in [(1, "message"), (2, "description")] {
            let next = try receiver.next(
                after: .taken(step), for: notification, with: Receivers.templates)

            let captures = try CaptureTests.captures(of: "PUT", to: "\(alert)/\(part)?identifierType=alias")
            try CaptureTests.expect(try #require(next).request, toBe: captures[place])
        }
        let end = try receiver.next(after: .taken(3), for: notification, with: Receivers.templates)
        #expect(end == nil)
    }

    @Test func weChatGetsWhatAlertmanagerSends() throws {
        let receiver = try WeChatReceiver([
            "api_url": "http://127.0.0.1:19595/wc", "api_secret": "wcs", "corp_id": "corp", "agent_id": "1",
            "to_user": "@all",
        ])
        let notification = try CaptureTests.notifications[0]
        let answer = HTTPResponse.json(200, ["errcode": 0, "access_token": "AT"])

        let first = try receiver.send(notification).request
        let second = try receiver.next(
            after: Conversation(answer, meaning: receiver.outcome(of: answer)), for: notification,
            with: Receivers.templates)

        #expect("\(first.method) \(first.url)" == "GET http://127.0.0.1:19595/wc/gettoken?corpid=corp&corpsecret=wcs")
        let capture = try CaptureTests.captures(of: "POST", to: "/wc/message/send?access_token=AT")[0]
        try CaptureTests.expect(try #require(second).request, toBe: capture)
    }

    /// 0.25 signed the length of the body too, so the signatures differ; `SNSTests` compares ours with AWS's own.
    @Test(arguments: [0, 1])
    func snsGetsWhatAlertmanagerSends(place: Int) throws {
        let receiver = try SNSReceiver([
            "topic_arn": "arn:aws:sns:us-east-2:698519295917:My-Topic", "api_url": "http://127.0.0.1:19595/sns",
            "sigv4": ["region": "us-east-2", "access_key": "AK", "secret_key": "SK"], "attributes": ["a": "b"],
        ])

        let request = try receiver.send(try CaptureTests.notifications[place]).request

        let log = String(decoding: try CaseFile.bytes("Cases/receivers-0.25.log"), as: UTF8.self)
        let bodies = log.split(separator: "\n").filter { $0.hasPrefix("Action=Publish&") }
        #expect(String(decoding: request.body, as: UTF8.self) == bodies[place])
        #expect(request.url == "http://127.0.0.1:19595/sns/")
        let type = "application/x-www-form-urlencoded; charset=utf-8"
        #expect(request.value("Content-Type") == type)
        #expect(request.value("Authorization")?.contains("/us-east-2/sns/aws4_request, SignedHeaders=") ?? false)
    }

    /// The first line, the header that proves who sends, and the body as JSON.
    private static func expect(_ request: HTTPRequest, toBe capture: Capture) throws {
        #expect(request.method == capture.method)
        #expect(request.url == "http://127.0.0.1:19595\(capture.path)")
        #expect(request.headers.first { $0.name == "Authorization" }?.value == capture.authorization)
        #expect(request.headers.first { $0.name == "Content-Type" }?.value == "application/json")
        #expect(try JSONValue(request.body).sorted == JSONValue(parsing: capture.body).sorted)
    }

    private struct Capture {
        let method: String
        let path: String
        let authorization: String?
        let body: String
    }

    /// The requests to a path, in order.
    private static func captures(of method: String, to path: String) throws -> [Capture] {
        let log = String(decoding: try CaseFile.bytes("Cases/receivers-0.25.log"), as: UTF8.self)
        return log.split(separator: "--- ").compactMap { part in
            let lines = part.split(separator: "\n")
            guard let first = lines.first, first.hasSuffix(" \(method) \(path)") else { return nil }
            guard let body = lines.last(where: { $0.first == "{" }) else { return nil }
            let authorization = lines.first { $0.hasPrefix("Authorization: ") }?.dropFirst("Authorization: ".count)
            return Capture(
                method: method, path: path, authorization: authorization.map(String.init), body: String(body))
        }
    }

    private static func bodies(to path: String) throws -> [String] {
        try CaptureTests.captures(of: "POST", to: path).map(\.body)
    }

    private static var notifications: [TocsinReceivers.Notification] {
        get throws {
            try ["two firing", "one of two resolved"].map { name in
                var notification = try GoldenTests.notification(named: name)
                notification.content.receiver = "all"
                notification.externalURL = "http://am.example.org/prefix"
                return notification
            }
        }
    }
}
