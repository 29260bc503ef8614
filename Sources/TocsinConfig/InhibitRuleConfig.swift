import TocsinCore
import TocsinModel
import TocsinSettings

/// `inhibit_rules`: while an alert of one kind fires, others are held back.
struct InhibitRuleConfig {
    let rule: InhibitRule
    let warnings: [SettingsError]

    static func readAll(from fields: inout Fields, syntax: MatcherSyntax) -> [InhibitRuleConfig] {
        let doc = "While an alert of one kind fires, alerts of another kind are held back."
        let rules = fields.nestedList("inhibit_rules", called: "inhibit rule", doc: doc) { fields, _ in
            InhibitRuleConfig(from: &fields, syntax: syntax)
        }
        return rules ?? []
    }

    private init(from fields: inout Fields, syntax: MatcherSyntax) {
        let name = fields.optional("name", default: "", doc: "For people.")
        let source = MatcherFields.read(
            from: &fields,
            prefix: "source_",
            doc: "Which alerts inhibit others: all of these must match; none matches every alert.",
            syntax: syntax
        )
        let target = MatcherFields.read(
            from: &fields,
            prefix: "target_",
            doc: "Which alerts are inhibited: all of these must match; none matches every alert.",
            syntax: syntax
        )
        let doc = "The labels that both must have in common; one that is absent on both sides is."
        var equal: [String] = []
        for label in fields.positionedList("equal", of: String.self, doc: doc) ?? [] {
            if !syntax.allowsLabelName(label.value) {
                let name = label.value.quotedForMessage
                fields.report("invalid label name \(name) in equal list", at: label.position)
            }
            equal.append(label.value)
        }
        self.rule = InhibitRule(name: name, source: source.matchers, target: target.matchers, equal: equal)
        self.warnings = source.warnings + target.warnings
    }
}
