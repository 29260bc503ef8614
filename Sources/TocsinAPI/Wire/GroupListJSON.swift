import TocsinCore
import TocsinModel

/// The answer of `GET /api/v2/alerts/groups`: groups by their labels and receiver, with those of their alerts that the
/// filter lets through; groups without any are left out.
struct GroupListJSON: ListPieces {
    private let engine: Engine
    private let filter: AlertFilter
    private let now: Timestamp
    private let routes: AdmittedRoutes
    private let alertJSON: GettableAlertJSON
    private let groups: [Group]
    /// The next group to begin.
    private var position = 0
    /// What is left of the group that was begun. A single group can be longer than a piece.
    private var begun: Begun?
    /// Whether the next group is not the first one; `nil` before the first piece.
    private var needsComma: Bool?
    private(set) var isAtEnd = false
    private let slot: ReadLimit.Slot?
    private let routeLabels: @Sendable (NotificationContent) -> LabelSet

    private struct Begun {
        let group: Group
        let mutedBy: [String]
        /// In the order of notifications.
        let alerts: [Alert]
        var written = 0
    }

    /// - Parameter routeLabels: renders the labels of a route over what its group holds.
    init(
        of engine: Engine,
        _ filter: AlertFilter,
        at now: Timestamp,
        slot: ReadLimit.Slot? = nil,
        routeLabels: @escaping @Sendable (NotificationContent) -> LabelSet
    ) {
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
        self.routeLabels = routeLabels
    }

    private static func order(_ a: Group, _ b: Group) -> Bool {
        a.labels != b.labels ? a.labels < b.labels : a.receiver.utf8.lexicographicallyPrecedes(b.receiver.utf8)
    }

    mutating func next() -> [UInt8]? {
        if self.isAtEnd { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(PieceSize.capacity, 1024 * (self.engine.alerts.count + 1)))
        if self.needsComma == nil {
            bytes.append(UInt8(ascii: "["))
            self.needsComma = false
        }
        while bytes.count < PieceSize.usual {
            if self.begun != nil {
                self.goOn(&bytes)
            } else if self.position < self.groups.count {
                self.begin(self.groups[self.position], &bytes)
                self.position += 1
            } else {
                self.isAtEnd = true
                bytes.append(json: "]\n")
                break
            }
        }
        return bytes
    }
}

// MARK: - One group

extension GroupListJSON {
    private mutating func begin(_ group: Group, _ bytes: inout [UInt8]) {
        let mutedBy = Suppression.of(group, in: self.engine, at: self.now)
        if !self.filter.wantsMuted, !mutedBy.isEmpty { return }
        var alerts: [Alert] = []
        for fingerprint in group.members where !group.departed.contains(fingerprint) {
            guard let alert = self.engine.alerts[fingerprint]?.alert else { continue }
            if self.admits(alert, mutedBy: mutedBy) { alerts.append(alert) }
        }
        if alerts.isEmpty { return }
        alerts.sort(by: GroupListJSON.announcementOrder)
        if self.needsComma ?? false { bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
        bytes.append(json: #"{"alerts":["#)
        self.begun = Begun(group: group, mutedBy: mutedBy, alerts: alerts)
    }

    private func admits(_ alert: Alert, mutedBy: [String]) -> Bool {
        var suppression = Suppression.of(alert, in: self.engine, at: self.now)
        suppression.mutedBy = mutedBy
        return self.filter.admits(alert, at: self.now) && self.filter.admits(suppression)
    }

    private mutating func goOn(_ bytes: inout [UInt8]) {
        guard var begun = self.begun.take() else { return }
        while begun.written < begun.alerts.count {
            if bytes.count >= PieceSize.usual {
                self.begun = begun
                return
            }
            if begun.written > 0 { bytes.append(UInt8(ascii: ",")) }
            self.write(begun.alerts[begun.written], mutedBy: begun.mutedBy, to: &bytes)
            begun.written += 1
        }
        bytes.append(json: #"],"labels":"#)
        bytes.append(object: begun.group.labels)
        bytes.append(json: #","receiver":{"name":"#)
        bytes.append(string: begun.group.receiver)
        bytes.append(json: #"},"routeLabels":"#)
        bytes.append(object: self.labels(of: begun))
        bytes.append(UInt8(ascii: "}"))
    }

    /// Those of its route, over the alerts that are listed.
    private func labels(of begun: Begun) -> LabelSet {
        guard let route = begun.group.route, !self.engine.routing.routes[route].labels.isEmpty else { return .empty }
        return self.routeLabels(
            NotificationContent(
                receiver: begun.group.receiver,
                groupKey: begun.group.key.text,
                groupLabels: begun.group.labels,
                routeLabels: self.engine.routing.routes[route].labels,
                alerts: begun.alerts.map { alert in
                    AnnouncedAlert(
                        labels: alert.labels,
                        details: alert.details,
                        startsAt: alert.startsAt,
                        endedAt: alert.isResolved(at: self.now) ? alert.endsAt : nil
                    )
                },
                reason: .unknown,
                flushedAt: self.now
            )
        )
    }

    private func write(_ alert: Alert, mutedBy: [String], to bytes: inout [UInt8]) {
        var suppression = Suppression.of(alert, in: self.engine, at: self.now)
        suppression.mutedBy = mutedBy
        self.alertJSON.write(alert, routes: self.routesOfGroups(with: alert), suppression, to: &bytes)
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
