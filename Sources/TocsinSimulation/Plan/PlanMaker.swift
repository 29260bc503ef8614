import TocsinCore
import TocsinModel

/// Makes a plan of a seed. The weights of what happens are drawn, too, some of them 0: a run without crashes reaches
/// where a run full of them never comes.
struct PlanMaker {
    private var dice: PRNG
    private var weights: [Int]
    private let pool: [PoolAlert]
    private let receivers: [String]
    private let settings: Int
    private var silences = 0
    /// Nothing of the kind happens in this run.
    private let isCalm: Bool

    static let stepCount = 120

    static func plan(seed: UInt64) -> Plan {
        let dice = PRNG(seed: seed)
        let start = self.start(dice.child("start"))
        var maker = SettingMaker(dice: dice.child("settings"), start: start)
        var settings: [Setting] = []
        for _ in 0..<3 { settings.append(maker.next()) }
        return self.plan(seed: seed, start: start, settings: settings, pool: SettingMaker.pool)
    }

    /// A plan for the user's own configuration.
    static func plan(seed: UInt64, routing: RoutingTable) -> Plan {
        let start = self.start(PRNG(seed: seed).child("start"))
        let setting = Setting(routing)
        return self.plan(seed: seed, start: start, settings: [setting], pool: PoolMaker.pool(for: routing))
    }

    private static func plan(seed: UInt64, start: Timestamp, settings: [Setting], pool: [PoolAlert]) -> Plan {
        let dice = PRNG(seed: seed)
        var manners = dice.child("manners")
        let receivers = settings[0].table.integrations.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var maker = PlanMaker(dice: dice.child("steps"), pool: pool, receivers: receivers, settings: settings.count)
        var steps = receivers.map { Step(pause: .of(.zero), action: .weather($0, maker.weather())) }
        for _ in 0..<PlanMaker.stepCount { steps.append(maker.step()) }
        let patience = settings.map { $0.routes.places.map { $0.groupWait + $0.groupInterval * 3 }.max() ?? .zero }
        return Plan(
            seed: seed,
            start: start,
            pool: pool,
            manners: pool.map { _ in manners.pick([.prometheus, .prometheus, .prometheus, .endless, .webhook]) },
            settings: settings,
            steps: steps,
            // Time for told state of destinations that are gone to be given up, and for reminders.
            peace: max(.seconds(9000), (patience.max() ?? .zero) + .seconds(3600)),
            dice: dice.child("network")
        )
    }

    /// Somewhere in 2026, often near a change of summer time.
    private static func start(_ dice: PRNG) -> Timestamp {
        var dice = dice
        let seconds = dice.pick([1_767_225_600, 1_774_746_000, 1_774_738_800, 1_792_890_000, 1_772_323_200])
        let offset = dice.below(4 * 86_400)
        return Timestamp(seconds: Int64(seconds + offset), nanoseconds: UInt32(dice.below(2) * 500_000_000))
    }

    private init(dice: PRNG, pool: [PoolAlert], receivers: [String], settings: Int) {
        self.dice = dice
        self.pool = pool
        self.receivers = receivers
        self.settings = settings
        let usual = [30, 22, 4, 4, 4, 8, 3, 5, 4, 5, 3, 6, 4, 4, 3]
        var swarm = dice.child("swarm")
        self.isCalm = swarm.chance(20)
        self.weights = usual
        for index in usual.indices where index >= 2 {
            if swarm.chance(35) || (self.isCalm && index >= 8) { self.weights[index] = 0 }
        }
    }

    private mutating func step() -> Step { Step(pause: self.pause(), action: self.action()) }

    private mutating func pause() -> Step.Pause {
        switch self.dice.below(10) {
        case 0...1: .of(.zero)
        case 2...3: .untilDeadline(atMost: .seconds(600))
        case 4...5: .of(self.dice.seconds(0...40))
        case 6: .of(.milliseconds(self.dice.below(3000)))
        default: .of(self.dice.seconds(0...400))
        }
    }

    private mutating func action() -> Action {
        let alert = self.dice.below(self.pool.count)
        switch self.dice.weighted(self.weights) {
        case 0: return .fire(alert)
        case 1: return .end(alert)
        case 2: return .echo(alert, later: self.dice.seconds(0...100))
        case 3: return .reword(alert)
        case 4: return .mishear(self.dice.seconds(30...500))
        case 5: return self.silence()
        case 6: return .changeSilence(self.dice.below(max(self.silences, 1)), lasts: self.dice.seconds(30...3000))
        case 7: return .expireSilence(self.dice.below(max(self.silences, 1)))
        case 8: return .reload(self.dice.below(self.settings))
        case 9:
            let point: Stage.Breakpoint? = self.dice.chance(30) ? nil : self.dice.pick(Stage.Breakpoint.allCases)
            return .crash(point, away: self.away(), configuration: self.otherSetting())
        case 10: return .stop(away: self.away(), configuration: self.otherSetting())
        case 11: return .weather(self.dice.pick(self.receivers), self.weather())
        case 12: return .disk(self.mood())
        case 13: return .setClock(.seconds(self.dice.pick([-7200, -90, -2, 2, 90, 301, 7200])))
        default: return .sleep(self.dice.seconds(1...4000))
        }
    }

    private mutating func silence() -> Action {
        self.silences += 1
        let alert = self.dice.pick(self.pool)
        var texts: [MatcherText] = []
        for pair in alert.labels where texts.isEmpty || self.dice.chance(30) {
            switch self.dice.below(5) {
            case 0: texts.append(MatcherText(name: pair.name, value: "\(pair.value)|x", isRegex: true))
            case 1: texts.append(MatcherText(name: pair.name, value: "\(pair.value.prefix(1)).*", isRegex: true))
            default: texts.append(MatcherText(name: pair.name, value: pair.value))
            }
        }
        if self.dice.chance(15) { texts.append(MatcherText(name: "team", value: "cpu", isEqual: false)) }
        let wait = self.dice.pick([0, 0, 0, 30, 200])
        let length = self.dice.pick([10, 60, 300, 1200, 7200])
        return .silence(texts, startsIn: .seconds(wait), lasts: .seconds(length))
    }

    private mutating func away() -> Duration {
        self.dice.pick([.zero, .milliseconds(300), .seconds(5), .seconds(59), .seconds(self.dice.below(2000))])
    }

    private mutating func otherSetting() -> Int? { self.dice.chance(20) ? self.dice.below(self.settings) : nil }

    private mutating func mood() -> SimulatedDisk.Mood {
        self.dice.pick([.well, .well, .full, .deceiving, .slow(.milliseconds(100)), .slow(.seconds(4))])
    }

    private mutating func weather() -> Weather {
        if self.isCalm { return self.dice.pick([.fair, .slow(.seconds(1))]) }
        return self.dice.pick([
            .fair, .fair, .fair, .slow(.milliseconds(50)), .slow(.seconds(20)), .down, .hangs(.seconds(30)),
            .losesAnswers(.seconds(20)), .limits(.seconds(self.dice.below(1000))), .fails, .refuses, .mixed(20),
            .mixed(60), .mixed(95),
        ])
    }
}
