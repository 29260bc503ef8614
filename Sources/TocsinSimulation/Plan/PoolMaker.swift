import TocsinCore
import TocsinModel

/// Makes alerts that reach the routes of a user's own configuration, and both sides of its rules of inhibition.
enum PoolMaker {
    private static let maximumCount = 24

    static func pool(for table: RoutingTable) -> [PoolAlert] {
        var sets: [[String: String]] = []
        self.collect(table.tree, [:], into: &sets)
        for rule in table.inhibitRules {
            let shared = Dictionary(uniqueKeysWithValues: Set(rule.equal).map { ($0, "one") })
            for side in [rule.source, rule.target] {
                sets.append(self.adding(side, to: shared).merging(["alertname": "Rule"]) { old, _ in old })
            }
        }
        var pool: [PoolAlert] = []
        for (number, set) in sets.enumerated() {
            for host in ["a", "b"] where pool.count < self.maximumCount {
                var labels = ["alertname": "Alert\(number % 5)", "instance": host].merging(set) { $1 }
                labels = labels.filter { !$0.value.isEmpty }
                let alert = PoolAlert(LabelSet(labels))
                if !pool.contains(where: { $0.labels == alert.labels }) { pool.append(alert) }
            }
        }
        return pool
    }

    /// Labels that satisfy the matchers on the way to each route.
    private static func collect(_ node: RouteNode, _ above: [String: String], into sets: inout [[String: String]]) {
        let labels = self.adding(node.matchers, to: above)
        sets.append(labels)
        for child in node.children { self.collect(child, labels, into: &sets) }
    }

    private static func adding(_ matchers: [Matcher], to labels: [String: String]) -> [String: String] {
        var labels = labels
        for matcher in matchers {
            switch matcher.kind {
            case .equal: labels[matcher.name] = matcher.value
            case .notEqual, .notRegex: if labels[matcher.name] == nil { labels[matcher.name] = "none of these" }
            case .regex:
                // The first branch, without what stands for more than itself.
                let branch = matcher.value.split(separator: "|").first.map(String.init) ?? ""
                let plain = branch.filter { !"^$()?:.*+[]\\".contains($0) }
                labels[matcher.name] = plain.isEmpty ? "some" : plain
            }
        }
        return labels
    }
}
