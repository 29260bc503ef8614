import Testing
import TocsinCore
import TocsinModel

@Suite struct RestartTests {
    @Test func aGroupThatWaitedGoesOutAfterTheRestart() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(10))
        world.restart(after: .seconds(5))
        world.run(until: .seconds(60))

        #expect(world.news() == ["30s slack first notification: firing Disk@a"])
    }

    @Test func noGroupSpeaksBeforeTheStartDelayIsOver() {
        var options = EngineOptions()
        options.startDelay = .seconds(100)
        var world = World(.simple(), options: options)

        world.fire("Disk@a")
        world.run(until: .seconds(50))
        world.restart(after: .seconds(10))
        world.fire("Late@a", since: .seconds(-600))
        world.run(until: .seconds(159))
        #expect(world.news() == [])

        world.run(until: .seconds(170))
        #expect(
            world.news().sorted() == [
                "160s slack first notification: firing Disk@a", "160s slack first notification: firing Late@a",
            ]
        )
    }

    @Test func aMessageThatWasCommittedAndNotSentGoesOutAfterTheRestart() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.crashesBeforeSending = true
        world.run(until: .seconds(30))
        world.restart(after: .seconds(3))

        #expect(world.news() == ["33s slack first notification: firing Disk@a"])
    }

    @Test func aMessageThatArrivedGoesOutNoSecondTimeWhenTheSendersSpeakAgain() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        _ = world.news()
        world.restart(after: .seconds(30))
        world.fire("Disk@a", since: .zero, window: .seconds(3600))
        world.run(until: .seconds(1200))

        #expect(world.news() == [])
    }

    @Test func anAlertWaitsForItsSenderAsLongAsTheSenderAskedFor() {
        var world = World(.simple())

        world.fire("Disk@a", window: .seconds(240))
        world.run(until: .seconds(60))
        _ = world.news()
        world.restart(after: .seconds(3600))
        #expect(world.news() == [])

        world.run(until: .seconds(3660 + 1000))
        #expect(world.news() == ["3960s slack all alerts resolved: resolved Disk@a"])
    }

    @Test func whatEndedBeforeTheCrashHasEndedAfterIt() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        _ = world.news()
        world.restart(after: .seconds(600))

        #expect(world.news() == ["660s slack all alerts resolved: resolved Disk@a"])
    }

    @Test func reminderTimesSurvive() {
        var world = World(.simple(groupInterval: .seconds(1800)))

        world.fire("Disk@a", window: .seconds(100_000))
        world.run(until: .seconds(7000))
        world.restart(after: .seconds(20))
        world.fire("Disk@a", since: .zero, window: .seconds(100_000))
        world.run(until: .seconds(15000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "14430s slack repeat interval elapsed: firing Disk@a",
            ]
        )
    }

    @Test func theEndOfWhatMayHaveGoneOutBeforeTheCrashIsTold() {
        var world = World(.simple())
        world.fire("Disk@a")
        world.answers["slack"] = { _ in nil }
        world.run(until: .seconds(40))
        world.answers["slack"] = { _ in .failed(reason: "refused", mayHaveArrived: false) }
        world.restart(after: .seconds(1))

        world.resolve("Disk@a")
        world.run(until: .seconds(300))
        world.answers["slack"] = nil
        world.run(until: .seconds(1000))

        #expect(world.news().last == "330s slack all alerts resolved: resolved Disk@a")
    }

    @Test func afterALongSleepNobodyIsToldOldNews() {
        var world = World(.simple())
        world.answers["slack"] = { _ in .failed(reason: "refused", mayHaveArrived: false) }
        world.fire("Disk@a")
        world.run(until: .seconds(100))
        world.resolve("Disk@a")
        world.answers["slack"] = nil
        world.sleep(until: .seconds(4000))

        #expect(world.news() == [])
    }
}

@Suite struct ClockTests {
    @Test(arguments: [Duration.seconds(3600), .seconds(-3600), .seconds(86400 * 30), .seconds(-5)])
    func aStepOfTheClockNeitherResolvesNorFreezesNorHurriesAnything(step: Duration) {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.fire("Load@a")
        world.setClock(by: step)
        world.run(until: .seconds(100))
        world.fire("Disk@a", since: .zero, window: .seconds(3600))
        world.fire("Load@a", since: .seconds(60), window: .seconds(3600))
        world.run(until: .seconds(1000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "90s slack first notification: firing Load@a",
            ]
        )
    }

    @Test func anEndThatThisServerGaveKeepsItsDistance() {
        var world = World(.simple())

        world.post("Disk@a", startsAt: world.now, endsAt: world.now + .seconds(300), endsByTimeout: true)
        world.run(until: .seconds(100))
        world.setClock(by: .seconds(-7200))
        world.run(until: .seconds(1000))

        #expect(world.news().last == "330s slack all alerts resolved: resolved Disk@a")
    }

    @Test func aMachineThatSleptResolvesNothingOnPaper() {
        var world = World(.simple())

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        _ = world.news()
        world.sleep(until: .seconds(7200))
        world.fire("Disk@a", since: .zero, window: .seconds(3600))
        world.run(until: .seconds(8000))

        #expect(world.news() == [])
    }

    @Test func remindersMoveWithTheClock() {
        var world = World(.simple(groupInterval: .seconds(1800)))

        world.fire("Disk@a", window: .seconds(1_000_000))
        world.run(until: .seconds(7000))
        world.setClock(by: .seconds(100_000))
        world.run(until: .seconds(15000))

        #expect(
            world.news() == [
                "30s slack first notification: firing Disk@a",
                "14430s slack repeat interval elapsed: firing Disk@a",
            ]
        )
    }
}
