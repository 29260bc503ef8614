public import TocsinCore
import TocsinModel
import TocsinRuntime

/// What a scenario needs of a configuration.
public struct ScenarioSetting: Sendable {
    public let routing: RoutingTable
    /// How long an alert fires whose sender names no end.
    public let resolveTimeout: Duration

    public init(routing: RoutingTable, resolveTimeout: Duration) {
        self.routing = routing
        self.resolveTimeout = resolveTimeout
    }
}

/// A message that arrived, and when.
struct ScenarioAnswer: Hashable, Sendable {
    let time: Duration
    let text: String

    var line: String { "\(self.time.scenarioText) > \(self.text)" }
}

/// Plays a scenario against the service on its stage: senders repeat themselves each minute, as Prometheus does.
struct ScenarioPlay {
    private let scenario: Scenario
    private let load: (String) throws -> ScenarioSetting
    private var setting: ScenarioSetting
    private var stage: Stage
    private let ears: Ears
    private var happenings: [(time: Duration, order: Int, happening: Happening)] = []
    private var order = 0
    private var senders: [Fingerprint: Sender] = [:]
    private var silences: [String: ID<Silence>] = [:]

    private enum Happening {
        case event(ScenarioEvent, line: Int)
        /// The alert's sender speaks again.
        case word(Fingerprint, turn: Int)
        case comeBack
    }

    private struct Sender {
        let labels: LabelSet
        var words: AlertWords
        var startsAt: Timestamp
        /// When it ended, and until when that is repeated.
        var end: (at: Timestamp, repeatedUntil: Duration)?
        /// Which series of words is the sender's last one.
        var turn: Int
    }

    private static let period = Duration.seconds(60)

    init(
        _ scenario: Scenario,
        setting: ScenarioSetting,
        options: EngineOptions,
        load: @escaping (String) throws -> ScenarioSetting
    ) {
        self.scenario = scenario
        self.setting = setting
        self.load = load
        self.ears = Ears(AlertNames(scenario))
        self.stage = Stage(
            routing: setting.routing,
            options: options,
            start: scenario.start,
            dice: PRNG(seed: 0),
            disk: SimulatedDisk(),
            audience: self.ears
        )
        self.ears.routing = setting.routing
    }

    /// - Returns: every message that arrived, in order.
    mutating func run() throws -> [ScenarioAnswer] {
        var end = Duration.zero
        for line in self.scenario.lines {
            switch line.content {
            case .event(let time, let event):
                self.schedule(.event(event, line: line.number), at: time)
                end = max(end, time)
            case .answer(let time, _), .nothing(let time), .end(let time): end = max(end, time)
            case .blank, .start, .configuration: break
            }
        }
        self.stage.begin()
        while let next = self.takeNext(until: end) {
            if self.stage.time < next.time { self.stage.run(before: next.time) }
            try self.perform(next.happening)
        }
        self.stage.run(until: end)
        return self.ears.answers.sorted { $0.time != $1.time ? $0.time < $1.time : $0.text < $1.text }
    }

    private mutating func schedule(_ happening: Happening, at time: Duration) {
        self.order += 1
        self.happenings.append((time, self.order, happening))
    }

    private mutating func takeNext(until end: Duration) -> (time: Duration, order: Int, happening: Happening)? {
        let first = self.happenings.indices.min { a, b in
            let (left, right) = (self.happenings[a], self.happenings[b])
            return left.time != right.time ? left.time < right.time : left.order < right.order
        }
        guard let first, self.happenings[first].time <= end else { return nil }
        return self.happenings.remove(at: first)
    }
}

// MARK: - What happens

extension ScenarioPlay {
    private mutating func perform(_ happening: Happening) throws {
        switch happening {
        case .event(let event, let line): try self.perform(event, line: line)
        case .word(let fingerprint, let turn): self.speak(fingerprint, turn: turn)
        case .comeBack: if !self.stage.isUp { self.stage.begin(with: self.setting.routing) }
        }
    }

    private mutating func perform(_ event: ScenarioEvent, line: Int) throws {
        switch event {
        case .alert(let labels, let words): self.fire(labels, words)
        case .resolved(let labels): self.resolve(labels)
        case .lost(let labels): self.senders[labels.fingerprint] = nil
        case .silence(let name, let matchers, let from, let end):
            try self.silence(name, matchers, from: from, until: end, line: line)
        case .changeSilence(let name, let end): try self.changeSilence(name, until: end, line: line)
        case .expireSilence(let name):
            _ = self.stage.submit([.silenceExpired(try self.silence(named: name, line: line))])
        case .down(let receiver, let weather): self.stage.network.weather[receiver] = weather
        case .up(let receiver): self.stage.network.weather[receiver] = .fair
        case .crash(let away):
            self.stage.run(until: self.stage.time)
            self.stage.crash()
            self.schedule(.comeBack, at: self.stage.time + away)
        case .stop(let away):
            self.stage.run(until: self.stage.time)
            self.stage.stop()
            self.schedule(.comeBack, at: self.stage.time + away)
        case .reload(let file):
            self.setting = try self.load(file)
            self.ears.routing = self.setting.routing
            _ = self.stage.submit([.routingReplaced(self.setting.routing)])
        case .clock(let step): self.stage.setClock(by: step)
        case .sleep(let length): self.stage.sleep(until: self.stage.time + length)
        case .disk(let mood): self.stage.disk.mood = mood
        }
    }

    private mutating func fire(_ labels: LabelSet, _ words: AlertWords) {
        let turn = (self.senders[labels.fingerprint]?.turn ?? 0) + 1
        let startsAt = words.since.map { self.scenario.start + $0 + self.stage.clockError } ?? self.stage.wall
        let known = self.senders[labels.fingerprint]
        let began = known?.end == nil && words.since == nil ? known?.startsAt ?? startsAt : startsAt
        self.senders[labels.fingerprint] = Sender(
            labels: labels, words: words, startsAt: began, end: nil, turn: turn
        )
        self.speak(labels.fingerprint, turn: turn)
    }

    private mutating func resolve(_ labels: LabelSet) {
        let turn = (self.senders[labels.fingerprint]?.turn ?? 0) + 1
        let startsAt = self.senders[labels.fingerprint]?.startsAt ?? self.stage.wall
        self.senders[labels.fingerprint] = Sender(
            labels: labels,
            words: AlertWords(),
            startsAt: min(startsAt, self.stage.wall),
            end: (self.stage.wall, self.stage.time + .seconds(900)),
            turn: turn
        )
        self.speak(labels.fingerprint, turn: turn)
    }

    private mutating func speak(_ fingerprint: Fingerprint, turn: Int) {
        guard let sender = self.senders[fingerprint], sender.turn == turn else { return }
        if let end = sender.end, end.repeatedUntil < self.stage.time { return }
        let window = sender.words.hasNoEnd ? self.setting.resolveTimeout : sender.words.window
        var batch = AlertBatch()
        batch.append(
            Alert(
                labels: sender.labels,
                startsAt: sender.startsAt,
                endsAt: sender.end?.at ?? self.stage.wall + window,
                updatedAt: self.stage.wall,
                endsByTimeout: sender.words.hasNoEnd
            )
        )
        _ = self.stage.submit([.alertsReceived(batch)])
        if sender.words.isOnce { return }
        self.schedule(.word(fingerprint, turn: turn), at: self.stage.time + ScenarioPlay.period)
    }

    // MARK: Silences

    private func time(_ time: ScenarioTime) -> Timestamp {
        switch time {
        case .at(let time): self.scenario.start + time + self.stage.clockError
        case .after(let length): self.stage.wall + length
        }
    }

    private func silence(named name: String, line: Int) throws -> ID<Silence> {
        guard let id = self.silences[name] else {
            throw ScenarioError(line: line, reason: "there is no silence “\(name)”")
        }
        return id
    }

    private mutating func silence(
        _ name: String,
        _ matchers: [MatcherText],
        from: Duration?,
        until end: ScenarioTime,
        line: Int
    ) throws {
        let startsAt = from.map { self.time(.at($0)) } ?? self.stage.wall
        var endsAt = self.time(end)
        if case .after(let length) = end { endsAt = startsAt + length }
        try self.submit(name, id: nil, [matchers], from: startsAt, until: endsAt, line: line)
    }

    private mutating func changeSilence(_ name: String, until end: ScenarioTime, line: Int) throws {
        let id = try self.silence(named: name, line: line)
        guard let known = self.stage.engine?.silences[id] else { return }
        let texts = known.matcherSets.map { set in
            set.map { MatcherText(name: $0.name, value: $0.value, isRegex: $0.isRegex, isEqual: $0.isEqual) }
        }
        let startsAt = known.state(at: self.stage.wall) == .expired ? self.stage.wall : known.startsAt
        try self.submit(name, id: id, texts, from: startsAt, until: self.time(end), line: line)
    }

    private mutating func submit(
        _ name: String,
        id: ID<Silence>?,
        _ sets: [[MatcherText]],
        from start: Timestamp,
        until end: Timestamp,
        line: Int
    ) throws {
        let draft: SilenceDraft
        do {
            draft = try SilenceDraft(id: id, matcherSets: sets, startsAt: start, endsAt: end, now: self.stage.wall)
        } catch {
            throw ScenarioError(line: line, reason: "\(error)")
        }
        let receipt = self.stage.submit([.silenceSubmitted(draft)]).first
        if case .silence(let id)? = receipt?.answer { self.silences[name] = id }
    }
}

/// Writes down what arrives.
private final class Ears: Audience {
    var answers: [ScenarioAnswer] = []
    var routing: RoutingTable?
    private let names: AlertNames

    init(_ names: AlertNames) { self.names = names }

    func see(_ occurrence: Stage.Occurrence, at moment: Moment) {
        guard case .sent(let send, let fate) = occurrence, fate.arrives else { return }
        let content = send.content
        let firing = content.alerts.filter(\.isFiring).map { self.names.name($0.labels) }
        let ended = content.alerts.filter { !$0.isFiring }.map { self.names.name($0.labels) }
        var parts: [String] = []
        if !firing.isEmpty { parts.append("firing \(firing.joined(separator: " "))") }
        if !ended.isEmpty { parts.append("resolved \(ended.joined(separator: " "))") }
        var text = "\(self.name(of: send)) \(parts.joined(separator: ", "))"
        switch content.reason {
        case .newAlertsAdded: text += " (new alerts)"
        case .repeatIntervalElapsed: text += " (reminder)"
        case .escalated: text += content.incident?.step.map { " (step \($0))" } ?? " (step)"
        case .responseBreached: text += " (nobody answered in time)"
        case .fellBack: text += " (fallback)"
        case .acknowledgementReminder: text += " (still on it?)"
        case .incidentResolved: text += " (incident over)"
        case .firstNotification, .allAlertsResolved, .someAlertsResolved, .unknown: break
        }
        self.answers.append(ScenarioAnswer(time: moment.time.wholeMilliseconds, text: text))
    }

    /// The receiver alone, if it has only one integration.
    private func name(of send: Send) -> String {
        let count = self.routing?.integrations[send.name.receiver]?.count ?? 0
        return count == 1 ? send.name.receiver : "\(send.name)"
    }
}

/// What alerts are called in answers: `Disk@a`, and with further labels where that fits several of the scenario.
private struct AlertNames {
    private let all: [LabelSet]

    init(_ scenario: Scenario) {
        var all: [LabelSet] = []
        for line in scenario.lines {
            guard case .event(_, let event) = line.content else { continue }
            switch event {
            case .alert(let labels, _), .resolved(let labels): if !all.contains(labels) { all.append(labels) }
            default: break
            }
        }
        self.all = all
    }

    func name(_ labels: LabelSet) -> String {
        let short = AlertNames.short(labels)
        let twins = self.all.filter { AlertNames.short($0) == short && $0 != labels }
        if twins.isEmpty { return short }
        let telling = labels.filter { name, value in twins.contains { $0[name].map { $0 != value } ?? true } }
        return "\(short){\(telling.map { "\($0.name)=\($0.value)" }.joined(separator: ","))}"
    }

    private static func short(_ labels: LabelSet) -> String {
        let host = labels["host"] ?? labels["instance"]
        return (labels["alertname"] ?? "{}") + (host.map { "@\($0)" } ?? "")
    }
}

extension Duration {
    /// As far as scenarios write it.
    fileprivate var wholeMilliseconds: Duration { .milliseconds(self.wholeNanoseconds / 1_000_000) }
}
