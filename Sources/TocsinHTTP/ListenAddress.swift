/// `host:port` of `--web.listen-address`.
public struct ListenAddress: Hashable, Sendable {
    /// A name or a number, without brackets; empty for every address of the machine.
    public var host: String
    /// 0 for any port that is free.
    public var port: Int

    public static let usual = ListenAddress(host: "", port: 9093)

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `:9093`, `127.0.0.1:9093`, `[::1]:9093` or `name:9093`.
    public init(_ text: String) throws(ListenError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw ListenError("\(text): the port is missing, as in :9093")
        }
        guard let port = UInt16(text[text.index(after: colon)...]) else {
            throw ListenError("\(text): the port must be a number up to 65535")
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ListenError("\(text): an IPv6 address stands in brackets, as in [::1]:9093")
        }
        self.init(host: String(host), port: Int(port))
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}

/// Why an address cannot be listened on, for people.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
