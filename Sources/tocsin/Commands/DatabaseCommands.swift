import ArgumentParser
import Foundation
import TocsinModel
import TocsinRuntime
import TocsinStore

/// `tocsin db`: the database of a storage folder, from outside.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Checks, copies and puts back the database.",
        discussion: "check, backup and export work beside a running server; restore and import need it stopped.",
        subcommands: [Check.self, Backup.self, Restore.self, Export.self, Import.self]
    )

    struct Storage: ParsableArguments {
        @Option(name: .customLong("storage.path"), help: "The folder of the database.")
        var path = "data/"

        /// Without a slash at its end.
        var folder: String {
            self.path.count > 1 && self.path.hasSuffix("/") ? String(self.path.dropLast()) : self.path
        }

        var database: DatabaseFile { DatabaseFile(folder: self.folder) }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads all of a database and says what it holds, or what is wrong with it."
        )

        @OptionGroup var storage: Storage

        @Argument(help: "A file, such as a backup, instead of the storage folder's.")
        var file: String?

        func run() async throws {
            let file = self.file.map { DatabaseFile(path: $0) } ?? self.storage.database
            try Words.failing { () throws(StoreFailure) in
                let report = try file.check()
                guard report.complaints.isEmpty else {
                    throw StoreFailure(
                        "\(file.path) is damaged:\n  \(report.complaints.joined(separator: "\n  "))\n"
                            + "Stop the server and put a backup in its place: tocsin db restore BACKUP"
                    )
                }
                Words.print(report, of: file.path)
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a copy of the database as it is at one moment, and checks it.")

        @OptionGroup var storage: Storage

        @Argument(help: "Where the copy goes; there must be no such file.")
        var file: String

        func run() async throws {
            try Words.failing { () throws(StoreFailure) in
                Words.print(try self.storage.database.backUp(to: self.file), of: self.file)
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a backup in the database's place, which is kept beside it.")

        @OptionGroup var storage: Storage

        @Flag(
            name: .customLong("as-copy"),
            help: "For a second server beside the one that was backed up: it becomes an installation of its own.")
        var asCopy = false

        @Argument(help: "What `tocsin db backup` wrote, or the file of a stopped server.")
        var file: String

        func run() async throws {
            try await Words.replacing(self.storage.folder) { (replacement, moment) throws(StoreFailure) in
                try replacement.restore(from: self.file, as: self.asCopy ? .new : .same, keepingOldAs: moment)
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints every row as a line of JSON.")

        @OptionGroup var storage: Storage

        func run() async throws {
            try Words.failing { () throws(StoreFailure) in
                _ = try DatabaseExport(self.storage.database).write(to: .standardOutput)
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fills an empty storage folder with what `tocsin db export` printed: all of it, or nothing.")

        @OptionGroup var storage: Storage

        @Flag(
            name: .customLong("as-copy"),
            help: "For a second server beside the one that was exported: it becomes an installation of its own.")
        var asCopy = false

        @Argument(help: "The file; what is piped in if there is none.")
        var file: String?

        func run() async throws {
            let input: FileHandle
            if let file {
                guard let opened = FileHandle(forReadingAtPath: file) else {
                    throw Words.failure("cannot read \(file): \(String(cString: strerror(errno)))")
                }
                input = opened
            } else {
                input = .standardInput
            }
            try await Words.replacing(self.storage.folder) { (replacement, moment) throws(StoreFailure) in
                try replacement.fill(from: input, as: self.asCopy ? .new : .same, keepingOldAs: moment)
            }
        }
    }
}

/// What these commands say.
private enum Words {
    static func print(_ report: DatabaseFile.Report, of path: String) {
        let age = report.schema == report.currentSchema ? "" : " (this Tocsin's is \(report.currentSchema))"
        Swift.print("\(path): good, schema \(report.schema)\(age), installation \(report.installation)")
        for count in report.rows { Swift.print("  \(count.table): \(count.rows)") }
    }

    /// Says on standard error what went wrong, and ends with 1.
    static func failing(_ body: () throws(StoreFailure) -> Void) throws {
        do throws(StoreFailure) {
            try body()
        } catch {
            throw self.failure(error.reason)
        }
    }

    static func failure(_ reason: String) -> any Error {
        FileHandle.standardError.write(Data("tocsin: error: \(reason)\n".utf8))
        return ExitCode(1)
    }

    /// With the folder's lock.
    static func replacing(
        _ folder: String,
        _ body: (DatabaseReplacement, String) throws(StoreFailure) -> DatabaseReplacement.Outcome
    ) async throws {
        do throws(StoreFailure) {
            let lock = try await StorageWait.take(folder) { other in
                FileHandle.standardError.write(Data("tocsin: waiting for another Tocsin to let go: \(other)\n".utf8))
            }
            let moment = SystemClock().now().rfc3339Milliseconds.filter { !"-:.".contains($0) }
            let outcome = try body(DatabaseReplacement(folder: folder, lock: lock), moment)
            self.print(outcome.report, of: "\(folder)/tocsin.db")
            if let old = outcome.oldFile { Swift.print("The old database is \(old).") }
        } catch {
            throw self.failure(error.reason)
        }
    }
}
