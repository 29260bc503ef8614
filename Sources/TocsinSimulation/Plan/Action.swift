import TocsinCore
import TocsinModel

/// One thing that happens in a run. A value with everything in it, so that a run can be shortened by leaving some out.
enum Action: Hashable, Sendable {
    /// A sender begins to tell that the alert of the pool fires, and repeats it.
    case fire(Int)
    /// It tells that it ended, and repeats that for a while.
    case end(Int)
    /// A second sender with the same labels, which began a little later.
    case echo(Int, later: Duration)
    /// Another text of the same alert.
    case reword(Int)
    /// No message of any sender arrives for that long.
    case mishear(Duration)
    /// Silences are known by their number in the run.
    case silence([MatcherText], startsIn: Duration, lasts: Duration)
    case changeSilence(Int, lasts: Duration)
    case expireSilence(Int)
    /// Another configuration, by its number in the plan.
    case reload(Int)
    /// The process dies, in its next turn or now, and comes back after a while.
    case crash(Stage.Breakpoint?, away: Duration, configuration: Int?)
    case stop(away: Duration, configuration: Int?)
    case weather(String, Weather)
    case disk(SimulatedDisk.Mood)
    case setClock(Duration)
    /// The machine sleeps.
    case sleep(Duration)
}

/// An action and the time before it.
struct Step: Hashable, Sendable {
    enum Pause: Hashable, Sendable {
        case of(Duration)
        /// Up to the very second in which the service wants to do something, but no longer than that.
        case untilDeadline(atMost: Duration)
    }

    let pause: Pause
    let action: Action
}

/// How a sender speaks.
enum Manner: Hashable, Sendable, CaseIterable {
    /// Names an end four minutes away, each minute.
    case prometheus
    /// Names no end, each minute: the server gives it one.
    case endless
    /// Another Alertmanager: each twenty minutes, and the server gives it a day.
    case webhook

    var period: Int { self == .webhook ? 20 : 1 }
    var window: Duration {
        switch self {
        case .prometheus: .seconds(240)
        case .endless: .seconds(300)
        case .webhook: .seconds(86_400)
        }
    }
    var endsByTimeout: Bool { self != .prometheus }
}

/// A configuration: the tree as it was written, and the engine's table made from it.
struct Setting: Sendable {
    let table: RoutingTable
    let routes: PlainRoutes

    init(_ root: RouteNode, integrations: [String: [Integration]], inhibitRules: [InhibitRule]) {
        self.table = RoutingTable(root: root, integrations: integrations, inhibitRules: inhibitRules)
        self.routes = PlainRoutes(root, table: self.table)
    }

    init(_ table: RoutingTable) {
        self.table = table
        self.routes = PlainRoutes(table.tree, table: table)
    }
}

/// Everything that happens in a run, made from its seed before it begins.
struct Plan: Sendable {
    let seed: UInt64
    let start: Timestamp
    let pool: [PoolAlert]
    let manners: [Manner]
    let settings: [Setting]
    var steps: [Step]
    let peace: Duration
    let dice: PRNG
}
