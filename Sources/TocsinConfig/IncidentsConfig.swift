import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

/// `incidents`: priorities, promises, and what happens when nobody keeps them.
struct IncidentsConfig {
    var rules = IncidentRules()
    var warnings: [SettingsError] = []
    /// Receivers and policies that are named, for the check that they are there.
    var receivers: [Positioned<String>] = []
    var policies: [Positioned<String>] = []

    static func read(from fields: inout Fields, syntax: MatcherSyntax) -> IncidentsConfig {
        let doc = "What a person responds to: priorities, response targets, acknowledgement. docs/incidents.md."
        let config = fields.nested("incidents", doc: doc) { fields in
            IncidentsConfig(from: &fields, syntax: syntax)
        }
        return config ?? IncidentsConfig()
    }

    private init() {}

    private init(from fields: inout Fields, syntax: MatcherSyntax) {
        self.rules.isConfigured = true
        if let correlation = fields.correlation(
            "correlate_by", syntax: syntax, doc: "`group`, or the labels that make alerts one incident.")
        {
            self.rules.correlation = correlation
        }
        self.readPriorities(from: &fields, syntax: syntax)
        self.readTargets(from: &fields)
        for (name, policy) in fields.map("policies", of: String.self, doc: "The escalation policy of a priority.") {
            guard let priority = fields.priority(name) else { continue }
            self.rules.policies[priority] = policy.value
            self.policies.append(policy)
        }
        let fallback = fields.positionedList(
            "fallback", of: String.self, doc: "Receivers of pages that failed and of escalations that nobody answered.")
        self.rules.fallback = (fallback ?? []).map(\.value)
        self.receivers += fallback ?? []
        self.readEnds(from: &fields)
        self.readSilences(from: &fields)
    }

    private mutating func readPriorities(from fields: inout Fields, syntax: MatcherSyntax) {
        let doc = "The first rule that matches an alert gives its priority; labels decide if none does."
        var warnings: [SettingsError] = []
        let rules = fields.nestedList("priorities", called: "priority rule", doc: doc) { fields, _ -> PriorityRule? in
            let text = fields.optional("priority", default: "", doc: "P1 to P4.")
            let matchers = MatcherFields.read(
                from: &fields, prefix: "", doc: "Which alerts: all of these must match.", syntax: syntax)
            warnings += matchers.warnings
            let name = Positioned(text, at: fields.position(of: "priority"))
            return fields.priority(name).map { PriorityRule(priority: $0, matchers: matchers.matchers) }
        }
        self.rules.priorities = (rules ?? []).compactMap { $0 }
        self.warnings += warnings
    }

    private mutating func readTargets(from fields: inout Fields) {
        let targets = fields.nested("targets", doc: "What each priority promises.") { fields in
            var targets = ResponseTarget.standard
            for priority in Priority.allCases {
                guard let standard = targets[priority] else { continue }
                let target = fields.nested("\(priority)", doc: "The promise of \(priority).") { fields in
                    IncidentsConfig.target(from: &fields, standard: standard)
                }
                if let target { targets[priority] = target }
            }
            return targets
        }
        if let targets { self.rules.targets = targets }
    }

    private static func target(from fields: inout Fields, standard: ResponseTarget) -> ResponseTarget {
        var target = standard
        if let within = fields.optionalDuration("respond_within", doc: "Until somebody must have acknowledged.") {
            if within == .zero { fields.report("respond_within cannot be zero", at: "respond_within") }
            target.respondWithin = within
        }
        target.urgency = fields.enumeration("urgency", default: standard.urgency, doc: "How loudly to call.")
        if let expiry = fields.optionalDuration("ack_expires_after", doc: "When an acknowledgement lapses; 0s: never.")
        {
            target.ackExpiresAfter = expiry == .zero ? nil : expiry
        }
        if let reminder = fields.optionalDuration(
            "remind_after", doc: "When whoever has it is asked whether they still do; 0s: never.")
        {
            target.remindAfter = reminder == .zero ? nil : reminder
        }
        return target
    }

    private mutating func readEnds(from fields: inout Fields) {
        func duration(_ key: String, _ value: inout Duration, _ doc: String, _ fields: inout Fields) {
            if let read = fields.optionalDuration(key, doc: doc) { value = read }
        }
        duration("reopen_window", &self.rules.reopenWindow, "What fires again within it is the same incident.", &fields)
        self.rules.resolveOn = fields.enumeration(
            "resolve_on", default: self.rules.resolveOn, doc: "When an incident of several alerts is over.")
        duration("hold_down", &self.rules.holdDown, "How long a flapping incident must be quiet.", &fields)
        let raised = fields.positionedList(
            "unack_on_raise", of: String.self, doc: "Raised to one of these, an acknowledgement lapses.")
        if let raised { self.rules.unackOnRaise = Set(raised.compactMap { fields.priority($0) }) }
        duration(
            "manual_resolve_hold", &self.rules.manualResolveHold,
            "How long what a person resolved may go on firing before it is a new incident.", &fields)
        duration("stale_after", &self.rules.staleAfter, "Ends what was not heard of for so long; 0s: never.", &fields)
        duration("retention", &self.rules.retention, "How long incidents that ended are kept.", &fields)
        let storm = fields.nested("storm", doc: "Against floods of incidents.") { fields in
            fields.integer(
                "per_route_per_minute", in: 1...100_000, default: 30,
                doc: "New incidents of one route within a minute; one takes the rest.")
        }
        if let storm { self.rules.stormCap = storm }
    }

    private mutating func readSilences(from fields: inout Fields) {
        self.rules.onSilence = fields.enumeration(
            "on_silence", default: self.rules.onSilence,
            doc: "What PagerDuty is told when an open incident is silenced.")
        self.rules.notifiesOnSilenceEnd = fields.optional(
            "notify_on_silence_end", default: true,
            doc: "Whether receivers are told at once when a silence ends and it still fires.")
    }
}

extension Fields {
    /// A priority as it stands in the file; `nil`, and a report, if it is none.
    mutating func priority(_ text: Positioned<String>) -> Priority? {
        if let priority = Priority(text.value) { return priority }
        self.report("priority must be P1, P2, P3 or P4, not \(text.value.quotedForMessage)", at: text.position)
        return nil
    }

    /// `group`, or a list of labels.
    mutating func correlation(_ key: String, syntax: MatcherSyntax, doc: String) -> Correlation? {
        guard let node = self.node(key, type: "group | list of string", doc: doc), !node.isNull else { return nil }
        if node.scalar?.text == "group" { return .group }
        guard let items = node.sequence else {
            self.report("`\(key)` must be `group` or a list of labels", at: node.position)
            return nil
        }
        var names: [String] = []
        for item in items {
            guard let name = item.scalar?.text, syntax.allowsLabelName(name) else {
                self.report("invalid label name in `\(key)`", at: item.position)
                continue
            }
            names.append(name)
        }
        return names.isEmpty ? .group : .labels(names)
    }
}

/// What must be there because something names it.
struct NamedParts {
    let receivers: [String]
    let policies: [String]

    func check(_ named: [Positioned<String>], isPolicy: Bool, in place: String, reportingTo fields: inout Fields) {
        let known = isPolicy ? self.policies : self.receivers
        let kind = isPolicy ? "escalation policy" : "receiver"
        for name in named where !known.contains(name.value) {
            let hint = Spelling.nearest(to: name.value, among: known).map { "; did you mean \($0.quotedForMessage)?" }
            fields.report(
                "undefined \(kind) \(name.value.quotedForMessage) used in \(place)\(hint ?? "")", at: name.position)
        }
    }
}
