import Foundation

/// The programs that Tocsin is tried against, as `.ci/peers` lays them out: Prometheus, Alertmanager, and their tools.
enum Peers {
    /// The folder with Package.swift, found from where this file was compiled.
    static let projectRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var prometheus: URL { get throws(MissingPeer) { try self.program("prometheus") } }
    static var promtool: URL { get throws(MissingPeer) { try self.program("promtool") } }
    static var alertmanager: URL { get throws(MissingPeer) { try self.program("prometheus-alertmanager") } }
    static var amtool: URL { get throws(MissingPeer) { try self.program("amtool") } }
    /// The Python that has Schemathesis, from `.ci/schemathesis`.
    static var schemathesis: URL { get throws(MissingPeer) { try self.program("python", in: "schemathesis/bin") } }
    /// The Python that has moto, from `.ci/python`.
    static var python: URL { get throws(MissingPeer) { try self.program("python3", in: "python/bin") } }

    /// Litestream, from `.ci/python`.
    static var litestream: URL { get throws(MissingPeer) { try self.program("litestream", in: "python/bin") } }

    /// `.build/peers`, or where the environment says; a relative path counts from the top of the project.
    private static var root: URL {
        let path = ProcessInfo.processInfo.environment["TOCSIN_PEERS"] ?? ""
        return URL(filePath: path.isEmpty ? ".build/peers" : path, relativeTo: self.projectRoot)
    }

    private static func program(_ name: String, in folder: String = "usr/bin") throws(MissingPeer) -> URL {
        let url = self.root.appending(path: "\(folder)/\(name)").absoluteURL
        guard FileManager.default.isExecutableFile(atPath: url.path) else { throw MissingPeer(path: url.path) }
        return url
    }
}

/// A test that needs a peer fails without it: what was not tried was not tested.
struct MissingPeer: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(self.path) is missing; `make test` fetches it before the tests (or run .ci/peers)" }
}
