import Foundation
public import TocsinConfig
public import TocsinReceivers
import TocsinModel
import TocsinSettings

/// Which server is asked, in whose name, and how answers are printed: flags before the environment before files.
public struct ClientSettings: Sendable {
    public let address: ServerAddress
    public let output: OutputFormat
    /// In Go's way.
    public let dateFormat: String
    /// Who makes silences; `nil` if nobody said, and the login name counts.
    public let author: String?
    /// Who acts on incidents; `nil` if nobody said, and the login name counts. A server that knows the token's user
    /// takes that one instead.
    public let user: String?
    public let requiresComment: Bool
    /// What proves who asks. Secret.
    public let headers: [HTTPRequest.Header]
    public let options: HTTPOptions

    /// What the command line says; `nil` where it says nothing.
    public struct Flags: Sendable {
        public var url: String?
        public var output: String?
        public var timeout: String?
        public var dateFormat: String?
        public var httpConfigFile: String?
        public var tokenFile: String?
        public var user: String?

        public init() {}
    }

    /// - Parameters:
    ///   - environment: `TOCSIN_URL`, `TOCSIN_TOKEN`, `TOCSIN_TOKEN_FILE`, `TOCSIN_OUTPUT`, `TOCSIN_AUTHOR`,
    ///     `TOCSIN_USER`, and `HOME` for the user's file. An empty variable counts as none.
    ///   - files: where settings, tokens and secrets are read from.
    public init(
        flags: Flags,
        environment: [String: String],
        files: some ConfigurationFiles
    ) throws(ClientFailure) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let file = try SettingsFile.load(home: variable("HOME"), files: files)

        self.address = try ServerAddress(flags.url ?? variable("TOCSIN_URL") ?? file.url ?? "http://localhost:9093")
        let word = flags.output ?? variable("TOCSIN_OUTPUT") ?? file.output ?? "table"
        guard let output = OutputFormat(word: word) else {
            throw .usage("an output is one of \(OutputFormat.words), not \(word)")
        }
        self.output = output
        self.dateFormat = flags.dateFormat ?? file.dateFormat ?? TimeText.defaultLayout
        self.author = variable("TOCSIN_AUTHOR") ?? file.author
        self.user = flags.user ?? variable("TOCSIN_USER") ?? file.user
        self.requiresComment = file.requiresComment ?? true

        let http = try (flags.httpConfigFile ?? file.httpConfigFile).map { path throws(ClientFailure) in
            try HTTPConfigFile(path: path, in: files)
        }
        var options = http?.options ?? HTTPOptions()
        options.timeout = try ClientSettings.timeout(flags.timeout ?? file.timeout ?? "30s")
        options.connectTimeout = min(options.connectTimeout, options.timeout)
        self.options = options

        var proofs: [(name: String, headers: [HTTPRequest.Header])] = []
        if let user = self.address.user {
            proofs.append(("the address", [ClientSettings.basic(user.revealed)]))
        }
        // Of a token and the file that holds one, what stands closer to the command line counts.
        if let path = flags.tokenFile {
            proofs.append(("--token-file", [try ClientSettings.bearer(fileAt: path, in: files)]))
        } else if let token = variable("TOCSIN_TOKEN") {
            proofs.append(("TOCSIN_TOKEN", [try ClientSettings.bearer(token, from: "TOCSIN_TOKEN")]))
        } else if let path = variable("TOCSIN_TOKEN_FILE") ?? file.tokenFile {
            proofs.append(("the token file", [try ClientSettings.bearer(fileAt: path, in: files)]))
        }
        if let headers = http?.headers, !headers.isEmpty { proofs.append(("http.config.file", headers)) }
        guard proofs.count <= 1 else {
            throw .usage("credentials from \(proofs.map(\.name).joined(separator: " and from ")): which ones?")
        }
        self.headers = proofs.first?.headers ?? []
    }

    /// The header that says who acts, and the name in it. Nobody vouches for it: the server writes it down as claimed.
    ///
    /// - Parameter login: who counts if nobody was named.
    public func person(login: String) throws(ClientFailure) -> (name: String, header: HTTPRequest.Header) {
        let name = self.user ?? login
        guard (1...100).contains(name.utf8.count), !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .usage("who are you? --as takes a name of at most 100 bytes")
        }
        return (name, HTTPRequest.Header("X-Tocsin-User", name))
    }

    private static func timeout(_ text: String) throws(ClientFailure) -> Duration {
        do {
            let timeout = try Duration(go: text)
            guard timeout > .zero else { throw ClientFailure.usage("the timeout must be more than nothing") }
            return timeout
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .usage("the timeout: \(error)")
        }
    }

    /// `user:password` in base64, as RFC 7617 has it.
    private static func basic(_ user: String) -> HTTPRequest.Header {
        HTTPRequest.Header("Authorization", "Basic \(Data(user.utf8).base64EncodedString())")
    }

    private static func bearer(
        fileAt path: String,
        in files: some ConfigurationFiles
    ) throws(ClientFailure) -> HTTPRequest.Header {
        do {
            var secrets = SecretFiles()
            secrets.add(try files.text(of: path), of: path)
            return try self.bearer(secrets.revealed.first ?? "", from: path)
        } catch let failure as ClientFailure {
            throw failure
        } catch let failure as UnreadableFile {
            throw .usage("cannot read \(path): \(failure.reason)")
        } catch {
            throw .usage("cannot read \(path)")
        }
    }

    /// - Parameter place: where it is from, for the refusal.
    private static func bearer(_ token: String, from place: String) throws(ClientFailure) -> HTTPRequest.Header {
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .usage("the token in \(place) is empty, or holds a blank or another character that no token has")
        }
        return HTTPRequest.Header("Authorization", "Bearer \(token)")
    }
}
