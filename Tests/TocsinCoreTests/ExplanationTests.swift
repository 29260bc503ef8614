import Testing
import TocsinCore
import TocsinModel

extension World {
    fileprivate func explain(_ labels: [String: String] = ["alertname": "Disk", "host": "a"]) -> Explanation {
        self.engine.explain(LabelSet(labels), at: self.now)
    }

    /// What becomes of the alert where it is routed first.
    fileprivate func verdict(_ labels: [String: String] = ["alertname": "Disk", "host": "a"]) -> Verdict? {
        self.explain(labels).routes.first?.destinations.first?.verdict
    }

    fileprivate func at(_ seconds: Int) -> Timestamp { World.start + .seconds(seconds) }
}

@Suite struct VerdictTests {
    @Test func anAlertWaitsForItsGroupAndIsThenKnown() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(9000))
        #expect(world.verdict() == .waiting(until: world.at(30)))
        world.run(until: .seconds(40))

        #expect(world.verdict() == .notified(at: world.at(30)))
        // Four hours after the flush that was told, at one of the flushes that come each five minutes.
        #expect(world.explain().routes[0].destinations[0].nextReminderAt == world.at(30 + 14400))
        world.fire("Disk@b", window: .seconds(9000))
        #expect(world.verdict(["alertname": "Disk", "host": "b"]) == .waiting(until: world.at(330)))
    }

    @Test func aReminderComesWithAFlush() {
        var world = World(.simple(groupInterval: .seconds(5000)))

        world.fire("Disk@a", window: .seconds(90_000))
        world.run(until: .seconds(40))
        let promised = world.explain().routes[0].destinations[0].nextReminderAt
        _ = world.news()
        world.run(until: .seconds(20_000))

        #expect(promised == world.at(15_030))
        #expect(world.news() == ["15030s slack repeat interval elapsed: firing Disk@a"])
    }

    @Test func whatHoldsAnAlertBackIsNamed() {
        let rule = InhibitRule(
            name: "rack",
            source: [Matcher(name: "alertname", equals: "Rack")],
            target: [Matcher(name: "alertname", equals: "Disk")]
        )
        var world = World(.simple(inhibitRules: [InhibitRule(), rule]))
        let silence = world.silence("host=b", until: .seconds(9000), comment: "moving")
        world.fire("Disk@a", window: .seconds(9000))
        world.fire("Net@b", window: .seconds(9000))
        world.fire("Rack@r", window: .seconds(9000))
        world.run(until: .seconds(40))

        let inhibited = world.explain()
        #expect(world.verdict() == .inhibited)
        #expect(inhibited.inhibition?.place == 1)
        #expect(inhibited.inhibition?.rule.name == "rack")
        #expect(inhibited.inhibition?.source["host"] == "r")
        #expect(world.verdict(["alertname": "Net", "host": "b"]) == .silenced)
        #expect(world.explain(["alertname": "Net", "host": "b"]).silences.map(\.id) == [silence])
        #expect(world.verdict(["alertname": "Rack", "host": "r"]) == .notified(at: world.at(30)))
    }

    @Test func aTimeIntervalHoldsBackAWholeRoute() {
        let always = NamedTimeInterval(name: "always", intervals: [TimeInterval()])
        var night = RouteNode(matchers: [Matcher(name: "alertname", equals: "Disk")], receiver: "pager")
        night.muteTimeIntervals = [always]
        var world = World(.simple(children: [night]))

        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(40))

        #expect(world.verdict() == .muted)
        let route = world.explain().routes[0]
        #expect(route.muting?.reason == .muteTimeInterval)
        #expect(route.muting?.intervals == ["always"])
        #expect(route.path.map(\.receiver) == ["slack", "pager"])
        #expect(route.history?.flushes.map(\.seen.muted) == [1])
    }

    @Test func failuresAndRefusalsAreTold() {
        var world = World(.simple())
        world.answers["slack"] = { _ in
            .failed(reason: "no route to host", mayHaveArrived: false, retryAfter: .seconds(60))
        }
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(40))

        #expect(world.verdict() == .failing(attempts: 1, nextAttemptAt: world.at(90)))
        #expect(world.explain().routes[0].history?.messages.map(\.state) == [.failed(reason: "no route to host")])

        world.answers["slack"] = { _ in .refused(reason: "no such channel") }
        world.run(until: .seconds(100))

        #expect(world.verdict() == .refused(reason: "no such channel", nextFlushAt: world.at(330)))
        let message = world.explain().routes[0].history?.messages.last
        #expect(message?.attempts == 2)
        #expect(message?.changedAt == world.at(90))

        world.answers["slack"] = { _ in nil }
        world.run(until: .seconds(340))

        #expect(world.verdict() == .sending)
        #expect(world.explain().routes[0].history?.messages.count == 2)
    }

    @Test func anEndIsToldOrNotWantedOrOfNoInterest() {
        var world = World(.simple())
        var deaf = World(.simple(sendResolved: false))
        for seconds in [0, 40, 50] {
            world.run(until: .seconds(seconds))
            deaf.run(until: .seconds(seconds))
            if seconds == 0 {
                world.fire("Disk@a", window: .seconds(9000))
                deaf.fire("Disk@a", window: .seconds(9000))
            } else if seconds == 40 {
                world.resolve("Disk@a")
                deaf.resolve("Disk@a")
            }
        }
        world.fire("Net@a", window: .seconds(9000))
        world.resolve("Net@a")

        #expect(world.verdict() == .endWaiting(until: world.at(330)))
        #expect(deaf.verdict() == .endNotWanted)
        #expect(world.verdict(["alertname": "Net", "host": "a"]) == .endedUntold)
    }

    @Test func anAlertThatIsNotThereIsJudgedAndNothingIsMade() {
        var world = World(.simple())
        world.fire("Disk@a", window: .seconds(9000))
        world.silence("host=c", until: .seconds(9000))
        world.run(until: .seconds(40))
        let before = world.engine

        #expect(world.verdict(["alertname": "Disk", "host": "b"]) == .wouldBeNotified(at: world.at(330)))
        #expect(world.verdict(["alertname": "Net", "host": "b"]) == .wouldBeNotified(at: world.at(70)))
        #expect(world.verdict(["alertname": "Net", "host": "c"]) == .silenced)
        #expect(world.explain(["alertname": "Net"]).known == nil)
        #expect(world.engine == before)
    }
}

@Suite struct GroupHistoryTests {
    @Test func aGroupInWhichNothingHappensTakesNoMoreLines() {
        var world = World(.simple())
        world.fire("Disk@a", window: .seconds(90_000))

        world.run(until: .seconds(10_000))

        let history = world.explain().routes[0].history
        #expect(history?.flushes.map(\.times) == [34])
        #expect(history?.flushes.last?.firstAt == world.at(30))
        #expect(history?.flushes.last?.lastAt == world.at(9930))
        #expect(history?.messages.map(\.state) == [.delivered])
    }

    @Test func theOldestLinesAreForgottenFirst() {
        var world = World(.simple())
        for number in 0..<30 {
            world.fire("Disk@\(number)", window: .seconds(90_000))
            world.run(until: .seconds(330 * (number + 1)))
        }

        let history = world.explain(["alertname": "Disk", "host": "0"]).routes[0].history
        #expect(history?.flushes.count == GroupHistory.capacity)
        #expect(history?.messages.count == GroupHistory.capacity)
        #expect(history?.messages.last?.firing == 30)
        #expect(history?.messages.first?.firing == 11)
    }

    @Test func whatAGroupSaidIsKnownWhenItIsGone() {
        var world = World(.simple())
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(40))
        world.resolve("Disk@a")
        world.run(until: .seconds(1000))
        #expect(world.engine.groups.isEmpty)

        #expect(world.explain().routes[0].history?.messages.map(\.reason) == [.firstNotification, .allAlertsResolved])

        world.fire("Disk@a", since: .seconds(1000), window: .seconds(9000))
        world.run(until: .seconds(1100))
        #expect(world.explain().routes[0].history?.messages.count == 3)
    }

    @Test func anAlertThatArrivesResolvedIsRemembered() {
        var world = World(.simple())

        world.resolve("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")

        let dropped = world.explain().dropped
        #expect(dropped?.reason == .arrivedResolved)
        #expect(dropped?.times == 2)
        #expect(dropped?.firstAt == world.at(0))
        #expect(dropped?.lastAt == world.at(60))
        #expect(world.explain().known == nil)
    }

    @Test func onlySoManyDroppedAlertsAreRemembered() {
        var world = World(.simple())

        for number in 0...1000 { world.resolve("Disk@\(number)") }

        #expect(world.engine.dropped(World.fingerprint("Disk@0")) == nil)
        #expect(world.engine.dropped(World.fingerprint("Disk@1")) != nil)
    }
}
