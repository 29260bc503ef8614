public import TocsinSettings

// What the command line needs of this target's knowledge of YAML and of files.

extension SettingsNode {
    /// Reads a text as YAML.
    ///
    /// - Parameter file: its path, which stands in messages.
    public init(yaml text: String, file: String) throws(SettingsErrors) {
        self = try YAML.parse(text, file: file)
    }
}

extension ConfigurationFiles {
    /// The files that a pattern stands for (`templates/*.tmpl`), sorted within each folder; `nil` if it is not a valid
    /// pattern.
    public func paths(matching pattern: String) -> [String]? {
        do {
            return try Glob.paths(matching: pattern, in: self)
        } catch {
            return nil
        }
    }
}
