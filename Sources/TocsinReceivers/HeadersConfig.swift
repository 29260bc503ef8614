import TocsinSettings

/// The section `http_headers`: headers that go along with every request.
struct HeadersConfig: Hashable, Sendable {
    private enum Value: Hashable {
        case plain(String)
        case secret(SecretSource)
    }

    private struct Entry: Hashable {
        var name: String
        var value: Value
    }

    private var entries: [Entry] = []

    var files: [String] {
        self.entries.compactMap { entry in
            guard case .secret(let source) = entry.value else { return nil }
            return source.path
        }
    }

    func headers(with files: SecretFiles) throws(Refusal) -> [HTTPRequest.Header] {
        var headers: [HTTPRequest.Header] = []
        for entry in self.entries {
            let value: String
            switch entry.value {
            case .plain(let text): value = text
            case .secret(let source): value = try source.text(in: files)
            }
            guard value.isHeaderValue else {
                throw Refusal("the header \(entry.name) would hold a line break or another control character")
            }
            headers.append(HTTPRequest.Header(entry.name, value))
        }
        return headers
    }

    func secrets(with files: SecretFiles) throws(Refusal) -> [Secret<String>] {
        var secrets: [Secret<String>] = []
        for case .secret(let source) in self.entries.map(\.value) { secrets.append(Secret(try source.text(in: files))) }
        return secrets
    }
}

// MARK: - Reading

extension HeadersConfig {
    /// Names that others decide about: what the request itself says, and what the way to the server is made of.
    private static let reserved: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection",
        "keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding",
        "x-prometheus-remote-write-version", "x-prometheus-remote-read-version",
        "x-prometheus-scrape-timeout-seconds", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
        // Alertmanager's list leaves these out; they would let a header say where a message ends.
        "expect", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    init(from fields: inout Fields, context: ReceiverContext) {
        let doc = "Further headers: names with `values`, `secrets` and `files`."
        let node = fields.node("http_headers", type: "map of mappings", doc: doc)
        guard let node, !node.isNull else { return }
        var entries: [Entry] = []
        _ = fields.nested("http_headers", doc: doc) { (fields: inout Fields) in
            for entry in node.mapping ?? [] {
                entries += HeadersConfig.read(entry, from: &fields, context: context)
            }
        }
        self.entries = entries
    }

    private static func read(
        _ entry: SettingsEntry,
        from fields: inout Fields,
        context: ReceiverContext
    ) -> [Entry] {
        let name = entry.key.text
        if HeadersConfig.reserved.contains(name.lowercased()) {
            fields.report("setting header \"\(name)\" is not allowed", at: entry.keyPosition)
        }
        fields.check(HTTPRequest.Header(name, ""), at: entry.keyPosition)
        let position = entry.value.position
        let values = fields.nested(name, called: "http_headers", doc: "What it says.") { fields -> [Value] in
            let plain = fields.list("values", of: String.self, doc: "Values.") ?? []
            let secrets = fields.list("secrets", of: Secret<String>.self, doc: "Secret values.") ?? []
            let files = fields.list("files", of: String.self, doc: "Files that hold a value each.") ?? []
            for value in plain + secrets.map(\.revealed) { fields.check(HTTPRequest.Header("X", value), at: position) }
            return plain.map { .plain($0) } + secrets.map { .secret(.inline($0)) }
                + files.map { .secret(.file(path: context.resolve($0))) }
        }
        return (values ?? []).map { Entry(name: name, value: $0) }
    }
}
