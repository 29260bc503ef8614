public import TocsinModel

/// While an alert of one kind fires, alerts of another kind are held back (`spec` section 6).
public struct InhibitRule: Hashable, Sendable {
    /// For people; may be empty.
    public let name: String
    /// All must match the alert that inhibits; none matches every alert.
    public let source: [Matcher]
    /// All must match the alert that is inhibited.
    public let target: [Matcher]
    /// The labels whose values both must have in common; a label that is absent has no value.
    public let equal: [String]

    public init(name: String = "", source: [Matcher] = [], target: [Matcher] = [], equal: [String] = []) {
        self.name = name
        self.source = source
        self.target = target
        self.equal = equal
    }
}

extension InhibitRule {
    /// A hash of what the labels have for ``equal``: where it differs, so do the values.
    func hashOfEqualLabels(_ labels: LabelSet) -> UInt64 {
        var hash = FNV1a()
        for name in self.equal {
            labels.withValue(of: name) { hash.combine($0) }
            hash.combine(0xFF)
        }
        return hash.value
    }

    func equalLabelsAgree(_ a: LabelSet, _ b: LabelSet) -> Bool {
        self.equal.allSatisfy { name in
            a.withValue(of: name) { left in b.withValue(of: name) { left.elementsEqual($0) } }
        }
    }
}
