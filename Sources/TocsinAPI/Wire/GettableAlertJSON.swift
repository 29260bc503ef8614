import TocsinCore
import TocsinJSON
import TocsinModel

/// Writes alerts as `/api/v2` shows them.
struct GettableAlertJSON: Sendable {
    /// `{"name":"x"}` for the receiver of each route, written once for a whole list.
    private let receivers: [[UInt8]]
    private var scratch: [UInt8] = []

    init(_ routing: RoutingTable) {
        self.receivers = routing.routes.map { route in
            var writer = JSONWriter(.plain)
            writer.beginObject()
            writer.member("name", route.receiver)
            writer.endObject()
            return writer.bytes
        }
    }

    /// - Parameter routes: those that take the alert, in the order in which their receivers are to be named.
    mutating func write(
        _ alert: Alert,
        routes: [RoutingTable.RouteIndex],
        _ suppression: Suppression,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("annotations")
        writer.labels(alert.annotations)
        self.write("endsAt", alert.endsAt, to: &writer)
        writer.member("fingerprint", alert.fingerprint.description)
        writer.key("receivers")
        writer.beginArray()
        for route in routes { writer.encoded(self.receivers[route]) }
        writer.endArray()
        self.write("startsAt", alert.startsAt, to: &writer)
        writer.key("status")
        GettableAlertJSON.write(suppression, to: &writer)
        self.write("updatedAt", alert.updatedAt, to: &writer)
        let url = alert.generatorURL
        if !url.isEmpty { writer.member("generatorURL", url) }
        writer.key("labels")
        writer.labels(alert.labels)
        writer.endObject()
    }

    private mutating func write(_ name: String, _ time: Timestamp, to writer: inout JSONWriter) {
        self.scratch.removeAll(keepingCapacity: true)
        self.scratch.append(UInt8(ascii: "\""))
        time.appendRFC3339Milliseconds(to: &self.scratch)
        self.scratch.append(UInt8(ascii: "\""))
        writer.key(name)
        writer.encoded(self.scratch)
    }

    private static let active = Array(#"{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}"#.utf8)

    private static func write(_ suppression: Suppression, to writer: inout JSONWriter) {
        if suppression.isNone {
            writer.encoded(self.active)
            return
        }
        writer.beginObject()
        writer.strings("inhibitedBy", suppression.inhibitedBy.map(\.description))
        writer.strings("mutedBy", suppression.mutedBy)
        writer.strings("silencedBy", suppression.silencedBy)
        writer.member("state", "suppressed")
        writer.endObject()
    }
}

extension JSONWriter {
    /// An object of strings, without making any.
    mutating func labels(_ labels: LabelSet) {
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }

    fileprivate mutating func strings(_ name: String, _ texts: [String]) {
        self.key(name)
        self.beginArray()
        for text in texts { self.string(text) }
        self.endArray()
    }
}
