import TocsinConfig
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

/// A file that holds what stands under `http_config` in a server's configuration, as amtool takes it.
struct HTTPConfigFile {
    let options: HTTPOptions
    /// What proves who asks; secrets that lie in other files are in it.
    let headers: [HTTPRequest.Header]

    init(path: String, in files: some ConfigurationFiles) throws(ClientFailure) {
        let config: HTTPConfig
        do {
            config = try HTTPConfigFile.read(try files.text(of: path), path: path)
        } catch let failure as UnreadableFile {
            throw .usage("cannot read \(path): \(failure.reason)")
        } catch {
            throw .usage("\(error)")
        }
        var secrets = SecretFiles()
        for path in config.secretFiles {
            do {
                secrets.add(try files.text(of: path), of: path)
            } catch {
                secrets.addFailure(error.reason, of: path)
            }
        }
        do {
            self.headers = try config.headers(with: secrets)
        } catch {
            throw .usage(error.reason)
        }
        self.options = config.options
    }

    /// The reader of receivers' settings knows it as the value of a key.
    private static func read(_ text: String, path: String) throws(SettingsErrors) -> HTTPConfig {
        let node = try SettingsNode(yaml: text, file: path)
        let entry = SettingsEntry(key: SettingsScalar("http_config"), at: node.position, value: node)
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/." : String(path[..<$0]) } ?? ""
        let context = ReceiverContext(templates: TemplateSet(), directory: directory)
        return try Fields.read(SettingsNode(.mapping([entry]), at: node.position), as: "file") { fields in
            fields.httpConfig(in: context)
        }
    }
}
