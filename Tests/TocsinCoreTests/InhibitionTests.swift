import Testing
import TocsinCore
import TocsinModel

@Suite struct InhibitionTests {
    private static let down = InhibitRule(
        source: [Matcher(name: "alertname", equals: "Down")],
        target: [Matcher(name: "severity", equals: "warning")],
        equal: ["host"]
    )

    private func world(_ rules: InhibitRule..., options: EngineOptions = EngineOptions()) -> World {
        World(.simple(inhibitRules: rules), options: options)
    }

    @Test func aTargetIsHeldBackWhileItsSourceFires() {
        var world = self.world(InhibitionTests.down)

        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.fire("Disk@b severity=warning", window: .seconds(9000))
        world.run(until: .seconds(60))

        #expect(
            world.news().sorted() == [
                "30s slack first notification: firing Disk@b", "30s slack first notification: firing Down@a",
            ]
        )
    }

    @Test(
        arguments: [
            ([Matcher(name: "severity", equals: "warning")], true),
            ([Matcher(name: "severity", equals: "critical")], false),
            ([Matcher(name: "absent", equals: "")], true),
            ([], true),
        ] as [([Matcher], Bool)])
    func everyKindOfTargetMatcherFindsItsTargets(target: [Matcher], isInhibited: Bool) throws {
        let source = [Matcher(name: "alertname", equals: "Down")]
        let sides = try ["warning|info", "warn.*", "critical|page"].map {
            target + [try Matcher(name: "severity", kind: .regex, value: $0)]
        }
        for (side, isMatching) in zip([target] + sides, [true, true, true, false]) {
            var world = self.world(InhibitRule(source: source, target: side, equal: ["host"]))

            world.fire("Down@a")
            world.fire("Disk@a severity=warning")

            let inhibitor = world.engine.inhibitor(
                of: World.labels("Disk@a severity=warning"), at: world.engine.now)
            #expect((inhibitor == World.fingerprint("Down@a")) == (isInhibited && isMatching))
        }
    }

    @Test func aTargetIsToldAtItsNextFlushOnceItsSourceHasEnded() {
        var world = self.world(InhibitionTests.down)

        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.fire("Down@a", window: .seconds(9000))
        world.run(until: .seconds(60))
        world.resolve("Down@a")
        world.run(until: .seconds(400))

        #expect(
            world.news().sorted() == [
                "30s slack first notification: firing Down@a",
                "330s slack all alerts resolved: resolved Down@a",
                "330s slack first notification: firing Disk@a",
            ]
        )
    }

    @Test func aSourceWhoseTimeRanOutInhibitsNoMoreThoughNobodyNoticedYet() {
        var world = self.world(InhibitionTests.down)

        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.run(until: .seconds(20))
        world.fire("Down@a", window: .seconds(240))
        world.run(until: .seconds(340))

        #expect(world.news().contains("330s slack first notification: firing Disk@a"))
    }

    @Test func aSilencedSourceInhibitsAllTheSame() {
        var world = self.world(InhibitionTests.down)

        world.silence("alertname=Down", until: .seconds(9000))
        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.run(until: .seconds(900))

        #expect(world.news() == [])
    }

    @Test func absentLabelsAreEqual() {
        var world = self.world(InhibitionTests.down)

        world.fire("Down", window: .seconds(9000))
        world.fire("Disk severity=warning", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.run(until: .seconds(60))

        #expect(world.news().sorted().first == "30s slack first notification: firing Disk@a")
    }

    @Test func alertsOnBothSidesInhibitNeitherThemselvesNorEachOther() {
        var world = self.world(InhibitRule(equal: ["host"]))

        world.fire("Disk@a", window: .seconds(9000))
        world.fire("Disk@a x=1", window: .seconds(9000))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Disk@a Disk@a"])
    }

    @Test func anAlertOnBothSidesIsInhibitedByOneThatIsOnlyASource() {
        // `Down` alone is no target; `Disk` is both. Whichever came last must not hide the other.
        let rule = InhibitRule(
            source: [Matcher(name: "host", equals: "a")], target: [Matcher(name: "alertname", equals: "Disk")]
        )
        var world = self.world(rule)

        world.fire("Down@a", window: .seconds(600))
        world.fire("Disk@a", window: .seconds(9000))
        world.fire("Disk@a x=1", window: .seconds(9000))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Down@a"])
    }

    @Test func theEndOfWhatWasToldAndThenInhibitedIsTold() {
        var world = self.world(InhibitionTests.down)

        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.run(until: .seconds(60))
        world.fire("Down@a", window: .seconds(9000))
        world.resolve("Disk@a severity=warning")
        world.run(until: .seconds(340))

        #expect(world.news().contains("330s slack all alerts resolved: resolved Disk@a"))
    }

    @Test func aReloadBringsItsRulesIntoForce() {
        var world = self.world()

        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.reload(.simple(inhibitRules: [InhibitionTests.down]))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Down@a"])
    }

    @Test func inhibitionOutlivesARestart() {
        var world = self.world(InhibitionTests.down)

        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.restart(after: .seconds(1))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Down@a"])
    }

    @Test func inhibitionIsNamedBeforeSilence() {
        var world = self.world(InhibitionTests.down)

        world.silence("alertname=Disk", until: .seconds(9000))
        world.fire("Down@a", window: .seconds(9000))
        world.fire("Disk@a severity=warning", window: .seconds(9000))
        world.fire("Disk@b severity=warning", window: .seconds(9000))
        world.run(until: .seconds(60))

        let reasons = world.facts.compactMap { fact -> String? in
            guard case .heldBack(_, _, let reason, let count) = fact else { return nil }
            return "\(count) \(reason.rawValue)"
        }
        #expect(reasons == ["1 inhibition", "1 silence"])
    }
}
