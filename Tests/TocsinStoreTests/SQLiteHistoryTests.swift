import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

@Suite struct SQLiteHistoryTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    private static func ended(_ number: Int64, at seconds: Int64) -> Incident {
        let at = self.start + .seconds(seconds)
        var incident = Incident(
            id: ID(number), reference: number, title: "t\(number)", priority: .p2, labels: ["service": "pay"],
            correlation: "c\(number)", receiver: "chat", openedAt: at,
            response: Incident.Response(respondBy: at + .seconds(1800), dueSoonAt: nil),
            escalation: Escalation(policy: nil))
        incident.status = .resolved
        incident.resolution = Incident.Resolution(at: at + .seconds(60), by: .alerts, reason: .alerts)
        return incident
    }

    private static func entry(
        _ sequence: Int64, _ incident: Int64, _ kind: TimelineEntry.Kind, by name: String = "x"
    )
        -> TimelineEntry
    {
        TimelineEntry(
            sequence: sequence, incident: ID(incident), at: self.start, kind: kind,
            actor: Actor(.claimed, name, via: .api), details: ["note": "a\nb"])
    }

    /// Runs a test on a database with these rows, which stays open for writing.
    private static func with(
        _ writes: [Write], _ test: (inout SQLiteStore, SQLiteHistory) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("tocsin.db")
        var store = try SQLiteStore(path: path)
        try store.commit(writes)
        try await test(&store, SQLiteHistory(path: path))
        store.close()
    }

    @Test func anIncidentIsFoundByItsNumberAndByItsReference() async throws {
        try await Self.with([.incident(Self.ended(5, at: 0))]) { store, history in
            #expect(try await history.incident(ID(5)) == Self.ended(5, at: 0))
            #expect(try await history.incident(reference: 5)?.title == "t5")
            #expect(try await history.incident(ID(6)) == nil)

            // What is committed while somebody reads beside it is seen by the next question.
            try store.commit([.incident(Self.ended(6, at: 1))])
            #expect(try await history.incident(ID(6))?.reference == 6)
        }
    }

    @Test(
        arguments: [
            (IncidentOrder.triggeredAt, true, [4, 3, 2, 1]), (.triggeredAt, false, [1, 2, 3, 4]),
            (.number, true, [4, 3, 2, 1]), (.number, false, [1, 2, 3, 4]),
        ] as [(IncidentOrder, Bool, [Int64])])
    func endedIncidentsComeInOrderAndGoOnBehindAPlace(
        _ order: IncidentOrder,
        _ isDescending: Bool,
        _ numbers: [Int64]
    ) async throws {
        var open = Self.ended(9, at: 9)
        open.status = .triggered
        open.resolution = nil
        // Two began at one instant.
        let rows = [Self.ended(1, at: 0), Self.ended(2, at: 5), Self.ended(3, at: 5), Self.ended(4, at: 7), open]
        try await Self.with(rows.map { .incident($0) }) { _, history in
            for limit in 1...5 {
                var found: [Int64] = []
                var after: HistorySearch.Place?
                repeat {
                    let search = HistorySearch(
                        order: order, isDescending: isDescending, after: after, limit: limit, maximumRows: 100)
                    let page = try await history.ended(search) { _ in true }
                    found += page.incidents.map(\.id.number)
                    after = page.stoppedAt
                } while after != nil
                #expect(found == numbers)
            }
        }
    }

    @Test func aSearchStopsAfterSoManyRowsAndSaysWhere() async throws {
        let rows = (1...20).map { Write.incident(Self.ended($0, at: $0)) }
        try await Self.with(rows) { _, history in
            let search = HistorySearch(
                since: Self.start + .seconds(3), until: Self.start + .seconds(18), limit: 5, maximumRows: 4)

            let page = try await history.ended(search) { $0.id.number.isMultiple(of: 2) }

            #expect(page.incidents.map(\.id.number) == [16, 14])
            #expect(page.stoppedAt?.id == 14)
        }
    }

    @Test func timelinesComeTheOldestFirstAndByKind() async throws {
        let writes: [Write] = [
            .timeline(Self.entry(3, 1, .note)), .timeline(Self.entry(1, 1, .opened)),
            .timeline(Self.entry(2, 2, .opened)), .timeline(Self.entry(4, 1, .resolved)),
        ]
        try await Self.with(writes) { _, history in
            func sequences(_ kinds: [TimelineEntry.Kind], after: Int64, limit: Int) async throws -> [Int64] {
                try await history.timeline(of: ID(1), kinds: kinds, after: after, limit: limit).map(\.sequence)
            }
            let all = try await sequences([], after: 0, limit: 10)
            #expect(all == [1, 3, 4])
            #expect(try await sequences([], after: 1, limit: 1) == [3])
            #expect(try await sequences([.note, .resolved], after: 0, limit: 10) == [3, 4])
            #expect(try await history.timeline(after: 1, limit: 2).map(\.sequence) == [2, 3])
            #expect(try await history.timeline(after: 2, limit: 9).first == Self.entry(3, 1, .note))
        }
    }

    @Test func aReportReadsWhoWasFirstAndOnlyItsSpan() async throws {
        let writes: [Write] =
            [1, 2, 3, 4].map { .incident(Self.ended($0, at: $0 * 10)) } + [
                .timeline(Self.entry(1, 2, .acknowledged, by: "ana")),
                .timeline(Self.entry(2, 2, .acknowledged, by: "bob")),
                .timeline(Self.entry(3, 3, .snoozed, by: "bob")),
            ]
        try await Self.with(writes) { _, history in
            let from = Self.start + .seconds(20)
            let found = try await history.responses(from: from, to: Self.start + .seconds(40), limit: 9)

            #expect(found.map(\.incident.id.number) == [2, 3])
            #expect(found.map(\.responder?.name) == ["ana", "bob"])
            #expect(try await history.responses(from: from, to: .distantFuture, limit: 1).count == 1)
        }
    }

    @Test func aFileThatIsNotThereIsAReasonAndNoCrash() async throws {
        let folder = try TemporaryFolder()
        let history = SQLiteHistory(path: folder.file("nothing.db"))

        await #expect(throws: HistoryFailure.self) { _ = try await history.incident(ID(1)) }
        // It can be read as soon as it is there.
        var store = try SQLiteStore(path: folder.file("nothing.db"))
        #expect(try await history.incident(ID(1)) == nil)
        store.close()
    }
}
