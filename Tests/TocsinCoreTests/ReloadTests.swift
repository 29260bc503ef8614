import Testing
import TocsinCore
import TocsinModel

@Suite struct ReloadTests {
    private static let toPager = RouteNode(
        matchers: [Matcher(name: "severity", equals: "critical")],
        receiver: "pager",
        grouping: .labels(["alertname"])
    )

    @Test func groupsThatStayKeepTheirTimers() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(20))
        world.reload(.simple(children: [ReloadTests.toPager]))
        world.run(until: .seconds(40))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }

    @Test func aRhythmThatChangesDoesNotMakeAnotherGroup() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(40))
        world.reload(.simple(groupInterval: .seconds(60)))
        world.run(until: .seconds(2000))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
        #expect(world.engine.groups.count == 1)
    }

    @Test func anAlertThatTheNewRoutesLeadElsewhereIsToldThereAndItsEndInBothPlaces() {
        var world = World(.simple())

        world.fire("Disk@a severity=critical", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.reload(.simple(children: [ReloadTests.toPager]))
        world.run(until: .seconds(400))
        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "60s pager first notification: firing Disk@a",
            ]
        )

        world.resolve("Disk@a severity=critical")
        world.run(until: .seconds(1000))
        #expect(
            world.news().sorted() == [
                "630s slack all alerts resolved: resolved Disk@a",
                "660s pager all alerts resolved: resolved Disk@a",
            ]
        )
        #expect(world.engine.groups.isEmpty)
    }

    @Test func aReceiverWithANewURLIsAnotherDestination() {
        var world = World(.simple(destination: 1))

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.reload(.simple(destination: 2))
        world.run(until: .seconds(400))
        world.resolve("Disk@a")
        world.run(until: .seconds(1000))

        // First the old destination, then the new one hears of it; both hear of the end.
        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "330s slack first notification: firing Disk@a",
                "630s slack all alerts resolved: resolved Disk@a",
                "630s slack all alerts resolved: resolved Disk@a",
            ]
        )
    }

    @Test func anHourAfterItsRemovalADestinationIsGivenUp() {
        var world = World(.simple(destination: 1))

        world.fire("Disk@a", window: .seconds(36000))
        world.run(until: .seconds(60))
        world.reload(.simple(destination: 2))
        world.run(until: .seconds(4000))
        _ = world.news()
        world.resolve("Disk@a")
        world.run(until: .seconds(5000))

        #expect(world.news().count == 1)
        #expect(world.facts.contains { if case .givenUp(_, _, .receiverRemoved) = $0 { true } else { false } })
    }

    @Test func afterARestartARemovedDestinationIsGivenUpAtOnce() {
        var world = World(.simple(destination: 1))

        world.fire("Disk@a", window: .seconds(36000))
        world.run(until: .seconds(60))
        _ = world.news()
        world.restart(after: .seconds(1), routing: .simple(destination: 2))
        world.run(until: .seconds(400))

        #expect(world.news() == ["330s slack first notification: firing Disk@a"])
        #expect(world.facts.contains { if case .givenUp(_, _, .receiverRemoved) = $0 { true } else { false } })
    }

    @Test func aFileThatChangedWhileTheProcessWasAwayLeadsAlertsAnew() {
        var world = World(.simple())

        world.fire("Disk@a severity=critical", window: .seconds(3600))
        world.run(until: .seconds(60))
        _ = world.news()
        world.restart(after: .seconds(1), routing: .simple(children: [ReloadTests.toPager]))

        #expect(world.news() == ["61s pager first notification: firing Disk@a"])
    }

    @Test func reloadingTheSameFileChangesNothing() {
        var world = World(.simple())
        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        let before = world.engine
        world.writes = 0

        world.reload(.simple())

        #expect(world.engine.groups == before.groups)
        #expect(world.engine.told == before.told)
        #expect(world.writes == 0)
    }
}
