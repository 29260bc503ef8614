import TocsinCore
import TocsinModel

// MARK: - What is counted under names of our own

extension Counters {
    /// The promises of P1 to P4, with something on either side.
    public static let responseBounds: [Double] = [60, 300, 900, 1800, 7200, 28800]
    public static let resolutionBounds: [Double] = [300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200]
    public static let ownLatencyBounds: [Double] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900]

    func countAsOurOwn(_ fact: Fact) {
        switch fact {
        case .incidentOpened(_, let priority):
            self.add(to: "tocsin_incidents_opened_total", ["priority": "\(priority)"])
        case .incidentMoved(_, let from, let to, let source):
            self.add(
                to: "tocsin_incident_transitions_total",
                ["from": from.rawValue, "to": to.rawValue, "source": source.rawValue])
        case .incidentAnswered(let priority, let duration):
            self.add(
                duration, to: "tocsin_time_to_ack_seconds", ["priority": "\(priority)"],
                bounds: Counters.responseBounds)
        case .incidentOver(let priority, let duration):
            self.add(
                duration, to: "tocsin_time_to_resolve_seconds", ["priority": "\(priority)"],
                bounds: Counters.resolutionBounds)
        case .responseBreached(_, let priority):
            self.add(to: "tocsin_response_breaches_total", ["priority": "\(priority)"])
        case .acknowledgementExpired: self.add(to: "tocsin_ack_expired_total")
        case .escalated(_, let policy, let level):
            self.add(to: "tocsin_escalations_total", ["policy": policy, "level": "\(level)"])
        case .escalationExhausted: self.add(to: "tocsin_escalation_exhausted_total")
        case .incidentRepaired: self.add(to: "tocsin_audit_repairs_total")
        default: self.countDelivery(fact)
        }
    }

    /// Destinations go by their place in the file, `oncall/slack[0]`: a URL may be a secret.
    private func countDelivery(_ fact: Fact) {
        switch fact {
        case .arrived(let integration, let duration):
            self.count(.delivered, at: integration)
            self.add(
                duration, to: "tocsin_notification_latency_seconds", ["destination": "\(integration)"],
                bounds: Counters.ownLatencyBounds)
        case .attemptFailed(_, let integration, _, _, _): self.count(.failed, at: integration)
        case .toldToWait(_, let integration, _, _):
            self.count(.delayed, at: integration)
            self.add(to: "tocsin_rate_limited_total", ["destination": "\(integration)"])
        case .refused(_, let integration, _, _, _): self.count(.refused, at: integration)
        case .givenUp(let integration, _, _): self.count(.dead, at: integration)
        default: break
        }
    }

    /// What came of an attempt, or of all of them.
    private enum Result: String {
        case delivered
        /// It is tried again.
        case failed
        /// The other side said when to come again.
        case delayed
        case refused
        /// It is not tried again.
        case dead
    }

    private func count(_ result: Result, at integration: IntegrationID) {
        self.add(
            to: "tocsin_notifications_total",
            ["destination": "\(integration)", "kind": integration.kind, "outcome": result.rawValue])
    }
}
