import Testing
import TocsinCore
import TocsinModel

@Suite struct IncidentTests {
    private static let day = Duration.seconds(86400)

    @Test func anIncidentOpensWithTheFirstFlushThatSpeaks() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical")
        world.run(until: .seconds(29))
        #expect(world.incident(1) == nil)

        world.run(until: .seconds(30))
        let incident = world.incident(1)
        #expect(incident?.status == .triggered)
        #expect(incident?.priority == .p1)
        #expect(incident?.response.respondBy == World.start + .seconds(930))
    }

    @Test func nobodyAnswersAndEveryStepIsCalledInItsTime() {
        var world = World(.paging(repeats: 1))

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(4000))

        #expect(
            world.news().filter { !$0.contains("slack") } == [
                "30s pager escalated: firing Disk@a",
                "330s boss escalated: firing Disk@a",
                "630s pager escalated: firing Disk@a",
                "930s other response target breached: firing Disk@a",
                "930s boss escalated: firing Disk@a",
                "1230s other fallback: firing Disk@a",
            ]
        )
        #expect(world.incident(1)?.escalation.state == .exhausted)
        #expect(world.incident(1)?.response.breachedAt == World.start + .seconds(930))
    }

    @Test func whoAcknowledgesStopsTheCallsAndTheReminders() {
        var world = World(.paging(repeats: 9))

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        _ = world.news()
        #expect(world.command(1, .acknowledge()) == true)
        #expect(world.command(1, .acknowledge()) == false)
        world.run(until: .seconds(100 + 2699))

        #expect(world.news() == [])
        #expect(world.incident(1)?.response.firstRespondedAt == World.start + .seconds(100))
    }

    @Test func newsOfAnAcknowledgedIncidentStillGoesOutAndSoDoesTheEnd() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(31))
        world.command(1, .acknowledge())
        _ = world.news()
        world.fire("Disk@b severity=critical", window: Self.day)
        world.run(until: .seconds(400))
        world.resolve("Disk@a severity=critical")
        world.resolve("Disk@b severity=critical")
        world.run(until: .seconds(700))

        #expect(
            world.news() == [
                "330s slack new alerts added: firing Disk@a Disk@b",
                "630s pager incident resolved: resolved Disk@a",
                "630s slack all alerts resolved: resolved Disk@a Disk@b",
            ]
        )
        #expect(world.incident(1)?.resolution?.reason == .alerts)
    }

    @Test func anAcknowledgementLapsesAndTheCallsBeginAnew() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(30))
        world.command(1, .acknowledge())
        world.run(until: .seconds(30 + 2700))
        #expect(world.news().last == "2730s pager acknowledgement reminder: firing Disk@a")
        world.run(until: .seconds(30 + 3600))

        #expect(world.incident(1)?.status == .triggered)
        #expect(world.incident(1)?.spell == 2)
        #expect(
            world.news() == [
                "3630s slack repeat interval elapsed: firing Disk@a", "3630s pager escalated: firing Disk@a",
            ]
        )
    }

    @Test func anExtensionAtTheInstantOfTheExpiryWins() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(30))
        world.command(1, .acknowledge())
        world.run(until: .seconds(30 + 3599))
        world.jump(to: .seconds(30 + 3600))
        #expect(world.command(1, .acknowledge(extend: true)) == true)
        world.run(until: .seconds(30 + 3700))

        #expect(world.incident(1)?.status == .acknowledged)
    }

    @Test(arguments: [(899, nil), (900, nil), (901, 930)] as [(Int, Int?)])
    func anAnswerIsInTimeUpToTheLastInstant(delay: Int, breachedAt: Int?) {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(30))
        if delay > 900 { world.run(until: .seconds(30 + delay)) } else { world.run(until: .seconds(30 + 898)) }
        world.jump(to: .seconds(30 + delay))
        world.command(1, .acknowledge())

        #expect(world.incident(1)?.response.breachedAt == breachedAt.map { World.start + .seconds($0) })
    }

    @Test func aRestartRunsWhatIsOverdueOneStepAtATime() {
        var world = World(.paging(repeats: 9))

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(30))
        _ = world.news()
        world.restart(after: .seconds(3000))

        #expect(world.news().filter { $0.contains("escalated") } == ["3030s boss escalated: firing Disk@a"])
        #expect(world.incident(1)?.escalation.level == 2)
    }
}

@Suite struct CalledIncidentTests {
    @Test func aPageThatWaitsForItsRetryOutlivesAReload() {
        var world = World(.paging())
        world.answers["pager"] = { _ in .failed(reason: "down", mayHaveArrived: false) }
        world.fire("Disk@a severity=critical", window: .seconds(86400))
        world.run(until: .seconds(31))
        _ = world.news()

        world.reload(.paging(repeats: 1))
        world.answers["pager"] = nil
        world.run(until: .seconds(120))

        #expect(world.news().filter { $0.contains("pager escalated") }.count == 1)
    }
}

@Suite struct SuppressedIncidentTests {
    @Test func aSilenceStopsTheClockOfAnOpenIncidentAndItsEndCallsAtOnce() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: .seconds(86400))
        world.run(until: .seconds(100))
        _ = world.news()
        world.silence("alertname=Disk", until: .seconds(2100))
        world.run(until: .seconds(2099))
        #expect(world.news() == [])
        #expect(world.incident(1)?.suppression?.reasons == [.silence])
        #expect(world.incident(1)?.escalation.state == .paused)

        world.run(until: .seconds(2500))
        #expect(
            world.news() == [
                "2101s slack repeat interval elapsed: firing Disk@a", "2330s boss escalated: firing Disk@a",
            ]
        )
        #expect(world.incident(1)?.response.breachedAt == nil)
    }

    @Test func anEndInSilenceResolvesTheIncidentForEverybodyWhoWasCalled() {
        var world = World(.paging())

        world.fire("Disk@a severity=critical", window: .seconds(86400))
        world.run(until: .seconds(100))
        _ = world.news()
        world.silence("alertname=Disk", until: .seconds(20000))
        world.resolve("Disk@a severity=critical")
        world.run(until: .seconds(1000))

        #expect(
            world.news() == [
                "330s pager incident resolved: resolved Disk@a",
                "330s slack all alerts resolved: resolved Disk@a",
            ]
        )
        #expect(world.incident(1)?.status == .resolved)
    }

    @Test func whatIsSilencedFromTheStartIsNoIncidentUntilItsSilenceEnds() {
        var world = World(.paging())

        world.silence("alertname=Disk", until: .seconds(1000))
        world.fire("Disk@a severity=critical", window: .seconds(86400))
        world.run(until: .seconds(999))
        #expect(world.incident(1) == nil)
        world.run(until: .seconds(1300))

        #expect(world.incident(1)?.triggeredAt == World.start + .seconds(1230))
    }
}

@Suite struct IncidentEndTests {
    private static let day = Duration.seconds(86400)

    @Test func whatComesBackWithinTheWindowIsTheSameIncidentWithAKeyOfItsOwn() {
        var world = World(.paging())
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        world.resolve("Disk@a severity=critical")
        world.run(until: .seconds(400))
        #expect(world.incident(1)?.status == .resolved)
        let key = world.pageKeys().last

        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(800))

        #expect(world.incident(1)?.status == .triggered)
        #expect(world.incident(1)?.occurrence == 2)
        #expect(world.incident(2) == nil)
        #expect(key != nil && world.pageKeys().last == key.map { $0 + "#2" })
    }

    @Test func whatComesBackLaterIsANewIncidentThatKnowsTheOldOne() {
        var world = World(.paging())
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        world.resolve("Disk@a severity=critical")
        world.run(until: .seconds(2000))
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(2100))

        #expect(world.incident(2)?.previous == world.incident(1)?.id)
        #expect(world.incident(1)?.status == .resolved)
    }

    @Test func aPersonWhoResolvesWhileItFiresIsLeftAloneUntilTheHoldIsOver() {
        var world = World(.paging())
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        world.command(1, .resolve)
        #expect(world.incident(1)?.resolution?.stillFiring.count == 1)
        _ = world.news()
        world.run(until: .seconds(100 + 4 * 3600 - 1))
        #expect(world.news() == [])
        #expect(world.incident(2) == nil)

        world.run(until: .seconds(100 + 4 * 3600))
        #expect(world.incident(2)?.previous == world.incident(1)?.id)
        #expect(world.news().contains("14500s pager escalated: firing Disk@a"))
    }

    @Test func aNewEpisodeAfterAManualResolveIsANewIncident() {
        var world = World(.paging())
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        world.command(1, .resolve)
        world.run(until: .seconds(200))
        world.resolve("Disk@a severity=critical")
        world.run(until: .seconds(700))
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(1300))

        #expect(world.incident(2)?.status == .triggered)
    }

    @Test func acknowledgingWhatIsOverIsAConflictAndResolvingItIsNot() {
        var world = World(.paging())
        world.fire("Disk@a severity=critical", window: Self.day)
        world.run(until: .seconds(100))
        world.command(1, .resolve)
        _ = world.news()

        #expect(world.command(1, .acknowledge()) == nil)
        #expect(world.news().first?.hasPrefix("rejected: incidentResolved") == true)
        #expect(world.command(1, .resolve) == false)
    }

    @Test func aFlappingIncidentEndsOnlyOnceItIsStable() {
        var world = World(.paging())
        for round in 0..<4 {
            world.run(until: .seconds(round * 600))
            world.fire("Disk@a severity=critical", window: Self.day)
            world.run(until: .seconds(round * 600 + 300))
            world.resolve("Disk@a severity=critical")
            world.run(until: .seconds(round * 600 + 599))
        }
        #expect(world.incident(1)?.flapping.isFlapping == true)
        #expect(world.incident(1)?.isOpen == true)

        world.run(until: .seconds(2399 + 1800))
        #expect(world.incident(1)?.status == .resolved)
    }
}

extension RoutingTable {
    /// Critical alerts of any name to `slack`, and a policy that calls `pager`, after 5 min `boss`, at last `other`.
    static func paging(repeats: Int = 0) -> RoutingTable {
        var rules = IncidentRules()
        rules.isConfigured = true
        rules.fallback = ["other"]
        let policy = EscalationPolicy(
            name: "oncall",
            steps: [
                .init(after: .zero, notify: ["pager"]), .init(after: .seconds(300), notify: ["boss"]),
            ],
            rounds: repeats,
            onBreach: ["other"]
        )
        var root = RouteNode(receiver: "slack", grouping: .labels(["alertname"]))
        root.escalationPolicy = "oncall"
        return RoutingTable(
            root: root,
            integrations: Dictionary(
                uniqueKeysWithValues: ["slack", "pager", "boss", "other"].enumerated().map { place, name in
                    (
                        name,
                        [
                            Integration(
                                id: IntegrationID(receiver: name, kind: "webhook", index: 0),
                                sendResolved: true,
                                destination: UInt64(place)
                            )
                        ]
                    )
                }
            ),
            incidents: rules,
            policies: [policy]
        )
    }
}
