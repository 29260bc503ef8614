import Foundation
import Testing
import TocsinReceivers
import TocsinSettings

/// A program beside the test: it says on its first line where it listens, and ends with the test.
final class Peer: Sendable {
    let folder: String
    /// What it said on its first line.
    let ports: [String: Int]
    private let process: Running

    /// `@unchecked Sendable`: set up in `init`, and from then on only ended, once.
    private final class Running: @unchecked Sendable {
        let process = Process()
        let input = Pipe()
    }

    /// Python's own modules suffice unless another interpreter is named.
    init(_ script: String, python: String = "/usr/bin/env", arguments: [String] = ["python3"]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-curl-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = try #require(Bundle.module.path(forResource: script, ofType: "py", inDirectory: "Peers"))
        let running = Running()
        let output = Pipe()
        running.process.executableURL = URL(fileURLWithPath: python)
        running.process.arguments = arguments + [path, folder]
        running.process.standardInput = running.input
        running.process.standardOutput = output
        try running.process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) {
            line += byte
        }
        self.folder = folder
        self.process = running
        self.ports = try JSONDecoder().decode([String: Int].self, from: line)
    }

    deinit {
        self.process.input.fileHandleForWriting.closeFile()
        self.process.process.waitUntilExit()
        do { try FileManager.default.removeItem(atPath: self.folder) } catch { Issue.record(error) }
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(self.folder)/\(name)", encoding: .utf8)
    }

    func port(_ name: String) throws -> Int { try #require(self.ports[name]) }
}

extension Peer {
    /// One for all tests: it takes a while to make certificates.
    static let tls = Result { try Peer("tls_peer") }

    /// Options that trust its authority.
    func trusting(_ authority: String = "authority", serverName: String? = "receiver.test") throws -> HTTPOptions {
        var options = HTTPOptions()
        options.tls.authorities = try self.text("\(authority).pem")
        options.tls.serverName = serverName
        return options
    }

    func asProxy(password: Bool = true, except: String = "") throws -> ProxyOptions {
        var options = ProxyOptions()
        let user = password ? "ann:proxypassword@" : ""
        options.route = .by(url: Secret("http://\(user)127.0.0.1:\(try self.port("proxy"))"), except: except)
        return options
    }
}
