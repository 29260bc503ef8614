import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

/// `escalation_policies`: whom to call, one after the other, until somebody has it.
struct EscalationConfig {
    let policy: EscalationPolicy
    let name: Positioned<String>
    /// Every receiver that is named, for the check that there is one.
    let receivers: [Positioned<String>]

    static func readAll(from fields: inout Fields) -> [EscalationConfig] {
        let doc = "Whom to call for an incident until somebody acknowledges it."
        let policies = fields.nestedList("escalation_policies", called: "escalation policy", doc: doc) { fields, _ in
            EscalationConfig(from: &fields)
        }
        var known: Set<String> = []
        for policy in policies ?? [] where !known.insert(policy.name.value).inserted {
            let name = policy.name.value.quotedForMessage
            fields.report("escalation policy \(name) is defined twice", at: policy.name.position)
        }
        return policies ?? []
    }

    private init(from fields: inout Fields) {
        let name = fields.optional("name", default: "", doc: "What routes and priorities call it.")
        self.name = Positioned(name, at: fields.position(of: "name"))
        if name.isEmpty { fields.report("missing name in escalation policy", at: "name") }
        var named: [Positioned<String>] = []
        let doc = "The steps in their order."
        let steps = fields.nestedList("steps", called: "step", doc: doc) { fields, _ in
            let after = fields.optionalDuration(
                "after", doc: "How long after the step before; the first counts from when the incident triggered.")
            let notify = fields.positionedList("notify", of: String.self, doc: "Names of receivers.") ?? []
            if notify.isEmpty { fields.report("a step must notify at least one receiver", at: "notify") }
            named += notify
            return EscalationPolicy.Step(after: after ?? .zero, notify: notify.map(\.value))
        }
        if (steps ?? []).isEmpty { fields.report("an escalation policy needs at least one step", at: "steps") }
        let onBreach = fields.positionedList(
            "on_breach",
            of: String.self,
            doc: "Receivers that are told when nobody acknowledged within the promised time."
        )
        named += onBreach ?? []
        self.policy = EscalationPolicy(
            name: name,
            steps: steps ?? [],
            rounds: EscalationConfig.rounds(from: &fields),
            onBreach: (onBreach ?? []).map(\.value)
        )
        self.receivers = named
    }

    private static func rounds(from fields: inout Fields) -> Int {
        let most = EscalationPolicy.mostRounds
        let doc = "Further rounds after the first; `forever` is \(most)."
        let rounds = fields.parsed("repeat", type: "number | forever", default: "0", doc: doc) {
            text throws(SettingsMismatch) in
            if text == "forever" { return most }
            guard let number = Int(text), number >= 0, number <= most else {
                throw SettingsMismatch("must be a number from 0 to \(most), or forever", quoting: text)
            }
            return number
        }
        return rounds ?? 0
    }
}
