import TocsinModel

/// Which firing alerts could inhibit others, by rule and by their values of the rule's equal labels. Derived from the
/// alerts that have not ended, kept up as they start and end, so that nobody walks all alerts to find one.
struct InhibitionIndex: Sendable {
    /// A firing alert as a source of one rule.
    struct Source: Comparable, Hashable, Sendable {
        let rule: Int
        let equalLabels: UInt64
        /// Whether the alert is on the rule's target side too. Such a source inhibits only alerts that are on the
        /// target side alone, so it stands behind the others.
        let isTarget: Bool
        let alert: Fingerprint

        static func < (a: Source, b: Source) -> Bool {
            if a.rule != b.rule { return a.rule < b.rule }
            if a.equalLabels != b.equalLabels { return a.equalLabels < b.equalLabels }
            return a.isTarget != b.isTarget ? b.isTarget : a.alert < b.alert
        }
    }

    let rules: [InhibitRule]
    /// Rules by what an alert must have to inhibit, and by what it must have to be inhibited.
    private var rulesBySource = MatcherIndex<Int>()
    private var rulesByTarget = MatcherIndex<Int>()
    private var sources = Table<Source, Bool>()

    init(rules: [InhibitRule] = []) {
        self.rules = rules
        for (index, rule) in rules.enumerated() {
            self.rulesBySource.insert(index, under: [rule.source])
            self.rulesByTarget.insert(index, under: [rule.target])
        }
    }

    /// An alert began to fire.
    mutating func insert(_ labels: LabelSet) {
        for source in self.sources(of: labels) { self.sources.load(true, for: source) }
    }

    /// An alert ended.
    mutating func remove(_ labels: LabelSet) {
        if self.sources.isEmpty { return }
        for source in self.sources(of: labels) { self.sources.unload(source) }
    }

    private func sources(of labels: LabelSet) -> [Source] {
        var sources: [Source] = []
        for index in self.rulesBySource.candidates(for: labels) {
            let rule = self.rules[index]
            guard rule.source.match(labels) else { continue }
            sources.append(
                Source(
                    rule: index,
                    equalLabels: rule.hashOfEqualLabels(labels),
                    isTarget: rule.target.match(labels),
                    alert: labels.fingerprint
                )
            )
        }
        return sources
    }

    /// Sources that a rule knows with the same values of its equal labels, those first that are no target of it.
    private func candidates(_ rule: Int, _ labels: LabelSet) -> some Sequence<Source> {
        let hash = self.rules[rule].hashOfEqualLabels(labels)
        let first = Source(rule: rule, equalLabels: hash, isTarget: false, alert: Fingerprint(0))
        return self.sources.rows(from: first).lazy.map { $0.key }.prefix { $0.rule == rule && $0.equalLabels == hash }
    }

    /// The first alert, by rules and then by number, that holds back alerts with these labels; `isFiring` says of a
    /// candidate whether it does fire, and gives its labels.
    func inhibitor(of labels: LabelSet, whereFiring firingLabels: (Fingerprint) -> LabelSet?) -> Fingerprint? {
        if self.sources.isEmpty { return nil }
        for index in self.rulesByTarget.candidates(for: labels) {
            let rule = self.rules[index]
            guard rule.target.match(labels) else { continue }
            // An alert on both sides inhibits neither itself nor another one on both sides.
            let isSourceToo = rule.source.match(labels)
            for source in self.candidates(index, labels) {
                if isSourceToo && source.isTarget { break }
                guard let other = firingLabels(source.alert), rule.equalLabelsAgree(labels, other) else { continue }
                return source.alert
            }
        }
        return nil
    }

    /// For comparing what was kept up with what is made anew.
    var all: [Source] { self.sources.keys }
}
