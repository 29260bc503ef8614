import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

/// How alerts become the data that templates and webhooks get.
@Suite struct TemplateDataTests {
    @Test func theDataIsWhatAlertmanagerMakesOfIt() throws {
        let cases = try #require(try CaseFile.json("Cases/template_data.json")["cases"]?.array)
        try #require(cases.count == 8)
        for test in cases {
            let alerts = try #require(test["alerts"]?.array).map { alert in
                AnnouncedAlert(
                    labels: alert.labels("labels"),
                    details: AlertDetails(
                        annotations: alert.labels("annotations"),
                        generatorURL: try alert.text("generatorURL")
                    ),
                    startsAt: try alert.time("startsAt"),
                    endedAt: try alert.text("endsAt").hasPrefix("2002") ? try alert.time("endsAt") : nil
                )
            }
            let notification = TocsinReceivers.Notification(
                content: NotificationContent(
                    receiver: try test.text("receiver"),
                    groupKey: "",
                    groupLabels: test.labels("groupLabels"),
                    alerts: alerts,
                    reason: .unknown,
                    flushedAt: .epoch
                ),
                externalURL: try test.text("externalURL"),
                now: .epoch
            )

            let data = JSONValue.object(TemplateData(notification).members)

            // 0.25 has neither of the two.
            let old = data.without("notification_reason", "routeLabels")
            #expect(String(decoding: old.encoded(), as: UTF8.self) == (try test.text("dataJSON")))
            #expect(data["notification_reason"] == "unknown")
            #expect(data["routeLabels"] == [:])
        }
    }

    @Test func anAlertThatFiresHasNoEnd() throws {
        #expect(try rendered("{{ (index .Alerts 0).EndsAt }}") == "0001-01-01 00:00:00 +0000 UTC")
        #expect(try rendered("{{ (index .Alerts 0).EndsAt.IsZero }}") == "true")
        #expect(try rendered("{{ (index .Alerts 1).EndsAt }}") == "2026-01-02 03:00:00 +0000 UTC")
    }

    @Test(arguments: [
        ("{{ .CommonLabels }}", "alertname=DiskFull, severity=critical"),
        ("{{ .CommonLabels.SortedPairs }}", "alertname=DiskFull, severity=critical"),
        (#"{{ .CommonLabels.Names.Join "-" }}"#, "alertname-severity"),
        (#"{{ (.CommonLabels.Remove (stringSlice "alertname")).Values | join "," }}"#, "critical"),
        (#"{{ .CommonLabels.nothing }}|"#, "|"),
        ("{{ .NotificationReason }}", "some alerts resolved"),
        ("{{ .RouteLabels.team }}", "db"),
        ("{{ len .Alerts.Firing }}{{ len .Alerts.Resolved }}{{ len .Alerts }}", "112"),
        ("{{ (index .Alerts 1).Status }}", "resolved"),
        (#"{{ range slice .Alerts 1 }}{{ .Labels.instance }}{{ end }}"#, "db-2:9100"),
    ])
    func fieldsAndMethodsAreAlertmanagers(source: String, result: String) throws {
        #expect(try rendered(source) == result)
    }

    @Test func namesSuchAsValuesAreReachedByIndexOnly() throws {
        let labels: LabelSet = ["Values": "mine", "a": "b"]
        let notification = TocsinReceivers.Notification.about([AnnouncedAlert(labels: labels, startsAt: .epoch)])

        #expect(try rendered("{{ .CommonLabels.Values }}", notification) == "[mine b]")
        #expect(try rendered(#"{{ index .CommonLabels "Values" }}"#, notification) == "mine")
    }

    @Test func labelsThatOnlyLookEqualAreNotCommon() throws {
        let alerts = ["caf\u{E9}", "cafe\u{301}"].map { AnnouncedAlert(labels: ["name": $0], startsAt: .epoch) }

        #expect(try rendered("{{ len .CommonLabels }}", .about(alerts)) == "0")
    }
}
