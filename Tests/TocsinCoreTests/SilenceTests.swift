import Testing
import TocsinCore
import TocsinModel

@Suite struct SilencingTests {
    @Test func anAlertThatIsSilencedFromTheStartIsNeverTold() {
        var world = World(.simple())

        world.silence("alertname=Disk", until: .seconds(3600))
        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
        #expect(world.engine.groups.isEmpty)
        #expect(world.engine.alerts.isEmpty)
    }

    @Test func whatStillFiresWhenItsSilenceEndsIsToldAtTheNextFlush() {
        var world = World(.simple())

        world.silence("alertname=Disk", until: .seconds(400))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(1000))

        #expect(world.news() == ["630s slack first notification: firing Disk@a"])
    }

    @Test func anExpiryTakesEffectInItsOwnTurn() {
        var world = World(.simple())

        world.silence("alertname=Disk", until: .seconds(330))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(330))

        #expect(world.news() == ["330s slack first notification: firing Disk@a"])
    }

    @Test func aSilenceThatStartsWithTheFlushHoldsItBack() {
        var world = World(.simple())

        world.silence("alertname=Disk", from: .seconds(30), until: .seconds(100))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(329))

        #expect(world.news() == [])
    }

    @Test func aPendingSilenceHoldsNothingBack() {
        var world = World(.simple())

        world.silence("alertname=Disk", from: .seconds(31), until: .seconds(100))
        world.fire("Disk@a", window: .seconds(9000))
        world.run(until: .seconds(31))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }

    @Test func silencingWhatWasToldIsNoNewsAndItsEndIsTold() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.silence("host=a", until: .seconds(3000))
        world.run(until: .seconds(900))
        world.resolve("Disk@a")
        world.run(until: .seconds(2000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "930s slack all alerts resolved: resolved Disk@a",
            ]
        )
        #expect(world.engine.groups.isEmpty)
    }

    @Test func withoutTellTheEndNobodyHearsOfAnEndInSilence() {
        var options = EngineOptions()
        options.tellsTheEnd = false
        var world = World(.simple(), options: options)

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.silence("host=a", until: .seconds(600))
        world.resolve("Disk@a")
        world.run(until: .seconds(2000))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
        #expect(world.engine.groups.isEmpty)
        #expect(world.engine.alerts.isEmpty)
    }

    @Test func anEndInSilenceIsNotToldToThoseWhoNeverHeardOfTheAlert() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.silence("host=b", until: .seconds(3000))
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(400))
        world.resolve("Disk@b")
        world.run(until: .seconds(700))
        world.resolve("Disk@a")
        world.run(until: .seconds(2000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "930s slack all alerts resolved: resolved Disk@a",
            ]
        )
    }

    @Test func theOthersOfAGroupAreToldWithoutTheSilencedOne() {
        var world = World(.simple())

        world.silence("host=a", until: .seconds(3600))
        world.fire("Disk@a", window: .seconds(9000))
        world.fire("Disk@b", window: .seconds(9000))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Disk@b"])
    }

    @Test func aSilencedAlertIsNotRemindedOf() {
        var world = World(.simple(groupInterval: .seconds(1800)))

        world.fire("Disk@a", window: .seconds(100_000))
        world.run(until: .seconds(60))
        world.silence("host=a", until: .seconds(20_000))
        world.run(until: .seconds(22_000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "21630s slack repeat interval elapsed: firing Disk@a",
            ]
        )
    }

    @Test func aMessageThatWaitsForItsRetryIsTakenBackWhenItsAlertIsSilenced() {
        var world = World(.simple())
        world.answers["slack"] = { _ in .failed(reason: "down", mayHaveArrived: false) }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(40))
        world.silence("host=a", until: .seconds(3600))
        world.answers = [:]
        world.run(until: .seconds(320))

        #expect(world.news() == [])
        #expect(world.engine.deliveries.isEmpty)
    }

    @Test func aSilenceOutlivesARestart() {
        var world = World(.simple())

        world.silence("host=a", until: .seconds(3600))
        world.fire("Disk@a", window: .seconds(3600))
        world.restart(after: .seconds(5))
        world.run(until: .seconds(900))

        #expect(world.news() == [])
    }

    @Test(arguments: ["host=~a|b", "host=~[ab]", "alertname=Disk host=~.+", "host=~a|b severity=critical"])
    func everyWayToWriteItFindsTheAlert(matchers: String) {
        var world = World(.simple())

        world.silence(matchers, until: .seconds(3600))
        world.fire("Disk@a severity=critical", window: .seconds(3600))
        world.fire("Disk@c severity=warning x=critical", window: .seconds(3600))
        world.run(until: .seconds(60))

        let isAboutAll = matchers.hasSuffix(".+")
        #expect(world.news() == (isAboutAll ? [] : ["30s slack first notification: firing Disk@c"]))
    }
}

@Suite struct SilenceRuleTests {
    private func state(_ world: World, _ id: ID<Silence>) -> Silence.State? {
        world.engine.silences[id]?.state(at: world.now)
    }

    @Test func aStartInThePastBecomesNow() {
        var world = World(.simple())
        world.run(until: .seconds(100))

        let id = world.silence("host=a", from: .seconds(10), until: .seconds(200))

        #expect(world.engine.silences[id]?.startsAt == World.start + .seconds(100))
    }

    /// What is asked for at 100 s of a silence from `old.0` to `old.1` of `host=a`, and whether it is changed in place.
    @Test(arguments: [
        (old: (50, 200), new: ("host=a", 50, 300), isInPlace: true),
        (old: (50, 200), new: ("host=a", 50, 150), isInPlace: true),
        (old: (50, 200), new: ("host=a", 51, 300), isInPlace: false),
        (old: (50, 200), new: ("host=b", 50, 300), isInPlace: false),
        (old: (50, 200), new: ("host=~a", 50, 300), isInPlace: false),
        (old: (150, 200), new: ("host=a", 160, 300), isInPlace: true),
        (old: (150, 200), new: ("host=a", 100, 300), isInPlace: true),
        (old: (150, 200), new: ("host=a", 99, 300), isInPlace: false),
        (old: (50, 90), new: ("host=a", 50, 300), isInPlace: false),
    ])
    func aChangeIsInPlaceWhereTheMatchersStayAndThePastStays(
        old: (Int, Int),
        new: (String, Int, Int),
        isInPlace: Bool
    ) {
        var world = World(.simple())
        world.run(until: .seconds(50))
        let first = world.silence("host=a", from: .seconds(old.0), until: .seconds(old.1))
        world.run(until: .seconds(100))

        let second = world.silence(
            new.0, from: .seconds(new.1), until: .seconds(new.2), replacing: first, comment: "x")

        #expect((second == first) == isInPlace)
        #expect(world.engine.silences[second]?.comment == "x")
        #expect(world.engine.silences[second]?.endsAt == World.start + .seconds(new.2))
        if !isInPlace { #expect(self.state(world, first) == .expired) }
        #expect(world.engine.silences.count == (isInPlace ? 1 : 2))
        #expect(world.news() == [])
    }

    @Test func matchersInAnotherOrderAreOthers() {
        var world = World(.simple())
        let first = world.silence("host=a alertname=Disk", until: .seconds(200))

        let second = world.silence("alertname=Disk host=a", until: .seconds(200), replacing: first)

        #expect(second != first)
        #expect(self.state(world, first) == .expired)
        #expect(self.state(world, second) == .active)
    }

    @Test func anUnknownSilenceCannotBeChangedNorEnded() {
        var world = World(.simple())

        world.silence("host=a", until: .seconds(200), replacing: ID(7))
        world.unsilence(ID(7))

        #expect(world.news() == ["rejected: unknownSilence", "rejected: unknownSilence"])
        #expect(world.engine.silences.isEmpty)
    }

    @Test func endingAPendingSilenceLeavesNoTimeInIt() throws {
        var world = World(.simple())
        let id = world.silence("host=a", from: .seconds(100), until: .seconds(200))
        world.run(until: .seconds(10))

        world.unsilence(id)
        world.unsilence(id)

        let silence = try #require(world.engine.silences[id])
        #expect(silence.startsAt == World.start + .seconds(10))
        #expect(silence.endsAt == World.start + .seconds(10))
        #expect(world.news() == [])
    }

    @Test func anExpiredSilenceIsHistoryForAsLongAsDataIsRetained() {
        var options = EngineOptions()
        options.retention = .seconds(3600)
        var world = World(.simple(), options: options)
        world.silence("host=a", until: .seconds(200))

        world.run(until: .seconds(3700))
        #expect(world.engine.silences.count == 1)

        world.run(until: .seconds(3800 + 900))
        #expect(world.engine.silences.isEmpty)
    }

    @Test func theLimitCountsExpiredSilencesToo() {
        var options = EngineOptions()
        options.limits.silences = 2
        var world = World(.simple(), options: options)
        let first = world.silence("host=a", until: .seconds(200))
        world.silence("host=b", until: .seconds(200))
        world.unsilence(first)

        world.silence("host=c", until: .seconds(200))

        #expect(world.news() == ["rejected: tooManySilences(count: 2, limit: 2)"])
    }

    @Test func whatCannotBeReplacedForWantOfRoomStaysInForce() {
        var options = EngineOptions()
        options.limits.silences = 1
        var world = World(.simple(), options: options)
        let first = world.silence("host=a", until: .seconds(200))

        world.silence("host=b", until: .seconds(200), replacing: first)
        #expect(self.state(world, first) == .active)
        world.silence("host=a", from: .zero, until: .seconds(300), replacing: first)

        #expect(world.engine.silences[first]?.endsAt == World.start + .seconds(300))
    }

    @Test func aSilenceThatIsTooLongIsRefused() {
        var options = EngineOptions()
        options.limits.silenceSize = 200
        var world = World(.simple(), options: options)

        world.silence("host=a", until: .seconds(200))
        world.silence("host=a", until: .seconds(200), comment: String(repeating: "x", count: 200))

        // 38 the name, 11 + 13 the matcher twice, 24 three times, 203 the comment; around it 3, and 8 until when it is
        // kept.
        #expect(world.news() == ["rejected: silenceTooLarge(size: 300, limit: 200)"])
    }

    // MARK: The clock

    @Test func aStepForwardDoesNotMoveTheTimesOfASilence() {
        var world = World(.simple())
        let id = world.silence("host=a", until: .seconds(3600))

        world.setClock(by: .seconds(7200))

        #expect(self.state(world, id) == .expired)
    }

    @Test func aStepBackDoesNotLetASilenceBeginAnew() {
        var world = World(.simple())
        world.run(until: .seconds(100))
        let id = world.silence("host=a", until: .seconds(3600))

        world.setClock(by: .seconds(-90))

        #expect(self.state(world, id) == .active)
        #expect(world.engine.silences[id]?.endsAt == World.start + .seconds(3600))
    }

    @Test func aStepBackDoesNotBringASilenceBackToLife() {
        var world = World(.simple())
        let id = world.silence("host=a", until: .seconds(3600))
        world.run(until: .seconds(100))
        world.unsilence(id)

        world.setClock(by: .seconds(-90))

        #expect(self.state(world, id) == .expired)
        #expect(world.engine.silences(of: ["host": "a"], at: world.now).isEmpty)
    }
}
