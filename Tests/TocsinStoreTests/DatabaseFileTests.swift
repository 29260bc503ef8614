import Foundation
import GRDB
import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

@Suite struct DatabaseFileTests {
    /// A database with a silence, closed; and its rows.
    private func filled(_ folder: TemporaryFolder, _ name: String = "tocsin.db") throws -> Set<Write> {
        var store = try SQLiteStore(path: folder.file(name))
        try store.commit([.silence(DatabaseFileTests.silence(7)), .silence(DatabaseFileTests.silence(1 << 62))])
        store.close()
        return Set(try store.reopened().load())
    }

    private static func silence(_ number: Int64) -> Silence {
        Silence(
            id: ID(number),
            matcherSets: [[Matcher(name: "naïve", equals: "\"\n\u{0}")]],
            startsAt: Timestamp(seconds: 1_700_000_000, nanoseconds: 1),
            endsAt: Timestamp(seconds: 1_700_003_600),
            updatedAt: Timestamp(seconds: 1_700_000_000),
            createdBy: "me\u{0}",
            comment: "é e\u{301}\n"
        )
    }

    private func rows(_ path: String) throws -> Set<Write> { Set(try SQLiteStore(path: path).load()) }

    private func replacement(_ folder: TemporaryFolder) throws -> DatabaseReplacement {
        let lock = try #require(try StorageLock.take(in: folder.path, holder: "a test"))
        return DatabaseReplacement(folder: folder.path, lock: lock)
    }

    // MARK: - Check

    @Test func aCheckCountsWhatIsThereBesideAServerThatWrites() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        try store.commit([.silence(DatabaseFileTests.silence(1))])

        let report = try DatabaseFile(folder: folder.path).check()

        #expect(report.complaints == [])
        #expect(report.schema == report.currentSchema)
        #expect(report.rows.first { $0.table == "silence" }?.rows == 1)
        try store.commit([.silence(DatabaseFileTests.silence(2))])
    }

    @Test func aCheckOfNoFileMakesNone() throws {
        let folder = try TemporaryFolder()

        #expect(throws: StoreFailure.self) { try DatabaseFile(folder: folder.path).check() }
        #expect(!FileManager.default.fileExists(atPath: folder.file("tocsin.db")))
    }

    @Test func aRowThatAStartCouldNotReadIsAComplaint() throws {
        let folder = try TemporaryFolder()
        _ = try self.filled(folder)
        try folder.sqlite("tocsin.db", "UPDATE silence SET ends_at = 'soon'")

        #expect(try DatabaseFile(folder: folder.path).check().complaints == ["damaged data in column ends_at"])
        #expect { try SQLiteStore(path: folder.file("tocsin.db")).load() } throws: {
            "\($0)".contains("tocsin db restore")
        }
    }

    /// Every page is damaged in turn: whatever a start says, it says it in words and with a way out.
    @Test func aDamagedFileIsNamedWithAWayOut() throws {
        let folder = try TemporaryFolder()
        _ = try self.filled(folder)
        let whole = try Data(contentsOf: URL(filePath: folder.file("tocsin.db")))
        var noticed = 0
        for page in 0..<whole.count / 4096 {
            var damaged = whole
            for offset in stride(from: page * 4096, to: (page + 1) * 4096, by: 97) { damaged[offset] ^= 0x5A }
            noticed += try self.isRefused(damaged, folder) ? 1 : 0
        }
        #expect(noticed > whole.count / 4096 / 2)
        #expect(try self.isRefused(whole.prefix(whole.count / 2), folder))
        #expect(try self.isRefused(whole.prefix(100), folder))
        #expect(try !self.isRefused(whole, folder))
    }

    private func isRefused(_ content: Data, _ folder: TemporaryFolder) throws -> Bool {
        for suffix in ["", "-wal", "-shm"] { unlink(folder.file("damaged.db") + suffix) }
        try content.write(to: URL(filePath: folder.file("damaged.db")))
        do throws(StoreFailure) {
            let store = try SQLiteStore(path: folder.file("damaged.db"))
            _ = try store.installation()
            _ = try store.load()
            return false
        } catch {
            // A page of names makes it another program's file, or a newer one's, as far as anybody can tell.
            let isKnown = ["tocsin db restore", "not one of Tocsin's", "newer Tocsin", "SQLite"]
            #expect(isKnown.contains { error.reason.contains($0) }, "\(error.reason)")
            return true
        }
    }

    // MARK: - Backup and restore

    @Test func aBackupBesideARunningServerHasWhatWasCommitted() throws {
        let folder = try TemporaryFolder()
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        try store.commit([.silence(DatabaseFileTests.silence(1))])

        let report = try DatabaseFile(folder: folder.path).backUp(to: folder.file("backup"))
        try store.commit([.silence(DatabaseFileTests.silence(2))])

        #expect(report.complaints == [])
        #expect(try self.rows(folder.file("backup")) == [.silence(DatabaseFileTests.silence(1))])
    }

    @Test func aBackupOverwritesNothing() throws {
        let folder = try TemporaryFolder()
        _ = try self.filled(folder)
        try Data("precious".utf8).write(to: URL(filePath: folder.file("backup")))

        #expect(throws: StoreFailure.self) {
            try DatabaseFile(folder: folder.path).backUp(to: folder.file("backup"))
        }
        #expect(try String(contentsOfFile: folder.file("backup"), encoding: .utf8) == "precious")
    }

    @Test func aRestoreBringsBackTheBackupAndKeepsWhatWasThere() throws {
        let folder = try TemporaryFolder()
        let rows = try self.filled(folder)
        let backup = try DatabaseFile(folder: folder.path).backUp(to: folder.file("backup"))
        var store = try SQLiteStore(path: folder.file("tocsin.db"))
        try store.commit([.silenceGone(ID(7))])
        // As after a crash: the newest commit is in the log only.
        let later = Set(try store.load())

        let outcome = try self.replacement(folder).restore(
            from: folder.file("backup"), as: .same, keepingOldAs: "before")

        #expect(try self.rows(folder.file("tocsin.db")) == rows)
        #expect(outcome.report.installation == backup.installation)
        #expect(try self.rows(try #require(outcome.oldFile)) == later)
    }

    @Test func aRestoredCopyIsAnInstallationOfItsOwn() throws {
        let folder = try TemporaryFolder()
        _ = try self.filled(folder)
        let backup = try DatabaseFile(folder: folder.path).backUp(to: folder.file("backup"))

        let outcome = try self.replacement(folder).restore(from: folder.file("backup"), as: .new, keepingOldAs: "x")

        #expect(outcome.report.installation != backup.installation)
        #expect(try DatabaseFile(path: folder.file("backup")).check().installation == backup.installation)
    }

    @Test func aBackupThatIsNoneChangesNothing() throws {
        let folder = try TemporaryFolder()
        let rows = try self.filled(folder)
        try Data(repeating: 65, count: 9000).write(to: URL(filePath: folder.file("text")))
        try folder.sqlite("other", "CREATE TABLE other (x); INSERT INTO other VALUES (1);")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

        for bad in ["text", "other", "missing"] {
            #expect(throws: StoreFailure.self, "\(bad)") {
                try self.replacement(folder).restore(from: folder.file(bad), as: .same, keepingOldAs: "x")
            }
        }

        #expect(try self.rows(folder.file("tocsin.db")) == rows)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "tocsin.lock" }
        #expect(Set(left).subtracting(["tocsin.db-wal", "tocsin.db-shm", "other-wal", "other-shm"]) == Set(names))
    }

    @Test func aRestoreInPlaceOfADamagedDatabaseWorks() throws {
        let folder = try TemporaryFolder()
        let rows = try self.filled(folder)
        _ = try DatabaseFile(folder: folder.path).backUp(to: folder.file("backup"))
        try Data(repeating: 65, count: 9000).write(to: URL(filePath: folder.file("tocsin.db")))

        let outcome = try self.replacement(folder).restore(from: folder.file("backup"), as: .same, keepingOldAs: "bad")

        #expect(try self.rows(folder.file("tocsin.db")) == rows)
        #expect(outcome.oldFile == folder.file("tocsin.db.bad"))
    }

    // MARK: - Export and import

    private func exported(_ folder: TemporaryFolder) throws -> [String] {
        try Data().write(to: URL(filePath: folder.file("export")))
        let output = try #require(FileHandle(forWritingAtPath: folder.file("export")))
        _ = try DatabaseExport(DatabaseFile(folder: folder.path)).write(to: output)
        try output.close()
        let text = try String(contentsOfFile: folder.file("export"), encoding: .utf8)
        return text.split(separator: "\n").map { String($0) }
    }

    private func fill(_ target: TemporaryFolder, _ lines: [String]) throws -> DatabaseReplacement.Outcome {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: target.file("lines")))
        let input = try #require(FileHandle(forReadingAtPath: target.file("lines")))
        return try self.replacement(target).fill(from: input, as: .same, keepingOldAs: "empty")
    }

    @Test func whatIsExportedIsImported() throws {
        let folder = try TemporaryFolder()
        let rows = try self.filled(folder)
        let target = try TemporaryFolder()

        let outcome = try self.fill(target, try self.exported(folder))

        #expect(try self.rows(target.file("tocsin.db")) == rows)
        #expect(try DatabaseFile(folder: folder.path).check().installation == outcome.report.installation)
    }

    @Test(arguments: [
        "truncated", "no header", "unknown table", "unknown column", "a text for a number", "a nested value",
        "twice the same", "newer", "unreadable",
    ])
    func anImportThatIsNotRightLeavesNothing(mistake: String) throws {
        let folder = try TemporaryFolder()
        _ = try self.filled(folder)
        var lines = try self.exported(folder)
        let silence = try #require(lines.firstIndex { $0.contains(#""table":"silence""#) })
        switch mistake {
        case "truncated": lines.removeLast()
        case "no header": lines.removeFirst()
        case "unknown table": lines[silence] = #"{"table":"sqlite_master","row":{"name":"x"}}"#
        case "unknown column": lines[silence] = #"{"table":"silence","row":{"id\"":1}}"#
        case "a text for a number": lines[silence].replace(#""id":7"#, with: #""id":"seven""#)
        case "a nested value": lines[silence].replace(#""id":7"#, with: #""id":[7]"#)
        case "twice the same": lines.insert(lines[silence], at: silence)
        case "newer": lines[0].replace(#""schema":"#, with: #""schema":9"#)
        default: lines[silence].replace("2023-11-14T", with: "yesterday ")
        }
        let target = try TemporaryFolder()

        #expect(throws: StoreFailure.self) { try self.fill(target, lines) }
        let left = try FileManager.default.contentsOfDirectory(atPath: target.path).sorted()
        #expect(left == ["lines", "tocsin.lock"])
    }

    @Test func anImportIntoADatabaseThatIsInUseIsRefused() throws {
        let folder = try TemporaryFolder()
        let rows = try self.filled(folder)

        #expect { try self.fill(folder, try self.exported(folder)) } throws: { "\($0)".contains("not empty") }
        #expect(try self.rows(folder.file("tocsin.db")) == rows)
    }
}
