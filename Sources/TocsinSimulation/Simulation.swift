public import TocsinCore
import TocsinModel

/// What came of a run.
public struct Verdict: Hashable, Sendable {
    public let seed: UInt64
    /// Promises that were not kept, a sentence each with its virtual time; empty if all were.
    public let problems: [String]
    /// A hash over every fact of the run and its time: equal wherever and however the same seed is run.
    public let checksum: UInt64
    public let turns: Int
    public let messages: Int
    /// Virtual time.
    public let time: Duration
}

/// Random trouble for the production's loop and engine, then peace; docs/testing.md says what is promised.
///
/// A run depends on its seed alone: it has no clock, no thread and no chance.
public enum Simulation {
    /// Runs one seed.
    ///
    /// - Parameters:
    ///   - routing: the user's own routes; drawn from the seed if `nil`.
    ///   - tell: hears everything that happens, a line each.
    public static func run(
        seed: UInt64,
        routing: RoutingTable? = nil,
        tell: ((String) -> Void)? = nil
    ) -> Verdict {
        var play = Play(self.plan(seed, routing), tell: tell)
        return play.run()
    }

    /// Leaves out of a failing run what it does not need to fail.
    ///
    /// - Returns: the actions that are left, a line each; `nil` if the seed does not fail.
    public static func minimized(seed: UInt64, routing: RoutingTable? = nil) -> [String]? {
        var plan = self.plan(seed, routing)
        guard self.fails(plan) else { return nil }
        var length = plan.steps.count / 2
        while length > 0 {
            var start = 0
            while start < plan.steps.count {
                var shorter = plan
                let end = min(start + length, plan.steps.count)
                shorter.steps.removeSubrange(start..<end)
                if self.fails(shorter) { plan = shorter } else { start = end }
            }
            length /= 2
        }
        var lines: [String] = []
        var play = Play(plan, tell: { lines.append($0) })
        let verdict = play.run()
        let steps = plan.steps.map { "\($0.pause): \($0.action)" }
        return ["\(plan.steps.count) actions are enough:"] + steps + ["what happens then:"] + lines + verdict.problems
    }

    private static func fails(_ plan: Plan) -> Bool {
        var play = Play(plan)
        return !play.run().problems.isEmpty
    }

    private static func plan(_ seed: UInt64, _ routing: RoutingTable?) -> Plan {
        routing.map { PlanMaker.plan(seed: seed, routing: $0) } ?? PlanMaker.plan(seed: seed)
    }
}
