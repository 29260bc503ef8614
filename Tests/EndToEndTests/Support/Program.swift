import Foundation
import Synchronization

/// A program that a test runs, in a process group of its own, with all that it prints.
final class Program: Sendable {
    enum End: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    let name: String
    let processID: Int32
    private let ending: Ending
    private let printed = Mutex(Printed())

    private final class Ending: Sendable {
        let end = Mutex<End?>(nil)
    }

    private struct Printed {
        var bytes: [UInt8] = []
        var isComplete = false
    }

    /// - Parameters:
    ///   - folder: the working directory.
    ///   - environment: beside the few variables that every program gets: those of the tests are not inherited,
    ///     because other tests set some of them.
    init(_ executable: URL, _ arguments: [String], in folder: URL, environment: [String: String] = [:]) throws {
        self.name = executable.lastPathComponent
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let inherited = ProcessInfo.processInfo.environment.filter { Program.inherited.contains($0.key) }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let ending = Ending()
        process.terminationHandler = { process in
            let isSignal = process.terminationReason == .uncaughtSignal
            let status = process.terminationStatus
            ending.end.withLock { $0 = isSignal ? .killed(signal: status) : .exited(status) }
            Undertaker.shared.drop(process.processIdentifier)
        }
        try process.run()
        self.ending = ending
        self.processID = process.processIdentifier
        Undertaker.shared.add(self.processID)
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread { [self] in self.collect(from: reader) }
    }

    private static let inherited: Set<String> = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LANG"]

    /// Standard output and standard error so far.
    var output: String { self.printed.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// How it ended, once it has and all that it printed is here.
    var end: End? {
        guard self.printed.withLock({ $0.isComplete }) else { return nil }
        return self.ending.end.withLock { $0 }
    }

    func signal(_ number: Int32) { self.kill(self.processID, number) }

    /// Ends it and all that it started, at once.
    func killGroup() { self.kill(-self.processID, SIGKILL) }

    /// Not once it has ended: the number may be another's by then.
    private func kill(_ target: Int32, _ number: Int32) {
        self.ending.end.withLock { if $0 == nil { _ = Foundation.kill(target, number) } }
    }

    private func collect(from reader: FileHandle) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reader.fileDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            self.printed.withLock { $0.bytes += buffer[..<count] }
        }
        self.printed.withLock { $0.isComplete = true }
    }
}
