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

    /// The bodies of the requests to a path, in order.
    private static func bodies(to path: String) throws -> [String] {
        let log = String(decoding: try CaseFile.bytes("Cases/receivers-0.25.log"), as: UTF8.self)
        return log.split(separator: "--- ").compactMap { part in
            guard part.prefix(80).contains("POST \(path)\n") else { return nil }
            return part.split(separator: "\n").last { $0.first == "{" }.map(String.init)
        }
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
