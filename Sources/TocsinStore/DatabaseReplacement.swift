public import Foundation
import GRDB
public import TocsinRuntime

/// Puts another database in the place of a storage folder's. Whoever does holds the folder's lock meanwhile.
///
/// What comes is made beside the old one, brought to this program's schema, checked; only then it takes the name, in
/// one step. Whenever that is interrupted, either the old or the new one is there, whole.
public struct DatabaseReplacement {
    private let lock: StorageLock
    private let target: String
    private let draft: String

    /// - Parameter lock: of `folder`; held for as long as this value is.
    public init(folder: String, lock: StorageLock) {
        self.lock = lock
        self.target = "\(folder)/tocsin.db"
        self.draft = "\(folder)/tocsin.db.new"
    }

    /// What a replacement did.
    public struct Outcome: Hashable, Sendable {
        public var report: DatabaseFile.Report
        /// Where the old database is now; `nil` if there was none.
        public var oldFile: String?
    }

    /// Who the new database is.
    public enum Identity: Sendable {
        /// The one that it is a copy of: what it told PagerDuty and others goes on.
        case same
        /// A new installation beside the one that it is a copy of.
        case new
    }

    /// From a backup, which stays as it is.
    ///
    /// - Parameter moment: tells the old file from others that were kept, `20260102T030405Z`.
    public func restore(
        from backup: String,
        as identity: Identity,
        keepingOldAs moment: String
    ) throws(StoreFailure) -> Outcome {
        let report = try DatabaseFile(path: backup).check()
        if let complaint = report.complaints.first { throw StoreFailure("\(backup) is damaged: \(complaint)") }
        return try self.replace(as: identity, keepingOldAs: moment) { () throws(StoreFailure) in
            try DatabaseFile(path: backup).reading { try $0.execute(sql: "VACUUM INTO ?", arguments: [self.draft]) }
        }
    }

    /// From lines that ``DatabaseExport`` wrote. What there is must be empty.
    public func fill(
        from lines: FileHandle,
        as identity: Identity,
        keepingOldAs moment: String
    ) throws(StoreFailure) -> Outcome {
        if FileFolder.exists(self.target) {
            let old = try DatabaseFile(path: self.target).check()
            // A start writes who the installation is and when it began; nothing was told to it yet.
            let used = old.rows.first { !["engine", "installation"].contains($0.table) && $0.rows > 0 }
            if let used {
                throw StoreFailure(
                    "\(self.target) is not empty: \(used.table) has \(used.rows) rows; take another --storage.path"
                )
            }
        }
        return try self.replace(as: identity, keepingOldAs: moment) { () throws(StoreFailure) in
            try DatabaseImport(path: self.draft).read(lines)
        }
    }

    private func replace(
        as identity: Identity,
        keepingOldAs moment: String,
        _ make: () throws(StoreFailure) -> Void
    ) throws(StoreFailure) -> Outcome {
        self.removeDraft()
        do throws(StoreFailure) {
            try make()
            try self.complete(identity)
            let report = try DatabaseFile(path: self.draft).check()
            if let complaint = report.complaints.first { throw StoreFailure("what was read is damaged: \(complaint)") }
            // Reading it has made another.
            self.removeLog(of: self.draft)
            try FileFolder.sync(self.draft)
            let oldFile = try self.keepOld(moment)
            guard rename(self.draft, self.target) == 0 else {
                throw StoreFailure("cannot rename \(self.draft): \(String(cString: strerror(errno)))")
            }
            try FileFolder.sync(self.target)
            return Outcome(report: report, oldFile: oldFile)
        } catch {
            self.removeDraft()
            throw error
        }
    }

    /// Brings the draft to the schema of today, and leaves it without a log beside it.
    private func complete(_ identity: Identity) throws(StoreFailure) {
        var store = try SQLiteStore(path: self.draft)
        if identity == .new { try store.becomeAnother() }
        store.close()
    }

    /// Gives the old database a second name, so that there is one under its own at every moment, and removes its log,
    /// which would be read into the new one.
    private func keepOld(_ moment: String) throws(StoreFailure) -> String? {
        guard FileFolder.exists(self.target) else {
            self.removeLog(of: self.target)
            return nil
        }
        self.foldLog()
        let kept = "\(self.target).\(moment)"
        for suffix in ["", "-wal"] where FileFolder.exists(self.target + suffix) {
            guard link(self.target + suffix, kept + suffix) == 0 else {
                throw StoreFailure("cannot keep the old database as \(kept): \(String(cString: strerror(errno)))")
            }
        }
        try FileFolder.sync(kept)
        self.removeLog(of: self.target)
        return kept
    }

    /// The old file's log goes into it, if it can still be read. If not, it is kept beside it as it is.
    private func foldLog() {
        do {
            let database = try DatabaseQueue(path: self.target)
            try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try database.close()
        } catch {
            return
        }
    }

    private func removeLog(of path: String) {
        unlink("\(path)-wal")
        unlink("\(path)-shm")
    }

    private func removeDraft() {
        unlink(self.draft)
        unlink("\(self.draft)-journal")
        self.removeLog(of: self.draft)
    }
}
