import ArgumentParser
import Foundation
import TocsinHTTP

/// Where people reach this server.
struct ExternalURL {
    /// Without a slash at its end.
    let text: String
    /// Its path, which is the route prefix unless another is named.
    let path: String

    /// - Parameter text: the flag's value; without one, `http://HOSTNAME:PORT`.
    init(_ text: String?, listening address: ListenAddress) throws {
        let text =
            text.flatMap { $0.isEmpty ? nil : $0 } ?? "http://\(ProcessInfo.processInfo.hostName):\(address.port)"
        guard let url = URLComponents(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else {
            throw ValidationError("--web.external-url: \"\(text)\" is not an http or https URL")
        }
        self.text = String(text.reversed().drop { $0 == "/" }.reversed())
        self.path = url.path
    }

    /// `/a/b` of `a/b/` and the like; empty for the root.
    static func prefix(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.isEmpty ? "" : "/" + parts.joined(separator: "/")
    }
}
