public import TocsinSettings

/// Where a server is: its URL without what stands for a user in it.
public struct ServerAddress: Hashable, Sendable {
    /// Without a slash at its end.
    public let url: String
    /// `user:password`, as they stood in the URL, unescaped.
    public let user: Secret<String>?

    /// `http://localhost:9093`, a path included if the server has a route prefix. Without a scheme it is `http`.
    public init(_ text: String) throws(ClientFailure) {
        let full = text.contains("://") ? text : "http://\(text)"
        do {
            _ = try HTTPURL(full)
        } catch {
            // The URL itself is not repeated: it may hold a password.
            throw .usage("the server's address \(error.message)")
        }
        guard !full.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw .usage("the server's address must not have a query or a fragment")
        }
        let scheme = full.prefix { $0 != ":" }
        let rest = full.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        var host = authority
        var user: Secret<String>?
        if let at = authority.lastIndex(of: "@") {
            host = authority[authority.index(after: at)...]
            user = Secret(PercentEncoding.decoded(String(authority[..<at])))
        }
        var trimmed = path
        while trimmed.last == "/" { trimmed.removeLast() }
        self.url = "\(scheme)://\(host)\(trimmed)"
        self.user = user
    }
}

/// What stands for other characters in a URL.
enum PercentEncoding {
    private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    /// So that it can stand anywhere in a path or a query, and can neither end nor leave its place.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if self.plain.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is no escape stays as it is.
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            let word = String(decoding: digits, as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.count == 2, word.allSatisfy(\.isHexDigit),
                let value = UInt8(word, radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
