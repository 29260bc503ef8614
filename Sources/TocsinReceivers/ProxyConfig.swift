public import TocsinSettings

/// By which proxy requests go, if by any.
public struct ProxyOptions: Hashable, Sendable {
    public enum Route: Hashable, Sendable {
        case direct
        /// An `http`, `https`, `socks5` or `socks5h` URL, which may hold a password; and the hosts that are reached
        /// without it, as `NO_PROXY` names them. With none named, everything goes by the proxy.
        case by(url: Secret<String>, except: String)
        /// As `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
        case asTheEnvironmentSays
    }

    public var route = Route.direct
    /// What a proxy is told when it is asked for a connection to an `https` server.
    public var connectHeaders: [HTTPRequest.Header] = []

    public init() {}

    /// Everything in it that nobody may read.
    var sensitive: [Secret<String>] {
        let headers = self.connectHeaders.map { Secret($0.value) }
        guard case .by(let url, _) = self.route else { return headers }
        return headers + [url] + ProxyOptions.password(of: url.revealed).map { Secret($0) }
    }

    private static func password(of url: String) -> [String] {
        guard let start = url.firstRange(of: "://")?.upperBound else { return [] }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return [] }
        return authority[..<at].split(separator: ":", maxSplits: 1).dropFirst().map(String.init)
    }
}

extension ProxyOptions {
    /// Reads the four fields that say it; they stand in `http_config` and in `oauth2`.
    init(from fields: inout Fields) {
        let doc = "The proxy: an http, https, socks5 or socks5h URL."
        let url = fields.optional("proxy_url", as: Secret<String>.self, doc: doc) ?? Secret("")
        ProxyOptions.check(url.revealed, in: &fields)
        let except = fields.optional("no_proxy", default: "", doc: "Hosts that are reached without it, with commas.")
        let asks = fields.optional(
            "proxy_from_environment",
            default: false,
            doc: "Whether the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY count."
        )
        self.readConnectHeaders(from: &fields)
        if url.revealed.isEmpty, !except.isEmpty, !asks {
            fields.report("if no_proxy is configured, proxy_url must also be configured", at: "no_proxy")
        } else if asks, !url.revealed.isEmpty {
            fields.report("if proxy_from_environment is configured, proxy_url must not be configured", at: "proxy_url")
        } else if asks, !except.isEmpty {
            fields.report("if proxy_from_environment is configured, no_proxy must not be configured", at: "no_proxy")
        } else if fields.has("proxy_connect_header"), !asks, url.revealed.isEmpty {
            let message =
                "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"
            fields.report(message, at: "proxy_connect_header")
        }
        if asks {
            self.route = .asTheEnvironmentSays
        } else if !url.revealed.isEmpty {
            self.route = .by(url: url, except: except)
        }
    }

    private static func check(_ url: String, in fields: inout Fields) {
        guard !url.isEmpty, url != Secret<String>.mask else { return }
        // Only the scheme differs from what other addresses may be.
        let lowercased = url.lowercased()
        let isSOCKS = lowercased.hasPrefix("socks5://") || lowercased.hasPrefix("socks5h://")
        let rest = url[(url.firstRange(of: "://")?.lowerBound ?? url.startIndex)...]
        do {
            _ = try HTTPURL(isSOCKS ? "http\(rest)" : url)
        } catch {
            fields.report("`proxy_url` \(error.message)", at: "proxy_url")
        }
    }

    private mutating func readConnectHeaders(from fields: inout Fields) {
        let doc = "Headers for the proxy, when it is asked for a connection: names with lists of secrets."
        let node = fields.node("proxy_connect_header", type: "map of lists of secrets", doc: doc)
        guard let node, !node.isNull else { return }
        guard let entries = node.mapping else {
            fields.report("`proxy_connect_header` must be a mapping, not \(node.kindName)", at: node.position)
            return
        }
        for entry in entries {
            for item in entry.value.sequence ?? [entry.value] {
                guard let scalar = item.scalar else {
                    fields.report("`proxy_connect_header` must hold lists of texts", at: item.position)
                    continue
                }
                let header = HTTPRequest.Header(entry.key.text, scalar.text)
                fields.check(header, at: item.position)
                self.connectHeaders.append(header)
            }
        }
    }
}

extension Fields {
    /// Reports what cannot stand in a header.
    mutating func check(_ header: HTTPRequest.Header, at position: SettingsPosition) {
        if !header.name.isHeaderName {
            self.report("a header's name holds a character that none may hold", at: position)
        }
        if !header.value.isHeaderValue {
            self.report("a header's value holds a line break or another control character", at: position)
        }
    }
}

extension String {
    /// A word as HTTP understands it.
    var isHeaderName: Bool {
        !self.isEmpty
            && self.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    var isHeaderValue: Bool { self.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") } }
}
