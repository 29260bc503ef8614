public import Foundation
import GRDB
import TocsinJSON
public import TocsinRuntime

/// The rows of a database as lines of JSON, for other programs and for ``DatabaseImport``.
///
/// The first line says what it is, each further one is a row, the last one says how many there are:
///
///     {"format":"tocsin-export","version":1,"schema":5}
///     {"table":"silence","row":{"id":17,"matcher_sets":"[[[\"a\",\"=\",\"b\"]]]",…}}
///     {"rows":1}
///
/// Columns are named and written as in the database: a number, a text, or `null`. All lines are of one moment.
public struct DatabaseExport: Sendable {
    /// Of the lines themselves. What rows look like is the schema's affair.
    static let version: Int64 = 1
    static let format = "tocsin-export"

    private let file: DatabaseFile

    public init(_ file: DatabaseFile) { self.file = file }

    /// - Returns: how many rows were written.
    public func write(to output: FileHandle) throws(StoreFailure) -> Int {
        try self.file.reading { db in
            let schema = try DatabaseFile.version(in: db)
            try db.execute(sql: "BEGIN")
            defer { do { try db.execute(sql: "ROLLBACK") } catch { /* The connection closes. */  } }
            var lines = LineWriter(output)
            try lines.write([
                "format": .string(DatabaseExport.format),
                "version": .integer(DatabaseExport.version),
                "schema": .integer(Int64(schema)),
            ])
            var count = 0
            for table in try DatabaseFile.tables(in: db) {
                let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)")
                while let row = try rows.next() {
                    try lines.write(["table": .string(table), "row": try DatabaseExport.value(row)])
                    count += 1
                }
            }
            try lines.write(["rows": .integer(Int64(count))])
            try lines.flush()
            return count
        }
    }

    private static func value(_ row: Row) throws -> JSONValue {
        .object(
            try row.map { column, value in
                switch value.storage {
                case .int64(let number): JSONValue.Member(column, .integer(number))
                case .string(let text): JSONValue.Member(column, .string(text))
                case .null: JSONValue.Member(column, .null)
                case .double, .blob: throw Damage(column: column)
                }
            })
    }
}

private struct LineWriter {
    private let output: FileHandle
    private var buffer: [UInt8] = []

    init(_ output: FileHandle) { self.output = output }

    mutating func write(_ line: JSONValue) throws {
        self.buffer += line.encoded(.plain)
        self.buffer.append(UInt8(ascii: "\n"))
        if self.buffer.count > 1 << 16 { try self.flush() }
    }

    mutating func flush() throws {
        try self.output.write(contentsOf: self.buffer)
        self.buffer.removeAll(keepingCapacity: true)
    }
}
