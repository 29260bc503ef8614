import TocsinCore
import TocsinModel

/// Draws configurations: trees with `continue` and intervals, several integrations, rules of inhibition.
struct SettingMaker {
    private var dice: PRNG
    private let intervals: [NamedTimeInterval]
    static let receivers = ["slack", "pager", "other"]
    private static let hosts = ["a", "b", "c"]

    init(dice: PRNG, start: Timestamp) {
        self.dice = dice
        var draw = dice.child("intervals")
        self.intervals = SettingMaker.intervals(&draw, start: start)
    }

    mutating func next() -> Setting {
        Setting(self.root(), integrations: self.integrations(), inhibitRules: self.inhibitRules())
    }

    private mutating func root() -> RouteNode {
        var root = RouteNode(receiver: "slack")
        self.fill(&root)
        root.receiver = self.dice.pick(SettingMaker.receivers)
        let count = self.dice.weighted([2, 3, 3, 1])
        for _ in 0..<count { root.children.append(self.child(of: root, depth: 1)) }
        return root
    }

    private mutating func child(of parent: RouteNode, depth: Int) -> RouteNode {
        var node = parent
        node.children = []
        node.muteTimeIntervals = []
        node.activeTimeIntervals = []
        node.matchers = self.matchers()
        node.continues = self.dice.chance(40)
        if self.dice.chance(70) { self.fill(&node) }
        if self.dice.chance(60) { node.receiver = self.dice.pick(SettingMaker.receivers) }
        if self.dice.chance(15) { node.muteTimeIntervals = [self.dice.pick(self.intervals)] }
        if self.dice.chance(10) { node.activeTimeIntervals = [self.dice.pick(self.intervals)] }
        if depth < 3 {
            for _ in 0..<self.dice.weighted([5, 2, 1]) { node.children.append(self.child(of: node, depth: depth + 1)) }
        }
        return node
    }

    private mutating func fill(_ node: inout RouteNode) {
        node.grouping = self.dice.pick([
            .labels(["alertname"]), .labels(["alertname", "host"]), .labels([]), .allLabels, .labels(["team"]),
        ])
        node.groupWait = .seconds(self.dice.pick([0, 10, 30, 60]))
        node.groupInterval = .seconds(self.dice.pick([10, 60, 120, 300, 300]))
        node.repeatInterval = .seconds(self.dice.pick([300, 600, 601, 1200, 3600]))
    }

    private mutating func matchers() -> [Matcher] {
        var texts: [(String, Matcher.Kind, String)] = []
        for _ in 0..<self.dice.weighted([1, 6, 2]) {
            texts.append(
                self.dice.pick([
                    ("alertname", .equal, "Disk"), ("alertname", .regex, "Disk|Load"), ("host", .equal, "a"),
                    ("host", .notEqual, "a"), ("host", .regex, "a|b"), ("severity", .equal, "critical"),
                    ("severity", .notEqual, "critical"), ("team", .equal, "caf\u{E9}"), ("team", .notRegex, "c.*"),
                    ("team", .equal, ""), ("alertname", .notRegex, "L.*|Net"), ("severity", .regex, "crit.*"),
                ])
            )
        }
        return texts.compactMap { SettingMaker.matcher($0.0, $0.1, $0.2) }.sorted()
    }

    static func matcher(_ name: String, _ kind: Matcher.Kind, _ value: String) -> Matcher? {
        do {
            return try Matcher(name: name, kind: kind, value: value)
        } catch {
            return nil
        }
    }

    private mutating func integrations() -> [String: [Integration]] {
        var integrations: [String: [Integration]] = [:]
        for (place, name) in SettingMaker.receivers.enumerated() {
            let count = self.dice.weighted([1, 12, 4])
            let base = UInt64(place * 10 + (self.dice.chance(20) ? 1 : 0))
            integrations[name] = (0..<count).map { index in
                Integration(
                    id: IntegrationID(receiver: name, kind: "webhook", index: index),
                    sendResolved: (place + index) % 4 != 2,
                    destination: base + UInt64(index) * 100
                )
            }
        }
        return integrations
    }

    private mutating func inhibitRules() -> [InhibitRule] {
        let rules = [
            self.rule("alertname", .equal, "Load", "alertname", .equal, "Disk", equal: ["host"]),
            self.rule("severity", .equal, "critical", "severity", .notEqual, "critical", equal: ["alertname", "team"]),
            self.rule("alertname", .regex, "Net|Load", "alertname", .regex, "Load|Disk", equal: ["team"]),
            self.rule("host", .equal, "c", "alertname", .equal, "Net", equal: []),
        ]
        var chosen: [InhibitRule] = []
        for rule in rules where self.dice.chance(20) { chosen.append(rule) }
        return chosen
    }

    private func rule(
        _ source: String,
        _ sourceKind: Matcher.Kind,
        _ sourceValue: String,
        _ target: String,
        _ targetKind: Matcher.Kind,
        _ targetValue: String,
        equal: [String]
    ) -> InhibitRule {
        InhibitRule(
            source: [SettingMaker.matcher(source, sourceKind, sourceValue)].compactMap { $0 },
            target: [SettingMaker.matcher(target, targetKind, targetValue)].compactMap { $0 },
            equal: equal
        )
    }

    // MARK: The rest of a world

    /// Labels that agree in much, and two that only bytes tell apart.
    static let pool: [PoolAlert] = [
        ["alertname": "Disk", "host": "a"],
        ["alertname": "Disk", "host": "b", "team": "caf\u{E9}"],
        ["alertname": "Disk", "host": "b", "team": "cafe\u{301}"],
        ["alertname": "Disk", "host": "a", "severity": "critical"],
        ["alertname": "Load", "host": "a", "severity": "critical"],
        ["alertname": "Load", "host": "b"],
        ["alertname": "Load", "host": "c", "team": "cpu", "job": "node", "instance": "c:9100"],
        ["alertname": "Net"],
        ["alertname": "Net", "team": "cpu", "severity": "critical"],
        ["alertname": "Net", "host": "c", "job": "blackbox"],
    ].map(PoolAlert.init)

    /// Times of day around the run, in several zones, some of which end within it.
    private static func intervals(_ dice: inout PRNG, start: Timestamp) -> [NamedTimeInterval] {
        let zones = [
            TimeZoneRules.utc,
            TimeZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3") ?? .utc,
            TimeZoneRules(name: "Asia/Kolkata", secondsEast: 19_800),
        ]
        return (0..<4).map { number in
            let zone = dice.pick(zones)
            let minute = Int((start.seconds + Int64(zone.period(at: start.seconds).secondsEast)) / 60 % 1440)
            let from = min(minute + dice.below(90), 1430)
            var interval = TimeInterval(times: [from..<min(from + 1 + dice.below(120), 1440)], zone: zone)
            switch dice.below(6) {
            case 0: interval.times = nil; interval.weekdays = [dice.below(4)...(3 + dice.below(4))]
            case 1: interval.daysOfMonth = [DaysOfMonth(first: 1, last: 15), DaysOfMonth(first: -3, last: -1)]
            case 2: interval.months = [1...(1 + dice.below(12))]
            default: break
            }
            return NamedTimeInterval(name: "interval\(number)", intervals: [interval])
        }
    }
}
