import Foundation
import Logging
import Testing
import TocsinHTTP

/// A folder with a web configuration and the certificates under `Cases/`, for one test.
final class WebFolder {
    let url: URL

    var file: String { self.path("web.yml") }

    init(_ configuration: String) throws {
        self.url = FileManager.default.temporaryDirectory.appending(path: "tocsin-web-\(UUID().uuidString)")
        let cases = try #require(Bundle.module.url(forResource: "Cases", withExtension: nil))
        try FileManager.default.copyItem(at: cases, to: self.url)
        try self.write(configuration)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: self.url)
        } catch {
            Issue.record("\(self.url.path) stays behind: \(error)")
        }
    }

    func path(_ name: String) -> String { self.url.appending(path: name).path }

    func write(_ configuration: String) throws {
        try configuration.write(toFile: self.file, atomically: true, encoding: .utf8)
    }

    /// Puts one file in the place of another, as a renewal does.
    func replace(_ name: String, with other: String) throws {
        let bytes = try Data(contentsOf: URL(filePath: self.path(other)))
        try bytes.write(to: URL(filePath: self.path(name)), options: .atomic)
    }

    func gate() throws -> WebGate { try WebGate(path: self.file, logger: Logger(label: "test")) }

    /// Runs a test against a server with this configuration.
    func serve(_ test: (LiveServer) async throws -> Void) async throws {
        let gate = try self.gate()
        try await LiveServer.with(configure: { $0.gate = gate }, test)
    }

    static let tls = """
        tls_server_config:
          cert_file: server.pem
          key_file: server.key

        """
}
