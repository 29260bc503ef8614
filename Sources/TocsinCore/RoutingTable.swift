public import TocsinModel

/// Everything of the configuration that the rules need: who gets which alerts, in what rhythm.
///
/// A value without surroundings; the configuration loader makes it, the engine obeys it.
public struct RoutingTable: Hashable, Sendable {
    /// The tree in depth-first order, the root at 0. A route's place here is its ``RouteIndex``, good until the next
    /// reload.
    public let routes: [Route]
    /// The integrations of every receiver by its name; a receiver without any is a black hole.
    public let integrations: [String: [Integration]]
    /// Which alerts hold back which others, in the order of the file.
    public let inhibitRules: [InhibitRule]
    public let incidents: IncidentRules
    /// Whom to call for incidents, by name.
    public let policies: [String: EscalationPolicy]

    /// - Parameter integrations: of each receiver, in the order in which they are told.
    public init(
        root: RouteNode,
        integrations: [String: [Integration]],
        inhibitRules: [InhibitRule] = [],
        incidents: IncidentRules = IncidentRules(),
        policies: [EscalationPolicy] = []
    ) {
        var routes: [Route] = []
        RoutingTable.flatten(root, parent: nil, childIndex: 0, into: &routes)
        RoutingTable.sign(&routes)
        self.routes = routes
        self.integrations = integrations
        self.inhibitRules = inhibitRules
        self.incidents = incidents
        self.policies = Dictionary(policies.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A hash of all that decides which group an alert falls into and who hears of it; another value means that
    /// alerts have to be routed anew.
    public var fingerprint: UInt64 {
        var texts: [String] = []
        for route in self.routes {
            texts += [route.id, route.signature, "\(route.continues)"]
            for integration in self.integrations[route.receiver] ?? [] {
                texts.append("\(integration.key)")
            }
        }
        return stableHash(texts)
    }

    /// The integrations of a receiver; none if there is no such receiver.
    func integrations(of receiver: String) -> [Integration] { self.integrations[receiver] ?? [] }

    /// Gives each route its signature: what its groups have in common, and its place among the routes of which that
    /// is the same.
    private static func sign(_ routes: inout [Route]) {
        var seen: [String: Int] = [:]
        for index in routes.indices {
            let text = "\(routes[index].key) \(routes[index].grouping.text) -> \(routes[index].receiver)"
            let ordinal = seen[text, default: 0]
            seen[text] = ordinal + 1
            routes[index].signature = ordinal == 0 ? text : "\(text) #\(ordinal)"
        }
    }

    public typealias RouteIndex = Int

    private static func flatten(_ node: RouteNode, parent: Route?, childIndex: Int, into routes: inout [Route]) {
        let text = node.matchers.bracedText
        let key = parent.map { "\($0.key)/\(text)" } ?? "{}"
        let id = parent.map { "\($0.id)/\(text)/\(childIndex)" } ?? "{}"
        let index = routes.count
        routes.append(Route(node: node, key: key, id: id))
        var children: [RouteIndex] = []
        for (childIndex, child) in node.children.enumerated() {
            children.append(routes.count)
            RoutingTable.flatten(child, parent: routes[index], childIndex: childIndex, into: &routes)
        }
        routes[index].children = children
    }

    /// The routes that an alert with these labels goes to, in file order: depth first, at each level up to the first
    /// child that takes it and does not say `continue` (`spec` section 1.5).
    public func takers(of labels: LabelSet) -> [RouteIndex] {
        var takers: [RouteIndex] = []
        self.collectTakers(of: labels, from: 0, into: &takers)
        return takers
    }

    private func collectTakers(of labels: LabelSet, from index: RouteIndex, into takers: inout [RouteIndex]) {
        let route = self.routes[index]
        guard route.matchers.allSatisfy({ $0.matches(labels) }) else { return }
        let before = takers.count
        for child in route.children {
            let known = takers.count
            self.collectTakers(of: labels, from: child, into: &takers)
            if takers.count > known && !self.routes[child].continues { break }
        }
        if takers.count == before { takers.append(index) }
    }
}

/// A route as the configuration nests it, inheritance already applied.
public struct RouteNode: Hashable, Sendable {
    /// Sorted by name, value, kind: the order is part of the group key.
    public var matchers: [Matcher]
    public var receiver: String
    public var grouping: Grouping
    public var groupWait: Duration
    /// Never zero.
    public var groupInterval: Duration
    /// Never zero.
    public var repeatInterval: Duration
    /// Whether later siblings are asked too.
    public var continues: Bool
    /// When its groups are not to speak.
    public var muteTimeIntervals: [NamedTimeInterval] = []
    /// When its groups may speak; always, if there are none.
    public var activeTimeIntervals: [NamedTimeInterval] = []
    /// Whether its groups are tracked as incidents.
    public var incident = true
    /// Whom to call for its incidents.
    public var escalationPolicy: String?
    /// Of its alerts, whatever the rules say.
    public var priority: Priority?
    public var correlation: Correlation?
    /// Where it begins in its file, if it comes from one. For people.
    public var line: Int?
    /// Its labels, inherited ones among them; the values are templates.
    public var labels: LabelSet = .empty
    public var children: [RouteNode]

    public init(
        matchers: [Matcher] = [],
        receiver: String,
        grouping: Grouping = .labels([]),
        groupWait: Duration = .seconds(30),
        groupInterval: Duration = .seconds(300),
        repeatInterval: Duration = .seconds(14400),
        continues: Bool = false,
        children: [RouteNode] = []
    ) {
        self.matchers = matchers.sorted()
        self.receiver = receiver
        self.grouping = grouping
        self.groupWait = groupWait
        self.groupInterval = groupInterval
        self.repeatInterval = repeatInterval
        self.continues = continues
        self.children = children
    }
}

/// Which labels of an alert make its group.
public enum Grouping: Hashable, Sendable {
    /// `group_by: ['...']`: every alert is a group of its own.
    case allLabels
    /// Names in the order of the file.
    case labels([String])

    fileprivate var text: String {
        switch self {
        case .allLabels: "[...]"
        case .labels(let names): "[\(names.sorted().joined(separator: ","))]"
        }
    }

    /// The part of an alert's labels that makes its group; a label that the alert lacks is absent.
    func groupLabels(of labels: LabelSet) -> LabelSet {
        switch self {
        case .allLabels: labels
        case .labels(let names): labels.only(names)
        }
    }
}

/// One place in the tree.
public struct Route: Hashable, Sendable {
    public let matchers: [Matcher]
    public let receiver: String
    public let grouping: Grouping
    public let groupWait: Duration
    public let groupInterval: Duration
    public let repeatInterval: Duration
    public let continues: Bool
    /// When its groups are not to speak.
    public let muteTimeIntervals: [NamedTimeInterval]
    /// When its groups may speak; always, if there are none.
    public let activeTimeIntervals: [NamedTimeInterval]
    public let incident: Bool
    public let escalationPolicy: String?
    public let priority: Priority?
    public let correlation: Correlation?
    /// Where it begins in its file, if it comes from one. For people.
    public let line: Int?
    /// Its labels, inherited ones among them; the values are templates.
    public let labels: LabelSet
    /// The matchers on the way down, as they stand in group keys: `{}/{severity="critical"}`.
    public let key: String
    /// As `key`, with the place among the siblings at each level, so that it is unique.
    public let id: String
    public internal(set) var children: [RoutingTable.RouteIndex] = []
    /// What finds a group's route again in another table: key, grouping and receiver. Rhythm and place may change
    /// without the group becoming another.
    public fileprivate(set) var signature = ""

    init(node: RouteNode, key: String, id: String) {
        self.matchers = node.matchers
        self.receiver = node.receiver
        self.grouping = node.grouping
        self.groupWait = node.groupWait
        self.groupInterval = node.groupInterval
        self.repeatInterval = node.repeatInterval
        self.continues = node.continues
        self.muteTimeIntervals = node.muteTimeIntervals
        self.activeTimeIntervals = node.activeTimeIntervals
        self.incident = node.incident
        self.escalationPolicy = node.escalationPolicy
        self.priority = node.priority
        self.correlation = node.correlation
        self.line = node.line
        self.labels = node.labels
        self.key = key
        self.id = id
    }
}

/// What the rules need to know of an integration: that it is there, whether it wants to hear of ends, where it leads.
public struct Integration: Hashable, Sendable {
    public let id: IntegrationID
    public let key: IntegrationKey
    public let sendResolved: Bool

    /// - Parameters:
    ///   - destination: a hash of what decides where a notification ends up (URL, key, channel). Another value is
    ///     another destination, to which nothing has been told yet.
    ///   - ordinal: its place among those of the receiver with the same destination.
    public init(id: IntegrationID, sendResolved: Bool, destination: UInt64, ordinal: Int = 0) {
        self.id = id
        self.key = IntegrationKey(receiver: id.receiver, kind: id.kind, destination: destination, ordinal: ordinal)
        self.sendResolved = sendResolved
    }
}
