import TocsinJSON
import TocsinModel
import TocsinRegex

/// Alertmanager's payload of version 4, written straight from the notification: no template has a say in it, and most
/// of what a server sends is this.
struct WebhookPayload {
    let notification: Notification
    /// How many alerts were left out.
    let truncatedAlerts: Int

    /// The members in Alertmanager's order, and a line break at the end.
    var body: [UInt8] {
        let content = self.notification.content
        let alerts = content.alerts
        var json = JSONWriter()
        json.reserve(1024 * (alerts.count + 1))
        json.beginObject()
        json.member("receiver", Regex.requoted(content.receiver))
        json.member("status", TemplateData.Status(isFiring: content.isFiring).rawValue)
        json.key("alerts")
        json.beginArray()
        for alert in alerts { WebhookPayload.write(alert, to: &json) }
        json.endArray()
        json.member("notification_reason", content.reason.rawValue)
        json.member("groupLabels", content.groupLabels)
        json.member("commonLabels", LabelSet(commonTo: alerts.lazy.map(\.labels)))
        json.member("commonAnnotations", LabelSet(commonTo: alerts.lazy.map(\.annotations)))
        json.member("routeLabels", content.routeLabels)
        json.member("externalURL", self.notification.externalURL)
        json.member("version", "4")
        json.member("groupKey", content.groupKey)
        json.member("truncatedAlerts", self.truncatedAlerts)
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ alert: AnnouncedAlert, to json: inout JSONWriter) {
        json.beginObject()
        json.member("status", TemplateData.Status(isFiring: alert.isFiring).rawValue)
        json.member("labels", alert.labels)
        json.member("annotations", alert.annotations)
        // Go's zero time stands for an end that has not come.
        json.member("startsAt", alert.startsAt.rfc3339)
        json.member("endsAt", (alert.endedAt ?? .distantPast).rfc3339)
        json.member("generatorURL", alert.generatorURL)
        json.member("fingerprint", alert.fingerprint.description)
        json.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ labels: LabelSet) {
        self.key(name)
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }
}
