import Testing
import TocsinCore
import TocsinModel

@testable import TocsinRuntime

/// A disk that a test can fill, and read after a crash.
struct MemoryStore: Store {
    final class Disk {
        var rows: [RowKey: Write] = [:]
        var isFull = false
        var commits = 0
        var isClosed = false
    }

    let disk = Disk()

    mutating func commit(_ writes: [Write]) throws(StoreFailure) {
        if self.disk.isFull { throw StoreFailure("no space left on device") }
        self.disk.commits += 1
        for write in writes {
            switch write {
            case .alertGone, .groupGone, .toldGone, .deliveryGone, .silenceGone, .inheritedGone:
                self.disk.rows[write.row] = nil
            default: self.disk.rows[write.row] = write
            }
        }
    }

    mutating func close() { self.disk.isClosed = true }
}

@Suite struct LoopTests {
    private static let start = Timestamp(seconds: 1_700_000_000)
    private static let routing = RoutingTable(
        root: RouteNode(receiver: "slack", grouping: .labels(["alertname"])),
        integrations: [
            "slack": [
                Integration(
                    id: IntegrationID(receiver: "slack", kind: "slack", index: 0), sendResolved: true, destination: 1
                )
            ]
        ]
    )

    private func loop() -> (Loop<MemoryStore>, MemoryStore.Disk) {
        let store = MemoryStore()
        let loop = Loop(engine: Engine(routing: LoopTests.routing, now: LoopTests.start), store: store)
        return (loop, store.disk)
    }

    private func firing(_ name: String, at now: Timestamp = LoopTests.start) -> Event {
        var batch = AlertBatch()
        batch.append(
            Alert(labels: ["alertname": name], startsAt: LoopTests.start, endsAt: now + .seconds(600), updatedAt: now)
        )
        return .alertsReceived(batch)
    }

    @Test func everythingOfATurnIsOneCommit() {
        var (loop, disk) = self.loop()

        let turn = loop.turn(submitted: [self.firing("A"), self.firing("B")], at: LoopTests.start)

        #expect(disk.commits == 1)
        #expect(turn.receipts.map(\.isDurable) == [true, true])
        #expect(disk.rows.keys.filter { if case .alert = $0 { true } else { false } }.count == 2)
    }

    @Test func aResendCommitsNothing() {
        var (loop, disk) = self.loop()
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)

        let turn = loop.turn(
            submitted: [self.firing("A", at: LoopTests.start + .seconds(10))], at: LoopTests.start + .seconds(10)
        )

        #expect(disk.commits == 1)
        #expect(turn.receipts == [Receipt()])
    }

    @Test func aMessageLeavesOnlyInATurnWhoseCommitHoldsIt() {
        var (loop, disk) = self.loop()
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)

        let turn = loop.turn(at: LoopTests.start + .seconds(30))

        #expect(turn.sends.count == 1)
        #expect(disk.rows[.delivery(turn.sends[0].delivery)] != nil)
    }

    @Test func whileTheDiskIsFullPagesGoOutAndNothingNewIsConfirmed() {
        var (loop, disk) = self.loop()
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)
        disk.isFull = true

        let turn = loop.turn(submitted: [self.firing("B")], at: LoopTests.start + .seconds(30))

        #expect(turn.sends.count == 1)
        #expect(turn.receipts.map(\.isDurable) == [false])
        #expect(loop.degradation?.reason == "no space left on device")
        #expect(loop.degradation?.since == LoopTests.start + .seconds(30))
    }

    @Test func aRepeatOfWhatIsNotSavedIsNotConfirmedEitherWhileWhatIsSavedIs() {
        var (loop, disk) = self.loop()
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)
        disk.isFull = true
        _ = loop.turn(submitted: [self.firing("B")], at: LoopTests.start + .seconds(1))

        let turn = loop.turn(
            submitted: [
                self.firing("B", at: LoopTests.start + .seconds(2)),
                self.firing("A", at: LoopTests.start + .seconds(2)),
            ],
            at: LoopTests.start + .seconds(2)
        )

        #expect(turn.receipts.map(\.isDurable) == [false, true])
    }

    @Test func whenTheDiskHasRoomAgainEverythingThatWaitedIsSaved() {
        var (loop, disk) = self.loop()
        disk.isFull = true
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)
        disk.isFull = false

        let retry = loop.nextDeadline ?? .distantFuture
        _ = loop.turn(at: retry)

        #expect(retry <= LoopTests.start + .seconds(1))
        #expect(loop.degradation == nil)
        let restored = Engine.restore(Array(disk.rows.values), routing: LoopTests.routing, now: retry)
        #expect(restored.alerts.contains(LabelSet(["alertname": "A"]).fingerprint))
    }

    @Test func theServerSaysItselfThatItsDiskIsFull() {
        var (loop, disk) = self.loop()
        disk.isFull = true
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)
        var told: [String] = []
        for second in 1...40 {
            let turn = loop.turn(at: LoopTests.start + .seconds(second))
            told += turn.sends.flatMap(\.content.alerts).compactMap { $0.labels["alertname"] }
        }

        #expect(told.contains("TocsinStorageDegraded"))
    }

    @Test func aCleanStopWritesWhatIsVolatile() {
        var (loop, disk) = self.loop()
        _ = loop.turn(submitted: [self.firing("A")], at: LoopTests.start)
        let later = LoopTests.start + .seconds(20)
        _ = loop.turn(submitted: [self.firing("A", at: later)], at: later)

        _ = loop.finish(results: [], at: later)

        let restored = Engine.restore(Array(disk.rows.values), routing: LoopTests.routing, now: later)
        #expect(restored.alerts.first?.row.alert.updatedAt == later)
        #expect(disk.isClosed)
    }
}
