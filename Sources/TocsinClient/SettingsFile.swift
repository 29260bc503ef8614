import TocsinConfig
import TocsinSettings

/// What a file says about how this program asks a server, in amtool's keys and ours.
struct SettingsFile: Sendable, Equatable {
    var url: String?
    var output: String?
    var timeout: String?
    var dateFormat: String?
    var author: String?
    var user: String?
    var requiresComment: Bool?
    var httpConfigFile: String?
    var tokenFile: String?

    /// Where ours are, those of the user before those of the machine.
    static func paths(home: String?) -> [String] {
        (home.map { ["\($0)/.config/tocsin/config.yml"] } ?? []) + ["/etc/tocsin/config.yml"]
    }

    /// Where amtool's are, in its own places and in Debian's. They are read if there is none of ours: settings of two
    /// programs mixed could send the password for one server to another.
    static func amtoolPaths(home: String?) -> [String] {
        let own = home.map { ["\($0)/.config/amtool/config.yml", "\($0)/.config/prometheus/amtool.yml"] } ?? []
        return own + ["/etc/amtool/config.yml", "/etc/prometheus/amtool.yml"]
    }

    /// What the files there are say together; of two that say something about a key the first one counts.
    static func load(home: String?, files: some ConfigurationFiles) throws(ClientFailure) -> SettingsFile {
        let own = try self.paths(home: home).filter(files.exists).reduced(files, knowsAllKeys: true)
        if let own { return own }
        let amtool = try self.amtoolPaths(home: home).filter(files.exists).reduced(files, knowsAllKeys: false)
        return amtool ?? SettingsFile()
    }

    /// - Parameter knowsAllKeys: whether a key that is not known is a mistake: not in amtool's files, which may set any
    ///   of its flags.
    init(text: String, path: String, knowsAllKeys: Bool) throws(ClientFailure) {
        do {
            var node = try SettingsNode(yaml: text, file: path)
            if !knowsAllKeys, let entries = node.mapping {
                node.content = .mapping(entries.filter { SettingsFile.keys.contains($0.key.text) })
            }
            self = try Fields.read(node, as: "configuration") { SettingsFile(from: &$0) }
        } catch {
            throw .usage("\(error)")
        }
    }

    init() {}

    private static let keys = Fields.reference(of: "configuration") { SettingsFile(from: &$0) }.map(\.key)

    private init(from fields: inout Fields) {
        let url = fields.optional("url", as: String.self, doc: "The server, as TOCSIN_URL.")
        let amtoolURL = fields.optional("alertmanager.url", as: String.self, doc: "The same, by amtool's name.")
        fields.atMostOne(of: "url", "alertmanager.url")
        self.url = url ?? amtoolURL
        self.output = fields.optional("output", as: String.self, doc: "table, wide or json.")
        self.timeout = fields.optional("timeout", as: String.self, doc: "For each request, such as 30s.")
        self.dateFormat = fields.optional("date.format", as: String.self, doc: "A layout of times, in Go's way.")
        self.author = fields.optional("author", as: String.self, doc: "Who makes silences.")
        self.user = fields.optional("user", as: String.self, doc: "Who acts on incidents, as TOCSIN_USER.")
        let required = fields.optional("require-comment", as: Bool.self, doc: "Whether a silence needs a comment.")
        let old = fields.optional("comment_required", as: Bool.self, doc: "Old name of `require-comment`.")
        self.requiresComment = required ?? old
        self.httpConfigFile = fields.optional(
            "http.config.file", as: String.self, doc: "A file with Alertmanager's `http_config`.")
        self.tokenFile = fields.optional("token_file", as: String.self, doc: "A file that holds the token.")
        _ = fields.optional("version-check", as: Bool.self, doc: "Of amtool; means nothing here.")
    }

    /// Where this says nothing, the other does.
    fileprivate func completed(by other: SettingsFile) -> SettingsFile {
        var whole = self
        whole.url = self.url ?? other.url
        whole.output = self.output ?? other.output
        whole.timeout = self.timeout ?? other.timeout
        whole.dateFormat = self.dateFormat ?? other.dateFormat
        whole.author = self.author ?? other.author
        whole.user = self.user ?? other.user
        whole.requiresComment = self.requiresComment ?? other.requiresComment
        whole.httpConfigFile = self.httpConfigFile ?? other.httpConfigFile
        whole.tokenFile = self.tokenFile ?? other.tokenFile
        return whole
    }
}

extension [String] {
    /// The files at these paths as one; `nil` if there are none.
    fileprivate func reduced(
        _ files: some ConfigurationFiles,
        knowsAllKeys: Bool
    ) throws(ClientFailure) -> SettingsFile? {
        var whole: SettingsFile?
        for path in self {
            let text: String
            do {
                text = try files.text(of: path)
            } catch {
                throw .usage("cannot read \(path): \(error.reason)")
            }
            let file = try SettingsFile(text: text, path: path, knowsAllKeys: knowsAllKeys)
            whole = whole?.completed(by: file) ?? file
        }
        return whole
    }
}
