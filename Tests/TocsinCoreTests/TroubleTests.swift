import Testing
import TocsinCore
import TocsinModel

/// Random trouble, then peace: whatever happened, every receiver believes in the end what is true.
///
/// The oracle knows only what senders said and what receivers got; it asks nothing of the engine.
@Suite struct TroubleTests {
    @Test(arguments: 1...30)
    func afterAnyTroubleEveryReceiverBelievesWhatIsTrue(seed: UInt64) {
        var trouble = Trouble(seed: seed)
        for _ in 0..<150 { trouble.act() }
        trouble.makePeace()

        #expect(trouble.problems == [])
    }
}

/// Small, seeded, the same everywhere.
struct PRNG {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below limit: Int) -> Int {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return Int(self.state % UInt64(limit))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.next(below: elements.count)] }
}

/// What receivers think, from what reached them.
private final class Minds {
    var believed: [String: Set<Fingerprint>] = [:]
    var weather: [String: Int] = [:]
    var random: PRNG

    init(seed: UInt64) { self.random = PRNG(seed: seed &+ 77) }

    /// An attempt: what the sender of it hears; the message may arrive although it hears of a failure.
    func answer(_ send: Send) -> Outcome? {
        let name = send.name.receiver
        guard self.random.next(below: 100) < (self.weather[name] ?? 0) else {
            self.hear(send)
            return .delivered
        }
        switch self.random.next(below: 6) {
        case 0: return .failed(reason: "connection refused", mayHaveArrived: false)
        case 1:
            self.hear(send)
            return .failed(reason: "timed out", mayHaveArrived: true)
        case 2: return .failed(reason: "timed out", mayHaveArrived: true)
        case 3: return .refused(reason: "404")
        case 4: return .failed(reason: "429", mayHaveArrived: false, retryAfter: .seconds(self.random.next(below: 700)))
        default: return nil
        }
    }

    func hear(_ send: Send) {
        for alert in send.content.alerts {
            if alert.isFiring {
                self.believed[send.name.receiver, default: []].insert(alert.fingerprint)
            } else {
                self.believed[send.name.receiver, default: []].remove(alert.fingerprint)
            }
        }
    }
}

private struct Trouble {
    private var world: World
    private let minds: Minds
    private var random: PRNG
    private var clock: Duration = .zero
    /// What is true: alerts that fire, and since when.
    private var firing: [String: Duration] = [:]
    private(set) var problems: [String] = []
    private var routing: RoutingTable
    /// Hosts that nobody is to be told of, and when, by the clock on the wall.
    private var mutes: [Mute] = []

    private struct Mute {
        let id: ID<Silence>
        let host: String
        var start, end: Timestamp
    }

    private static let alerts = ["Disk@a", "Disk@b", "Load@a severity=critical", "Load@b severity=critical", "Net"]
    private static let inhibitRules = [
        InhibitRule(
            source: [Matcher(name: "alertname", equals: "Load")],
            target: [Matcher(name: "alertname", equals: "Disk")],
            equal: ["host"]
        )
    ]
    private static let routings: [RoutingTable] = [
        .simple(inhibitRules: Trouble.inhibitRules),
        .simple(children: [
            RouteNode(
                matchers: [Matcher(name: "severity", equals: "critical")],
                receiver: "pager",
                grouping: .labels(["alertname"])
            )
        ]),
        .simple(children: [RouteNode(receiver: "other", grouping: .allLabels, groupWait: .zero, continues: true)]),
    ]

    init(seed: UInt64) {
        self.random = PRNG(seed: seed)
        self.minds = Minds(seed: seed)
        self.routing = Trouble.routings[0]
        self.world = World(self.routing)
        let minds = self.minds
        for name in ["slack", "pager", "other"] {
            self.world.answers[name] = { minds.answer($0) }
            minds.weather[name] = self.random.pick([0, 20, 60, 95])
        }
    }

    /// One random thing happens, then some time passes.
    mutating func act() {
        switch self.random.next(below: 23) {
        case 0...6: self.fire(self.random.pick(Trouble.alerts))
        case 7...10: self.resolve(self.random.pick(Trouble.alerts))
        case 11: self.world.restart(after: self.pause(upTo: 900))
        case 12:
            self.world.crashesBeforeSending = true
            self.advance(upTo: 60)
            self.world.restart(after: self.pause(upTo: 60))
        case 13:
            self.setClock(by: .seconds(self.random.pick([-7200, -90, 90, 7200])))
        case 14: self.reload()
        case 15: self.minds.weather[self.random.pick(["slack", "pager", "other"])] = self.random.pick([0, 30, 100])
        case 16: self.answerWhatHangs()
        case 17...18: self.silence()
        case 19: self.unsilence()
        default: self.resend()
        }
        self.advance(upTo: self.random.pick([1, 40, 400]))
        self.collectProblems()
    }

    /// Faults end, senders repeat what is true each minute, three hours pass.
    mutating func makePeace() {
        self.minds.weather = [:]
        while !self.mutes.isEmpty { self.unsilence() }
        while !self.world.underWay.isEmpty { self.world.answer(.failed(reason: "broken off", mayHaveArrived: true)) }
        for _ in 0..<180 {
            self.resend()
            self.clock += .seconds(60)
            self.world.run(until: self.clock)
        }
        self.collectProblems()

        let true_ = Set(self.firing.keys.map { World.fingerprint($0) })
        let reached = Set(self.routing.integrations.keys)
        for name in reached.sorted() {
            let believed = self.minds.believed[name] ?? []
            if !believed.isSubset(of: true_) { self.problems.append("\(name) believes in what has ended") }
        }
        for alert in self.firing.keys.sorted() where !self.isInhibited(alert) {
            for name in self.receivers(of: alert) {
                let knows = self.minds.believed[name]?.contains(World.fingerprint(alert)) == true
                if !knows { self.problems.append("\(name) does not know of \(alert)") }
            }
        }
        if self.world.engine.alerts.count != self.firing.count {
            let groups = self.world.engine.groups.map { $0.row }
            self.problems.append("the engine holds what has ended: \(groups)")
        }
        if !self.world.engine.deliveries.isEmpty { self.problems.append("something is still on its way") }
    }

    /// The routes of the three tables, written down a second time.
    private func receivers(of alert: String) -> [String] {
        switch Trouble.routings.firstIndex(of: self.routing) {
        case 1 where alert.contains("critical"): ["pager"]
        case 2: ["other"]
        default: ["slack"]
        }
    }

    /// The inhibition rule, written down a second time.
    private func isInhibited(_ alert: String) -> Bool {
        guard self.routing == Trouble.routings[0], alert.hasPrefix("Disk@") else { return false }
        return self.firing.keys.contains("Load@\(alert.dropFirst(5)) severity=critical")
    }

    private mutating func silence() {
        self.overhear()
        let host = self.random.pick(["a", "b"])
        // People name times by the clock on the wall, which is set now and then.
        let start = self.world.now - World.start + .seconds(self.random.pick([0, 0, 0, 30, 200]))
        let end = start + .seconds(self.random.pick([30, 300, 1200, 7200]))
        let matcher = self.random.pick(["host=\(host)", "host=~\(host)|x", "host=~\(host).*"])
        let id = self.world.silence(matcher, from: start, until: end)
        self.mutes.append(Mute(id: id, host: host, start: World.start + start, end: World.start + end))
    }

    private mutating func unsilence() {
        self.overhear()
        if self.mutes.isEmpty { return }
        self.world.unsilence(self.mutes.remove(at: self.random.next(below: self.mutes.count)).id)
    }

    /// What has begun does not begin anew, and what has ended does not come back.
    private mutating func setClock(by step: Duration) {
        self.overhear()
        let now = self.world.now
        self.mutes.removeAll { $0.end <= now }
        for index in self.mutes.indices where self.mutes[index].start <= now {
            self.mutes[index].start = .distantPast
        }
        self.world.setClock(by: step)
    }

    /// No attempt says that something fires of which nobody is to be told at that time.
    private mutating func overhear() {
        for (send, time) in self.world.takeAttempts() {
            for alert in send.content.alerts where alert.isFiring {
                let host = alert.labels["host"] ?? ""
                let name = "\(alert.labels["alertname"] ?? "")@\(host)"
                if self.mutes.contains(where: { $0.host == host && $0.start <= time && time < $0.end }) {
                    self.problems.append("\(name) was announced although it is silenced")
                }
                if self.isInhibited(name) { self.problems.append("\(name) was announced although it is inhibited") }
            }
        }
    }

    private mutating func fire(_ alert: String) {
        self.overhear()
        if self.firing[alert] == nil { self.firing[alert] = self.clock }
        self.send(alert)
    }

    private mutating func send(_ alert: String) {
        guard let since = self.firing[alert] else { return }
        self.world.fire(alert, since: since, window: .seconds(300))
    }

    private mutating func resolve(_ alert: String) {
        self.overhear()
        guard let since = self.firing.removeValue(forKey: alert) else { return }
        self.world.resolve(alert, since: since)
    }

    private mutating func resend() { for alert in self.firing.keys.sorted() { self.send(alert) } }

    private mutating func reload() {
        self.overhear()
        self.routing = self.random.pick(Trouble.routings)
        self.world.reload(self.routing)
    }

    private mutating func answerWhatHangs() {
        guard let send = self.world.underWay.first else { return }
        self.minds.hear(send)
        self.world.answer(self.random.pick([.delivered, .failed(reason: "timed out", mayHaveArrived: true)]))
    }

    private mutating func pause(upTo seconds: Int) -> Duration {
        let pause = Duration.seconds(self.random.next(below: seconds))
        self.clock += pause
        return pause
    }

    private mutating func advance(upTo seconds: Int) {
        let end = self.clock + .seconds(self.random.next(below: seconds))
        while self.clock < end {
            self.clock = min(self.clock + .seconds(60), end)
            self.world.run(until: self.clock)
            if !self.world.crashesBeforeSending { self.resend() }
        }
    }

    private mutating func collectProblems() {
        self.overhear()
        self.problems += self.world.news().filter { $0.hasPrefix("broken:") || $0.hasPrefix("disk:") }
    }
}
