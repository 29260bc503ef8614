import Testing
import TocsinCore
import TocsinModel

/// What an Alertmanager had told before its folder was taken over: a minute ago, that `Disk@a` and `Disk@b` fire.
@Suite struct InheritanceTests {
    private static func world(
        told alerts: [String] = ["Disk@a", "Disk@b"],
        ago: Duration = .seconds(60),
        expiresIn: Duration = .seconds(8 * 3600),
        routing: RoutingTable = .simple()
    ) -> World {
        let key = InheritedKey(
            group: GroupKey(#"{}:{alertname="Disk"}"#),
            integration: IntegrationID(receiver: "slack", kind: "webhook", index: 0)
        )
        let inherited = Inherited(
            firing: alerts.map { World.labels($0).logHash },
            toldAt: World.start - ago,
            takenAt: World.start,
            expiresAt: World.start + expiresIn
        )
        return World(routing, rows: [.inherited(key, inherited)])
    }

    private static let before = Duration.seconds(-600)

    @Test func whatWasToldIsNotToldAgainAndItsReminderComesWhenItWasDue() {
        var world = Self.world(routing: .simple(groupInterval: .seconds(300)))

        world.fire("Disk@a", since: Self.before, window: .seconds(100_000))
        world.fire("Disk@b", since: Self.before, window: .seconds(100_000))
        world.run(until: .seconds(14_000))
        #expect(world.news() == [])

        // Told 60 s before the start; groups are looked at each 300 s, and the first time at once.
        world.run(until: .seconds(14_400))
        #expect(world.news() == ["14400s slack repeat interval elapsed: firing Disk@a Disk@b"])
    }

    @Test func aReminderThatFellDueMeanwhileComesAtOnce() {
        var world = Self.world(ago: .seconds(14_500))

        world.fire("Disk@a", since: .seconds(-15_000), window: .seconds(1000))
        world.run(until: .seconds(20))

        #expect(world.news() == ["0s slack repeat interval elapsed: firing Disk@a"])
    }

    @Test func alertsThatComeBackOneAfterTheOtherAreNoNews() {
        var world = Self.world()

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(50))
        world.fire("Disk@b", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
    }

    @Test func whoComesBackAfterNewsOfOthersIsNoNewsEither() {
        var world = Self.world()

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.fire("Disk@c", window: .seconds(4000))
        world.run(until: .seconds(310))
        _ = world.news()
        world.fire("Disk@b", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(1300))

        #expect(world.news() == [])
    }

    @Test func newAlertsOfTheGroupAreNews() {
        var world = Self.world()

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.fire("Disk@c", since: .seconds(-5), window: .seconds(4000))
        world.run(until: .seconds(350))

        #expect(world.news() == ["0s slack new alerts added: firing Disk@a Disk@c"])
    }

    @Test func aSenderThatNamesNoBeginningIsKnownAgainToo() {
        var world = Self.world(told: ["Disk@a"])

        world.fire("Disk@a", window: .seconds(4000))
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
    }

    @Test func whatFiresAnewMuchLaterIsNews() {
        var world = Self.world(told: ["Disk@a"])

        world.run(until: .seconds(2000))
        world.fire("Disk@a", window: .seconds(4000))
        world.run(until: .seconds(2100))

        #expect(world.news() == ["2030s slack first notification: firing Disk@a"])
    }

    @Test func theEndOfWhatWasToldIsTold() {
        var world = Self.world(told: ["Disk@a"])

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(100))
        world.resolve("Disk@a", since: Self.before)
        world.run(until: .seconds(700))

        #expect(world.news() == ["300s slack all alerts resolved: resolved Disk@a"])
    }

    @Test func anEndThatItsSenderStillSpeaksOfIsToldOnce() {
        var world = Self.world(told: ["Disk@a"])

        world.resolve("Disk@a", since: Self.before)
        world.run(until: .seconds(100))
        world.resolve("Disk@a", since: Self.before)
        world.run(until: .seconds(1000))

        #expect(world.news() == ["0s slack all alerts resolved: resolved Disk@a"])
        #expect(world.engine.groups.isEmpty)
    }

    @Test func anEndThatNobodyWasToldOfMakesNoGroup() {
        var world = Self.world(told: ["Disk@a"])

        world.resolve("Disk@c", since: Self.before)

        #expect(world.engine.groups.isEmpty)
    }

    @Test func allIsNotOverWhileOthersMayComeBack() {
        var world = Self.world()

        world.resolve("Disk@a", since: Self.before)
        world.run(until: .seconds(60))
        world.fire("Disk@b", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(1000))

        #expect(world.news() == ["300s slack some alerts resolved: firing Disk@b, resolved Disk@a"])
    }

    @Test func othersThatDoNotComeBackAreNotWaitedForLong() {
        var world = Self.world()

        world.resolve("Disk@a", since: Self.before)
        world.run(until: .seconds(1000))
        #expect(world.news() == ["300s slack all alerts resolved: resolved Disk@a"])

        // It was told that all is over, so this is news whenever it began.
        world.fire("Disk@b", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(1100))
        #expect(world.news() == ["1000s slack first notification: firing Disk@b"])
    }

    @Test func aSilencedAlertOfWhichWasToldStaysSilencedAndIsNoNewsAfterwards() {
        var world = Self.world(told: ["Disk@a"])

        world.silence("alertname=Disk", until: .seconds(500))
        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(2000))

        #expect(world.news() == [])
    }

    @Test func whatIsLeftSurvivesARestart() {
        var world = Self.world()

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(10))
        world.restart(after: .seconds(20))
        world.fire("Disk@b", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
        #expect(world.engine.inherited.isEmpty)
    }

    @Test func whatAlertmanagerWouldHaveForgottenIsForgotten() {
        var world = Self.world(expiresIn: .seconds(100))

        world.run(until: .seconds(901))

        #expect(world.engine.inherited.isEmpty)
        #expect(world.engine.nextDeadline == nil)
    }

    @Test func aSilenceKeepsTheNameItCameWithWhenItIsChanged() throws {
        let name = try #require(ForeignName("1ce76ca8-320e-4e1f-b59b-5d2feb5a412c"))
        let silence = Silence(
            id: ID(7),
            matcherSets: [[Matcher(name: "alertname", equals: "Disk")]],
            startsAt: World.start,
            endsAt: World.start + .seconds(60),
            updatedAt: World.start,
            createdBy: "me",
            comment: "",
            foreignName: name
        )
        var world = World(.simple(), rows: [.silence(silence)])
        let found = try #require(world.engine.silence(named: "1CE76CA8-320E-4E1F-B59B-5D2FEB5A412C"))

        world.silence("alertname=Disk", from: .zero, until: .seconds(600), replacing: found)

        #expect(world.engine.name(of: found) == "1ce76ca8-320e-4e1f-b59b-5d2feb5a412c")
        #expect(world.engine.silences[found]?.endsAt == World.start + .seconds(600))

        // Once it is forgotten, so is its name.
        world.run(until: .seconds(130 * 3600))
        #expect(world.engine.silence(named: "1ce76ca8-320e-4e1f-b59b-5d2feb5a412c") == nil)
    }

    @Test func anotherPlaceInTheFileOrAnotherReceiverWasToldNothing() {
        let child = RouteNode(matchers: [], receiver: "pager", grouping: .labels(["alertname"]))
        var world = Self.world(routing: .simple(children: [child]))

        world.fire("Disk@a", since: Self.before, window: .seconds(4000))
        world.run(until: .seconds(10))

        #expect(world.news() == ["0s pager first notification: firing Disk@a"])
    }
}
