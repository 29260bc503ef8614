import Glibc
import TocsinReceivers
import TocsinSettings

/// The proxy of one request. The rules are those of Go's client, and with it Alertmanager's.
struct ProxyChoice {
    /// A URL that libcurl reads; `nil` for none.
    let url: String?

    init(_ options: ProxyOptions, for origin: CheckedRequest.Origin) {
        switch options.route {
        case .direct: self.url = nil
        case .by(let url, let except):
            let isExcepted = !except.isEmpty && Self.isExcepted(origin, by: except)
            self.url = isExcepted ? nil : Self.normalized(url.revealed)
        case .asTheEnvironmentSays:
            let url = Self.variable(origin.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY")
            let isExcepted = Self.isExcepted(origin, by: Self.variable("NO_PROXY"))
            self.url = url.isEmpty || isExcepted ? nil : Self.normalized(url)
        }
    }

    /// In capitals first; empty if there is none.
    private static func variable(_ name: String) -> String {
        for name in [name, name.lowercased()] {
            if let value = getenv(name), value.pointee != 0 { return String(cString: value) }
        }
        return ""
    }

    /// A SOCKS proxy is given names, not addresses, as Go does; a URL without a scheme is an `http` one.
    private static func normalized(_ url: String) -> String {
        guard let separator = url.firstRange(of: "://") else { return "http://\(url)" }
        return url[..<separator.lowerBound].lowercased() == "socks5" ? "socks5h\(url[separator.lowerBound...])" : url
    }

    /// Whether a host is one of those that are reached without a proxy. This machine always is.
    static func isExcepted(_ origin: CheckedRequest.Origin, by list: String) -> Bool {
        let host = String(origin.host.drop { $0 == "[" }.prefix { $0 != "]" })
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true { return true }
        return list.split(separator: ",").contains { entry in
            let entry = entry.split(separator: " ").joined().lowercased()
            return entry == "*" || self.matches(host, address, port: origin.port, entry)
        }
    }

    private static func matches(_ host: String, _ address: IPAddress?, port: String, _ entry: String) -> Bool {
        let parts = entry.split(separator: "/", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            guard let network = IPAddress(parts[0]), let length = Int(parts[1]) else { return false }
            return address?.isInside(network, prefix: length) ?? false
        }
        let (name, wantedPort) = self.split(entry)
        if let wantedPort, wantedPort != port { return false }
        if let wanted = IPAddress(name) { return address == wanted }
        guard !name.isEmpty, address == nil else { return false }
        // ".example.org" is what lies below it, "example.org" that and the name itself.
        if name.hasPrefix(".") || name.hasPrefix("*.") { return host.hasSuffix(name.drop { $0 == "*" }) }
        return host == name || host.hasSuffix(".\(name)")
    }

    private static func split(_ entry: String) -> (name: String, port: String?) {
        if entry.hasPrefix("["), let end = entry.firstIndex(of: "]") {
            let port = entry[entry.index(after: end)...].drop { $0 == ":" }
            return (String(entry[..<end].dropFirst()), port.isEmpty ? nil : String(port))
        }
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (entry, nil) }
        return (String(parts[0]), String(parts[1]))
    }
}

/// An address of version 4 or 6, as bytes.
private struct IPAddress: Hashable {
    let bytes: [UInt8]

    init?(_ text: String) {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            guard inet_pton(family, text, &bytes) == 1 else { continue }
            self.bytes = bytes
            return
        }
        return nil
    }

    var isLoopback: Bool {
        self.bytes.count == 4 ? self.bytes[0] == 127 : self.bytes == Array(repeating: 0, count: 15) + [1]
    }

    func isInside(_ network: IPAddress, prefix length: Int) -> Bool {
        guard self.bytes.count == network.bytes.count, (0...self.bytes.count * 8).contains(length) else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(128) >> UInt8(bit % 8)
            return self.bytes[bit / 8] & mask == network.bytes[bit / 8] & mask
        }
    }
}
