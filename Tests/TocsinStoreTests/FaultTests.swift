import Foundation
import GRDB
import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

/// One fault at a time, at every place: the first statement of a story's commits fails, then the second, until there
/// are no more; and every commit fails before it begins, and after it was done. After each, what is on the disk is
/// compared with what was said.
@Suite struct FaultTests {
    @Test func aStatementThatFailsAnywhereLosesNothingThatWasConfirmed() throws {
        var place = 0
        var hits = 0
        repeat {
            place += 1
            hits += try self.play(.statement(place)) ? 1 : 0
        } while place < self.length
        #expect(hits > 50)
    }

    @Test(arguments: 1...Story.turns) func aCommitThatFailsBeforeItBeginsLosesNothing(number: Int) throws {
        #expect(try self.play(.before(commit: number)))
    }

    @Test(arguments: 1...Story.turns) func aCommitWhoseSuccessIsNotSeenIsRepeatedWithoutHarm(number: Int) throws {
        #expect(try self.play(.after(commit: number)))
    }

    /// The statements of a story without a fault.
    private let length: Int
    private let template: Data

    init() throws {
        let folder = try TemporaryFolder()
        var empty = try SQLiteStore(path: folder.file("template.db"))
        empty.close()
        self.template = try Data(contentsOf: URL(filePath: folder.file("template.db")))
        var story = try Story(folder, self.template, fault: .statement(.max))
        try story.play()
        self.length = story.faults.statements
        #expect(self.length > 100)
    }

    /// - Returns: whether the fault struck.
    private func play(_ fault: Faults.Kind) throws -> Bool {
        let folder = try TemporaryFolder()
        var story = try Story(folder, self.template, fault: fault)
        try story.play()
        return story.faults.hasStruck
    }
}

/// Alerts come, a silence is made and ended, alerts end; after every turn the disk must have what was confirmed, and
/// nothing by halves.
private struct Story {
    static let turns = 7
    private static let start = Timestamp(seconds: 1_700_000_000)

    let faults: Faults
    private let path: String
    private var loop: Loop<FaultyStore>
    private var now = Story.start
    private var confirmed: Set<String> = []
    private var silences: [ID<Silence>: Bool] = [:]

    /// - Parameter template: an empty database, which need not be made anew for every fault.
    init(_ folder: TemporaryFolder, _ template: Data, fault: Faults.Kind) throws {
        self.path = folder.file("tocsin.db")
        try template.write(to: URL(filePath: self.path))
        self.faults = Faults(fault)
        let store = FaultyStore(store: try SQLiteStore(path: self.path), faults: self.faults)
        self.loop = Loop(engine: Engine(routing: Story.routing, now: Story.start), store: store)
    }

    private static let routing = RoutingTable(
        root: RouteNode(receiver: "slack", grouping: .labels(["alertname"]), groupWait: .zero),
        integrations: [
            "slack": [
                Integration(
                    id: IntegrationID(receiver: "slack", kind: "slack", index: 0), sendResolved: true, destination: 1)
            ]
        ]
    )

    mutating func play() throws {
        try self.post(["A", "B", "C"])
        let silence = try self.silence()
        try self.post(["D", "E"])
        // Asked for and not confirmed, it may have ended or not.
        self.silences[silence] = nil
        try self.turn(.silenceExpired(silence)) { $0.silences[silence] = false }
        try self.post(["A", "D"], areOver: true)
        try self.post(["F"])
        try self.post(["G"])
        // The disk takes writes again, whenever it stopped: everything is there now, to the last field.
        _ = self.loop.turn(at: self.later())
        #expect(self.loop.degradation == nil)
        let end = self.loop.finish(results: [], at: self.later())
        #expect(end.receipts.isEmpty)
        let rows = try SQLiteStore(path: self.path).load()
        let restored = Engine.restore(rows, routing: Story.routing, now: self.loop.engine.now)
        #expect(restored.alerts == self.loop.engine.alerts, "\(self.faults.kind)")
        #expect(self.differences(restored) == [], "\(self.faults.kind)")
        #expect(restored.brokenInvariants() == [])
    }

    /// What the disk does not give back of what it must, by name. When alerts were last mentioned, and which attempt is
    /// under way, is in memory alone.
    private func differences(_ restored: Engine) -> [String] {
        let engine = self.loop.engine
        var found: [String] = []
        func compare(_ name: String, _ isEqual: Bool) { if !isEqual { found.append(name) } }
        compare("alerts", restored.alerts.map(\.key) == engine.alerts.map(\.key))
        compare("ends", restored.alerts.map(\.row.hasEnded) == engine.alerts.map(\.row.hasEnded))
        compare("groups", restored.groups == engine.groups)
        compare("told", restored.told == engine.told)
        compare("deliveries", restored.deliveries.map(\.key) == engine.deliveries.map(\.key))
        compare("silences", restored.silences == engine.silences)
        compare("incidents", restored.incidents == engine.incidents)
        return found
    }

    private mutating func later() -> Timestamp {
        self.now = self.now + .seconds(2)
        return self.now
    }

    private mutating func post(_ names: [String], areOver: Bool = false) throws {
        let now = self.now
        var batch = AlertBatch()
        for name in names {
            batch.append(
                Alert(
                    labels: ["alertname": .init(name)],
                    startsAt: Story.start,
                    endsAt: areOver ? now : now + .seconds(3600),
                    updatedAt: now))
        }
        if areOver { self.confirmed.subtract(names) }
        try self.turn(.alertsReceived(batch)) { if !areOver { $0.confirmed.formUnion(names) } }
    }

    private mutating func silence() throws -> ID<Silence> {
        let draft = try SilenceDraft(
            matcherSets: [[MatcherText(name: "alertname", value: "B")]],
            startsAt: self.now,
            endsAt: self.now + .seconds(3600),
            createdBy: "ana",
            comment: "",
            now: self.now
        )
        let answer = try self.turn(.silenceSubmitted(draft)) { _ in }
        guard case .silence(let id) = answer.answer else { throw Surprise() }
        if answer.isDurable { self.silences[id] = true }
        return id
    }

    private struct Surprise: Error {}

    /// One turn, the answers of its deliveries, and the comparison.
    @discardableResult
    private mutating func turn(_ event: Event, confirming: (inout Story) -> Void) throws -> Receipt {
        let wasStruck = self.faults.hasStruck
        let turn = self.loop.turn(submitted: [event], at: self.later())
        let receipt = try #require(turn.receipts.first)
        #expect(receipt.rejection == nil)
        if receipt.isDurable { confirming(&self) }
        // Nothing else has gone wrong elsewhere, and opening a file takes a while.
        if self.faults.hasStruck != wasStruck { try self.compare(after: receipt) }
        let results = turn.sends.map {
            Event.deliveryFinished($0.delivery, attempt: $0.attempt, .delivered, receiverData: [:])
        }
        _ = self.loop.turn(results: results, at: self.later())
        return receipt
    }

    /// Opens the file beside the loop, as a start after a crash would.
    private func compare(after receipt: Receipt) throws {
        let rows = try SQLiteStore(path: self.path).load()
        let restored = Engine.restore(rows, routing: Story.routing, now: self.now)
        #expect(restored.brokenInvariants() == [], "\(self.faults.kind)")
        let firing = Set(restored.alerts.compactMap { $0.row.hasEnded ? nil : $0.row.alert.labels["alertname"] })
        if receipt.isDurable {
            #expect(self.confirmed.subtracting(firing).isEmpty, "\(self.faults.kind)")
            for (silence, isActive) in self.silences {
                let row = restored.silences[silence]
                #expect(row.map { $0.endsAt > self.now } == isActive, "\(self.faults.kind)")
            }
        }
        if self.loop.degradation == nil { #expect(self.differences(restored) == [], "\(self.faults.kind)") }
    }
}

/// What goes wrong, once.
private final class Faults: @unchecked Sendable {
    // Used by one test's thread alone; SQLite calls back on it.
    enum Kind: Hashable {
        case statement(Int)
        case before(commit: Int)
        case after(commit: Int)
    }

    let kind: Kind
    private(set) var statements = 0
    private(set) var hasStruck = false
    private var commits = 0

    init(_ kind: Kind) { self.kind = kind }

    func noteCommit() { self.commits += 1 }

    func strikes(_ kind: (Int) -> Kind) -> Bool {
        guard !self.hasStruck, self.kind == kind(self.commits) else { return false }
        self.hasStruck = true
        return true
    }

    /// SQLite is about to run a statement.
    func noteStatement(in database: DatabaseQueue) {
        self.statements += 1
        guard self.kind == .statement(self.statements) else { return }
        database.interrupt()
    }

    func noteFailure() { self.hasStruck = true }
}

/// A store that fails as its ``Faults`` say.
private struct FaultyStore: Store {
    var store: SQLiteStore
    let faults: Faults

    mutating func commit(_ writes: [Write]) throws(StoreFailure) {
        self.faults.noteCommit()
        if self.faults.strikes({ .before(commit: $0) }) { throw StoreFailure("before") }
        if let database = self.store.openDatabase {
            let faults = self.faults
            database.writeWithoutTransaction { db in
                db.trace { _ in faults.noteStatement(in: database) }
            }
        }
        do throws(StoreFailure) {
            try self.store.commit(writes)
        } catch {
            self.faults.noteFailure()
            throw error
        }
        if self.faults.strikes({ .after(commit: $0) }) { throw StoreFailure("after") }
    }

    mutating func close() { self.store.close() }
}
