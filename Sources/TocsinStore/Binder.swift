import GRDB
import GRDBSQLite
import TocsinCore
import TocsinModel

/// Binds the values of a statement in their order, without boxing them.
struct Binder {
    private let statement: OpaquePointer
    private var index: Int32 = 0
    private var failure: Int32 = SQLITE_OK
    private var scratch: [UInt8] = []

    init(_ statement: Statement) {
        self.statement = statement.sqliteStatement
        sqlite3_reset(self.statement)
    }

    /// SQLite copies the bytes before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private mutating func note(_ code: Int32) {
        if code != SQLITE_OK && self.failure == SQLITE_OK { self.failure = code }
    }

    mutating func bind(_ value: Int64) {
        self.index += 1
        self.note(sqlite3_bind_int64(self.statement, self.index, value))
    }

    mutating func bind(_ value: Int64?) {
        if let value { self.bind(value) } else { self.bind(nil as [UInt8]?) }
    }

    /// A time as nanoseconds since 1970, as in the rows of incidents.
    mutating func bindNumber(_ time: Timestamp?) { self.bind(time?.nanosecondsSince1970) }

    mutating func bind(_ value: Bool) { self.bind(value ? 1 : 0 as Int64) }

    mutating func bind(_ fingerprint: Fingerprint) { self.bind(Int64(bitPattern: fingerprint.value)) }

    mutating func bind(_ text: String) {
        self.index += 1
        var text = text
        let code = text.withUTF8 { bytes in
            self.bindText(UnsafeRawBufferPointer(bytes))
        }
        self.note(code)
    }

    mutating func bind(_ text: [UInt8]?) {
        self.index += 1
        guard let text else {
            self.note(sqlite3_bind_null(self.statement, self.index))
            return
        }
        self.note(text.withUnsafeBytes { self.bindText($0) })
    }

    private func bindText(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_text(self.statement, self.index, "", 0, Binder.transient)
        }
        return sqlite3_bind_text64(
            self.statement,
            self.index,
            start.assumingMemoryBound(to: CChar.self),
            UInt64(bytes.count),
            Binder.transient,
            UInt8(SQLITE_UTF8)
        )
    }

    mutating func bind(_ time: Timestamp) {
        self.scratch.removeAll(keepingCapacity: true)
        time.appendRFC3339(to: &self.scratch)
        self.bind(self.scratch)
    }

    mutating func bind(_ time: Timestamp?) {
        if let time { self.bind(time) } else { self.bind(nil as [UInt8]?) }
    }

    /// Milliseconds.
    mutating func bind(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.bind(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The five columns that name a destination of a group.
    mutating func bind(_ key: ToldKey) {
        self.bind(key.group.text)
        self.bind(key.integration.receiver)
        self.bind(key.integration.kind)
        self.bind(Int64(bitPattern: key.integration.destination))
        self.bind(Int64(key.integration.ordinal))
    }

    /// The eighteen columns of a delivery.
    mutating func bind(_ delivery: Delivery) {
        self.bind(delivery.id.number)
        self.bind(delivery.key)
        self.bind(Int64(delivery.integration.index))
        self.bind(RowText.content(delivery.content))
        self.bind(RowText.fingerprints(delivery.firing))
        self.bind(RowText.fingerprints(delivery.resolved))
        self.bind(delivery.sendResolved)
        self.bind(delivery.keptFor)
        self.bind(Int64(delivery.attempts))
        self.bind(Int64(delivery.failures))
        self.bind(delivery.nextAttemptAt)
        self.bind(delivery.isToldToWait)
        self.bind(delivery.mayHaveArrived)
        self.bind(delivery.decideAgain)
    }

    /// The four columns that name an integration of a group by its place in the file.
    mutating func bind(_ key: InheritedKey) {
        self.bind(key.group.text)
        self.bind(key.integration.receiver)
        self.bind(key.integration.kind)
        self.bind(Int64(key.integration.index))
    }

    /// Runs the statement.
    mutating func finish() throws {
        defer {
            sqlite3_reset(self.statement)
            sqlite3_clear_bindings(self.statement)
        }
        if self.failure != SQLITE_OK { throw self.error(self.failure) }
        let code = sqlite3_step(self.statement)
        if code != SQLITE_DONE { throw self.error(code) }
    }

    private func error(_ code: Int32) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(self.statement)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
