import Foundation
import GRDB
public import TocsinRuntime

/// A database file as an operator deals with it: looked at, copied and put back, beside a server or without one.
///
/// Nothing here changes the file that it names, but ``SQLiteStore`` and ``DatabaseReplacement`` do.
public struct DatabaseFile: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// The database of a storage folder.
    public init(folder: String) { self.init(path: "\(folder)/tocsin.db") }

    /// What ``check()`` found.
    public struct Report: Hashable, Sendable {
        /// The schema's version, and that of this program.
        public var schema: Int
        public var currentSchema: Int
        public var installation: String
        /// How many rows each table has, by the table's name.
        public var rows: [Count]
        /// What is wrong with it; empty if nothing is.
        public var complaints: [String]

        public struct Count: Hashable, Sendable {
            public let table: String
            public let rows: Int
        }
    }

    /// Reads all of it: the pages, the indexes, and every row that a start would read. A server may run meanwhile.
    ///
    /// - Throws: if it is no database of Tocsin's, of a newer one, or cannot be read at all; with a way out.
    public func check() throws(StoreFailure) -> Report {
        try self.reading { try DatabaseFile.report(in: $0) }
    }

    /// Writes a copy of what is committed now, and checks it. A server may run meanwhile; it goes on writing.
    ///
    /// - Parameter target: must not exist.
    public func backUp(to target: String) throws(StoreFailure) -> Report {
        // Made here, so that nothing is overwritten, whoever else makes it; SQLite takes an empty file for none.
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreFailure("cannot make \(target): \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        do throws(StoreFailure) {
            try self.reading { db in
                _ = try DatabaseFile.version(in: db)
                try db.execute(sql: "VACUUM INTO ?", arguments: [target])
            }
            try FileFolder.sync(target)
            let report = try DatabaseFile(path: target).check()
            if let complaint = report.complaints.first { throw StoreFailure("the copy is damaged: \(complaint)") }
            return report
        } catch {
            unlink(target)
            throw error
        }
    }

    /// Runs `body` on a connection that cannot write.
    func reading<Value>(_ body: (Database) throws -> Value) throws(StoreFailure) -> Value {
        guard FileManager.default.fileExists(atPath: self.path) else {
            throw StoreFailure("there is no file \(self.path)")
        }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.label = "tocsin db"
        do {
            let database = try DatabaseQueue(path: self.path, configuration: configuration)
            defer { do { try database.close() } catch { /* It was read, and nothing else. */  } }
            return try database.unsafeRead(body)
        } catch let failure as StoreFailure {
            throw failure
        } catch {
            throw StoreFailure("cannot read \(self.path): \(SQLiteStore.words(for: error))")
        }
    }

    private static func report(in db: Database) throws -> Report {
        let version = try self.version(in: db)
        // One moment for all that is counted and read.
        try db.execute(sql: "BEGIN")
        defer { do { try db.execute(sql: "ROLLBACK") } catch { /* The connection closes. */  } }
        var report = Report(
            schema: version,
            currentSchema: Migrations.current,
            installation: try String.fetchOne(db, sql: self.installationQuery(version)) ?? "none",
            rows: [],
            complaints: try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        )
        guard report.complaints.isEmpty else { return report }
        for table in try self.tables(in: db) {
            let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)") ?? 0
            report.rows.append(Report.Count(table: table, rows: rows))
        }
        // Older schemas lack columns that a start adds before it reads.
        if version == Migrations.current {
            do {
                _ = try RowReader.all(in: db)
            } catch {
                report.complaints.append("\(error)")
            }
        }
        return report
    }

    private static func installationQuery(_ version: Int) -> String {
        version >= 2 ? "SELECT mark FROM installation" : "SELECT NULL"
    }

    /// The schema's version, of a database that this program can deal with.
    static func version(in db: Database) throws -> Int {
        try Migrations.refuseStrangers(db)
        return try Migrations.version(in: db)
    }

    /// The tables that hold something of ours, by name.
    static func tables(in db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                AND name <> 'grdb_migrations' ORDER BY name
                """
        )
    }
}

/// Files and their folders, as far as durability asks.
enum FileFolder {
    /// Returns once the file's content and its name are on the disk.
    static func sync(_ path: String) throws(StoreFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        for name in [path, folder] {
            let descriptor = open(name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw StoreFailure("cannot open \(name): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else {
                throw StoreFailure("cannot write \(name) to the disk: \(String(cString: strerror(errno)))")
            }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
