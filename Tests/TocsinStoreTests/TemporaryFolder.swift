import Foundation
import GRDB
import TocsinRuntime

@testable import TocsinStore

/// A folder that goes with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: self.path) } catch { print("left behind: \(self.path)") }
    }

    func file(_ name: String) -> String { "\(self.path)/\(name)" }

    /// Runs statements on a database file, as another program would.
    func sqlite(_ name: String, _ sql: String) throws {
        let database = try DatabaseQueue(path: self.file(name))
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }
}

extension SQLiteStore {
    func pragma(_ name: String) throws -> String? {
        try self.openDatabase?.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// The same file, opened anew.
    func reopened() throws -> SQLiteStore { try SQLiteStore(path: self.path) }
}
