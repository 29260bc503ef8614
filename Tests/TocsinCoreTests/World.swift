import TocsinCore
import TocsinModel

/// An engine with everything around it played by the test: senders, receivers, the clock and the disk.
///
/// Time is virtual and begins at 0; what receivers got is in ``told``, a line each, as
/// `30s slack/webhook[0] first notification: firing Disk@a`.
struct World {
    private(set) var engine: Engine
    private(set) var time: Duration = .zero
    /// What arrived where, when, and what it said.
    private(set) var told: [String] = []
    /// Every row on the disk.
    private(set) var disk: [RowKey: Write] = [:]
    /// How many rows were written since the last look.
    var writes = 0
    private(set) var facts: [Fact] = []
    /// The histories of all incidents, as they were written.
    private(set) var timeline: [TimelineEntry] = []
    /// How receivers answer, by the name of the integration; `nil` leaves the attempt under way.
    var answers: [String: (Send) -> Outcome?] = [:]
    /// What receivers want to know again, by the name of the integration.
    var receiverData: [String: (Send) -> LabelSet] = [:]
    private(set) var underWay: [Send] = []
    /// Every attempt since the last look, with the time on the wall.
    private var attempts: [(send: Send, at: Timestamp)] = []
    /// Whether a crash strikes after the commit and before anything is sent.
    var crashesBeforeSending = false
    private let options: EngineOptions
    /// What the wall clock is ahead of the virtual time.
    private var clockError: Duration = .zero

    static let start = Timestamp(seconds: 1_700_000_000)

    init(_ routing: RoutingTable, options: EngineOptions = EngineOptions()) {
        self.options = options
        self.engine = Engine(routing: routing, options: options, now: World.start)
        self.apply(.started)
    }

    /// A first start that finds rows already there.
    init(_ routing: RoutingTable, rows: [Write]) {
        self.options = EngineOptions()
        self.engine = Engine.restore(rows, routing: routing, options: self.options, now: World.start)
        for row in rows { self.disk[row.row] = row }
        self.apply(.started)
    }

    var now: Timestamp { World.start + self.time + self.clockError }

    // MARK: What happens

    /// Lets time pass, running whatever falls due on the way at its own time.
    mutating func run(until time: Duration) {
        while let deadline = self.engine.nextDeadline, deadline <= World.start + time + self.clockError {
            self.time = max(self.time, deadline - World.start - self.clockError)
            self.apply(.timePassed)
        }
        self.time = time
    }

    /// The time comes, and nothing has run yet.
    mutating func jump(to time: Duration) { self.time = time }

    /// The keys under which calls for incidents went out, in their order.
    func pageKeys() -> [String] { self.attempts.compactMap { $0.send.content.incident?.key } }

    /// As if nothing ran meanwhile: the machine slept.
    mutating func sleep(until time: Duration) {
        self.time = time
        self.apply(.timePassed)
    }

    /// The wall clock is set.
    mutating func setClock(by step: Duration) {
        self.clockError += step
        self.apply(.clockStepped(by: step))
    }

    /// Posts a firing alert, as `Disk@a severity=critical`, whose sender will be silent for at most `window`.
    mutating func fire(_ alert: String, since: Duration? = nil, window: Duration = .seconds(240)) {
        let startsAt = since.map { World.start + $0 + self.clockError } ?? self.now
        self.post(alert, startsAt: startsAt, endsAt: self.now + window)
    }

    mutating func resolve(_ alert: String, since: Duration = .zero) {
        self.post(alert, startsAt: World.start + since + self.clockError, endsAt: self.now)
    }

    mutating func post(_ alert: String, startsAt: Timestamp, endsAt: Timestamp, endsByTimeout: Bool = false) {
        var batch = AlertBatch()
        batch.append(
            Alert(
                labels: World.labels(alert),
                startsAt: startsAt,
                endsAt: endsAt,
                updatedAt: self.now,
                endsByTimeout: endsByTimeout
            )
        )
        self.apply(.alertsReceived(batch))
    }

    /// Silences what matches all of `alertname=Disk host=~a|b`, from now or `start` on; 0 if that is refused.
    @discardableResult
    mutating func silence(
        _ matchers: String,
        from start: Duration? = nil,
        until end: Duration,
        replacing old: ID<Silence>? = nil,
        comment: String = ""
    ) -> ID<Silence> {
        let startsAt = start.map { World.start + $0 } ?? self.now
        let sets = [World.matchers(matchers)]
        let draft: SilenceDraft
        do {
            draft = try SilenceDraft(
                id: old, matcherSets: sets, startsAt: startsAt, endsAt: World.start + end, comment: comment,
                now: self.now)
        } catch {
            self.told.append("invalid: \(error)")
            return ID(0)
        }
        guard case .silence(let id) = self.apply(.silenceSubmitted(draft)) else { return ID(0) }
        return id
    }

    /// Does something with the incident of that number; `nil` if it is refused, which is news then.
    @discardableResult
    mutating func command(
        _ reference: Int64,
        _ action: IncidentAction,
        by actor: Actor = Actor(.user, "ana", via: .cli),
        version: Int? = nil,
        request: RequestMark? = nil
    ) -> Bool? {
        let id = self.engine.incident(reference: reference) ?? ID(0)
        let command = IncidentCommand(id, action, by: actor, version: version, request: request)
        guard case .incident(let answer) = self.apply(.incidentCommanded(command)) else { return nil }
        return answer.changed
    }

    @discardableResult
    mutating func report(_ draft: IncidentDraft) -> Bool { self.apply(.incidentReported(draft)) != nil }

    func incident(_ reference: Int64) -> Incident? {
        self.engine.incident(reference: reference).flatMap { self.engine.incidents[$0] }
    }

    /// What happened to an incident, as `60s escalated level=1 …` without the commonest details.
    func history(of reference: Int64) -> [String] {
        let id = self.engine.incident(reference: reference)
        return self.timeline.filter { $0.incident == id }.map { entry in
            let time = (entry.at - World.start - self.clockError).components.seconds
            let shown = ["level", "round", "reason", "to", "note", "receiver"]
            let details = entry.details.filter { name, _ in shown.contains(name) }
            let texts = details.map { "\($0.name)=\($0.value)" }
            return (["\(time)s", entry.kind.rawValue] + texts).joined(separator: " ")
        }
    }

    mutating func revive(_ id: ID<Delivery>) { self.apply(.deliveryRevived(id, by: Actor(.user, "ana", via: .cli))) }

    mutating func unsilence(_ id: ID<Silence>) { self.apply(.silenceExpired(id)) }

    private static func matchers(_ text: String) -> [MatcherText] {
        text.split(separator: " ").map { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            let isRegex = parts[1].hasPrefix("~")
            return MatcherText(
                name: String(parts[0]), value: String(isRegex ? parts[1].dropFirst() : parts[1]), isRegex: isRegex)
        }
    }

    /// An answer to what was left under way comes in.
    mutating func answer(_ outcome: Outcome) {
        let send = self.underWay.removeFirst()
        self.apply(.deliveryFinished(send.delivery, attempt: send.attempt, outcome))
    }

    /// An answer to an attempt that is over already.
    mutating func lateAnswer(to send: Send, _ outcome: Outcome) {
        self.apply(.deliveryFinished(send.delivery, attempt: send.attempt, outcome))
    }

    mutating func reload(_ routing: RoutingTable) { self.apply(.routingReplaced(routing)) }

    /// The process dies and comes back after `pause`, perhaps with another file.
    mutating func restart(after pause: Duration = .zero, routing: RoutingTable? = nil) {
        self.underWay = []
        self.crashesBeforeSending = false
        self.time += pause
        self.engine = Engine.restore(
            Array(self.disk.values),
            routing: routing ?? self.engine.routing,
            options: self.options,
            now: self.now
        )
        self.apply(.started)
        self.apply(.timePassed)
    }

    // MARK: What is asked

    /// What was told since the last look.
    mutating func news() -> [String] {
        defer { self.told = [] }
        return self.told
    }

    mutating func takeAttempts() -> [(send: Send, at: Timestamp)] {
        defer { self.attempts = [] }
        return self.attempts
    }

    // MARK: The surroundings

    @discardableResult
    private mutating func apply(_ event: Event) -> Answer? {
        var answer: Answer?
        do { answer = try self.engine.apply(event, at: self.now) } catch { self.told.append("rejected: \(error)") }
        self.carryOut(self.engine.takeEffects())
        self.check()
        return answer
    }

    private mutating func carryOut(_ effects: Effects) {
        for write in effects.writes {
            switch write {
            case .alertGone, .groupGone, .toldGone, .deliveryGone, .silenceGone, .deadLetterGone, .requestGone,
                .incidentsForgotten, .inheritedGone:
                self.disk[write.row] = nil
            case .timeline(let entry): self.timeline.append(entry)
            default: self.disk[write.row] = write
            }
        }
        self.writes += effects.writes.count
        self.facts += effects.facts
        if self.crashesBeforeSending { return }
        for send in effects.sends { self.deliver(send) }
    }

    private mutating func deliver(_ send: Send) {
        self.attempts.append((send, self.now))
        let answer = self.answers[send.name.receiver].map { $0(send) } ?? .delivered
        guard let answer else {
            self.underWay.append(send)
            return
        }
        if case .delivered = answer { self.told.append(self.line(for: send)) }
        let data = self.receiverData[send.name.receiver].map { $0(send) } ?? .empty
        self.apply(.deliveryFinished(send.delivery, attempt: send.attempt, answer, receiverData: data))
    }

    private func line(for send: Send) -> String {
        let firing = send.content.alerts.filter { $0.isFiring }.map { World.name($0.labels) }
        let ended = send.content.alerts.filter { !$0.isFiring }.map { World.name($0.labels) }
        let parts =
            (firing.isEmpty ? [] : ["firing \(firing.joined(separator: " "))"])
            + (ended.isEmpty ? [] : ["resolved \(ended.joined(separator: " "))"])
        return "\(self.time.components.seconds)s \(send.name.receiver) \(send.content.reason.rawValue): "
            + parts.joined(separator: ", ")
    }

    /// After every event: no invariant is broken, and the disk gives back the engine.
    private mutating func check() {
        for sentence in self.engine.brokenInvariants() { self.told.append("broken: \(sentence)") }
        let restored = Engine.restore(
            Array(self.disk.values), routing: self.engine.routing, options: self.options, now: self.now
        )
        for difference in World.differences(self.engine, restored) { self.told.append("disk: \(difference)") }
    }

    /// Field for field, but for what a restart knows to be lost: nothing is under way, and `endsAt`, `updatedAt`,
    /// annotations and generator URL of an alert that was told again.
    private static func differences(_ live: Engine, _ restored: Engine) -> [String] {
        var differences: [String] = []
        if live.groups != restored.groups {
            differences.append("groups \(live.groups.map { $0.row }) are \(restored.groups.map { $0.row })")
        }
        if live.inherited != restored.inherited { differences.append("inherited") }
        if live.told != restored.told { differences.append("told") }
        if live.silences != restored.silences { differences.append("silences") }
        if live.incidents != restored.incidents { differences.append("incidents") }
        if live.deadLetters != restored.deadLetters { differences.append("dead letters") }
        let deliveries = live.deliveries.map { $0.row.atRest }
        if deliveries != restored.deliveries.map({ $0.row.atRest }) { differences.append("deliveries") }
        let alerts = live.alerts.map { $0.row.withoutVolatileFields }
        if alerts != restored.alerts.map({ $0.row.withoutVolatileFields }) { differences.append("alerts") }
        return differences
    }

    static func fingerprint(_ alert: String) -> Fingerprint { World.labels(alert).fingerprint }

    static func labels(_ alert: String) -> LabelSet {
        let words = alert.split(separator: " ")
        let name = words[0].split(separator: "@")
        var labels = ["alertname": String(name[0])]
        if name.count > 1 { labels["host"] = String(name[1]) }
        for word in words.dropFirst() {
            let pair = word.split(separator: "=")
            labels[String(pair[0])] = String(pair[1])
        }
        return LabelSet(labels)
    }

    private static func name(_ labels: LabelSet) -> String {
        (labels["alertname"] ?? "?") + (labels["host"].map { "@\($0)" } ?? "")
    }
}

extension Delivery {
    fileprivate struct AtRest: Equatable {
        let content: NotificationContent
        let firing, resolved: FingerprintSet
        let attempts, failures: Int
        let nextAttemptAt: Timestamp
        let flags: [Bool]
    }

    fileprivate var atRest: AtRest {
        AtRest(
            content: self.content,
            firing: self.firing,
            resolved: self.resolved,
            attempts: self.attempts,
            failures: self.failures,
            nextAttemptAt: self.nextAttemptAt,
            flags: [self.mayHaveArrived, self.decideAgain, self.isToldToWait, self.sendResolved]
        )
    }
}

extension KnownAlert {
    fileprivate struct Durable: Equatable {
        let labels: LabelSet
        let startsAt: Timestamp
        let endedAt: Timestamp?
        let endsByTimeout: Bool
        let groups: GroupMembership
    }

    fileprivate var withoutVolatileFields: Durable {
        Durable(
            labels: self.alert.labels,
            startsAt: self.alert.startsAt,
            endedAt: self.endedAt,
            endsByTimeout: self.alert.endsByTimeout,
            groups: self.groups
        )
    }
}

extension RoutingTable {
    /// One route to `slack`; groups by alert name; 30 s, 5 min, 4 h.
    static func simple(
        receiver: String = "slack",
        sendResolved: Bool = true,
        destination: UInt64 = 1,
        groupInterval: Duration = .seconds(300),
        incident: Bool = true,
        children: [RouteNode] = [],
        inhibitRules: [InhibitRule] = []
    ) -> RoutingTable {
        var root = RouteNode(
            receiver: receiver,
            grouping: .labels(["alertname"]),
            groupInterval: groupInterval,
            children: children
        )
        root.incident = incident
        return RoutingTable(
            root: root,
            integrations: Dictionary(
                uniqueKeysWithValues: (["slack", "pager", "other"]).map { name in
                    (
                        name,
                        [
                            Integration(
                                id: IntegrationID(receiver: name, kind: "webhook", index: 0),
                                sendResolved: sendResolved,
                                destination: destination
                            )
                        ]
                    )
                }
            ),
            inhibitRules: inhibitRules
        )
    }
}
