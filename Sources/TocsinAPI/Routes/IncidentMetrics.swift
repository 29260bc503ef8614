import TocsinCore
import TocsinModel
import TocsinRuntime

extension API {
    /// Incidents, and what is on its way to whom, under names of our own.
    func writeIncidents(_ engine: Engine, at now: Timestamp, to text: inout MetricsText) {
        var counts: [[String: String]: Double] = [:]
        for status in [Incident.Status.triggered, .acknowledged] {
            for priority in Priority.allCases {
                counts[["status": status.rawValue, "priority": "\(priority)"]] = 0
            }
        }
        for (_, incident) in engine.incidents where incident.isOpen {
            counts[["status": incident.status.rawValue, "priority": "\(incident.priority)"], default: 0] += 1
        }
        text.family("tocsin_incidents", .gauge, "Open incidents.", API.sorted(counts))
        self.writeOutbox(engine, at: now, to: &text)
        let overdue = engine.nextDeadline.map { now - $0 } ?? .zero
        text.family(
            "tocsin_timer_lag_seconds", .gauge, "By how much the engine is behind what was to happen first.",
            max(overdue / .seconds(1), 0)
        )
        self.writeOwnCounters(to: &text)
    }

    private func writeOutbox(_ engine: Engine, at now: Timestamp, to text: inout MetricsText) {
        var counts: [[String: String]: Double] = [:]
        var oldest = now
        for (_, delivery) in engine.deliveries {
            let state = delivery.isUnderWay ? "sending" : "pending"
            counts[["state": state, "destination": "\(delivery.integration)"], default: 0] += 1
            oldest = min(oldest, delivery.content.flushedAt)
        }
        for (_, letter) in engine.deadLetters {
            counts[["state": "dead", "destination": "\(letter.delivery.integration)"], default: 0] += 1
        }
        text.family(
            "tocsin_outbox", .gauge, "Notifications that are decided on and not taken, and pages that were given up.",
            API.sorted(counts)
        )
        text.family(
            "tocsin_outbox_oldest_seconds", .gauge, "For how long the oldest notification has been on its way.",
            (now - oldest) / .seconds(1)
        )
    }

    private func writeOwnCounters(to text: inout MetricsText) {
        let all = self.context.counters.all
        for (name, help, zeros) in API.ownCounters {
            var counts: [[String: String]: Double] = [:]
            for labels in zeros { counts[labels] = 0 }
            for (key, count) in all where key.name == name { counts[key.labels] = Double(count) }
            if !counts.isEmpty { text.family(name, .counter, help, API.sorted(counts)) }
        }
        let histograms = self.context.counters.allHistograms
        for (name, help) in API.ownHistograms {
            let samples = histograms.filter { $0.key.name == name }.map { (labels: $0.key.labels, $0.value) }
            if !samples.isEmpty { text.family(name, help, samples.sorted { API.precedes($0.labels, $1.labels) }) }
        }
    }

    private static func sorted(_ counts: [[String: String]: Double]) -> [(labels: [String: String], Double)] {
        counts.map { (labels: $0.key, $0.value) }.sorted { self.precedes($0.labels, $1.labels) }
    }

    private static func precedes(_ a: [String: String], _ b: [String: String]) -> Bool {
        func text(_ labels: [String: String]) -> String { "\(labels.sorted { $0.key < $1.key })" }
        return text(a) < text(b)
    }

    private static let priorities = Priority.allCases.map { ["priority": "\($0)"] }

    /// With the label sets that are there before anything was counted, so that rates can be taken at once.
    private static let ownCounters: [(name: String, help: String, zeros: [[String: String]])] = [
        ("tocsin_incidents_opened_total", "Incidents that were opened.", priorities),
        ("tocsin_incident_transitions_total", "Changes of an incident's status, and from where they came.", []),
        ("tocsin_response_breaches_total", "Incidents that nobody acknowledged in time.", priorities),
        ("tocsin_ack_expired_total", "Acknowledgements that lapsed.", [[:]]),
        ("tocsin_escalations_total", "Steps of escalation policies that were run.", []),
        ("tocsin_escalation_exhausted_total", "Escalations that called everybody, and nobody came.", [[:]]),
        ("tocsin_audit_repairs_total", "Incidents without a future, which is a mistake of Tocsin's.", [[:]]),
        ("tocsin_notifications_total", "What came of notifications, attempt by attempt.", []),
        ("tocsin_rate_limited_total", "Attempts to which the other side said when to come again.", []),
    ]

    private static let ownHistograms = [
        ("tocsin_time_to_ack_seconds", "From the start of an incident to its first acknowledgement."),
        ("tocsin_time_to_resolve_seconds", "From the start of an incident to its end."),
        ("tocsin_notification_latency_seconds", "From the decision on a notification to its being taken."),
    ]
}
