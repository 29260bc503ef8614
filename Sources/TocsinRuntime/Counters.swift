public import TocsinCore
public import TocsinModel

/// What has happened since the process began, as numbers that only grow.
public final class Counters: TurnObserver, Sendable {
    /// A counter and the labels that tell it from others of its name.
    public struct Key: Hashable, Sendable {
        public let name: String
        /// In the order in which they are shown.
        public let labels: [String: String]

        public init(_ name: String, _ labels: [String: String] = [:]) {
            self.name = name
            self.labels = labels
        }
    }

    private let counts = Locked<[Key: Int]>([:])
    private let spreads = Locked<[Key: Histogram]>([:])

    public init() {}

    public func add(_ count: Int = 1, to name: String, _ labels: [String: String] = [:]) {
        if count == 0 { return }
        self.counts.withLock { $0[Key(name, labels), default: 0] += count }
    }

    public var all: [Key: Int] { self.counts.withLock { $0 } }

    /// Counts a duration among others.
    ///
    /// - Parameter bounds: of its histogram, ascending; always the same for a name.
    public func add(_ duration: Duration, to name: String, _ labels: [String: String] = [:], bounds: [Double]) {
        self.spreads.withLock { $0[Key(name, labels), default: Histogram(bounds: bounds)].add(duration) }
    }

    public var histograms: [Key: Histogram] { self.spreads.withLock { $0 } }

    public func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {
        for fact in facts {
            self.count(fact)
            self.countAsOurOwn(fact)
        }
    }

    public func observe(degradation reason: String?) {}

    private func count(_ fact: Fact) {
        switch fact {
        case .notificationDecided(_, let integration, _, _, _, _):
            self.add(to: "alertmanager_notifications_total", ["integration": integration.kind])
        case .attemptBegun(_, let integration, _):
            self.add(to: "alertmanager_notification_requests_total", ["integration": integration.kind])
        case .attemptFailed(_, let integration, _, _, _), .toldToWait(_, let integration, _, _):
            self.add(to: "alertmanager_notification_requests_failed_total", ["integration": integration.kind])
        case .refused(_, let integration, _, _, let reason):
            self.add(to: "alertmanager_notification_requests_failed_total", ["integration": integration.kind])
            self.add(
                to: "alertmanager_notifications_failed_total",
                ["integration": integration.kind, "reason": Counters.reason(reason)]
            )
        case .givenUp(let integration, _, _):
            self.add(
                to: "alertmanager_notifications_failed_total", ["integration": integration.kind, "reason": "other"]
            )
        default: break
        }
    }

    /// Alertmanager's word for why a notification failed for good.
    private static func reason(_ text: String) -> String {
        if text.hasPrefix("HTTP 401") || text.hasPrefix("HTTP 403") { return "authError" }
        return text.hasPrefix("HTTP 4") ? "clientError" : "other"
    }
}

/// Several observers as one.
public struct Observers: TurnObserver {
    private let observers: [any TurnObserver]

    public init(_ observers: any TurnObserver...) { self.observers = observers }

    public func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {
        for observer in self.observers { observer.observe(facts, in: engine, at: now) }
    }

    public func observe(degradation reason: String?) {
        for observer in self.observers { observer.observe(degradation: reason) }
    }
}
