import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

@Suite struct RouteLabelTests {
    private static func rendered(_ labels: LabelSet) -> (labels: LabelSet, failures: [String]) {
        var notification = TocsinReceivers.Notification.sample
        notification.content.routeLabels = labels
        return RouteLabels.rendered(for: notification, with: Receivers.templates)
    }

    @Test func valuesAreTemplatesAndMayAskForOneAnotherInAnyOrder() {
        let rendered = Self.rendered([
            "a": #"{{ routeLabels "b" }}!"#, "b": #"{{ routeLabels "c" }}?"#, "c": "{{ .GroupLabels.alertname }}",
            "plain": "x", "reason": "{{ .NotificationReason }}", "unknown": #"{{ routeLabels "nobody" }}"#,
        ])

        #expect(
            rendered.labels == [
                "a": "DiskFull?!", "b": "DiskFull?", "c": "DiskFull", "plain": "x", "reason": "unknown", "unknown": "",
            ]
        )
        #expect(rendered.failures == [])
    }

    @Test func whatFailsOrWaitsForItselfIsLeftOut() {
        let rendered = Self.rendered([
            "a": #"{{ routeLabels "b" }}"#, "b": #"{{ routeLabels "a" }}"#, "self": #"{{ routeLabels "self" }}"#,
            "wrong": "{{ index .Alerts 7 }}", "fine": "{{ .Status }}",
        ])

        #expect(rendered.labels == ["fine": "firing"])
        #expect(rendered.failures.count == 4)
        #expect(rendered.failures.allSatisfy { $0.hasPrefix("route label `") })
    }

    /// A label of a route may hold what the sender of an alert chose.
    @Test func theFunctionMentionsNobodyEither() throws {
        var notification = TocsinReceivers.Notification.sample
        notification.content.routeLabels = ["team": "<!channel>"]
        let receiver = try SlackReceiver([
            "api_url": "https://hooks.example.org/x",
            "text": #"{{ routeLabels "team" }} {{ .RouteLabels.team }}"#,
        ])

        let body = String(decoding: try receiver.send(notification).request.body, as: UTF8.self)

        #expect(!body.contains("<!") && !body.contains("\\u003c!"))
        #expect(body.contains("!channel"))
    }
}
