import TocsinCore
import TocsinModel

/// The routes, written a second time: from the tree as it was configured, not from the engine's table.
struct PlainRoutes: Sendable {
    /// One route that can take alerts.
    struct Place: Sendable {
        let key: String
        let receiver: String
        let grouping: Grouping
        let groupWait: Duration
        let groupInterval: Duration
        let repeatInterval: Duration
        let mute: [NamedTimeInterval]
        let active: [NamedTimeInterval]

        /// Whether nobody is told anything at that time.
        func isMuted(at time: Timestamp) -> Bool {
            if !self.active.isEmpty && !self.active.contains(where: { $0.plainlyContains(time) }) { return true }
            return self.mute.contains { $0.plainlyContains(time) }
        }
    }

    /// Where an alert goes: the route, and the key of its group there.
    struct Placement: Hashable, Sendable {
        let place: Int
        /// Compared by its bytes, unlike a text.
        let groupKey: GroupKey
        let receiver: String
    }

    let table: RoutingTable
    private let root: RouteNode
    private(set) var places: [Place] = []
    private let inhibitRules: [InhibitRule]

    init(_ root: RouteNode, table: RoutingTable) {
        self.root = root
        self.table = table
        self.inhibitRules = table.inhibitRules
        self.collect(root, key: "{}")
    }

    private mutating func collect(_ node: RouteNode, key: String) {
        self.places.append(
            Place(
                key: key,
                receiver: node.receiver,
                grouping: node.grouping,
                groupWait: node.groupWait,
                groupInterval: node.groupInterval,
                repeatInterval: node.repeatInterval,
                mute: node.muteTimeIntervals,
                active: node.activeTimeIntervals
            )
        )
        for child in node.children { self.collect(child, key: "\(key)/\(PlainRoutes.text(child.matchers))") }
    }

    private static func text(_ matchers: [Matcher]) -> String {
        let symbols: [Matcher.Kind: String] = [.equal: "=", .notEqual: "!=", .regex: "=~", .notRegex: "!~"]
        let texts = matchers.map { "\($0.name)\(symbols[$0.kind] ?? "?")\(PlainRoutes.quoted($0.value))" }
        return "{\(texts.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension PlainRoutes {
    /// Depth first; after a child that took it, later ones are asked only if that child says `continue`.
    func placements(of labels: PlainLabels) -> [Placement] {
        var index = 0
        return self.visit(self.root, index: &index, labels)
    }

    private func visit(_ node: RouteNode, index: inout Int, _ labels: PlainLabels) -> [Placement] {
        let mine = index
        index += 1
        let takes = node.matchers.allSatisfy { $0.plainlyMatches(labels) }
        var found: [Placement] = []
        var isOver = !takes
        for child in node.children {
            // Walked even when it is not asked, so that the numbers stay right.
            let below = self.visit(child, index: &index, labels)
            if isOver || below.isEmpty { continue }
            found += below
            if !child.continues { isOver = true }
        }
        if takes && found.isEmpty {
            let key = "\(self.places[mine].key):\(PlainRoutes.groupText(labels, node.grouping))"
            found.append(Placement(place: mine, groupKey: GroupKey(key), receiver: node.receiver))
        }
        return takes ? found : []
    }

    private static func groupText(_ labels: PlainLabels, _ grouping: Grouping) -> String {
        var pairs = labels.pairs
        if case .labels(let names) = grouping {
            let wanted = names.map { Array($0.utf8) }
            pairs = pairs.filter { wanted.contains($0.name) }
        }
        pairs.sort { $0.name.lexicographicallyPrecedes($1.name) }
        let texts = pairs.map { pair in
            "\(String(decoding: pair.name, as: UTF8.self))=\(self.quoted(String(decoding: pair.value, as: UTF8.self)))"
        }
        return "{\(texts.joined(separator: ", "))}"
    }

    /// Which of the others hold an alert back while they fire.
    func inhibitors(of target: PlainLabels, among others: [PlainLabels]) -> [Int] {
        var found: [Int] = []
        for rule in self.inhibitRules where rule.target.allSatisfy({ $0.plainlyMatches(target) }) {
            let targetIsSource = rule.source.allSatisfy { $0.plainlyMatches(target) }
            for (index, source) in others.enumerated() where !found.contains(index) {
                guard rule.source.allSatisfy({ $0.plainlyMatches(source) }) else { continue }
                if targetIsSource && rule.target.allSatisfy({ $0.plainlyMatches(source) }) { continue }
                if rule.equal.allSatisfy({ source.value($0) == target.value($0) }) { found.append(index) }
            }
        }
        return found
    }
}

extension RoutingTable {
    /// The tree that the table was made from.
    var tree: RouteNode { self.node(at: 0) }

    private func node(at index: RouteIndex) -> RouteNode {
        let route = self.routes[index]
        var node = RouteNode(
            matchers: route.matchers,
            receiver: route.receiver,
            grouping: route.grouping,
            groupWait: route.groupWait,
            groupInterval: route.groupInterval,
            repeatInterval: route.repeatInterval,
            continues: route.continues,
            children: route.children.map { self.node(at: $0) }
        )
        node.muteTimeIntervals = route.muteTimeIntervals
        node.activeTimeIntervals = route.activeTimeIntervals
        return node
    }
}
