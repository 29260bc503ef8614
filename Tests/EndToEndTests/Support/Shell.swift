import Foundation

/// Somebody at a shell, with a home of their own and a server.
struct Shell {
    let stage: Stage
    /// Of the server; `nil` if none is named.
    let port: Int?

    init(_ stage: Stage, port: Int? = nil) {
        self.stage = stage
        self.port = port
    }

    /// What the command prints; it must end well.
    func tocsin(_ words: String...) async throws -> String { try await self.tocsin(words) }

    func tocsin(_ words: [String]) async throws -> String { try await self.good(self.run(words, self.server)).output }

    func amtool(_ words: String...) async throws -> String { try await self.amtool(words) }

    func amtool(_ words: [String]) async throws -> String {
        let server = self.port.map { ["--alertmanager.url=http://127.0.0.1:\($0)", "--no-version-check"] } ?? []
        return try await self.good(self.ended(try Peers.amtool, server + words, ["HOME": self.stage.folder.path]))
            .output
    }

    func status(_ words: String...) async throws -> Int32? {
        guard case .exited(let status) = try await self.run(words, self.server).end else { return nil }
        return status
    }

    func run(_ words: [String], _ environment: [String: String]) async throws -> Program {
        let home = ["HOME": self.stage.folder.path]
        return try await self.ended(try Tocsin.binary, words, home.merging(environment) { $1 })
    }

    private var server: [String: String] { self.port.map { ["TOCSIN_URL": "http://127.0.0.1:\($0)"] } ?? [:] }

    private func ended(_ program: URL, _ words: [String], _ environment: [String: String]) async throws -> Program {
        let program = try self.stage.run(program, words, environment: environment)
        try await eventually("\(words) ends") { program.end != nil }
        return program
    }

    private func good(_ program: Program) throws -> Program {
        guard program.end == .exited(0) else {
            throw Overdue(
                description: "\(program.name) failed, \(program.end.map { "\($0)" } ?? ""): \(program.output)")
        }
        return program
    }
}
