import TocsinSettings

/// The section `tls_server_config`.
extension WebConfig.TLS {
    /// - Returns: `nil` where the section asks for nothing.
    static func read(from fields: inout Fields, folder: Folder) -> WebConfig.TLS? {
        let keys = [
            "cert", "cert_file", "key", "key_file", "client_ca", "client_ca_file", "client_auth_type",
            "client_allowed_sans",
        ]
        let isWanted = keys.contains { fields.has($0) }
        let certificate = WebConfig.PEM.read(
            "cert", from: &fields, folder: folder, doc: "The server's certificate, those that vouch for it behind it.")
        let key = WebConfig.PEM.read("key", from: &fields, folder: folder, doc: "The certificate's private key.")
        let clientCA = WebConfig.PEM.read(
            "client_ca", from: &fields, folder: folder, doc: "The certificates of those who vouch for clients.")
        let clientAuth = fields.enumeration(
            "client_auth_type", default: WebConfig.ClientAuth.none, doc: "What is asked of clients.")
        let names = fields.list(
            "client_allowed_sans", of: String.self, doc: "A client's certificate must have one of these names.")
        let (minimum, maximum) = WebConfig.TLS.readVersions(from: &fields)
        let suites = fields.words(
            "cipher_suites", of: WebConfig.CipherSuite.self, doc: "Up to TLS 1.2, the best first.")
        _ = fields.optional(
            "prefer_server_cipher_suites", default: true,
            doc: "Taken, and without effect, as in Go: the two sides' hardware decides.")
        let curves = fields.words("curve_preferences", of: WebConfig.Curve.self, doc: "The best first.")

        guard isWanted else { return nil }
        if certificate == nil { fields.report("missing `cert_file` in tls_server_config") }
        if key == nil { fields.report("missing `key_file` in tls_server_config") }
        if clientCA != nil && clientAuth == .none {
            fields.report("`client_ca_file` without a `client_auth_type` that asks for certificates")
        }
        if !(names ?? []).isEmpty && clientAuth == .none {
            fields.report("`client_allowed_sans` without a `client_auth_type` that asks for certificates")
        }
        guard let certificate, let key else { return nil }
        return WebConfig.TLS(
            certificate: certificate,
            key: key,
            clientCA: clientCA,
            clientAuth: clientAuth,
            allowedNames: names ?? [],
            minimum: minimum,
            maximum: maximum,
            cipherSuites: suites,
            curves: curves
        )
    }

    private static func readVersions(from fields: inout Fields) -> (WebConfig.Version, WebConfig.Version) {
        let minimum = fields.enumeration("min_version", default: WebConfig.Version.tls12, doc: "The oldest TLS.")
        let maximum = fields.enumeration("max_version", default: WebConfig.Version.tls13, doc: "The newest TLS.")
        if maximum.rank < minimum.rank { fields.report("`max_version` is older than `min_version`", at: "max_version") }
        return (minimum, maximum)
    }
}

extension WebConfig.PEM {
    /// Reads `key` and `key_file`, of which one may be set.
    fileprivate static func read(
        _ key: String,
        from fields: inout Fields,
        folder: Folder,
        doc: String
    ) -> WebConfig.PEM? {
        let inline = fields.secret(key, doc: "\(doc) As PEM text.")
        let fileKey = "\(key)_file"
        let file = fields.optional(fileKey, default: "", doc: doc)
        fields.atMostOne(of: key, fileKey)
        if let inline { return WebConfig.PEM(source: .inline(inline), key: key, position: fields.position(of: key)) }
        if file.isEmpty { return nil }
        return WebConfig.PEM(source: .file(folder.resolve(file)), key: fileKey, position: fields.position(of: fileKey))
    }
}

extension Fields {
    /// A list of a few known words.
    fileprivate mutating func words<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of type: Word.Type,
        doc: String
    ) -> [Word] {
        let known = Word.allCases.map(\.rawValue)
        let read = self.positionedList(key, of: String.self, doc: "\(doc) Of \(known.joined(separator: ", ")).")
        var words: [Word] = []
        for text in read ?? [] {
            guard let word = Word(rawValue: text.value) else {
                let near = Spelling.nearest(to: text.value, among: known).map { "; did you mean `\($0)`?" } ?? ""
                self.report("`\(key)` has an unknown name\(near)", at: text.position)
                continue
            }
            words.append(word)
        }
        return words
    }
}
