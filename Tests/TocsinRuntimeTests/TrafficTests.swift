import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@Suite struct TrafficTests {
    private func limits(endpoint: Int = 3, hanging: Int = 2, total: Int = 100) -> Traffic.Limits {
        var limits = Traffic.Limits()
        limits.perEndpoint = endpoint
        limits.perHangingEndpoint = hanging
        limits.total = total
        return limits
    }

    @Test func anEndpointGetsSoManyAtOnceAndTheNextWhenOneEnds() {
        var traffic = Traffic(limits: self.limits())
        let sends = (1...5).map { Send.sample($0) }

        let admitted = sends.map { traffic.admit($0, to: "a") }
        let admittedElsewhere = traffic.admit(Send.sample(9), to: "b")
        let next = (1...3).map { _ in traffic.finish("a", .answered).map(\.send) }

        #expect(admitted == [true, true, true, false, false])
        #expect(admittedElsewhere)
        #expect(next == [[sends[3]], [sends[4]], []])
    }

    @Test func anEndpointThatHangsGetsTwoUntilOneSucceeds() {
        var traffic = Traffic(limits: self.limits())
        _ = traffic.admit(Send.sample(1), to: "a")
        _ = traffic.finish("a", .timedOut)

        let admitted = (2...4).map { traffic.admit(Send.sample($0), to: "a") }
        let started = traffic.finish("a", .answered)
        let admittedAfterwards = traffic.admit(Send.sample(5), to: "a")

        #expect(admitted == [true, true, false])
        #expect(started.count == 1)
        #expect(admittedAfterwards)
    }

    @Test func endpointsThatHangForTheFirstTimeLeaveRoomForOthers() {
        var traffic = Traffic(limits: self.limits(endpoint: 256, total: 1024))
        for endpoint in 0..<100 {
            for number in 0..<50 { _ = traffic.admit(Send.sample(number), to: "hanging\(endpoint)") }
        }

        let admitted = (1...2).map { traffic.admit(Send.sample($0), to: "healthy") }

        #expect(admitted == [true, true])
    }

    @Test func hangingEndpointsLeaveRoomForOthers() {
        var traffic = Traffic(limits: self.limits(endpoint: 256, total: 1024))
        for endpoint in 0..<100 {
            _ = traffic.admit(Send.sample(endpoint), to: "hanging\(endpoint)")
            _ = traffic.finish("hanging\(endpoint)", .timedOut)
            for number in 0..<50 { _ = traffic.admit(Send.sample(number), to: "hanging\(endpoint)") }
        }

        #expect(traffic.underWay == 200)
        let healthy = (0..<256).map { traffic.admit(Send.sample($0), to: "healthy") }
        #expect(!healthy.contains(false))
    }

    @Test func pagesGoBeforeUpdates() {
        var traffic = Traffic(limits: self.limits(endpoint: 1))
        _ = traffic.admit(Send.sample(1), to: "a")
        _ = traffic.admit(Send.sample(2, reason: .repeatIntervalElapsed), to: "a")
        _ = traffic.admit(Send.sample(3, reason: .firstNotification), to: "a")

        let order = (1...2).flatMap { _ in traffic.finish("a", .answered).map(\.send.delivery.number) }
        #expect(order == [3, 2])
    }

    @Test func theTotalIsSharedInTurn() {
        var traffic = Traffic(limits: self.limits(endpoint: 5, total: 2))
        let admitted = (1...4).map { traffic.admit(Send.sample($0), to: "a") }
        let admittedToB = (5...6).map { traffic.admit(Send.sample($0), to: "b") }
        #expect(admitted == [true, true, false, false])
        #expect(admittedToB == [false, false])

        var order: [String] = []
        for _ in 0..<4 {
            let started = traffic.finish(order.last ?? "a", .answered)
            order += started.map(\.endpoint)
        }
        #expect(order == ["a", "b", "a", "b"])
    }
}

@Suite struct PacingTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    @Test func aChannelThatNeverRefusesIsNotPaced() {
        var pacing = Pacing()
        let waits = (0..<100).compactMap { _ in pacing.wait(for: "a", isPage: false, at: self.start) }
        #expect(waits.isEmpty)
    }

    @Test func afterARefusalNothingGoesBeforeTheTimeThatWasNamed() {
        var pacing = Pacing()
        pacing.refused("a", retryAfter: .seconds(30), at: self.start)

        let early = pacing.wait(for: "a", isPage: true, at: self.start + .seconds(10))
        let elsewhere = pacing.wait(for: "b", isPage: true, at: self.start + .seconds(10))
        let onTime = pacing.wait(for: "a", isPage: true, at: self.start + .seconds(30))
        #expect(early == .seconds(20))
        #expect(elsewhere == nil)
        #expect(onTime == nil)
    }

    @Test func thenOneGoesASecond() {
        var pacing = Pacing()
        pacing.refused("a", retryAfter: .seconds(5), at: self.start)
        var sent = 0
        for step in 0..<600 {
            let now = self.start + .seconds(5) + .milliseconds(100 * step)
            if pacing.wait(for: "a", isPage: true, at: now) == nil { sent += 1 }
        }
        #expect(sent == 60)
    }

    @Test func updatesComeBackOneAfterTheOtherAndPagesAtTheNextSecond() {
        var pacing = Pacing()
        pacing.refused("a", retryAfter: .zero, at: self.start)
        let now = self.start + .milliseconds(500)

        let updates = (0..<3).compactMap { _ in pacing.wait(for: "a", isPage: false, at: now) }
        let page = pacing.wait(for: "a", isPage: true, at: now)
        #expect(updates == [.milliseconds(1500), .milliseconds(2500), .milliseconds(3500)])
        #expect(page == .milliseconds(500))
    }

    @Test func tenQuietMinutesEndThePacing() {
        var pacing = Pacing()
        pacing.refused("a", retryAfter: .seconds(5), at: self.start)
        let later = self.start + .seconds(600)

        let waits = (0..<5).compactMap { _ in pacing.wait(for: "a", isPage: false, at: later) }
        #expect(waits.isEmpty)
    }
}

extension Send {
    static func sample(_ number: Int, reason: NotificationReason = .firstNotification) -> Send {
        Send(
            delivery: ID(Int64(number)),
            attempt: 1,
            integration: IntegrationKey(receiver: "r", kind: "stub", destination: 1, ordinal: 0),
            name: IntegrationID(receiver: "r", kind: "stub", index: 0),
            content: NotificationContent(
                receiver: "r",
                groupKey: "{}:{}",
                groupLabels: .empty,
                alerts: [AnnouncedAlert(labels: ["alertname": "A"], startsAt: .epoch)],
                reason: reason,
                flushedAt: .epoch
            )
        )
    }
}
