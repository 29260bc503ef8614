import Foundation
import Testing

/// Runs the page's scripts, as far as they need no page: how links and filters are read, what time it is.
///
/// The tests are the files under Page/, written for Node's own runner.
@Suite struct PageScriptTests {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Page")
        .resolvingSymlinksInPath()

    @Test(.timeLimit(.minutes(2)), arguments: ["alerts", "links", "matchers", "times"])
    func theScriptsOfThePageDoWhatTheirTestsSay(_ name: String) async throws {
        let node = try #require(Self.node, "node is not on the PATH; `make test` installs it")
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-page-\(UUID().uuidString)")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try Self.gather(in: folder)

        let (status, output) = try await Self.run(node, ["--test", "\(name).test.js"], in: folder)

        #expect(status == 0, "\(output)")
        // Zero tests would succeed as well.
        let passed = output.firstMatch(of: #/(?:#|ℹ) pass (\d+)/#).flatMap { Int($0.output.1) } ?? 0
        #expect(passed > 0, "\(output)")
    }

    @Test func everyFileOfTestsIsRun() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.tests.path).sorted()

        #expect(files == ["alerts.test.js", "links.test.js", "matchers.test.js", "times.test.js"])
    }

    /// Debian has it under either name.
    private static let node: URL? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates = path.split(separator: ":").flatMap { ["\($0)/node", "\($0)/nodejs"] }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }
    }()

    /// Scripts and tests side by side, in a folder that says that they are modules: browsers know that without.
    private static func gather(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(#"{"type":"module"}"#.utf8).write(to: folder.appending(path: "package.json"))
        for source in [WebFileTests.folder, self.tests] {
            for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name.hasSuffix(".js") {
                try FileManager.default.copyItem(at: source.appending(path: name), to: folder.appending(path: name))
            }
        }
    }

    private static func run(_ program: URL, _ arguments: [String], in folder: URL) async throws -> (Int32, String) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "TZ": "Europe/Berlin"]
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let file = try FileHandle(forWritingTo: log)
        process.standardOutput = file
        process.standardError = file
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        try file.close()
        return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
    }
}
