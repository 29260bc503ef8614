/// The address of something on the web, checked when it is read: `http` or `https`, with a host.
public struct HTTPURL: Hashable, Sendable {
    /// As it was written.
    public let text: String

    /// - Throws: a mismatch whose message repeats no part of the text, which may be a secret.
    public init(_ text: String) throws(SettingsMismatch) {
        let rest = try HTTPURL.afterScheme(text)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        try HTTPURL.checkAuthority(rest[..<end])
        try HTTPURL.checkEscapes(rest[end...].prefix { $0 != "?" })
        if let fragment = rest.firstIndex(of: "#") { try HTTPURL.checkEscapes(rest[fragment...]) }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    private typealias Bytes = Substring.UnicodeScalarView

    private static func afterScheme(_ text: String) throws(SettingsMismatch) -> Bytes {
        for scalar in text.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F {
            throw SettingsMismatch("is not a valid URL: it contains a control character")
        }
        let scalars = Substring(text).unicodeScalars
        guard let colon = scalars.firstIndex(of: ":"), HTTPURL.isScheme(scalars[..<colon]) else {
            throw SettingsMismatch("must be a URL that begins with http:// or https://")
        }
        let scheme = String(scalars[..<colon]).lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw SettingsMismatch("must be a URL with the scheme http or https")
        }
        let rest = scalars[scalars.index(after: colon)...]
        guard rest.starts(with: "//".unicodeScalars) else {
            throw SettingsMismatch("is a URL without a host")
        }
        return rest.dropFirst(2)
    }

    private static func isScheme(_ scalars: Bytes) -> Bool {
        guard let first = scalars.first, first.isASCII, first.properties.isAlphabetic else { return false }
        return scalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789+-.".unicodeScalars.contains($0))
        }
    }

    private static func checkAuthority(_ authority: Bytes) throws(SettingsMismatch) {
        var hostAndPort = authority
        if let at = authority.lastIndex(of: "@") {
            try HTTPURL.checkEscapes(authority[..<at])
            hostAndPort = authority[authority.index(after: at)...]
        }
        var host = hostAndPort
        var port = hostAndPort[hostAndPort.endIndex...]
        if hostAndPort.first == "[" {
            guard let close = hostAndPort.lastIndex(of: "]") else {
                throw SettingsMismatch("is a URL with a host that lacks its closing bracket")
            }
            host = hostAndPort[hostAndPort.index(after: hostAndPort.startIndex)..<close]
            port = hostAndPort[hostAndPort.index(after: close)...]
            if let first = port.first, first != ":" {
                throw SettingsMismatch("is a URL with text after the host's closing bracket")
            }
        } else if let colon = hostAndPort.lastIndex(of: ":") {
            host = hostAndPort[..<colon]
            port = hostAndPort[colon...]
        }
        guard !host.isEmpty else { throw SettingsMismatch("is a URL without a host") }
        guard port.dropFirst().allSatisfy({ ("0"..."9").contains($0) }) else {
            throw SettingsMismatch("is a URL whose port is not a number")
        }
        let forbidden = " <>\"\\^`{}|".unicodeScalars
        guard !host.contains(where: { forbidden.contains($0) }) else {
            throw SettingsMismatch("is a URL with a character in its host that cannot stand there")
        }
        try HTTPURL.checkEscapes(host)
    }

    /// Every `%` must be followed by two hexadecimal digits.
    private static func checkEscapes(_ part: Bytes) throws(SettingsMismatch) {
        var rest = part
        while let percent = rest.firstIndex(of: "%") {
            let digits = rest[percent...].dropFirst().prefix(2)
            guard digits.count == 2, digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else {
                throw SettingsMismatch("is a URL with a % that is not followed by two hexadecimal digits")
            }
            rest = rest[percent...].dropFirst(3)
        }
    }
}

extension HTTPURL: SettingsValue {
    public static var typeName: String { "URL" }
    public static var empty: HTTPURL { HTTPURL(unchecked: "") }

    public init(setting node: SettingsNode) throws(SettingsMismatch) {
        guard let scalar = node.scalar else { throw Self.mismatch(node) }
        try self.init(scalar.text)
    }

    public var settingText: String { self.text }
    public var isEmpty: Bool { self.text.isEmpty }
}

extension Fields {
    /// A URL that is itself a secret; an absent one is `nil`. The mask of a displayed configuration is accepted, so
    /// that such a text can be read back.
    public mutating func secretURL(_ key: String, doc: String) -> Secret<HTTPURL>? {
        let read = self.optional(key, as: SecretURLText.self, doc: doc)
        return read.map(\.url)
    }
}

/// A secret URL as it stands in a file.
private struct SecretURLText: SettingsValue {
    let url: Secret<HTTPURL>

    static var typeName: String { "secret URL" }
    static var empty: SecretURLText { SecretURLText(url: .empty) }
    static var isSecret: Bool { true }

    private init(url: Secret<HTTPURL>) { self.url = url }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        self.url = node.scalar?.text == Secret<String>.mask ? .masked : try Secret<HTTPURL>(setting: node)
    }

    var settingText: String { self.url.settingText }
}

extension Secret where Value == HTTPURL {
    /// The URL of a configuration that was read back from its display.
    fileprivate static var masked: Secret { Secret(.mask) }
}

extension HTTPURL {
    fileprivate static var mask: HTTPURL { HTTPURL(unchecked: "<secret>") }
}
