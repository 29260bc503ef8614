import TocsinCore
import TocsinJSON
import TocsinModel

/// The columns that hold more than one value, as JSON: readable with SQLite's own tools.
enum RowText {
    static func labels(_ labels: LabelSet) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.labels(labels)
        return writer.bytes
    }

    static func fingerprints(_ set: FingerprintSet) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for fingerprint in set { writer.string(fingerprint.description) }
        writer.endArray()
        return writer.bytes
    }

    static func numbers<Thing>(_ ids: [ID<Thing>]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for id in ids { writer.integer(id.number) }
        writer.endArray()
        return writer.bytes
    }

    /// A notification as of its flush.
    static func content(_ content: NotificationContent) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("reason", content.reason.rawValue)
        writer.member("flushed_at", content.flushedAt.rfc3339)
        writer.key("group_labels")
        writer.labels(content.groupLabels)
        writer.key("route_labels")
        writer.labels(content.routeLabels)
        writer.key("alerts")
        writer.beginArray()
        for alert in content.alerts {
            writer.beginObject()
            writer.key("labels")
            writer.labels(alert.labels)
            writer.key("annotations")
            writer.labels(alert.annotations)
            writer.member("generator_url", alert.generatorURL)
            writer.member("starts_at", alert.startsAt.rfc3339)
            if let endedAt = alert.endedAt { writer.member("ended_at", endedAt.rfc3339) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    /// An object with the names in their order.
    mutating func labels(_ labels: LabelSet) {
        self.beginObject()
        for (name, value) in labels {
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }
}
