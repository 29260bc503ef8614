import Foundation
import GRDB
import Testing
import TocsinCore
import TocsinModel
import TocsinRuntime

@testable import TocsinStore

/// Databases as every released schema wrote them, under `Cases/`. A new version adds its file.
@Suite struct MigrationTests {
    private static let versions = Array(1...Migrations.current)

    private func open(_ version: Int, in folder: TemporaryFolder) throws -> SQLiteStore {
        let url = try #require(
            Bundle.module.url(forResource: "schema-\(version)", withExtension: "sql", subdirectory: "Cases"),
            "the schema's version \(version) has no file of its own")
        try folder.sqlite("tocsin.db", String(contentsOf: url, encoding: .utf8))
        return try SQLiteStore(path: folder.file("tocsin.db"))
    }

    @Test(arguments: versions) func aDatabaseOfAnyEarlierVersionGoesOn(version: Int) throws {
        let folder = try TemporaryFolder()

        let rows = try self.open(version, in: folder).load()

        var kinds: Set<String> = []
        for row in rows {
            switch row {
            case .engine(let engine): #expect(engine.lastNumber == 1_700_000_000_000_000_009)
            case .alert(let known, _): #expect(known.alert.labels["host"] == "a")
            case .silence(let silence): #expect(silence.comment == "while the disk is changed")
            case .told(_, let told): #expect(told.receiverData == [:])
            case .delivery(let delivery): #expect(delivery.mayHaveArrived)
            case .incident(let incident): #expect(incident.title == "Disk")
            default: break
            }
            kinds.insert(String("\(row)".prefix { $0 != "(" }))
        }
        var expected: Set<String> = ["engine", "alert", "group", "told", "delivery"]
        if version >= 2 { expected.insert("silence") }
        if version >= 3 { expected.insert("inherited") }
        if version >= 4 { expected.insert("incident") }
        #expect(kinds == expected)
        #expect(try DatabaseFile(folder: folder.path).check().schema == Migrations.current)
    }

    @Test(arguments: versions) func whateverTheWayTheSchemaIsTheSame(version: Int) throws {
        let folder = try TemporaryFolder()
        let old = try self.open(version, in: folder)
        let new = try SQLiteStore(path: folder.file("new.db"))

        for table in try #require(old.openDatabase).read({ try DatabaseFile.tables(in: $0) }) {
            let columns = { (store: SQLiteStore) in
                try store.openDatabase?.read { db in
                    try db.columns(in: table).map { column in
                        "\(column.name) \(column.type) \(column.isNotNull) \(column.defaultValueSQL ?? "")"
                    }
                }
            }
            #expect(try columns(old) == columns(new), "\(table)")
        }
    }

    @Test(arguments: versions.dropLast()) func anExportOfAnEarlierVersionIsImported(version: Int) throws {
        let folder = try TemporaryFolder()
        let url = try #require(
            Bundle.module.url(forResource: "schema-\(version)", withExtension: "sql", subdirectory: "Cases"))
        try folder.sqlite("tocsin.db", String(contentsOf: url, encoding: .utf8))
        try Data().write(to: URL(filePath: folder.file("export")))
        let output = try #require(FileHandle(forWritingAtPath: folder.file("export")))
        _ = try DatabaseExport(DatabaseFile(folder: folder.path)).write(to: output)
        let target = try TemporaryFolder()
        let lock = try #require(try StorageLock.take(in: target.path, holder: "a test"))

        let outcome = try DatabaseReplacement(folder: target.path, lock: lock).fill(
            from: try #require(FileHandle(forReadingAtPath: folder.file("export"))), as: .same, keepingOldAs: "x")

        #expect(outcome.report.schema == Migrations.current)
        #expect(
            Set(try SQLiteStore(path: target.file("tocsin.db")).load())
                == Set(try SQLiteStore(path: folder.file("tocsin.db")).load()))
    }
}
