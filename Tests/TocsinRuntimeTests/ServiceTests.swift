import Testing
import TocsinCore
import TocsinModel

@testable import TocsinRuntime

@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
    private static let routing = RoutingTable(
        root: RouteNode(receiver: "nobody"), integrations: ["nobody": []]
    )

    private func service() -> Service {
        let clock = SystemClock()
        return Service(
            loop: Loop(engine: Engine(routing: ServiceTests.routing, now: clock.now()), store: SharedStore()),
            courier: Nobody(),
            clock: clock,
            observer: Nobody()
        )
    }

    private func firing(_ name: String) -> Event {
        let now = SystemClock().now()
        var batch = AlertBatch()
        batch.append(
            Alert(labels: ["alertname": name], startsAt: now, endsAt: now + .seconds(600), updatedAt: now)
        )
        return .alertsReceived(batch)
    }

    @Test func aReaderSeesItsOwnWriteAfterTheAnswer() async throws {
        let service = self.service()
        for number in 0..<100 {
            #expect(try await service.submit(self.firing("A\(number)")).isDurable)
            #expect(await service.snapshot().engine.alerts.count == number + 1)
        }
        await service.stop()
    }

    @Test func manyAtOnceAreAllAnswered() async throws {
        let service = self.service()
        let answered = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<500 {
                group.addTask {
                    do { return try await service.submit(self.firing("A\(number)")).isDurable } catch { return false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 500)
        #expect(await service.snapshot().engine.alerts.count == 500)
        await service.stop()
    }

    @Test func aStoppedServiceRefusesAndCanStillBeRead() async throws {
        let service = self.service()
        _ = try await service.submit(self.firing("A"))
        await service.stop()

        await #expect(throws: Unavailable.stopping) { try await service.submit(self.firing("B")) }
        #expect(await service.snapshot().engine.alerts.count == 1)
    }

    @Test func aSnapshotDoesNotChangeWithTheEngine() async throws {
        let service = self.service()
        _ = try await service.submit(self.firing("A"))
        let before = await service.snapshot()
        for number in 0..<200 { _ = try await service.submit(self.firing("B\(number)")) }

        #expect(before.engine.alerts.count == 1)
        #expect(await service.snapshot().engine.alerts.count == 201)
        await service.stop()
    }
}

private struct SharedStore: Store, Sendable {
    mutating func commit(_ writes: [Write]) throws(StoreFailure) {}
    mutating func close() {}
}

private struct Nobody: Courier, TurnObserver {
    func carry(_ sends: [Send]) {}
    func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {}
    func observe(degradation reason: String?) {}
}
