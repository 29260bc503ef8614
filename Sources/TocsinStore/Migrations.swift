import GRDB

/// The schema's history, append-only: a migration that was released never changes.
enum Migrations {
    /// Marks the file as ours; `file` and SQLite's own tools show it.
    private static let applicationID = 0x546F_6373

    /// Brings the schema up to date.
    ///
    /// - Parameter version: where to stop; for rows that were written under that version.
    static func run(on database: DatabaseQueue, upTo version: Int? = nil) throws {
        try database.read { try self.refuseStrangers($0) }
        let migrator = self.migrator
        // Nothing is written where nothing is to be done: a full disk must not keep a server from starting.
        if try database.read({ try migrator.hasCompletedMigrations($0) }) { return }
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(Migrations.applicationID)")
        }
        if let version {
            try migrator.migrate(database, upTo: migrator.migrations[version - 1])
        } else {
            try migrator.migrate(database)
        }
    }

    /// In their order; the place of the last one counts as the schema's version.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 alerts, groups, deliveries") { db in
            try db.execute(sql: Migrations.first)
        }
        migrator.registerMigration("2 silences") { db in
            try db.execute(sql: Migrations.second)
        }
        migrator.registerMigration("3 taken over from Alertmanager") { db in
            try db.execute(sql: Migrations.third)
        }
        migrator.registerMigration("4 incidents") { db in
            try db.execute(sql: Migrations.fourth)
        }
        migrator.registerMigration("5 receivers' data") { db in
            try db.execute(sql: "ALTER TABLE told ADD COLUMN receiver_data TEXT NOT NULL DEFAULT '{}'")
        }
        return migrator
    }

    /// The version of the schema that this program writes.
    static var current: Int { self.migrator.migrations.count }

    /// The version of a database's schema; 0 of an empty one.
    static func version(in db: Database) throws -> Int { try self.migrator.completedMigrations(db).count }

    /// Throws for databases of other programs and of newer versions of this one.
    static func refuseStrangers(_ db: Database) throws {
        let marked = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if tables > 0 && marked != Migrations.applicationID { throw Foreign() }
        if try self.migrator.hasBeenSuperseded(db) { throw TooNew() }
    }

    struct Foreign: Error, CustomStringConvertible {
        var description: String { "the file is a database, but not one of Tocsin's; name another --storage.path" }
    }

    struct TooNew: Error, CustomStringConvertible {
        var description: String { "the file was written by a newer Tocsin; start that one, or restore a backup" }
    }

    /// Alerts have a number beside their fingerprint so that new rows lie together: keyed by the fingerprint, which is
    /// as good as random, each would dirty a page of its own.
    ///
    /// Times are RFC 3339 with the offset they came with, sets of fingerprints arrays of 16 hexadecimal digits,
    /// durations milliseconds.
    private static let first = """
        CREATE TABLE engine (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            last_number INTEGER NOT NULL,
            routing INTEGER NOT NULL,
            now TEXT NOT NULL
        ) STRICT;

        CREATE TABLE alert (
            id INTEGER PRIMARY KEY,
            fingerprint INTEGER NOT NULL UNIQUE,
            labels TEXT NOT NULL,
            annotations TEXT NOT NULL,
            generator_url TEXT NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            ends_by_timeout INTEGER NOT NULL CHECK (ends_by_timeout IN (0, 1)),
            ended_at TEXT,
            groups TEXT NOT NULL,
            departed_from TEXT NOT NULL
        ) STRICT;

        CREATE TABLE alert_group (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            labels TEXT NOT NULL,
            receiver TEXT NOT NULL,
            route TEXT NOT NULL,
            due_at TEXT NOT NULL,
            has_flushed INTEGER NOT NULL CHECK (has_flushed IN (0, 1))
        ) STRICT;

        CREATE TABLE told (
            group_key TEXT NOT NULL,
            receiver TEXT NOT NULL,
            kind TEXT NOT NULL,
            destination INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            integration_index INTEGER NOT NULL,
            send_resolved INTEGER NOT NULL CHECK (send_resolved IN (0, 1)),
            firing TEXT,
            resolved TEXT,
            flushed_at TEXT,
            may_believe TEXT NOT NULL,
            kept_for INTEGER NOT NULL,
            noted_at TEXT NOT NULL,
            PRIMARY KEY (group_key, receiver, kind, destination, ordinal),
            CHECK ((flushed_at IS NULL) = (firing IS NULL) AND (flushed_at IS NULL) = (resolved IS NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY,
            group_key TEXT NOT NULL,
            receiver TEXT NOT NULL,
            kind TEXT NOT NULL,
            destination INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            integration_index INTEGER NOT NULL,
            content TEXT NOT NULL,
            firing TEXT NOT NULL,
            resolved TEXT NOT NULL,
            send_resolved INTEGER NOT NULL CHECK (send_resolved IN (0, 1)),
            kept_for INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            next_attempt_at TEXT NOT NULL,
            is_told_to_wait INTEGER NOT NULL CHECK (is_told_to_wait IN (0, 1)),
            may_have_arrived INTEGER NOT NULL CHECK (may_have_arrived IN (0, 1)),
            decide_again INTEGER NOT NULL CHECK (decide_again IN (0, 1))
        ) STRICT;
        """

    /// Matcher sets are arrays of arrays of `[name, operator, value]`, what people wrote JSON strings. The
    /// installation's mark is drawn here, once.
    private static let second = """
        CREATE TABLE silence (
            id INTEGER PRIMARY KEY,
            matcher_sets TEXT NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            created_by TEXT NOT NULL,
            comment TEXT NOT NULL,
            annotations TEXT NOT NULL
        ) STRICT;

        CREATE TABLE installation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            mark TEXT NOT NULL
        ) STRICT;

        INSERT INTO installation (id, mark) VALUES (1, lower(hex(randomblob(16))));
        """

    /// Hashes are arrays of 16 hexadecimal digits.
    private static let third = """
        ALTER TABLE silence ADD COLUMN foreign_name TEXT;

        CREATE TABLE inherited (
            group_key TEXT NOT NULL,
            receiver TEXT NOT NULL,
            kind TEXT NOT NULL,
            integration_index INTEGER NOT NULL,
            firing TEXT NOT NULL,
            told_at TEXT NOT NULL,
            taken_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            PRIMARY KEY (group_key, receiver, kind, integration_index)
        ) STRICT, WITHOUT ROWID;
        """
}
