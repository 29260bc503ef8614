import Foundation
import GRDB
import TocsinJSON
import TocsinRuntime

/// Lines of a ``DatabaseExport`` into a new file, under the schema that they were written under.
struct DatabaseImport {
    let path: String

    /// In one transaction: what is wrong anywhere leaves nothing.
    func read(_ input: FileHandle) throws(StoreFailure) {
        var lines = LineReader(input)
        do {
            guard let first = try lines.next() else { throw Mistake("the first line is missing") }
            let schema = try DatabaseImport.schema(first)
            let database = try DatabaseQueue(path: self.path)
            try Migrations.run(on: database, upTo: schema)
            try database.write { db in
                // The one that this file drew for itself.
                if schema >= 2 { try db.execute(sql: "DELETE FROM installation") }
                try DatabaseImport.rows(&lines, into: db)
            }
            try database.close()
        } catch let error as DatabaseError {
            throw StoreFailure("line \(lines.number): \(error.message ?? "SQLite does not take it")")
        } catch {
            throw StoreFailure("line \(lines.number): \(error)")
        }
    }

    private static func schema(_ line: JSONValue) throws -> Int {
        guard line["format"]?.string == DatabaseExport.format, let version = line["version"]?.integer,
            let schema = line["schema"]?.integer
        else { throw Mistake("this is not what `tocsin db export` writes") }
        guard version == DatabaseExport.version, schema >= 1 else { throw Mistake("an unknown version of the format") }
        guard schema <= Migrations.current else {
            throw Mistake("a newer Tocsin wrote it (schema \(schema), not \(Migrations.current)); use that one")
        }
        return Int(schema)
    }

    private static func rows(_ lines: inout LineReader, into db: Database) throws {
        let tables = Set(try DatabaseFile.tables(in: db))
        var columns: [String: Set<String>] = [:]
        var count: Int64 = 0
        while let line = try lines.next() {
            if let total = line["rows"]?.integer {
                guard total == count else { throw Mistake("\(total) rows were written, \(count) are here") }
                guard try lines.next() == nil else { throw Mistake("something follows the last line") }
                return
            }
            guard let table = line["table"]?.string, tables.contains(table) else { throw Mistake("an unknown table") }
            guard let members = line["row"]?.members, !members.isEmpty else { throw Mistake("a row is missing") }
            let known = try columns[table] ?? Set(db.columns(in: table).map(\.name))
            columns[table] = known
            try self.insert(members, into: table, known, db)
            count += 1
        }
        throw Mistake("the last line is missing: the export is not whole")
    }

    private static func insert(
        _ members: [JSONValue.Member],
        into table: String,
        _ known: Set<String>,
        _ db: Database
    ) throws {
        var values: [DatabaseValue] = []
        for member in members {
            guard known.contains(member.name) else { throw Mistake("\(table) has no such column") }
            switch member.value {
            case .string(let text): values.append(text.databaseValue)
            case .integer(let number): values.append(number.databaseValue)
            case .null: values.append(.null)
            default: throw Mistake("\(table).\(member.name) is neither a number nor a text")
            }
        }
        let names = members.map(\.name.quotedDatabaseIdentifier).joined(separator: ", ")
        let marks = members.map { _ in "?" }.joined(separator: ", ")
        let statement = try db.cachedStatement(
            sql: "INSERT INTO \(table.quotedDatabaseIdentifier) (\(names)) VALUES (\(marks))")
        try statement.execute(arguments: StatementArguments(values))
    }

    private struct Mistake: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}

/// Lines of JSON, read in pieces.
private struct LineReader {
    private let input: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    /// Of the line that was read last, from 1.
    private(set) var number = 0

    /// The longest row is a notification of thousands of alerts.
    private static let maximumLine = 256 << 20

    init(_ input: FileHandle) { self.input = input }

    mutating func next() throws -> JSONValue? {
        guard let line = try self.nextLine() else { return nil }
        self.number += 1
        return try line.withUnsafeBytes { try JSONValue(Array($0)) }
    }

    private mutating func nextLine() throws -> ArraySlice<UInt8>? {
        var searched = self.start
        while true {
            if let end = self.buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { self.start = end + 1 }
                return self.buffer[self.start..<end]
            }
            guard !self.hasEnded else {
                defer { self.start = self.buffer.count }
                return self.start < self.buffer.count ? self.buffer[self.start...] : nil
            }
            self.buffer.removeFirst(self.start)
            self.start = 0
            searched = self.buffer.count
            guard searched <= LineReader.maximumLine else { throw TooLong() }
            let piece = try self.input.read(upToCount: 1 << 20) ?? Foundation.Data()
            self.hasEnded = piece.isEmpty
            self.buffer += piece
        }
    }

    private struct TooLong: Error, CustomStringConvertible {
        var description: String { "the line is too long" }
    }
}
