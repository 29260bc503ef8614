import Foundation
import Synchronization
import Testing

/// Where a test plays: a folder of its own, a ``Sink``, and every program that it starts. All is gone when the test is.
final class Stage: Sendable {
    let folder: URL
    let sink: Sink
    private let programs = Mutex<[Program]>([])

    fileprivate init(sink: Sink) throws {
        self.sink = sink
        let name = "tocsin-\(UUID().uuidString)"
        self.folder = FileManager.default.temporaryDirectory.appending(path: name).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: false)
    }

    /// Plays `body`. When it fails, the programs' last words are printed, unless that is quite all right.
    static func play(
        sink: Sink = Sink(),
        isQuiet: Bool = false,
        _ body: (Stage) async throws -> Void
    ) async throws {
        let stage = try Stage(sink: sink)
        defer { stage.clear() }
        do {
            try await body(stage)
        } catch {
            if !isQuiet { print(stage.lastWords) }
            throw error
        }
    }

    /// Kills what still runs and removes the folder.
    private func clear() {
        self.sink.stop()
        let programs = self.programs.withLock { $0 }
        for program in programs { program.killGroup() }
        do {
            try FileManager.default.removeItem(at: self.folder)
        } catch {
            Issue.record("\(self.folder.path) stays behind: \(error)")
        }
    }

    func run(_ executable: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> Program {
        let program = try Program(executable, arguments, in: self.folder, environment: environment)
        self.programs.withLock { $0.append(program) }
        return program
    }

    /// Runs a program to its end, which must be a good one.
    func finish(_ path: String, _ arguments: [String]) async throws {
        let program = try self.run(URL(filePath: path), arguments)
        let end = try await eventually("\(path) \(arguments) ends") { program.end }
        guard end == .exited(0) else {
            throw Overdue(description: "\(path) \(arguments) failed, \(end): \(program.output)")
        }
    }

    func path(_ name: String) -> String { self.folder.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        let file = self.folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    private var lastWords: String {
        let requests = self.sink.requests().suffix(20).map { "\($0.method) \($0.path) \($0.text.prefix(400))" }
        let outputs = self.programs.withLock { $0 }.map { program in
            "--- \(program.name), \(program.end.map { "\($0)" } ?? "running"):\n\(program.output.suffix(6000))"
        }
        return (["--- the sink's last requests:"] + requests + outputs).joined(separator: "\n")
    }
}

/// Something did not happen in time.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Looks again and again until there is something to see. Tests wait for what happens, never for a time to pass.
func eventually<Value>(
    _ what: String,
    within patience: Duration = .seconds(60),
    _ look: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + patience
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < deadline else { throw Overdue(description: "not within \(patience): \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Waits until a claim holds.
func eventually(
    _ what: String,
    within patience: Duration = .seconds(60),
    _ holds: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what, within: patience) { try await holds() ? true : nil }
}
