import TocsinCore
import TocsinModel

/// An alert that may fire in a run.
struct PoolAlert: Hashable, Sendable {
    let labels: LabelSet
    let plain: PlainLabels
    /// For people: `Disk@a`.
    let name: String

    init(_ labels: LabelSet) {
        self.labels = labels
        self.plain = PlainLabels(labels)
        let host = labels["host"] ?? labels["instance"]
        let others = ["severity", "team"].compactMap { labels[$0] }.joined(separator: ",")
        self.name =
            (labels["alertname"] ?? "\(labels.fingerprint)") + (host.map { "@\($0)" } ?? "")
            + (others.isEmpty ? "" : "(\(others))")
    }
}

/// A destination as a group's messages reach it.
struct Channel: Hashable, Sendable {
    let integration: IntegrationKey
    let groupKey: GroupKey
}

/// Everything that checkers go by: what was said, how alerts are to be routed, what is being submitted.
final class Scene {
    let pool: [PoolAlert]
    private let places: [Fingerprint: Int]
    var ledger: Ledger
    private(set) var routes: PlainRoutes
    /// Where each alert of the pool goes, and which others hold it back.
    private(set) var placements: [[PlainRoutes.Placement]] = []
    private(set) var inhibitors: [[Int]] = []
    /// The alerts of the request that the turn to come takes in, in their order.
    var submission: [Ledger.Post] = []
    /// Faults have ended.
    var isPeace = false
    private(set) var hasReloaded = false
    /// Of all routes that were ever in force; groups that lost their route look around each five minutes.
    private(set) var longestInterval = Duration.seconds(300)
    /// Some destination was told otherwise whether it hears of ends: what it was told in between is open.
    private(set) var hasChangedSendResolved = false
    /// Destinations that ever were without the wish to hear of ends.
    private(set) var deafToEnds: Set<IntegrationKey> = []
    let options: EngineOptions
    /// The last time without the process: from, to.
    private(set) var gap: (from: Duration, to: Duration) = (.zero, .zero)

    /// When the process last came back, or the machine woke.
    var absentUntil: Duration = .zero

    init(pool: [PoolAlert], routes: PlainRoutes, options: EngineOptions) {
        self.options = options
        self.pool = pool
        self.routes = routes
        var places: [Fingerprint: Int] = [:]
        for (index, alert) in pool.enumerated() { places[alert.labels.fingerprint] = index }
        self.places = places
        self.ledger = Ledger(count: pool.count)
        self.derive()
    }

    func reload(_ routes: PlainRoutes) {
        let before = self.routes.table.wantsEnds
        for (key, wantsEnds) in routes.table.wantsEnds where before[key].map({ $0 != wantsEnds }) ?? false {
            self.hasChangedSendResolved = true
        }
        self.routes = routes
        self.hasReloaded = true
        self.derive()
    }

    private func derive() {
        for (key, wantsEnds) in self.routes.table.wantsEnds where !wantsEnds { self.deafToEnds.insert(key) }
        self.longestInterval = max(self.longestInterval, self.routes.places.map(\.groupInterval).max() ?? .zero)
        self.placements = self.pool.map { self.routes.placements(of: $0.plain) }
        let all = self.pool.map { $0.plain }
        self.inhibitors = all.map { self.routes.inhibitors(of: $0, among: all) }
    }

    /// Nothing could happen from one time to the other.
    func noteGap(from start: Duration, to end: Duration) {
        self.gap = (start <= self.gap.to ? min(start, self.gap.from) : start, max(end, self.gap.to))
    }
}

// MARK: - What is asked

extension Scene {
    /// The alert's place in the pool; `nil` for the service's alert about itself.
    func alert(_ fingerprint: Fingerprint) -> Int? { self.places[fingerprint] }

    func name(_ fingerprint: Fingerprint) -> String {
        self.places[fingerprint].map { self.pool[$0].name } ?? "\(fingerprint)"
    }

    /// The routes that make groups of that key for that receiver.
    func places(of groupKey: GroupKey, _ receiver: String) -> [PlainRoutes.Place] {
        let text = groupKey.text
        return self.routes.places.filter { $0.receiver == receiver && text.hasPrefix("\($0.key):{") }
    }

    func fires(_ alert: Int, at time: Timestamp) -> Bool { self.ledger.entries[alert].firesForCertain(at: time) }

    /// Whether nobody is to be told of the alert, for certain.
    func isHeldBack(_ alert: Int, at time: Timestamp) -> String? {
        if let source = self.inhibitors[alert].first(where: { $0 != alert && self.fires($0, at: time) }) {
            return "inhibited by \(self.pool[source].name)"
        }
        let plain = self.pool[alert].plain
        let isSilenced = self.ledger.mutes.contains { mute in
            mute.isCertain && mute.isActive(at: time) && mute.matchers.allSatisfy { $0.plainlyMatches(plain) }
        }
        return isSilenced ? "silenced" : nil
    }

    /// Whether nothing stands between the alert and its receivers, for certain.
    func isFree(_ alert: Int, at time: Timestamp) -> Bool {
        let entries = self.ledger.entries
        if self.inhibitors[alert].contains(where: { $0 != alert && entries[$0].mayFire(at: time) }) { return false }
        let plain = self.pool[alert].plain
        return !self.ledger.mutes.contains { mute in
            mute.isActive(at: time) && mute.matchers.allSatisfy { $0.plainlyMatches(plain) }
        }
    }
}

// MARK: - Patience

extension Scene {
    /// How long it may take until everything is told, once nothing stands in the way: a wait, two intervals, a retry.
    var patience: Duration {
        let wait = self.routes.places.map(\.groupWait).max() ?? .zero
        return wait + self.longestInterval * 2 + .seconds(180)
    }

    /// Whether the route was muted at any minute of that time.
    func wasMuted(_ place: PlainRoutes.Place, since start: Duration, until moment: Moment) -> Bool {
        if place.mute.isEmpty && place.active.isEmpty { return false }
        var time = max(start, .zero)
        while time <= moment.time {
            if place.isMuted(at: moment.wall - (moment.time - time)) { return true }
            time += .seconds(60)
        }
        return false
    }

    func wasMuted(since start: Duration, until moment: Moment) -> Bool {
        self.routes.places.contains { self.wasMuted($0, since: start, until: moment) }
    }
}

extension RoutingTable {
    /// Which destinations hear of ends.
    fileprivate var wantsEnds: [IntegrationKey: Bool] {
        var wants: [IntegrationKey: Bool] = [:]
        for integration in self.integrations.values.joined() { wants[integration.key] = integration.sendResolved }
        return wants
    }
}
