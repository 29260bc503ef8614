import Foundation

/// The server under test: the built binary, as a user starts it.
struct Tocsin: Sendable {
    let program: Program
    let client: HTTPClient

    /// `.build/debug/tocsin`, which lies beside the tests; TOCSIN_BINARY names another.
    static var binary: URL {
        get throws(MissingBinary) {
            let path = ProcessInfo.processInfo.environment["TOCSIN_BINARY"] ?? ""
            let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            let url =
                path.isEmpty ? beside.appending(path: "tocsin") : URL(filePath: path, relativeTo: Peers.projectRoot)
            guard FileManager.default.isExecutableFile(atPath: url.path) else { throw MissingBinary(path: url.path) }
            return url.absoluteURL
        }
    }

    struct MissingBinary: Error, CustomStringConvertible {
        let path: String

        var description: String { "\(self.path) is missing; `make test` builds it before the tests" }
    }

    /// How a server is started; the rest is as shipped.
    struct Launch {
        var configuration = "tocsin.yml"
        var storage = "data"
        /// 0: the system picks one.
        var port = 0
        var logLevel = "debug"
        var arguments: [String] = []
        /// Programs and arguments that go before the binary, as in `nice -n 5 tocsin`.
        var wrapper: [String] = []
        var environment: [String: String] = [:]
    }

    /// Runs the command line and does not wait for anything.
    static func run(_ launch: Launch = Launch(), on stage: Stage) throws -> Program {
        let arguments =
            [
                "--config.file=\(launch.configuration)", "--storage.path=\(launch.storage)",
                "--web.listen-address=127.0.0.1:\(launch.port)", "--log.level=\(launch.logLevel)", "--log.format=json",
            ] + launch.arguments
        let words = launch.wrapper + [try self.binary.path] + arguments
        return try stage.run(URL(filePath: words[0]), Array(words.dropFirst()), environment: launch.environment)
    }

    /// Starts a server and waits until it listens.
    static func start(_ launch: Launch = Launch(), on stage: Stage) async throws -> Tocsin {
        try await self.listening(try self.run(launch, on: stage))
    }

    /// The server that a program is, once it listens.
    static func listening(_ program: Program) async throws -> Tocsin {
        let address = try await eventually("\(program.name) listens") {
            let line = program.logLines.first { $0.message == "listening" }
            if line == nil, let end = program.end {
                throw Overdue(description: "tocsin did not start, \(end): \(program.output)")
            }
            return line?.metadata?["address"]
        }
        guard let port = address.split(separator: ",").first?.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw Overdue(description: "no port in \(address)")
        }
        return Tocsin(program: program, client: HTTPClient(port: port))
    }

    /// `kill -9`, and waits until it is gone.
    func crash() async throws {
        self.program.signal(SIGKILL)
        try await eventually("the killed server is gone") { self.program.end != nil }
    }

    /// SIGTERM, and waits for the end.
    func stop() async throws -> Program.End {
        self.program.signal(SIGTERM)
        return try await eventually("the server stops") { self.program.end }
    }

    func get(_ path: String) async throws -> HTTPClient.Response { try await self.client.send("GET", path) }

    func post(_ path: String, _ text: String = "") async throws -> HTTPClient.Response {
        try await self.client.send("POST", path, body: Array(text.utf8))
    }

    /// Posts alerts as a Prometheus does.
    func post(_ alerts: [PostedAlert]) async throws -> HTTPClient.Response {
        try await self.client.send("POST", "/api/v2/alerts", body: alerts.json)
    }

    func alerts() async throws -> [ListedAlert] { try await self.get("/api/v2/alerts").message.decoded() }
}

/// A line of the log in the JSON format.
struct LogLine: Decodable {
    let timestamp: String
    let level: String
    let component: String
    let message: String
    /// Numbers and booleans as their text.
    let metadata: [String: String]?

    private enum Key: String, CodingKey { case timestamp, level, component, message, metadata }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.timestamp = try members.decode(String.self, forKey: .timestamp)
        self.level = try members.decode(String.self, forKey: .level)
        self.component = try members.decode(String.self, forKey: .component)
        self.message = try members.decode(String.self, forKey: .message)
        self.metadata = try members.decodeIfPresent([String: Scalar].self, forKey: .metadata)?.mapValues(\.text)
    }

    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self.text = text
            } else if let number = try? value.decode(Int.self) {
                self.text = String(number)
            } else {
                self.text = String(try value.decode(Bool.self))
            }
        }
    }
}

extension Program {
    /// Lines that are none of the log are left out.
    var logLines: [LogLine] {
        let lines = self.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        return lines.compactMap { line in
            do {
                return try JSONDecoder().decode(LogLine.self, from: Data(line.utf8))
            } catch {
                return nil
            }
        }
    }
}
