import TocsinSettings

/// The configuration as it is in force, for `config.original` of the API: defaults filled in, what receivers inherit
/// filled in, secrets hidden, in Alertmanager's order. amtool reads this text back to walk the routes.
///
/// Everything comes from what ``Fields`` remembered while it read, so a new key or kind is shown without a line here;
/// ``EffectiveLayout`` and ``InheritedSetting`` say how those look that Alertmanager has.
struct EffectiveConfiguration {
    /// The document's settings.
    private var settings: [EffectiveSetting]
    /// The folder of the configuration file; empty for the current one.
    private let directory: String

    /// A text that is longer is not shown: what one section says is repeated in every receiver that inherits it.
    private static let maximumSize = 32 << 20

    init(_ settings: [EffectiveSetting], directory: String) {
        self.directory = directory
        self.settings = settings
        self.fillIn()
    }

    private mutating func fillIn() {
        var settings = self.settings
        settings.update("global") { self.withRequests($0) }
        let global = settings.mapping("global")
        settings.update("receivers") { receiver in
            receiver.map { setting in
                guard let kind = Section.kind(ofKey: setting.key) else { return setting }
                var setting = setting
                setting.value = setting.value.mappingSections { integration in
                    // The paths of this one kind are relative to the working directory.
                    let own = kind == "incidentio" ? integration : self.withRequests(integration)
                    return InheritedSetting.fill(own, of: kind, from: global)
                }
                return setting
            }
        }
        self.settings = settings
    }

    /// YAML.
    var text: String {
        let shown = EffectiveSetting.Value.mapping(self.settings).arranged(as: .document)
        guard shown.size <= EffectiveConfiguration.maximumSize else {
            return "# This configuration is longer than \(EffectiveConfiguration.maximumSize >> 20) MiB when shown.\n"
        }
        return YAML.text(of: shown)
    }
}

// MARK: - Requests

extension EffectiveConfiguration {
    /// The section that has it, with its `http_config` as Alertmanager keeps it.
    private func withRequests(_ section: [EffectiveSetting]) -> [EffectiveSetting] {
        var section = section
        section.update("http_config") { http in
            var http = http
            // The old form of a header is shown as the new one.
            for (key, name) in [("bearer_token", "credentials"), ("bearer_token_file", "credentials_file")] {
                guard let index = http.firstIndex(where: { $0.key == key }) else { continue }
                let token = http.remove(at: index)
                guard !token.value.isEmpty else { continue }
                let type = EffectiveSetting("type", .text("Bearer"))
                http.append(EffectiveSetting("authorization", .mapping([type, EffectiveSetting(name, token.value)])))
            }
            return http.map { self.resolved($0.hidingHeaders) }
        }
        return section
    }

    /// With paths that lead there from anywhere.
    private func resolved(_ setting: EffectiveSetting) -> EffectiveSetting {
        var setting = setting
        switch setting.value {
        case .scalar(let scalar) where setting.key.hasSuffix("_file"):
            setting.value = .text(self.resolved(scalar.text))
        case .list(let items) where setting.key == "files":
            setting.value = .list(
                items.map { if case .scalar(let path) = $0 { .text(self.resolved(path.text)) } else { $0 } }
            )
        case .mapping(let nested): setting.value = .mapping(nested.map { self.resolved($0) })
        case .map(let nested): setting.value = .map(nested.map { self.resolved($0) })
        default: break
        }
        return setting
    }

    private func resolved(_ path: String) -> String {
        path.isEmpty || path.utf8.first == UInt8(ascii: "/") || self.directory.isEmpty
            ? path : "\(self.directory)/\(path)"
    }
}

extension EffectiveSetting {
    /// Headers may hold credentials under any name.
    fileprivate var hidingHeaders: EffectiveSetting {
        var setting = self
        switch self.key {
        case "proxy_connect_header": setting.value = self.value.hidden
        case "http_headers":
            setting.value = self.value.mappingEntries { header in
                var header = header
                header.value = header.value.mappingEntries { part in
                    guard part.key == "secrets" else { return part }
                    return EffectiveSetting(part.key, part.value.hidden)
                }
                return header
            }
        default: break
        }
        return setting
    }
}

// MARK: - Looking inside

extension [EffectiveSetting] {
    /// Changes the section of that key, or each section of a list of them.
    fileprivate mutating func update(_ key: String, _ change: ([EffectiveSetting]) -> [EffectiveSetting]) {
        guard let index = self.firstIndex(where: { $0.key == key }) else { return }
        self[index].value = self[index].value.mappingSections(change)
    }

    func mapping(_ key: String) -> [EffectiveSetting] {
        guard case .mapping(let settings) = self.first(where: { $0.key == key })?.value else { return [] }
        return settings
    }
}

extension EffectiveSetting.Value {
    fileprivate func mappingSections(_ change: ([EffectiveSetting]) -> [EffectiveSetting]) -> Self {
        switch self {
        case .scalar, .map: self
        case .mapping(let settings): .mapping(change(settings))
        case .list(let items): .list(items.map { $0.mappingSections(change) })
        }
    }

    fileprivate func mappingEntries(_ change: (EffectiveSetting) -> EffectiveSetting) -> Self {
        switch self {
        case .scalar, .list: self
        case .mapping(let settings): .mapping(settings.map(change))
        case .map(let settings): .map(settings.map(change))
        }
    }

    /// With every text in it hidden.
    fileprivate var hidden: Self {
        switch self {
        case .scalar(let scalar): scalar.text.isEmpty ? self : .text(Secret<String>.mask)
        case .list(let items): .list(items.map(\.hidden))
        case .mapping, .map:
            self.mappingEntries { EffectiveSetting($0.key, $0.value.hidden) }
        }
    }

    /// About how long its text is, in bytes.
    fileprivate var size: Int {
        switch self {
        case .scalar(let scalar): scalar.text.utf8.count + 2
        case .list(let items): items.reduce(0) { $0 + $1.size + 8 }
        case .mapping(let settings), .map(let settings):
            settings.reduce(0) { $0 + $1.key.utf8.count + $1.value.size + 8 }
        }
    }
}
