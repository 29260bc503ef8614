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
    private let histograms = Locked<[Key: Histogram]>([:])
    /// When the attempts began that are under way.
    private let begun = Locked<[ID<Delivery>: Timestamp]>([:])

    public init() {}

    public func add(_ count: Int = 1, to name: String, _ labels: [String: String] = [:]) {
        if count == 0 { return }
        self.counts.withLock { $0[Key(name, labels), default: 0] += count }
    }

    public var all: [Key: Int] { self.counts.withLock { $0 } }

    /// Counts a value in the histogram of that name and these labels.
    public func record(_ value: Double, in name: String, _ labels: [String: String] = [:], bounds: [Double]) {
        self.histograms.withLock { $0[Key(name, labels), default: Histogram(bounds: bounds)].record(value) }
    }

    /// Counts a duration, in seconds; a negative one, as after a step of the clock, is none.
    public func add(_ duration: Duration, to name: String, _ labels: [String: String] = [:], bounds: [Double]) {
        self.record(max(duration.inSeconds, 0), in: name, labels, bounds: bounds)
    }

    public var allHistograms: [Key: Histogram] { self.histograms.withLock { $0 } }

    public func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {
        for fact in facts {
            self.count(fact)
            self.time(fact, at: now)
            self.countAsOurOwn(fact)
        }
        self.begun.withLock { begun in
            // Of a delivery that was given up while an attempt was under way no end is told.
            if begun.count <= 1000 + 2 * engine.deliveries.count { return }
            begun = begun.filter { engine.deliveries.contains($0.key) }
        }
    }

    /// Alertmanager's bounds for the time that a notification takes, in seconds.
    public static let latencyBounds: [Double] = [1, 5, 10, 15, 20]

    private func time(_ fact: Fact, at now: Timestamp) {
        let ended: (delivery: ID<Delivery>, integration: IntegrationID)
        switch fact {
        case .attemptBegun(let delivery, _, _):
            self.begun.withLock { $0[delivery] = now }
            return
        case .delivered(let delivery, let integration, _, _), .attemptFailed(let delivery, let integration, _, _, _),
            .toldToWait(let delivery, let integration, _, _), .refused(let delivery, let integration, _, _, _):
            ended = (delivery, integration)
        default: return
        }
        guard let begin = self.begun.withLock({ $0.removeValue(forKey: ended.delivery) }) else { return }
        self.record(
            max((now - begin).inSeconds, 0), in: "alertmanager_notification_latency_seconds",
            ["integration": ended.integration.kind], bounds: Counters.latencyBounds
        )
    }

    public func observe(degradation reason: String?) {}

    private func count(_ fact: Fact) {
        switch fact {
        case .heldBack(_, _, let reason, let count):
            self.add(count, to: "alertmanager_notifications_suppressed_total", ["reason": reason.rawValue])
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
