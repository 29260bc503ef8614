import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

/// One route as it stands in the file: what it does not say, it inherits.
struct RouteConfig {
    let position: SettingsPosition
    var receiver: Positioned<String>?
    var grouping: Grouping?
    var groupWait: Duration?
    var groupInterval: Duration?
    var repeatInterval: Positioned<Duration>?
    var matchers: [Matcher] = []
    var continues = false
    /// Names in `time_intervals`. Not inherited.
    var muteTimeIntervals: [Positioned<String>] = []
    var activeTimeIntervals: [Positioned<String>] = []
    /// Whether its groups are incidents. Inherited, like the three that follow.
    var incident: Bool?
    var escalationPolicy: Positioned<String>?
    var priority: Priority?
    var correlation: Correlation?
    /// Templates by their names; what a parent has under other names is added.
    var labels: [String: String] = [:]
    var children: [RouteConfig] = []
    /// Of this route alone.
    var warnings: [SettingsError] = []

    init(from fields: inout Fields, isRoot: Bool, syntax: MatcherSyntax, context: ReceiverContext) {
        self.position = fields.position
        let receiver = fields.optional("receiver", default: "", doc: "Who gets the alerts; required at the root.")
        if !receiver.isEmpty { self.receiver = Positioned(receiver, at: fields.position(of: "receiver")) }
        self.grouping = RouteConfig.readGrouping(from: &fields, syntax: syntax)
        self.readTimes(from: &fields)
        self.readMatchers(from: &fields, syntax: syntax)
        self.continues = fields.optional("continue", default: false, doc: "Whether later siblings are asked too.")
        self.readTimeIntervals(from: &fields)
        self.readIncidents(from: &fields, syntax: syntax)
        self.readLabels(from: &fields, syntax: syntax, context: context)
        let children = fields.nestedList("routes", called: "route", doc: "Routes that are asked first.") { fields, _ in
            RouteConfig(from: &fields, isRoot: false, syntax: syntax, context: context)
        }
        self.children = children ?? []
        if isRoot { self.checkRoot(reportingTo: &fields) }
    }

    private func checkRoot(reportingTo fields: inout Fields) {
        if self.receiver == nil { fields.report("root route must specify a default receiver", at: "receiver") }
        if let key = ["match", "match_re", "matchers"].first(where: { fields.has($0) }), !self.matchers.isEmpty {
            fields.report("root route must not have any matchers", at: key)
        }
        if self.continues { fields.report("cannot have continue in root route", at: "continue") }
        if let first = self.muteTimeIntervals.first {
            fields.report("root route must not have any mute time intervals", at: first.position)
        }
        if let first = self.activeTimeIntervals.first {
            fields.report("root route must not have any active time intervals", at: first.position)
        }
    }

    private mutating func readLabels(
        from fields: inout Fields,
        syntax: MatcherSyntax,
        context: ReceiverContext
    ) {
        let doc =
            "Labels of the route itself, for templates and webhooks; values are templates. Inherited name by name."
        let labels = fields.map("labels", of: String.self, doc: doc)
        for (name, value) in labels {
            if !syntax.allowsLabelName(name.value) {
                fields.report(
                    "invalid label name \(name.value.quotedForMessage) in route labels",
                    at: name.position
                )
            }
            _ = fields.compile(value.value, of: "labels.\(name.value.prefix(80))", at: value.position, in: context)
            self.labels[name.value] = value.value
        }
        if labels.count > RouteLabels.maximumCount {
            fields.report("a route may have \(RouteLabels.maximumCount) labels at most", at: "labels")
        }
    }

    private mutating func readTimeIntervals(from fields: inout Fields) {
        let mute = fields.positionedList(
            "mute_time_intervals",
            of: String.self,
            doc: "Names in `time_intervals`: when this route tells nobody anything. Not inherited."
        )
        let active = fields.positionedList(
            "active_time_intervals",
            of: String.self,
            doc: "Names in `time_intervals`: the only times when this route tells anybody anything. Not inherited."
        )
        self.muteTimeIntervals = mute ?? []
        self.activeTimeIntervals = active ?? []
    }

    private mutating func readIncidents(from fields: inout Fields, syntax: MatcherSyntax) {
        let incident = fields.optional(
            "incident", default: true, doc: "Whether its groups are tracked as incidents; inherited.")
        if fields.has("incident") { self.incident = incident }
        let policy = fields.optional(
            "escalation_policy", default: "", doc: "A name in `escalation_policies`: who is called. Inherited.")
        if !policy.isEmpty {
            self.escalationPolicy = Positioned(policy, at: fields.position(of: "escalation_policy"))
        }
        let priority = fields.optional("priority", default: "", doc: "P1 to P4, whatever the rules say. Inherited.")
        if !priority.isEmpty {
            self.priority = fields.priority(Positioned(priority, at: fields.position(of: "priority")))
        }
        self.correlation = fields.correlation(
            "correlate_by", syntax: syntax, doc: "Instead of `incidents.correlate_by`. Inherited.")
    }

    /// Every escalation policy that is named here or below.
    var namedPolicies: [Positioned<String>] {
        (self.escalationPolicy.map { [$0] } ?? []) + self.children.flatMap(\.namedPolicies)
    }

    private mutating func readTimes(from fields: inout Fields) {
        self.groupWait = fields.optionalDuration(
            "group_wait",
            doc: "How long a new group waits for more alerts; inherited, 30s."
        )
        self.groupInterval = fields.optionalDuration(
            "group_interval",
            doc: "How long a group waits before it tells what changed; inherited, 5m."
        )
        let repeatInterval = fields.optionalDuration(
            "repeat_interval",
            doc: "How long until what still fires is told again; inherited, 4h."
        )
        if self.groupInterval == .zero { fields.report("group_interval cannot be zero", at: "group_interval") }
        if repeatInterval == .zero { fields.report("repeat_interval cannot be zero", at: "repeat_interval") }
        self.repeatInterval = repeatInterval.map { Positioned($0, at: fields.position(of: "repeat_interval")) }
    }

    private static func readGrouping(from fields: inout Fields, syntax: MatcherSyntax) -> Grouping? {
        let doc = "The labels that make a group; ['...'] for all. Inherited; none at the root: one group."
        guard let items = fields.positionedList("group_by", of: String.self, doc: doc) else { return nil }
        var names: [String] = []
        var known: Set<[UInt8]> = []
        for item in items where item.value != "..." {
            let name = item.value.quotedForMessage
            if !syntax.allowsLabelName(item.value) {
                fields.report("invalid label name \(name) in group_by list", at: item.position)
            } else if !known.insert(Array(item.value.utf8)).inserted {
                fields.report("duplicated label \(name) in group_by", at: item.position)
            }
            names.append(item.value)
        }
        guard let wildcard = items.first(where: { $0.value == "..." }) else { return .labels(names) }
        if !names.isEmpty {
            fields.report(
                "cannot have wildcard group_by (`...`) and other labels at the same time",
                at: wildcard.position
            )
        }
        return .allLabels
    }
}

// MARK: - Matchers

extension RouteConfig {
    private mutating func readMatchers(from fields: inout Fields, syntax: MatcherSyntax) {
        let matchers = MatcherFields.read(
            from: &fields,
            prefix: "",
            doc: "Which alerts it takes: all of these must match.",
            syntax: syntax
        )
        self.matchers = matchers.matchers
        self.warnings += matchers.warnings
    }
}

/// The three ways to write matchers: `match`, `match_re` and `matchers`. Rules that hold back alerts have them twice,
/// with a prefix.
struct MatcherFields {
    private(set) var matchers: [Matcher] = []
    private(set) var warnings: [SettingsError] = []

    static func read(from fields: inout Fields, prefix: String, doc: String, syntax: MatcherSyntax) -> MatcherFields {
        var read = MatcherFields()
        let old = "Old form of `\(prefix)matchers`: names to"
        for (name, value) in fields.map("\(prefix)match", of: String.self, doc: "\(old) exact values.") {
            guard MatcherFields.check(name, reportingTo: &fields) else { continue }
            read.matchers.append(Matcher(name: name.value, equals: value.value))
        }
        for (name, value) in fields.map("\(prefix)match_re", of: Pattern.self, doc: "\(old) regular expressions.") {
            guard MatcherFields.check(name, reportingTo: &fields) else { continue }
            guard let pattern = value.value.text else {
                fields.report("invalid regexp value for \(name.value.quotedForMessage)", at: value.position)
                continue
            }
            do throws(MatcherError) {
                read.matchers.append(try Matcher(name: name.value, anchoring: pattern))
            } catch {
                fields.report("\(error)", at: value.position)
            }
        }
        var listed: [Matcher] = []
        for item in fields.positionedList("\(prefix)matchers", of: String.self, doc: doc) ?? [] {
            do throws(MatcherError) {
                let parsed = try syntax.matchers(in: item.value)
                listed += parsed.value
                if let warning = parsed.warning { read.warnings.append(SettingsError("\(warning)", at: item.position)) }
            } catch {
                fields.report("\(error)", at: item.position)
            }
        }
        read.matchers += listed
        fields.show("\(prefix)matchers", as: .list(listed.sorted().map { .text($0.description) }))
        return read
    }

    /// The old forms know only names of ASCII letters, digits and underscores, whatever the syntax.
    private static func check(_ name: Positioned<String>, reportingTo fields: inout Fields) -> Bool {
        if MatcherSyntax.isClassicLabelName(name.value) { return true }
        fields.report("invalid label name \(name.value.quotedForMessage)", at: name.position)
        return false
    }

    /// A text that tells a null from nothing between quotes.
    private struct Pattern: SettingsValue {
        let text: String?

        static var typeName: String { "regular expression" }
        static var empty: Pattern { Pattern(text: nil) }

        private init(text: String?) { self.text = text }

        init(setting node: SettingsNode) throws(SettingsMismatch) { self.text = try String(setting: node) }

        var settingText: String { self.text ?? "" }
    }
}

// MARK: - The tree

extension RouteConfig {
    /// Reports every receiver that is named here or below and does not exist.
    func checkReceivers(against names: [Positioned<String>], reportingTo fields: inout Fields) {
        let known = names.map(\.value).filter { !$0.isEmpty }
        self.checkReceivers(against: Set(known), reportingTo: &fields) { Spelling.nearest(to: $0, among: known) }
    }

    private func checkReceivers(
        against known: Set<String>,
        reportingTo fields: inout Fields,
        nearest: (String) -> String?
    ) {
        if let receiver = self.receiver, !known.contains(receiver.value) {
            let hint = nearest(receiver.value).map { "; did you mean \($0.quotedForMessage)?" } ?? ""
            fields.report(
                "undefined receiver \(receiver.value.quotedForMessage) used in route\(hint)",
                at: receiver.position
            )
        }
        for child in self.children { child.checkReceivers(against: known, reportingTo: &fields, nearest: nearest) }
    }

    /// Reports every interval that is named here or below and does not exist.
    func checkTimeIntervals(against known: [String: NamedTimeInterval], reportingTo fields: inout Fields) {
        for item in self.muteTimeIntervals + self.activeTimeIntervals where known[item.value] == nil {
            let nearest = Spelling.nearest(to: item.value, among: known.keys.sorted())
            let hint = nearest.map { "; did you mean \($0.quotedForMessage)?" } ?? ""
            fields.report(
                "undefined time interval \(item.value.quotedForMessage) used in route\(hint)",
                at: item.position
            )
        }
        for child in self.children { child.checkTimeIntervals(against: known, reportingTo: &fields) }
    }

    /// The node of the tree that the rules walk, with what it inherits filled in.
    ///
    /// - Parameter intervals: by their names.
    func node(under parent: RouteNode?, intervals: [String: NamedTimeInterval]) -> RouteNode {
        var node = RouteNode(
            matchers: self.matchers,
            receiver: self.receiver?.value ?? parent?.receiver ?? "",
            continues: self.continues
        )
        node.line = self.position.line
        node.grouping = self.grouping ?? parent?.grouping ?? node.grouping
        node.groupWait = self.groupWait ?? parent?.groupWait ?? node.groupWait
        node.groupInterval = self.groupInterval ?? parent?.groupInterval ?? node.groupInterval
        node.repeatInterval = self.repeatInterval?.value ?? parent?.repeatInterval ?? node.repeatInterval
        node.muteTimeIntervals = self.muteTimeIntervals.compactMap { intervals[$0.value] }
        node.activeTimeIntervals = self.activeTimeIntervals.compactMap { intervals[$0.value] }
        node.incident = self.incident ?? parent?.incident ?? true
        node.escalationPolicy = self.escalationPolicy?.value ?? parent?.escalationPolicy
        node.priority = self.priority ?? parent?.priority
        node.correlation = self.correlation ?? parent?.correlation
        let inherited = parent.map { Dictionary($0.labels.map { ($0.name, $0.value) }) { first, _ in first } } ?? [:]
        node.labels = LabelSet(inherited.merging(self.labels) { _, own in own })
        node.children = self.children.map { $0.node(under: node, intervals: intervals) }
        return node
    }

    /// Of this route and all below it.
    var allWarnings: [SettingsError] { self.warnings(under: nil) }

    private func warnings(under parent: RouteNode?) -> [SettingsError] {
        var node = RouteNode(receiver: "")
        node.groupInterval = self.groupInterval ?? parent?.groupInterval ?? node.groupInterval
        node.repeatInterval = self.repeatInterval?.value ?? parent?.repeatInterval ?? node.repeatInterval
        var warnings = self.warnings
        let saysSo = self.groupInterval != nil || self.repeatInterval != nil
        if saysSo, node.repeatInterval < node.groupInterval {
            let text = """
                repeat_interval \(node.repeatInterval.prometheusText) is shorter than group_interval \
                \(node.groupInterval.prometheusText): what still fires is told again no more often than the latter
                """
            warnings.append(SettingsError(text, at: self.repeatInterval?.position ?? self.position))
        }
        return warnings + self.children.flatMap { $0.warnings(under: node) }
    }
}
