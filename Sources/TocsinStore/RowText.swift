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

    static func hashes(_ hashes: [LogHash]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for hash in hashes { writer.string(Fingerprint(hash.value).description) }
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

    /// What a person wrote, as a JSON string: a NUL in it would end an SQLite text.
    static func text(_ text: String) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.string(text)
        return writer.bytes
    }

    static func matcherSets(_ sets: [[Matcher]]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for set in sets {
            writer.beginArray()
            for matcher in set {
                writer.beginArray()
                for text in [matcher.name, matcher.kind.symbol, matcher.value] { writer.string(text) }
                writer.endArray()
            }
            writer.endArray()
        }
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
        if let incident = content.incident {
            writer.key("incident")
            writer.notice(incident)
        }
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
    fileprivate mutating func notice(_ incident: IncidentNotice) {
        self.beginObject()
        self.member("name", incident.name)
        self.member("reference", incident.reference)
        self.member("title", incident.title)
        self.member("priority", incident.priority.description)
        self.member("status", incident.status)
        self.member("key", incident.key)
        if let owner = incident.owner { self.member("owner", owner) }
        if let step = incident.step { self.member("step", step) }
        self.endObject()
    }

    /// An object with the names in their order.
    mutating func labels(_ labels: LabelSet) {
        self.reserve(self.bytes.count + labels.encoded.count * 5 / 4 + 16)
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }
}
