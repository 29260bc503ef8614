import TocsinJSON
import TocsinSettings
import TocsinTemplate

/// What was said to a receiver and by it, as people may see it: with `<secret>` where something secret stood.
public struct Display: Sendable {
    private let secrets: [String]
    /// Whether the whole address is a secret, as that of a webhook.
    private let hidesPath: Bool

    /// Shorter ones are in any text; they stand in the headers that are hidden as a whole.
    private static let shortest = 4
    /// Of a body. More is for nobody to read.
    private static let maximumSize = 65_536
    private static let hiddenHeaders = ["authorization", "proxy-authorization", "cookie", "x-amz-security-token"]

    /// - Parameters:
    ///   - files: the secrets that were read for the request.
    ///   - token: one that was fetched.
    public init(of receiver: any Receiver, files: SecretFiles, token: AccessToken?) {
        var found: [String] = []
        Display.collect(from: receiver, depth: 0, into: &found)
        found += files.revealed + (token?.concealed ?? [])
        self.hidesPath = found.contains { $0.contains("://") }
        let forms = found.filter { $0.utf8.count >= Display.shortest }.flatMap { secret in
            let json = JSONValue.string(secret).encoded().dropFirst().dropLast()
            return [secret, secret.formEncoded, String(decoding: json, as: UTF8.self)]
        }
        // The longest first: one may stand in another.
        self.secrets = Set(forms).sorted { a, b in
            a.utf8.count != b.utf8.count ? a.utf8.count > b.utf8.count : a.utf8.lexicographicallyPrecedes(b.utf8)
        }
    }

    /// Every secret of the settings, wherever it stands: found by its type, so that no kind can forget one.
    private static func collect(from value: Any, depth: Int, into found: inout [String]) {
        if let secret = value as? Secret<String> {
            found.append(secret.revealed)
            return
        }
        // Templates have no secrets in them, and no end.
        guard depth < 8, !(value is Template) else { return }
        for child in Mirror(reflecting: value).children {
            self.collect(from: child.value, depth: depth + 1, into: &found)
        }
    }

    public func text(_ text: String) -> String {
        self.secrets.reduce(text) { $0.replacing($1, with: Secret<String>.mask) }
    }

    public func body(_ bytes: [UInt8]) -> String {
        self.text(String(decoding: bytes.prefix(Display.maximumSize), as: UTF8.self))
    }

    public func url(_ url: String) -> String {
        guard self.hidesPath, let scheme = url.firstRange(of: "://") else { return self.text(url) }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last.map { String($0) } ?? ""
        return "\(url[..<scheme.upperBound])\(host)/\(Secret<String>.mask)"
    }

    public func headers(_ headers: [HTTPRequest.Header]) -> [HTTPRequest.Header] {
        headers.map { header in
            let isHidden = Display.hiddenHeaders.contains(header.name.lowercased())
            return HTTPRequest.Header(header.name, isHidden ? Secret<String>.mask : self.text(header.value))
        }
    }
}
