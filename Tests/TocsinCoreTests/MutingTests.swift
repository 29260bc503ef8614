import Testing
import TocsinCore
import TocsinModel

/// Routes that tell nothing at certain times. The virtual time begins at 22:13:20 in UTC, a Tuesday.
@Suite struct MutingTests {
    /// From 400 to 1000 seconds of the virtual time.
    private static let night = NamedTimeInterval(name: "night", intervals: [TimeInterval(times: [1340..<1350])])
    /// From the beginning to 1000 seconds.
    private static let evening = NamedTimeInterval(name: "evening", intervals: [TimeInterval(times: [1320..<1350])])
    private static let never = NamedTimeInterval(name: "never", intervals: [])
    private static let always = NamedTimeInterval(name: "always", intervals: [TimeInterval()])

    private static func routing(
        mute: [NamedTimeInterval] = [],
        active: [NamedTimeInterval] = [],
        sendResolved: Bool = true
    ) -> RoutingTable {
        var route = RouteNode(receiver: "pager", grouping: .labels(["alertname"]))
        route.muteTimeIntervals = mute
        route.activeTimeIntervals = active
        return .simple(sendResolved: sendResolved, children: [route])
    }

    @Test func aMutedRouteSpeaksAtTheFirstFlushAfterTheInterval() {
        var world = World(Self.routing(mute: [Self.evening]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(1200))
        #expect(world.news() == [])

        world.run(until: .seconds(2000))
        #expect(world.news() == ["1230s pager first notification: firing Disk@a"])
    }

    @Test func inhibitionIsNamedBeforeTheTimeOfDay() {
        let rule = InhibitRule(
            source: [Matcher(name: "alertname", equals: "Down")], target: [Matcher(name: "alertname", equals: "Disk")])
        var route = RouteNode(receiver: "pager", grouping: .labels([]))
        route.muteTimeIntervals = [Self.always]
        var world = World(.simple(children: [route], inhibitRules: [rule]))

        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(60))

        let reasons = world.facts.compactMap { fact -> String? in
            guard case .heldBack(_, _, let reason, let count) = fact else { return nil }
            return "\(count) \(reason.rawValue)"
        }
        #expect(reasons == ["1 inhibition", "1 mute_time_interval"])
    }

    @Test func aRouteSpeaksOnlyInItsActiveTimes() {
        var world = World(Self.routing(active: [Self.never, Self.night]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(600))
        #expect(world.news() == [])

        world.run(until: .seconds(660))
        #expect(world.news() == ["630s pager first notification: firing Disk@a"])

        world.run(until: .seconds(990))
        world.fire("Disk@b", window: .seconds(9000))
        world.run(until: .seconds(5000))
        #expect(world.news() == [])
    }

    @Test func anEndIsToldWhenTheIntervalIsOver() {
        var world = World(Self.routing(mute: [Self.night]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(450))
        #expect(world.news() == ["30s pager first notification: firing Disk@a"])

        world.resolve("Disk@a")
        world.run(until: .seconds(1200))
        #expect(world.news() == [])

        world.restart(after: .seconds(10))
        world.run(until: .seconds(3000))
        #expect(world.news() == ["1230s pager all alerts resolved: resolved Disk@a"])
        #expect(world.engine.groups.isEmpty && world.engine.alerts.isEmpty)
    }

    @Test func whatBeganAndEndedUnheardIsNobodysNews() {
        var world = World(Self.routing(mute: [Self.evening]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(100))
        world.resolve("Disk@a")
        world.run(until: .seconds(3000))

        #expect(world.news() == [])
        #expect(world.engine.groups.isEmpty && world.engine.alerts.isEmpty)
    }

    @Test func whatEndsAndFiresAgainMeanwhileIsNoNews() {
        var world = World(Self.routing(mute: [Self.night]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(450))
        world.resolve("Disk@a")
        world.run(until: .seconds(700))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(3000))

        #expect(world.news() == ["30s pager first notification: firing Disk@a"])
    }

    @Test func withoutTellTheEndAnEndInTheIntervalIsForgottenAsInAlertmanager() {
        var options = EngineOptions()
        options.tellsTheEnd = false
        var world = World(Self.routing(mute: [Self.night]), options: options)

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(450))
        world.resolve("Disk@a")
        world.run(until: .seconds(3000))

        #expect(world.news() == ["30s pager first notification: firing Disk@a"])
        #expect(world.engine.groups.isEmpty)
    }

    @Test func aMessageThatWaitsForItsRetryIsTakenBackAndToldLater() {
        var world = World(Self.routing(mute: [Self.night]))
        world.answers["pager"] = { _ in .failed(reason: "down", mayHaveArrived: false) }

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(700))
        #expect(world.engine.deliveries.isEmpty)

        world.answers["pager"] = nil
        world.run(until: .seconds(1300))
        #expect(world.news() == ["1230s pager first notification: firing Disk@a"])
    }

    @Test func theTimesAreThoseOfTheConfigurationInForce() {
        var world = World(Self.routing(mute: [Self.always]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(400))
        world.reload(Self.routing())
        world.run(until: .seconds(700))

        #expect(world.news() == ["630s pager first notification: firing Disk@a"])
    }

    @Test func aSilencedEndInAMutedGroupWaitsToo() {
        var world = World(Self.routing(mute: [Self.night]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(450))
        world.silence("alertname=Disk", until: .seconds(9000))
        world.resolve("Disk@a")
        world.run(until: .seconds(1200))
        #expect(world.news() == ["30s pager first notification: firing Disk@a"])

        world.run(until: .seconds(1300))
        #expect(world.news() == ["1230s pager all alerts resolved: resolved Disk@a"])
    }

    @Test func itIsAFactThatAlertsWereHeldBack() {
        var world = World(Self.routing(mute: [Self.always]))

        world.fire("Disk@a", window: .seconds(9000))
        world.fire("Disk@b", window: .seconds(9000))
        world.run(until: .seconds(60))

        let counts = world.facts.compactMap { fact -> Int? in
            guard case .heldBack(_, _, .muteTimeInterval, let count) = fact else { return nil }
            return count
        }
        #expect(counts == [2])
    }

    @Test(
        arguments: [
            ([], [], nil),
            ([never], [], nil),
            ([always, never, night], [], "mute_time_interval always night"),
            ([], [always], nil),
            ([], [never, always], nil),
            ([], [never, evening], "active_time_interval never evening"),
            ([always], [never], "active_time_interval never"),
            ([night], [night], "mute_time_interval night"),
        ] as [([NamedTimeInterval], [NamedTimeInterval], String?)])
    func theIntervalsThatAreToBlameAreNamed(
        mute: [NamedTimeInterval],
        active: [NamedTimeInterval],
        blamed: String?
    ) throws {
        let route = try #require(Self.routing(mute: mute, active: active).routes.last)
        // At 22:25 it is night; at 23:00 neither night nor evening.
        let seconds: Int64 = blamed?.contains("never evening") == true ? 2800 : 700
        let muting = route.muting(at: Timestamp(seconds: World.start.seconds + seconds))

        #expect(muting.map { ([$0.reason.rawValue] + $0.intervals).joined(separator: " ") } == blamed)
    }
}
