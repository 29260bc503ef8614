import TocsinJSON
import TocsinModel
import TocsinSettings

/// A key of AWS's, and the token that belongs to it if it is a temporary one.
struct AWSCredentials: Hashable, Sendable {
    let accessKey: String
    let secretKey: String
    let sessionToken: String?

    /// - Throws: if the key cannot stand in a header.
    init(accessKey: String, secretKey: String, sessionToken: String?) throws(Refusal) {
        self.accessKey = try accessKey.checkedCredential(of: "access_key")
        self.secretKey = secretKey
        self.sessionToken =
            if let sessionToken, !sessionToken.isEmpty {
                try sessionToken.checkedCredential(of: "AWS_SESSION_TOKEN")
            } else {
                nil
            }
    }

    // MARK: As the text of an access token

    init?(_ token: Secret<String>) {
        do {
            let parts = (try JSONValue(parsing: token.revealed)).array?.compactMap(\.string) ?? []
            guard parts.count == 3 else { return nil }
            try self.init(accessKey: parts[0], secretKey: parts[1], sessionToken: parts[2])
        } catch {
            return nil
        }
    }

    var text: Secret<String> {
        let parts = [self.accessKey, self.secretKey, self.sessionToken ?? ""].map(JSONValue.string)
        return Secret(String(decoding: JSONValue.array(parts).encoded(.plain), as: UTF8.self))
    }

    /// What `AssumeRole` answered.
    init?(assumedBy response: HTTPResponse) {
        guard response.isSuccess, let accessKey = response.element("AccessKeyId"),
            let secretKey = response.element("SecretAccessKey"), let token = response.element("SessionToken")
        else { return nil }
        do {
            try self.init(accessKey: accessKey, secretKey: secretKey, sessionToken: token)
        } catch {
            return nil
        }
    }
}

/// Where the key comes from that requests are signed with, and in which region they go: what the settings say, then
/// what AWS's own programs read, the environment and the shared files.
struct AWSAccount: Sendable {
    let region: String
    private let source: Source

    private enum Source: Sendable {
        case inline(accessKey: String, secretKey: Secret<String>, sessionToken: Secret<String>?)
        case profile(String, credentials: String, config: String)
        /// No home and no file is named.
        case none
    }

    /// - Parameters:
    ///   - key: an access key and its secret, if the settings have them.
    ///   - environment: the process's variables, as far as they begin with `AWS_`, and `HOME`.
    init(region: String, key: (String, Secret<String>)?, profile: String, environment: [String: String]) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.region = region.isEmpty ? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? "" : region
        let home = variable("HOME")
        let credentials = variable("AWS_SHARED_CREDENTIALS_FILE") ?? home.map { "\($0)/.aws/credentials" }
        let config = variable("AWS_CONFIG_FILE") ?? home.map { "\($0)/.aws/config" }
        let name = profile.isEmpty ? variable("AWS_PROFILE") ?? "default" : profile
        let named = credentials.map { Source.profile(name, credentials: $0, config: config ?? $0) }
        if let key {
            self.source = .inline(accessKey: key.0, secretKey: key.1, sessionToken: nil)
        } else if profile.isEmpty, let access = variable("AWS_ACCESS_KEY_ID"),
            let secret = variable("AWS_SECRET_ACCESS_KEY")
        {
            let token = variable("AWS_SESSION_TOKEN").map { Secret($0) }
            self.source = .inline(accessKey: access, secretKey: Secret(secret), sessionToken: token)
        } else {
            self.source = named ?? .none
        }
    }

    /// Tells one from another.
    var identity: [String] {
        switch self.source {
        case .inline(let key, _, _): [self.region, key]
        case .profile(let name, let credentials, _): [self.region, name, credentials]
        case .none: [self.region]
        }
    }

    var files: [String] {
        guard case .profile(_, let credentials, let config) = self.source else { return [] }
        return credentials == config ? [credentials] : [credentials, config]
    }

    func credentials(in files: SecretFiles) throws(Refusal) -> AWSCredentials {
        switch self.source {
        case .inline(let access, let secret, let token):
            return try AWSCredentials(
                accessKey: access, secretKey: secret.revealed, sessionToken: token?.revealed)
        case .none:
            throw Refusal("no AWS credentials: neither in the settings, nor in the environment, nor in a file")
        case .profile(let name, let path, let config):
            let profile = try AWSProfile(name, credentials: path, config: config, in: files)
            guard let access = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] else {
                throw Refusal("the profile \(name.quotedForMessage) in \(path) has no access key")
            }
            return try AWSCredentials(
                accessKey: access, secretKey: secret, sessionToken: profile["aws_session_token"])
        }
    }

    /// - Throws: if nobody says which region.
    func region(in files: SecretFiles) throws(Refusal) -> String {
        var region = self.region
        if region.isEmpty, case .profile(let name, let path, let config) = self.source {
            region = try AWSProfile(name, credentials: path, config: config, in: files)["region"] ?? ""
        }
        guard !region.isEmpty else {
            throw Refusal("region not configured in sns.sigv4.region, nor in the environment or the profile")
        }
        let isPlain = region.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || TimeLayout.isDigit(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isPlain else { throw Refusal("the region is not the name of one") }
        return region
    }
}

/// What AWS's shared files say under one name: first the one with credentials, then the one with settings, where the
/// section is called `profile NAME`.
struct AWSProfile {
    private var values: [String: String] = [:]

    /// - Throws: if the file with credentials cannot be read; there need not be one with settings.
    init(_ name: String, credentials path: String, config: String, in files: SecretFiles) throws(Refusal) {
        self.read(try files.text(of: path), sections: [name])
        guard config != path else { return }
        do {
            self.read(try files.text(of: config), sections: ["profile \(name)"] + (name == "default" ? [name] : []))
        } catch {
            return
        }
    }

    subscript(key: String) -> String? { self.values[key] }

    /// What was read before stays.
    private mutating func read(_ text: String, sections: [String]) {
        var isWanted = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = String(line).trimmed
            if line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                isWanted = sections.contains(String(line.dropFirst().dropLast()).trimmed)
                continue
            }
            guard isWanted, let equals = line.firstIndex(of: "=") else { continue }
            let key = String(line[..<equals]).trimmed.lowercased()
            let value = String(line[line.index(after: equals)...]).trimmed
            if self.values[key] == nil, !value.isEmpty { self.values[key] = value }
        }
    }
}

extension HTTPResponse {
    /// The text of the first XML element of that name, as AWS's answers have it; `nil` if there is none.
    func element(_ name: String) -> String? {
        let text = String(decoding: self.body.prefix(65_536), as: UTF8.self)
        guard let open = text.firstRange(of: "<\(name)>") else { return nil }
        let rest = text[open.upperBound...]
        guard let close = rest.firstRange(of: "</\(name)>") else { return nil }
        return String(rest[..<close.lowerBound]).trimmed
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
