import Foundation
import Testing
import TocsinConfig
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinTemplate

/// The configuration that the project ships.
@Suite struct ExampleTests {
    private static func load(_ name: String = "tocsin.yml") throws -> Configuration {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "config/\(name)").path(percentEncoded: false)
        return try Configuration.load(path: path)
    }

    @Test func theExampleIsRight() throws {
        let configuration = try Self.load()
        let routes = configuration.routing.routes

        #expect(configuration.warnings == [])
        #expect(routes.map(\.receiver) == ["slack-notifications", "pagerduty-critical", "slack-warnings"])
        #expect(routes.map(\.repeatInterval) == [.seconds(14_400), .seconds(3_600), .seconds(14_400)])
        #expect(routes[0].grouping == .labels(["alertname", "cluster", "service"]))
        #expect(configuration.receivers.count == 3)
        #expect(configuration.receiverNames == ["slack-notifications", "slack-warnings", "pagerduty-critical"])
    }

    @Test func theExampleWithIncidentsIsRight() throws {
        let configuration = try Self.load("incidents.yml")
        let routing = configuration.routing

        #expect(configuration.warnings == [])
        // What it calls the usual values are those.
        #expect(routing.incidents.targets == ResponseTarget.standard)
        #expect(routing.incidents.reopenWindow == IncidentRules().reopenWindow)
        #expect(routing.incidents.holdDown == IncidentRules().holdDown)
        #expect(routing.incidents.manualResolveHold == IncidentRules().manualResolveHold)
        #expect(routing.incidents.fallback == ["managers"])
        let policy = try #require(routing.policies["on-call"])
        #expect(policy.steps.map(\.notify) == [["pagerduty-first"], ["pagerduty-second"]])
        #expect(policy.steps.map(\.after) == [.zero, .seconds(600)])
        #expect(policy.rounds == 2)
        #expect(routing.routes.map(\.receiver) == ["slack", "watchdog", "slack"])
    }

    private static func alert(_ gpu: String, severity: String = "critical", ended: Bool = false) -> AnnouncedAlert {
        AnnouncedAlert(
            labels: LabelSet([
                "alertname": "GPUHighTemperature", "gpu": gpu, "instance": "node1:9400", "severity": severity,
            ]),
            details: AlertDetails(
                annotations: LabelSet([
                    "description": "GPU \(gpu) temperature is above 80 \u{B0}C",
                    "runbook_url": "https://runbooks.example/gpu",
                ]),
                generatorURL: ""
            ),
            startsAt: Timestamp(seconds: 1_700_000_000, nanoseconds: 0),
            endedAt: ended ? Timestamp(seconds: 1_700_003_600, nanoseconds: 0) : nil
        )
    }

    private static func render(_ name: String, _ alerts: [AnnouncedAlert]) throws -> String {
        let content = NotificationContent(
            receiver: "slack-notifications",
            groupKey: "{}:{}",
            groupLabels: LabelSet(["alertname": "GPUHighTemperature", "cluster": "zakenak"]),
            alerts: alerts,
            reason: .firstNotification,
            flushedAt: Timestamp(seconds: 1_700_000_100, nanoseconds: 0)
        )
        let notification = Notification(
            content: content,
            externalURL: "http://tocsin.example",
            now: Timestamp(seconds: 1_700_000_100, nanoseconds: 0)
        )
        let templates = try Self.load().templates
        let call = try templates.compile("{{ template \"\(name)\" . }}")
        return try templates.render(call, data: TemplateData(notification).value)
    }

    @Test func theTitleSaysHowManyWhatAndHowBad() throws {
        let both = [Self.alert("3"), Self.alert("4"), Self.alert("5", ended: true)]

        #expect(try Self.render("slack.title", both) == "[FIRING 2, RESOLVED 1] GPUHighTemperature, zakenak (critical)")
        #expect(try Self.render("slack.title", [both[2]]) == "[RESOLVED 1] GPUHighTemperature, zakenak (critical)")
    }

    @Test func theTextTellsOfEachAlertWhereSinceWhenAndWhatToDo() throws {
        let text = try Self.render("slack.text", [Self.alert("3"), Self.alert("5", severity: "warning", ended: true)])

        #expect(
            text == """
                :red_circle: *GPUHighTemperature* [critical] gpu 3 on node1:9400, since Nov 14 22:13 UTC
                GPU 3 temperature is above 80 \u{B0}C
                <https://runbooks.example/gpu|Runbook>
                :white_check_mark: *GPUHighTemperature* [warning] gpu 5 on node1:9400, Nov 14 22:13 to Nov 14 23:13 UTC
                GPU 5 temperature is above 80 \u{B0}C
                <https://runbooks.example/gpu|Runbook>

                """
        )
    }

    @Test func anAlertWithoutAnyOfTheUsualLabelsIsReadableToo() throws {
        let alert = AnnouncedAlert(
            labels: LabelSet(["a": "b"]), startsAt: Timestamp(seconds: 1_700_000_000, nanoseconds: 0))

        #expect(try Self.render("slack.text", [alert]) == ":red_circle: *unnamed alert*, since Nov 14 22:13 UTC\n")
        #expect(try Self.render("pagerduty.description", [alert]) == "unnamed alert")
    }

    @Test func manyAlertsMakeAMessageOfBoundedLength() throws {
        let long = String(repeating: "x", count: 5_000)
        let alerts = (0..<200).map { index in
            AnnouncedAlert(
                labels: LabelSet(["alertname": "Disk", "instance": "node\(index)"]),
                details: AlertDetails(annotations: LabelSet(["description": long]), generatorURL: ""),
                startsAt: Timestamp(seconds: 1_700_000_000, nanoseconds: 0),
                endedAt: index % 2 == 0 ? nil : Timestamp(seconds: 1_700_003_600, nanoseconds: 0)
            )
        }

        let text = try Self.render("slack.text", alerts)

        #expect(text.count < 6_000)
        #expect(text.contains("These are the first 8 of 100 that fire.\n"))
        #expect(text.hasSuffix("These are the first 4 of 100 that ended.\n"))
    }

    @Test func aPageIsOneLine() throws {
        let firing = [Self.alert("3"), Self.alert("4")]
        let line = "GPUHighTemperature (critical) gpu 3 on node1:9400: GPU 3 temperature is above 80 \u{B0}C"

        #expect(try Self.render("pagerduty.description", firing) == "\(line) (and more: 2 fire)")
        #expect(try Self.render("pagerduty.description", [Self.alert("3", ended: true)]) == "Resolved: \(line)")
    }
}
