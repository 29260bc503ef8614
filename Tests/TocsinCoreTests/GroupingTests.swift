import Testing
import TocsinCore
import TocsinModel

@Suite struct GroupingTests {
    @Test func aFirstAlertWaitsForItsGroupAndGoesOut() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(29))
        #expect(world.news() == [])

        world.run(until: .seconds(60))
        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }

    @Test func alertsThatJoinWhileTheGroupWaitsGoOutTogether() {
        var world = World(.simple())

        world.fire("Disk@b")
        world.run(until: .seconds(20))
        world.fire("Disk@a")
        world.fire("Load@a")
        world.run(until: .seconds(60))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a Disk@b",
                "50s slack first notification: firing Load@a",
            ]
        )
    }

    @Test func anAlertThatJoinsLaterIsToldWhenTheIntervalIsOver() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(31))
        _ = world.news()
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(1000))

        #expect(world.news() == ["330s slack new alerts added: firing Disk@a Disk@b"])
    }

    @Test func anAlertThatHasFiredForLongDoesNotWait() {
        var world = World(.simple())
        world.run(until: .seconds(100))

        world.fire("Disk@a", since: .seconds(69))
        world.run(until: .seconds(101))

        #expect(world.news() == ["100s slack first notification: firing Disk@a"])
    }

    @Test func aReminderComesOnTheExactMultipleOfTheInterval() {
        var world = World(.simple(groupInterval: .seconds(1800)))

        world.fire("Disk@a", window: .seconds(100_000))
        world.run(until: .seconds(30 + 2 * 14400))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "14430s slack repeat interval elapsed: firing Disk@a",
                "28830s slack repeat interval elapsed: firing Disk@a",
            ]
        )
    }

    @Test func severityLeadsToAnotherReceiverAndContinueToBoth() {
        let critical = RouteNode(
            matchers: [Matcher(name: "severity", equals: "critical")],
            receiver: "pager",
            grouping: .labels(["alertname"]),
            continues: true
        )
        let all = RouteNode(receiver: "other", grouping: .labels([]))
        var world = World(.simple(children: [critical, all]))

        world.fire("Disk@a severity=critical")
        world.fire("Load@a severity=warning")
        world.run(until: .seconds(40))

        #expect(
            world.news().sorted() == [
                "30s other first notification: firing Disk@a Load@a",
                "30s pager first notification: firing Disk@a",
            ]
        )
    }

    @Test func groupKeysAreThoseOfAlertmanager() {
        let nested = RouteNode(
            matchers: [Matcher(name: "team", equals: "a"), Matcher(name: "severity", equals: "x\"y")],
            receiver: "pager",
            grouping: .labels(["cluster", "alertname"])
        )
        var world = World(.simple(children: [nested]))
        var keys: [String] = []
        world.answers["pager"] = { send in
            keys.append(send.content.groupKey)
            return .delivered
        }

        world.fire("Disk@a team=a severity=x\"y cluster=c1")
        world.run(until: .seconds(40))

        #expect(keys == [#"{}/{severity="x\"y",team="a"}:{alertname="Disk", cluster="c1"}"#])
    }
}

@Suite struct EndTests {
    @Test func anEndIsToldAtTheNextFlushAndThenForgotten() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(400))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "330s slack all alerts resolved: resolved Disk@a",
            ]
        )
        #expect(world.engine.alerts.isEmpty)
        #expect(world.engine.groups.isEmpty)
    }

    @Test func anAlertWhoseSenderFallsSilentEndsWhenItsTimeIsOver() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(240))
        world.run(until: .seconds(700))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "330s slack all alerts resolved: resolved Disk@a",
            ]
        )
    }

    @Test func aResendKeepsItFiring() {
        var world = World(.simple())

        world.fire("Disk@a")
        for minute in 1...20 {
            world.run(until: .seconds(minute * 60))
            world.fire("Disk@a", since: .zero)
        }

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }

    @Test func oneOfTwoThatEndsIsToldWithTheOther() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(1000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a Disk@b",
                "330s slack some alerts resolved: firing Disk@b, resolved Disk@a",
            ]
        )
        #expect(world.engine.alerts.count == 1)
    }

    @Test func anAlertThatEndsBeforeItsFirstFlushIsNeverTold() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(10))
        world.resolve("Disk@a")
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
        #expect(world.engine.groups.isEmpty)
    }

    @Test func anUnknownAlertThatArrivesResolvedMakesNoGroupAndNoRow() {
        var world = World(.simple())
        world.run(until: .seconds(100))
        world.writes = 0

        world.resolve("Disk@a")

        #expect(world.writes == 0)
        #expect(world.engine.groups.isEmpty)
    }

    @Test func withoutSendResolvedTheEndIsNotedButNotSent() {
        var world = World(.simple(sendResolved: false))

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(400))
        world.fire("Disk@a", since: .seconds(400))
        world.run(until: .seconds(1000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "430s slack first notification: firing Disk@a",
            ]
        )
    }

    @Test func anAlertThatFiresAgainBeforeItsEndWasToldIsNoNews() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(120))
        world.fire("Disk@a", since: .seconds(110), window: .seconds(3600))
        world.run(until: .seconds(1000))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }
}
