import GRDB
public import TocsinCore
public import TocsinModel
public import TocsinRuntime

/// The rows in one SQLite file. Owned by the engine's thread.
///
/// Commits are durable: WAL with `synchronous = FULL`, one writer. After a failed commit its outcome is unknown, so the
/// file is opened anew for the next one; every write is an upsert and may be repeated.
public struct SQLiteStore: Store, Sendable {
    let path: String
    private var database: DatabaseQueue?
    /// Told of rows that the schema refuses.
    private let onRefusal: @Sendable (String) -> Void
    /// For tests that look at how the file is opened.
    var openDatabase: DatabaseQueue? { self.database }

    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// - Parameter onRefusal: is told, in words, of rows that the schema refuses, which should never happen.
    public init(
        path: String,
        onRefusal: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreFailure) {
        self.path = path
        self.onRefusal = onRefusal
        do {
            self.database = try SQLiteStore.openMigrated(path)
        } catch {
            throw StoreFailure("cannot open \(path): \(SQLiteStore.words(for: error))")
        }
    }

    private static func openMigrated(_ path: String) throws -> DatabaseQueue {
        do {
            let database = try self.open(path)
            try Migrations.run(on: database)
            return database
        } catch let error as DatabaseError where self.isOutOfRoom(error) {
            // Beside the database lies a file of shared memory, for which a full disk has no room. A process that has
            // the database for itself does without: pages go out even now, and the first commit that fails opens the
            // file anew.
            let database = try self.open(path, sharing: false)
            try Migrations.run(on: database)
            return database
        }
    }

    private static func isOutOfRoom(_ error: DatabaseError) -> Bool {
        [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
    }

    /// Every row, for ``Engine/restore(_:routing:options:now:)``.
    ///
    /// The file is checked first: what damage makes of a row must not be taken for what was written.
    public func load() throws(StoreFailure) -> [Write] {
        guard let database else { throw StoreFailure("\(self.path) is closed") }
        do {
            return try database.read { db in
                let complaints = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
                if let complaint = complaints.first, complaint != "ok" { throw DamagedFile(complaint: complaint) }
                return try RowReader.all(in: db)
            }
        } catch {
            throw StoreFailure("cannot read \(self.path): \(SQLiteStore.words(for: error))")
        }
    }

    /// What tells this database from others.
    public func installation() throws(StoreFailure) -> InstallationID {
        guard let database else { throw StoreFailure("\(self.path) is closed") }
        do {
            let mark = try database.read { try String.fetchOne($0, sql: "SELECT mark FROM installation") }
            guard let installation = mark.flatMap({ InstallationID($0) }) else { throw Damage(column: "mark") }
            return installation
        } catch {
            throw StoreFailure("cannot read \(self.path): \(SQLiteStore.words(for: error))")
        }
    }

    /// Draws a new mark: from now on this is not the installation that the file is a copy of.
    func becomeAnother() throws(StoreFailure) {
        do {
            try self.database?.write { db in
                try db.execute(sql: "UPDATE installation SET mark = lower(hex(randomblob(16)))")
            }
        } catch {
            throw StoreFailure(SQLiteStore.words(for: error))
        }
    }

    public mutating func commit(_ writes: [Write]) throws(StoreFailure) {
        do {
            let database = try self.database ?? SQLiteStore.open(self.path)
            self.database = database
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    let writer = RowWriter(db)
                    // Of two incidents about the same the one that ended makes room for the one that opens.
                    for write in writes where write.isEndOfIncident { try self.write(write, by: writer) }
                    for write in writes where !write.isEndOfIncident { try self.write(write, by: writer) }
                    return .commit
                }
            }
        } catch {
            if !SQLiteStore.isBusy(error) { self.database = nil }
            throw StoreFailure(SQLiteStore.words(for: error))
        }
    }

    /// A row of an incident that the schema refuses is a mistake of ours. It is reported, and must not keep all other
    /// rows from the disk.
    private func write(_ write: Write, by writer: RowWriter) throws {
        do {
            try writer.write(write)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT && write.isOfIncident {
            self.onRefusal("row \(write.row) refused: \(SQLiteStore.words(for: error))")
        }
    }

    /// Folds the log into the file. A failure leaves the log, from which the next start reads.
    public mutating func close() {
        guard let database else { return }
        self.database = nil
        do {
            try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try database.close()
        } catch {
            return
        }
    }

    private static func open(_ path: String, sharing: Bool = true) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.journalMode = sharing ? .wal : .default
        if !sharing {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
        }
        configuration.label = "tocsin"
        configuration.maximumReaderCount = 1
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { db in
            // GRDB sets NORMAL when it turns on the WAL, which would lose the last commits with the power.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // Fewer and larger checkpoints than SQLite's own 1000 pages: a storm writes each page of the file once.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA journal_size_limit = 33554432")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
        return database
    }

    private static func isBusy(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_BUSY
    }

    /// What SQLite says, without the statement and its values.
    ///
    /// Of a damaged file it says how to go on, too.
    static func words(for error: any Error) -> String {
        if error is Damage || error is DamagedFile { return "\(error); \(self.wayOut)" }
        guard let error = error as? DatabaseError else { return "\(error)" }
        let words = "\(error.message ?? "unknown error") (SQLite \(error.extendedResultCode.rawValue))"
        let isDamage = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        return isDamage ? "\(words); \(self.wayOut)" : words
    }

    private static let wayOut = """
        `tocsin db check` says more, `tocsin db restore BACKUP` puts a backup in its place, and without the file \
        Tocsin starts empty
        """
}

/// A file in which SQLite found damage.
private struct DamagedFile: Error, CustomStringConvertible {
    let complaint: String

    var description: String { "the file is damaged: \(self.complaint)" }
}

extension Write {
    fileprivate var isEndOfIncident: Bool {
        if case .incident(let incident) = self { return !incident.isOpen }
        return false
    }

    fileprivate var isOfIncident: Bool {
        switch self {
        case .incident, .timeline: true
        default: false
        }
    }
}
