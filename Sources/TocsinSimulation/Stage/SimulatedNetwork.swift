import TocsinCore
import TocsinModel

/// What becomes of one attempt to send a message.
struct Fate: Hashable, Sendable {
    /// Whether the other side gets it, which is at once.
    var arrives: Bool
    var outcome: Outcome
    /// When the answer, or the lack of one, is known.
    var after: Duration
    /// When the answer comes a second time, as nothing forbids it to.
    var again: Duration?

    static func delivered(after delay: Duration = .zero) -> Fate {
        Fate(arrives: true, outcome: .delivered, after: delay)
    }
}

/// How a destination fares.
enum Weather: Hashable, Sendable {
    case fair
    /// Answers, but takes that long.
    case slow(Duration)
    /// Nobody listens: surely nothing arrives.
    case down
    /// Swallows messages, and the sender gives up waiting after that long.
    case hangs(Duration)
    /// Takes messages and loses the answers.
    case losesAnswers(Duration)
    case limits(Duration)
    /// 500: nobody knows whether it has taken the message.
    case fails
    case refuses
    /// Of a hundred messages that many meet one of the evils above.
    case mixed(Int)
}

extension Weather {
    /// What happens to one message in this weather.
    func fate(_ dice: inout PRNG) -> Fate {
        switch self {
        case .fair: return .delivered()
        case .slow(let delay): return .delivered(after: delay)
        case .down:
            let outcome = Outcome.failed(reason: "connection refused", mayHaveArrived: false)
            return Fate(arrives: false, outcome: outcome, after: .zero)
        case .hangs(let patience):
            return Fate(arrives: false, outcome: .failed(reason: "timed out", mayHaveArrived: true), after: patience)
        case .losesAnswers(let patience):
            return Fate(arrives: true, outcome: .failed(reason: "timed out", mayHaveArrived: true), after: patience)
        case .limits(let wait):
            let outcome = Outcome.failed(reason: "429", mayHaveArrived: false, retryAfter: wait)
            return Fate(arrives: false, outcome: outcome, after: .zero)
        case .fails:
            let outcome = Outcome.failed(reason: "500", mayHaveArrived: true)
            return Fate(arrives: dice.chance(50), outcome: outcome, after: .milliseconds(100))
        case .refuses:
            return Fate(arrives: false, outcome: .refused(reason: "404"), after: .zero)
        case .mixed(let percent):
            return Weather.mixedFate(percent, &dice)
        }
    }

    private static func mixedFate(_ percent: Int, _ dice: inout PRNG) -> Fate {
        if !dice.chance(percent) {
            var fate = Fate.delivered(after: dice.pick([.zero, .milliseconds(40), .seconds(3)]))
            if dice.chance(10) { fate.again = fate.after + dice.seconds(0...600) }
            return fate
        }
        let evils: [Weather] = [
            .down, .hangs(dice.seconds(1...400)), .losesAnswers(dice.seconds(1...400)),
            .limits(dice.seconds(0...1200)), .fails, .refuses,
        ]
        var fate = dice.pick(evils).fate(&dice)
        if dice.chance(10) { fate.again = fate.after + dice.seconds(0...600) }
        return fate
    }
}

/// The way to all destinations: weather, and answers that are on their way back.
struct SimulatedNetwork {
    /// By receiver, or by integration, as in `slack/webhook[0]`.
    var weather: [String: Weather] = [:]
    private var dice: PRNG
    private var sent = 0
    private var answers = Table<Arrival, Event>()

    private struct Arrival: Comparable, Sendable {
        let time: Duration
        let number: Int

        static func < (a: Arrival, b: Arrival) -> Bool { a.time != b.time ? a.time < b.time : a.number < b.number }
    }

    init(dice: PRNG) { self.dice = dice }

    var nextArrival: Duration? { self.answers.first?.key.time }

    /// Takes a message over.
    mutating func carry(_ send: Send, at time: Duration) -> Fate {
        self.sent += 1
        // A draw for each message by its number: whatever one message meets moves no other.
        var draw = self.dice.child(self.sent)
        let fate = (self.weather["\(send.name)"] ?? self.weather[send.name.receiver] ?? .fair).fate(&draw)
        let event = Event.deliveryFinished(send.delivery, attempt: send.attempt, fate.outcome)
        self.answers.load(event, for: Arrival(time: time + fate.after, number: self.sent * 2))
        if let again = fate.again {
            self.answers.load(event, for: Arrival(time: time + again, number: self.sent * 2 + 1))
        }
        return fate
    }

    /// The answers that are there by that time.
    mutating func takeAnswers(until time: Duration) -> [Event] {
        var events: [Event] = []
        while let first = self.answers.first, first.key.time <= time {
            events.append(first.row)
            self.answers.unload(first.key)
        }
        return events
    }

    /// The process died, and with it all connections.
    mutating func loseAnswers() { self.answers = Table() }
}
