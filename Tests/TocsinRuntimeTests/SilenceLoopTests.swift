import Testing
import TocsinCore
import TocsinModel

@testable import TocsinRuntime

@Suite struct SilenceLoopTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    private func loop() -> (Loop<MemoryStore>, MemoryStore.Disk) {
        let store = MemoryStore()
        let routing = RoutingTable(root: RouteNode(receiver: "nobody"), integrations: [:])
        return (Loop(engine: Engine(routing: routing, now: SilenceLoopTests.start), store: store), store.disk)
    }

    private func silence(_ host: String, comment: String = "", replacing old: ID<Silence>? = nil) throws -> Event {
        .silenceSubmitted(
            try SilenceDraft(
                id: old,
                matcherSets: [[MatcherText(name: "host", value: host)]],
                startsAt: SilenceLoopTests.start,
                endsAt: SilenceLoopTests.start + .seconds(3600),
                comment: comment,
                now: SilenceLoopTests.start
            )
        )
    }

    private func id(_ receipt: Receipt) throws -> ID<Silence> {
        guard case .silence(let id) = try #require(receipt.answer) else { throw CancellationError() }
        return id
    }

    @Test func aSilenceIsConfirmedByItsNumberOnceItIsOnTheDisk() throws {
        var (loop, disk) = self.loop()

        let turn = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start)

        #expect(turn.receipts[0].isDurable)
        #expect(disk.rows[.silence(try self.id(turn.receipts[0]))] != nil)
    }

    @Test func whatIsNotSavedIsInForceAndTheSameWhenItIsAskedForAgain() throws {
        var (loop, disk) = self.loop()
        disk.isFull = true
        let first = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start).receipts[0]
        let again = loop.turn(
            submitted: [try self.silence("a"), try self.silence("a", comment: "another")],
            at: SilenceLoopTests.start + .seconds(5)
        ).receipts
        disk.isFull = false
        let saved = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start + .seconds(10)).receipts[0]
        let next = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start + .seconds(11)).receipts[0]

        #expect(!first.isDurable && !again[0].isDurable)
        #expect(again[0].answer == first.answer)
        #expect(again[1].answer != first.answer)
        #expect(saved.answer == first.answer)
        #expect(saved.isDurable)
        // It was confirmed, so whoever asks once more wants another one.
        #expect(next.answer != first.answer)
        #expect(loop.engine.silences.count == 3)
    }

    @Test func anUnconfirmedSilenceThatWasEndedIsNotTheAnswerToAnybody() throws {
        var (loop, disk) = self.loop()
        disk.isFull = true
        let first = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start).receipts[0]
        let end = loop.turn(
            submitted: [.silenceExpired(try self.id(first))], at: SilenceLoopTests.start + .seconds(1)
        ).receipts[0]

        let second = loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start + .seconds(2)).receipts[0]

        #expect(!end.isDurable)
        #expect(second.answer != first.answer)
    }

    @Test func aReplacementIsNotConfirmedBeforeTheEndOfTheOldOneIsSaved() throws {
        var (loop, disk) = self.loop()
        let old = try self.id(loop.turn(submitted: [try self.silence("a")], at: SilenceLoopTests.start).receipts[0])
        disk.isFull = true

        let change = try self.silence("b", replacing: old)
        let first = loop.turn(submitted: [change], at: SilenceLoopTests.start + .seconds(1)).receipts[0]
        disk.isFull = false
        let again = loop.turn(submitted: [change], at: SilenceLoopTests.start + .seconds(5)).receipts[0]

        #expect(!first.isDurable)
        #expect(again.isDurable)
        #expect(again.answer == first.answer)
        #expect(loop.engine.silences.count == 2)
    }
}
