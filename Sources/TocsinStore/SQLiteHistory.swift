import GRDB
public import TocsinCore
public import TocsinModel
public import TocsinRuntime

/// The history of incidents, read from the same file that the engine's thread writes. A reader of a write-ahead log
/// holds up no writer, and sees what was committed when it began.
///
/// The file is opened when somebody asks for the first time: a server whose disk is so full that nobody else can read
/// its file must start all the same.
public struct SQLiteHistory: IncidentHistory {
    private let path: String
    private let database = Locked<DatabasePool?>(nil)

    /// How many questions are answered at once; others wait.
    private static let readers = 2

    public init(path: String) { self.path = path }

    private func open() throws -> DatabasePool {
        try self.database.withLock { database in
            if let database { return database }
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.maximumReaderCount = SQLiteHistory.readers
            configuration.busyMode = .timeout(5)
            configuration.label = "tocsin-history"
            let opened = try DatabasePool(path: self.path, configuration: configuration)
            database = opened
            return opened
        }
    }

    /// Lets go of the file, so that whoever writes it can fold its log away. Asked again, it is opened again.
    public func close() { self.database.withLock { $0 = nil } }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(HistoryFailure) -> Value {
        do {
            return try await self.open().read(body)
        } catch {
            throw HistoryFailure("history cannot be read: \(SQLiteStore.words(for: error))")
        }
    }

    public func incident(_ id: ID<Incident>) async throws(HistoryFailure) -> Incident? {
        try await self.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM incident WHERE id = ?", arguments: [id.number])
                .map { try IncidentReader.incident($0) }
        }
    }

    public func incident(reference: Int64) async throws(HistoryFailure) -> Incident? {
        try await self.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM incident WHERE reference = ?", arguments: [reference])
                .map { try IncidentReader.incident($0) }
        }
    }

    // MARK: Lists

    public func ended(
        _ search: HistorySearch,
        where admits: @escaping @Sendable (Incident) -> Bool
    ) async throws(HistoryFailure) -> HistoryPage {
        let (sql, arguments) = SQLiteHistory.statement(for: search)
        return try await self.read { db in
            var page = HistoryPage()
            var looked = 0
            let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                let incident = try IncidentReader.incident(row)
                looked += 1
                if admits(incident) { page.incidents.append(incident) }
                if page.incidents.count >= search.limit || looked >= search.maximumRows {
                    page.stoppedAt = HistorySearch.Place(value: row["place"], id: incident.id.number)
                    break
                }
            }
            return page
        }
    }

    /// The columns by which is sorted have an index, so that nothing is sorted that nobody looks at.
    private static func statement(for search: HistorySearch) -> (sql: String, StatementArguments) {
        let column =
            switch search.order {
            case .triggeredAt: "triggered_at"
            case .number: "reference"
            }
        var conditions = ["status = 'resolved'"]
        var arguments: [Int64] = []
        if let since = search.since {
            conditions.append("triggered_at >= ?")
            arguments.append(since.nanosecondsSince1970)
        }
        if let until = search.until {
            conditions.append("triggered_at < ?")
            arguments.append(until.nanosecondsSince1970)
        }
        if let after = search.after {
            conditions.append("(\(column), id) \(search.isDescending ? "<" : ">") (?, ?)")
            arguments += [after.value, after.id]
        }
        let direction = search.isDescending ? "DESC" : "ASC"
        let sql = """
            SELECT *, \(column) AS place FROM incident WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(column) \(direction), id \(direction)
            """
        return (sql, StatementArguments(arguments))
    }

    // MARK: Timelines

    public func timeline(
        of incident: ID<Incident>,
        kinds: [TimelineEntry.Kind],
        after sequence: Int64,
        limit: Int
    ) async throws(HistoryFailure) -> [TimelineEntry] {
        // The words are the program's own.
        let words = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let condition = kinds.isEmpty ? "" : "AND kind IN (\(words))"
        let sql = """
            SELECT * FROM timeline WHERE incident = ? AND sequence > ? \(condition) ORDER BY sequence LIMIT ?
            """
        return try await self.read { db in
            try Row.fetchAll(db, sql: sql, arguments: [incident.number, sequence, limit])
                .map { try IncidentReader.entry($0) }
        }
    }

    public func timeline(after sequence: Int64, limit: Int) async throws(HistoryFailure) -> [TimelineEntry] {
        try await self.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM timeline WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            )
            .map { try IncidentReader.entry($0) }
        }
    }

    // MARK: Reports

    public func responses(
        from: Timestamp,
        to: Timestamp,
        limit: Int
    ) async throws(HistoryFailure) -> [RecordedResponse] {
        // A spell never begins before the first one, so the index on the present spell's beginning finds them all.
        let sql = """
            SELECT *, (
                SELECT actor FROM timeline
                WHERE timeline.incident = incident.id AND kind IN ('acknowledged', 'snoozed')
                ORDER BY sequence LIMIT 1
            ) AS responder
            FROM incident
            WHERE triggered_at >= ?1 AND first_triggered_at >= ?1 AND first_triggered_at < ?2
            ORDER BY triggered_at LIMIT ?3
            """
        return try await self.read { db in
            try Row.fetchAll(
                db, sql: sql, arguments: [from.nanosecondsSince1970, to.nanosecondsSince1970, limit]
            )
            .map { row in
                let hasResponder = (row["responder"] as String?) != nil
                let responder = hasResponder ? try IncidentText.actor(try row.json("responder")) : nil
                return RecordedResponse(try IncidentReader.incident(row), responder: responder)
            }
        }
    }
}
