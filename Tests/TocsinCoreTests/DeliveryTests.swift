import Testing
import TocsinCore
import TocsinModel

@Suite struct DeliveryTests {
    private static let refusedConnection = Outcome.failed(reason: "connection refused", mayHaveArrived: false)
    private static let timeout = Outcome.failed(reason: "timed out", mayHaveArrived: true)

    @Test func aFailedMessageIsTriedAgainAndArrivesOnce() {
        var world = World(.simple())
        var failures = 3
        world.answers["slack"] = { _ in
            failures -= 1
            return failures >= 0 ? DeliveryTests.refusedConnection : .delivered
        }

        world.fire("Disk@a")
        world.run(until: .seconds(60))

        let news = world.news()
        #expect(news.count == 1)
        #expect(news[0].hasSuffix("first notification: firing Disk@a"))
    }

    @Test func waitsGrowToAMinuteAtMost() {
        var world = World(.simple(groupInterval: .seconds(100_000)))
        var attempts: [Duration] = []
        world.answers["slack"] = { _ in DeliveryTests.refusedConnection }

        world.fire("Disk@a", window: .seconds(100_000))
        for second in 30...3600 {
            let before = world.facts.count
            world.run(until: .seconds(second))
            for case .attemptBegun in world.facts[before...] { attempts.append(.seconds(second)) }
        }

        let gaps = zip(attempts.dropFirst(), attempts).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 <= .seconds(61) })
        #expect(gaps.suffix(10).allSatisfy { $0 >= .seconds(29) })
        #expect(gaps.prefix(3).allSatisfy { $0 <= .seconds(3) })
    }

    @Test func theNewestContentReplacesWhatWaits() {
        var world = World(.simple())
        world.answers["slack"] = { _ in DeliveryTests.refusedConnection }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(329))
        world.answers["slack"] = nil
        world.run(until: .seconds(1000))

        // Whatever retry comes first after 329 s still tells of one alert, the flush at 330 s of both.
        let news = world.news()
        #expect(news.last?.hasSuffix("firing Disk@a Disk@b") == true)
        #expect(world.engine.deliveries.isEmpty)
    }

    @Test func whatWasRefusedIsTriedAnewAtTheNextFlush() {
        var world = World(.simple())
        world.answers["slack"] = { _ in .refused(reason: "404") }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(300))
        world.answers["slack"] = nil
        world.run(until: .seconds(600))

        #expect(world.news() == ["330s slack first notification: firing Disk@a"])
    }

    @Test func theEndOfAMessageThatMayHaveArrivedIsTold() {
        var world = World(.simple())
        world.answers["slack"] = { _ in DeliveryTests.timeout }

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(329))
        world.answers["slack"] = nil
        world.run(until: .seconds(1000))

        #expect(world.news().last == "330s slack all alerts resolved: resolved Disk@a")
        #expect(world.engine.groups.isEmpty)
    }

    @Test func theEndOfAMessageThatCannotHaveArrivedIsNot() {
        var world = World(.simple())
        world.answers["slack"] = { _ in DeliveryTests.refusedConnection }

        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.resolve("Disk@a")
        world.run(until: .seconds(330))
        world.answers["slack"] = nil
        world.run(until: .seconds(1000))

        #expect(world.news() == [])
        #expect(world.engine.groups.isEmpty)
        #expect(world.engine.deliveries.isEmpty)
    }

    @Test func onlyOneMessageIsUnderWayAndTheGroupIsLookedAtAgainAfterIt() {
        var world = World(.simple())
        world.answers["slack"] = { _ in nil }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(60))
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(700))
        #expect(world.underWay.count == 1)

        world.answers["slack"] = nil
        world.answer(.delivered)
        #expect(world.news() == ["700s slack new alerts added: firing Disk@a Disk@b"])
    }

    @Test func aReceiverThatNamesATimeIsNotAskedBefore() {
        var world = World(.simple())
        world.answers["slack"] = { _ in
            .failed(reason: "429", mayHaveArrived: false, retryAfter: .seconds(500))
        }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(31))
        world.answers["slack"] = nil
        // The flush at 330 s has newer content, but not an earlier leave.
        world.fire("Disk@b", window: .seconds(3600))
        world.run(until: .seconds(800))

        #expect(world.news() == ["530s slack first notification: firing Disk@a Disk@b"])
    }

    @Test func aWaitThatTheReceiverNamedIsNoFailedAttempt() {
        var world = World(.simple())
        world.answers["slack"] = { _ in .failed(reason: "429", mayHaveArrived: false, retryAfter: .seconds(20)) }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(100))

        let failures = world.facts.count { if case .attemptFailed = $0 { true } else { false } }
        let waits = world.facts.count { if case .toldToWait = $0 { true } else { false } }
        #expect(failures == 0 && waits == 4)
        #expect(world.engine.deliveries.allSatisfy { $0.row.attempts == 0 })
    }

    /// What was told to wait cannot have arrived, whatever happens meanwhile.
    @Test func theEndOfAMessageThatWasToldToWaitIsNotToldAfterARestart() {
        var world = World(.simple())
        world.answers["slack"] = { _ in .failed(reason: "429", mayHaveArrived: false, retryAfter: .seconds(500)) }

        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(40))
        world.restart(after: .seconds(1))
        world.resolve("Disk@a")
        world.answers["slack"] = nil
        world.run(until: .seconds(2000))

        #expect(world.news() == [])
        #expect(world.engine.groups.isEmpty)
    }

    @Test func aLateAnswerSaysNothing() {
        var world = World(.simple())
        world.answers["slack"] = { _ in nil }
        world.fire("Disk@a", window: .seconds(3600))
        world.run(until: .seconds(30))
        let send = world.underWay[0]

        world.answer(DeliveryTests.refusedConnection)
        world.lateAnswer(to: send, .refused(reason: "late"))
        world.answers["slack"] = nil
        world.run(until: .seconds(40))

        #expect(world.news().count == 1)
    }
}

@Suite struct SteadyStateTests {
    @Test func aResendWritesNothing() {
        var world = World(.simple())
        world.fire("Disk@a")
        world.run(until: .seconds(60))
        world.writes = 0

        for second in stride(from: 61, to: 300, by: 15) {
            world.run(until: .seconds(second))
            world.fire("Disk@a", since: .zero)
        }

        #expect(world.writes == 0)
    }

    @Test func aSenderThatChangesItsWindowByHalfIsWritten() {
        var world = World(.simple())
        world.fire("Disk@a", window: .seconds(240))
        world.run(until: .seconds(60))
        world.writes = 0

        world.fire("Disk@a", since: .zero, window: .seconds(361))

        #expect(world.writes > 0)
    }

    @Test func aLongWindowIsWrittenOnceInAHalfOfIt() {
        var world = World(.simple(groupInterval: .seconds(1_000_000), incident: false))
        world.fire("Disk@a", window: .seconds(86400))
        world.run(until: .seconds(60))
        world.writes = 0

        world.run(until: .seconds(40000))
        world.fire("Disk@a", since: .zero, window: .seconds(86400))
        #expect(world.writes == 0)

        world.run(until: .seconds(44000))
        world.fire("Disk@a", since: .zero, window: .seconds(86400))
        #expect(world.writes > 0)
    }

    /// Slack's message that is changed until all is over; the disk is compared by every test.
    @Test func whatAReceiverWantsToKnowAgainComesBackUntilTheGroupBeginsAnew() {
        var world = World(.simple())
        var seen: [LabelSet] = []
        world.receiverData["slack"] = { send in
            seen.append(send.receiverData)
            return ["message": "\(seen.count)"]
        }

        world.fire("Disk@a", window: .seconds(7200))
        world.run(until: .seconds(100))
        world.fire("Disk@b", window: .seconds(7200))
        world.run(until: .seconds(400))
        world.restart()
        world.resolve("Disk@a")
        world.resolve("Disk@b")
        world.run(until: .seconds(1000))
        world.fire("Disk@a", window: .seconds(7200))
        world.run(until: .seconds(1100))

        let reasons = world.takeAttempts().map(\.send.content.reason)
        #expect(reasons == [.firstNotification, .newAlertsAdded, .allAlertsResolved, .firstNotification])
        #expect(seen == [.empty, ["message": "1"], ["message": "2"], .empty])
    }

    @Test func whatFailsLeavesTheReceiversDataAsItWas() {
        var world = World(.simple())
        world.receiverData["slack"] = { _ in ["message": "1"] }
        world.fire("Disk@a", window: .seconds(7200))
        world.run(until: .seconds(100))

        world.receiverData["slack"] = nil
        world.answers["slack"] = { _ in .refused(reason: "404") }
        world.fire("Disk@b", window: .seconds(7200))
        world.run(until: .seconds(700))

        let attempts = world.takeAttempts().map(\.send.receiverData)
        #expect(attempts == [.empty, ["message": "1"], ["message": "1"]])
    }
}
