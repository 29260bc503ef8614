public import TocsinJSON
import TocsinModel

/// Whom a server calls for incidents, and in which order: its escalation policies.
public struct CallingPlan: Sendable {
    private let policies: [Policy]

    private struct Policy {
        let name: String
        /// The receivers of each step.
        let steps: [[String]]
        /// How many rounds follow the first.
        let rounds: Int64
    }

    /// - Parameter json: the answer of `GET /api/v1/escalation-policies`.
    public init(_ json: JSONValue) {
        self.policies = (json["data"]?.array ?? []).map { policy in
            Policy(
                name: policy["name"]?.string ?? "",
                steps: (policy["steps"]?.array ?? []).map { $0["notify"]?.texts ?? [] },
                rounds: policy["repeat"]?.integer ?? 0
            )
        }
    }

    /// When the server does not say.
    public static let unknown = CallingPlan(.null)

    private func policy(of incident: ListedIncident) -> Policy? {
        guard let name = incident.escalation.policy else { return nil }
        return self.policies.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The receivers that were called so far.
    func called(for incident: ListedIncident) -> [String] {
        guard let policy = self.policy(of: incident) else { return [] }
        let steps = incident.escalation.round > 1 ? policy.steps.count : Int(clamping: incident.escalation.level)
        return policy.steps.prefix(max(steps, 0)).flatMap { $0 }
    }

    /// What happens next if nobody does anything: `pagerduty-critical in 3m`.
    func next(for incident: ListedIncident, at times: TimeText) -> String? {
        let escalation = incident.escalation
        switch (incident.status, escalation.state) {
        case ("resolved", _): return nil
        case ("acknowledged", _):
            guard let expiry = incident.acknowledgement?.expiresAt else { return "nothing, until it is resolved" }
            return "calls again \(times.relative(expiry))"
        case (_, "paused"): return "nobody is called while it is held back"
        case (_, "exhausted"): return "everybody was called, and nobody answered"
        case (_, "active"):
            guard let nextAt = escalation.nextAt else { return nil }
            return "\(self.step(after: escalation, of: incident)) \(times.relative(nextAt))"
        default:
            return escalation.policy == nil ? "nobody further is called: it has no escalation policy" : nil
        }
    }

    private func step(after escalation: ListedIncident.Escalation, of incident: ListedIncident) -> String {
        guard let policy = self.policy(of: incident), !policy.steps.isEmpty, escalation.level >= 0 else {
            return "step \(escalation.level.addingReportingOverflow(1).partialValue)"
        }
        let index = Int(clamping: escalation.level)
        if index < policy.steps.count { return policy.steps[index].joined(separator: ", ") }
        guard escalation.round <= policy.rounds else { return "the last resort" }
        return "\(policy.steps[0].joined(separator: ", ")) once more"
    }
}
