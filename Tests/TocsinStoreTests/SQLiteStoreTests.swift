import Foundation
import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

@Suite struct SQLiteStoreTests {
    private static let start = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)

    private static func routing(_ destination: UInt64 = 1) -> RoutingTable {
        RoutingTable(
            root: RouteNode(receiver: "slack", grouping: .labels(["alertname", "naïve"])),
            integrations: [
                "slack": [
                    Integration(
                        id: IntegrationID(receiver: "slack", kind: "slack", index: 0),
                        sendResolved: true,
                        destination: destination
                    )
                ]
            ]
        )
    }

    /// An engine in the middle of things: alerts with odd texts and times, a group that waits, one that was told, a
    /// delivery that waits for its retry.
    private static func lived(_ store: inout SQLiteStore) throws -> Engine {
        var engine = Engine(routing: self.routing(), now: self.start)
        let odd = Timestamp(seconds: 1_600_000_000, nanoseconds: 1, offsetMinutes: -210)
        try self.post(&engine, ["alertname": "Told", "naïve": "ünï\u{0}\"\\ \n</b>"], startsAt: odd, at: self.start)
        try self.run(&engine, until: self.start + .seconds(1), answering: .delivered, into: &store)
        try self.post(&engine, ["alertname": "Waits"], startsAt: self.start, at: self.start + .seconds(2))
        try self.post(&engine, ["alertname": "Fails"], startsAt: odd, at: self.start + .seconds(3))
        try self.run(
            &engine,
            until: self.start + .seconds(3),
            answering: .failed(reason: "down", mayHaveArrived: true),
            into: &store
        )
        try self.silence(&engine, until: self.start + .seconds(3600), at: self.start + .seconds(4), into: &store)
        try self.silence(&engine, until: self.start + .seconds(4), at: self.start + .seconds(4), into: &store)
        return engine
    }

    /// With every kind of matcher, two sets, odd texts and times.
    private static func silence(
        _ engine: inout Engine,
        until end: Timestamp,
        at now: Timestamp,
        into store: inout SQLiteStore
    ) throws {
        let odd = [
            MatcherText(name: "naïve", value: "ünï\u{0}\"\\ \n"),
            MatcherText(name: "b", value: "a|b|", isRegex: true),
            MatcherText(name: "c", value: "", isEqual: false),
            MatcherText(name: "d", value: "(?i)x+", isRegex: true, isEqual: false),
        ]
        let draft = try SilenceDraft(
            matcherSets: [odd, [MatcherText(name: "alertname", value: "Fails")]],
            startsAt: Timestamp(seconds: 1_600_000_000, nanoseconds: 1, offsetMinutes: 90),
            endsAt: end,
            createdBy: "ana\u{0}\"",
            comment: "é e\u{301}\n",
            annotations: ["ticket": "<1>", "empty": ""],
            now: now
        )
        try engine.apply(.silenceSubmitted(draft), at: now)
        try store.commit(engine.takeEffects().writes)
    }

    private static func post(
        _ engine: inout Engine,
        _ labels: LabelSet,
        startsAt: Timestamp,
        at now: Timestamp
    ) throws {
        var batch = AlertBatch()
        batch.append(
            Alert(
                labels: labels,
                details: AlertDetails(
                    annotations: ["summary": "<\u{2028}>", "empty": ""],
                    generatorURL: "http://p/?a=b&c"
                ),
                startsAt: startsAt,
                endsAt: now + .seconds(600),
                updatedAt: now,
                endsByTimeout: labels["alertname"] == "Waits"
            )
        )
        try engine.apply(.alertsReceived(batch), at: now)
    }

    private static func run(
        _ engine: inout Engine,
        until now: Timestamp,
        answering outcome: Outcome,
        into store: inout SQLiteStore
    ) throws {
        try engine.apply(.timePassed, at: now)
        var effects = engine.takeEffects()
        try store.commit(effects.writes)
        for send in effects.sends {
            try engine.apply(
                .deliveryFinished(send.delivery, attempt: send.attempt, outcome, receiverData: ["ts": "1\n\""]), at: now
            )
        }
        effects = engine.takeEffects()
        try store.commit(effects.writes)
    }

    @Test func whatIsOnTheDiskGivesBackTheEngine() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let engine = try SQLiteStoreTests.lived(&store)
        store.close()

        let reopened = try SQLiteStore(path: folder.file("tocsin.db"))
        let restored = Engine.restore(try reopened.load(), routing: SQLiteStoreTests.routing(), now: engine.now)

        #expect(engine.alerts.count == 3)
        #expect(engine.deliveries.count == 1)
        #expect(engine.silences.count == 2)
        #expect(restored == engine)
        #expect(restored.brokenInvariants() == [])
    }

    @Test func whatWasTakenOverComesBack() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let name = try #require(ForeignName("1ce76ca8-320e-4e1f-b59b-5d2feb5a412c"))
        let silence = Silence(
            id: ID(7),
            matcherSets: [[Matcher(name: "a", equals: "b")]],
            startsAt: Self.start,
            endsAt: Self.start + .seconds(60),
            updatedAt: Self.start,
            createdBy: "me",
            comment: "",
            foreignName: name
        )
        let key = InheritedKey(
            group: GroupKey(#"{}:{a="b"}"#),
            integration: IntegrationID(receiver: "team", kind: "webhook", index: 1)
        )
        let inherited = Inherited(
            firing: [LogHash(.max), LogHash(0)],
            toldAt: Self.start,
            takenAt: Self.start + .seconds(1),
            expiresAt: Self.start + .seconds(2)
        )

        try store.commit([.silence(silence), .inherited(key, inherited)])
        #expect(Set(try store.load()) == [.silence(silence), .inherited(key, inherited)])

        try store.commit([.inheritedGone(key), .silenceGone(silence.id)])
        #expect(try store.load().isEmpty)
    }

    @Test func aDatabaseHasAMarkOfItsOwnThatStays() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        let mark = try store.installation()
        store.close()

        #expect(try SQLiteStore(path: folder.file("tocsin.db")).installation() == mark)
        #expect(try SQLiteStore(path: folder.file("other.db")).installation() != mark)
        #expect(mark != .none)
    }

    @Test func aSilenceThatIsGoneIsGone() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        var engine = try SQLiteStoreTests.lived(&store)
        try SQLiteStoreTests.run(
            &engine, until: SQLiteStoreTests.start + .seconds(7 * 86_400), answering: .delivered, into: &store
        )

        #expect(engine.silences.isEmpty)
        #expect(!(try store.load().contains { if case .silence = $0 { true } else { false } }))
    }

    @Test func timesComeBackWithTheirOffset() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        _ = try SQLiteStoreTests.lived(&store)

        let offsets = try store.load().compactMap { row -> Int16? in
            guard case .alert(let known, _) = row else { return nil }
            return known.alert.startsAt.offsetMinutes
        }

        #expect(offsets.sorted() == [-210, -210, 0])
    }

    @Test func rowsThatAreGoneAreGone() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        var engine = try SQLiteStoreTests.lived(&store)
        try engine.apply(.timePassed, at: SQLiteStoreTests.start + .seconds(3600))
        try store.commit(engine.takeEffects().writes)
        try SQLiteStoreTests.run(
            &engine, until: SQLiteStoreTests.start + .seconds(7200), answering: .delivered, into: &store
        )

        let restored = Engine.restore(try store.load(), routing: SQLiteStoreTests.routing(), now: engine.now)
        #expect(restored.alerts.count == engine.alerts.count)
        #expect(restored.groups == engine.groups)
    }

    @Test func commitsSurviveThePowerAsFarAsSQLiteCan() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file("tocsin.db"))

        #expect(try store.pragma("synchronous") == "2")
        #expect(try store.pragma("journal_mode") == "wal")
    }

    @Test func aDatabaseOfAnotherProgramIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.sqlite("tocsin.db", "CREATE TABLE other (x); INSERT INTO other VALUES (1);")

        #expect { try SQLiteStore(path: folder.file("tocsin.db")) } throws: { error in
            "\(error)".contains("not one of Tocsin")
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 65, count: 5000).write(to: URL(filePath: folder.file("tocsin.db")))

        #expect { try SQLiteStore(path: folder.file("tocsin.db")) } throws: { error in
            "\(error)".contains("not a database")
        }
    }

    @Test func aDatabaseOfANewerTocsinIsRefused() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        store.close()
        try folder.sqlite("tocsin.db", "INSERT INTO grdb_migrations VALUES ('999 from the future');")

        #expect { try SQLiteStore(path: folder.file("tocsin.db")) } throws: { error in
            "\(error)".contains("newer Tocsin")
        }
    }

    @Test func aCommitThatFailsIsRepeatedWholeByTheNext() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        var engine = Engine(routing: SQLiteStoreTests.routing(), now: SQLiteStoreTests.start)
        try SQLiteStoreTests.post(
            &engine, ["alertname": "A"], startsAt: SQLiteStoreTests.start, at: SQLiteStoreTests.start
        )
        let writes = engine.takeEffects().writes
        try folder.sqlite("tocsin.db", "CREATE TRIGGER no BEFORE INSERT ON alert BEGIN SELECT RAISE(FAIL, 'no'); END;")
        #expect(throws: StoreFailure.self) { try store.commit(writes) }
        #expect(try store.reopened().load().isEmpty)

        try folder.sqlite("tocsin.db", "DROP TRIGGER no;")
        try store.commit(writes)
        try store.commit(writes)

        let restored = Engine.restore(try store.load(), routing: SQLiteStoreTests.routing(), now: engine.now)
        #expect(restored == engine)
    }
}

@Suite struct StorageLockTests {
    @Test func aSecondHolderIsTurnedAwayAndToldWhoHoldsIt() throws {
        let folder = try TemporaryFolder()
        let first = try StorageLock.take(in: folder.path, holder: "pid 1, started today")

        #expect(first != nil)
        #expect(try StorageLock.take(in: folder.path, holder: "pid 2") == nil)
        #expect(StorageLock.holder(in: folder.path) == "pid 1, started today")
    }

    @Test func theLockIsFreeAgainWhenItsHolderLetsGo() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try StorageLock.take(in: folder.path, holder: "first")
            #expect(first != nil)
        }

        #expect(try StorageLock.take(in: folder.path, holder: "second") != nil)
    }

    @Test func aFolderThatIsNotThereIsMade() throws {
        let folder = try TemporaryFolder()

        #expect(try StorageLock.take(in: folder.file("a/b/c"), holder: "x") != nil)
    }

    @Test func aFolderThatCannotBeMadeIsAnErrorThatNamesIt() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(filePath: folder.file("file")))

        #expect { try StorageLock.take(in: folder.file("file/sub"), holder: "x") } throws: { error in
            "\(error)".contains("file/sub")
        }
    }
}
