import TocsinCore
import TocsinJSON
import TocsinModel

/// The answer of `GET /api/v2/alerts/groups`: groups by their labels and receiver, with those of their alerts that the
/// filter lets through; groups without any are left out.
struct GroupListJSON: ListPieces {
    private let engine: Engine
    private let filter: AlertFilter
    private let now: Timestamp
    private let routes: AdmittedRoutes
    private var alertJSON: GettableAlertJSON
    private let groups: [Group]
    /// The next group to begin.
    private var position = 0
    /// What is left of the group that was begun. A single group can be longer than a piece.
    private var begun: Begun?
    private var isFirst = true
    private(set) var isAtEnd = false
    private let slot: ReadLimit.Slot?

    private struct Begun {
        let group: Group
        let mutedBy: [String]
        /// In the order of notifications.
        let alerts: [Alert]
        var written = 0
    }

    init(of engine: Engine, _ filter: AlertFilter, at now: Timestamp, slot: ReadLimit.Slot? = nil) {
        let routes = AdmittedRoutes(engine.routing, filter)
        self.engine = engine
        self.filter = filter
        self.now = now
        self.routes = routes
        self.alertJSON = GettableAlertJSON(engine.routing)
        self.groups = engine.groups.lazy
            .map { $0.row }
            .filter { group in group.route.map { routes.admits($0) } ?? false }
            .sorted(by: GroupListJSON.order)
        self.slot = slot
    }

    private static func order(_ a: Group, _ b: Group) -> Bool {
        a.labels != b.labels ? a.labels < b.labels : a.receiver.utf8.lexicographicallyPrecedes(b.receiver.utf8)
    }

    mutating func next() -> [UInt8]? {
        if self.isAtEnd { return nil }
        var writer = JSONWriter(.plain)
        writer.reserve(PieceSize.usual / 8)
        if self.isFirst {
            writer.beginArray()
            self.isFirst = false
        } else if self.begun.map({ $0.written > 0 }) ?? true {
            // A value of no bytes: what comes next is preceded by the comma that is due.
            writer.encoded([])
        }
        while writer.bytes.count < PieceSize.usual {
            if self.begun != nil {
                self.goOn(&writer)
            } else if self.position < self.groups.count {
                self.begin(self.groups[self.position], &writer)
                self.position += 1
            } else {
                self.isAtEnd = true
                writer.endArray()
                return writer.bytes + [UInt8(ascii: "\n")]
            }
        }
        return writer.bytes
    }
}

// MARK: - One group

extension GroupListJSON {
    private mutating func begin(_ group: Group, _ writer: inout JSONWriter) {
        let mutedBy = Suppression.of(group, in: self.engine)
        if !self.filter.wantsMuted, !mutedBy.isEmpty { return }
        var alerts: [Alert] = []
        for fingerprint in group.members where !group.departed.contains(fingerprint) {
            guard let alert = self.engine.alerts[fingerprint]?.alert else { continue }
            if self.admits(alert, mutedBy: mutedBy) { alerts.append(alert) }
        }
        if alerts.isEmpty { return }
        alerts.sort(by: GroupListJSON.announcementOrder)
        writer.beginObject()
        writer.key("alerts")
        writer.beginArray()
        self.begun = Begun(group: group, mutedBy: mutedBy, alerts: alerts)
    }

    private func admits(_ alert: Alert, mutedBy: [String]) -> Bool {
        var suppression = Suppression.of(alert, in: self.engine)
        suppression.mutedBy = mutedBy
        return self.filter.admits(alert, at: self.now) && self.filter.admits(suppression)
    }

    private mutating func goOn(_ writer: inout JSONWriter) {
        guard var begun = self.begun.take() else { return }
        while begun.written < begun.alerts.count {
            if writer.bytes.count >= PieceSize.usual {
                self.begun = begun
                return
            }
            self.write(begun.alerts[begun.written], mutedBy: begun.mutedBy, to: &writer)
            begun.written += 1
        }
        writer.endArray()
        writer.key("labels")
        writer.labels(begun.group.labels)
        writer.key("receiver")
        writer.beginObject()
        writer.member("name", begun.group.receiver)
        writer.endObject()
        writer.key("routeLabels")
        writer.labels(.empty)
        writer.endObject()
    }

    private mutating func write(_ alert: Alert, mutedBy: [String], to writer: inout JSONWriter) {
        var suppression = Suppression.of(alert, in: self.engine)
        suppression.mutedBy = mutedBy
        self.alertJSON.write(alert, routes: self.routesOfGroups(with: alert), suppression, to: &writer)
    }

    /// Of all groups in this answer that hold the alert, by the names of their receivers.
    private func routesOfGroups(with alert: Alert) -> [RoutingTable.RouteIndex] {
        guard let known = self.engine.alerts[alert.fingerprint] else { return [] }
        let routes = self.routes.routes(of: known, in: self.engine).filter { self.routes.admits($0) }
        if routes.count < 2 { return routes }
        let receiver = { (route: RoutingTable.RouteIndex) in self.engine.routing.routes[route].receiver.utf8 }
        return routes.sorted { receiver($0).lexicographicallyPrecedes(receiver($1)) }
    }

    /// By `job`, then `instance` (who has the label comes first), then by the whole set.
    private static func announcementOrder(_ a: Alert, _ b: Alert) -> Bool {
        for name: StaticString in ["job", "instance"] {
            if let order = LabelSet.compare(a.labels, b.labels, by: name), order != 0 { return order < 0 }
        }
        return a.labels < b.labels
    }
}
