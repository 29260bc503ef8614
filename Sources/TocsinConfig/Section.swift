import TocsinSettings

/// A place in the document, as far as it decides how a section looks.
enum Section: Sendable {
    case document
    case global
    case route
    case inhibitRule
    case receiver
    case integration(kind: String)
    case namedInterval
    case requests
    case tls
    case oauth2
    /// Shown as it is read.
    case other

    /// The section under one of its keys, or each section of a list there.
    func section(under key: String) -> Section {
        switch (self, key) {
        case (.document, "global"): .global
        case (.document, "route"), (.route, "routes"): .route
        case (.document, "inhibit_rules"): .inhibitRule
        case (.document, "receivers"): .receiver
        case (.document, "time_intervals"), (.document, "mute_time_intervals"): .namedInterval
        case (.receiver, _): Section.kind(ofKey: key).map { .integration(kind: $0) } ?? .other
        case (.global, "http_config"), (.integration, "http_config"): .requests
        case (.requests, "tls_config"), (.oauth2, "tls_config"): .tls
        case (.integration, "tls_config"), (.global, "smtp_tls_config"): .tls
        case (.requests, "oauth2"): .oauth2
        default: .other
        }
    }

    /// `slack` for `slack_configs`.
    static func kind(ofKey key: String) -> String? {
        key.hasSuffix("_configs") ? String(key.dropLast("_configs".count)) : nil
    }

    var layout: EffectiveLayout? {
        switch self {
        case .document: .document
        case .global: .global
        case .route: .route
        case .inhibitRule: .inhibitRule
        case .receiver: .receiver
        case .integration(let kind): EffectiveLayout.receivers[kind]
        case .namedInterval: .namedInterval
        case .requests: .httpConfig
        case .tls: .tlsConfig
        case .oauth2: .oauth2
        case .other: nil
        }
    }
}

// MARK: - Arranging

extension EffectiveSetting.Value {
    /// In the order of its section's layout, without what is left out there.
    func arranged(as section: Section) -> Self {
        switch self {
        case .scalar(let scalar): return .scalar(scalar.hidingPassword)
        case .list(let items): return .list(items.map { $0.arranged(as: section) })
        case .map(let entries):
            let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return .map(sorted.map { EffectiveSetting($0.key, $0.value.arranged(as: .other)) })
        case .mapping(let settings):
            let known = section.layout?.keys ?? []
            var arranged: [EffectiveSetting] = []
            for key in known {
                guard let setting = settings.first(where: { $0.key == key.name }) else { continue }
                if setting.isShown(key.presence) { arranged.append(setting) }
            }
            // Keys of our own, which Alertmanager would not read back.
            let presence = section.layout == nil ? EffectiveLayout.Presence.unlessEmpty : .unlessDefault
            arranged += settings.filter { setting in
                !known.contains { $0.name == setting.key } && setting.isShown(presence)
            }
            return .mapping(
                arranged.map { setting in
                    var shown = setting
                    shown.value = setting.value.arranged(as: section.section(under: setting.key))
                    if section.isWebhook, setting.key == "url", setting.value == .text(Secret<String>.mask) {
                        shown.value = .text("http://\(Secret<String>.mask)")
                    }
                    return shown
                }
            )
        }
    }
}

extension Section {
    /// Its address is a secret that Alertmanager learnt to hide late: the oldest amtool reads nothing but a URL there.
    fileprivate var isWebhook: Bool {
        if case .integration("webhook") = self { true } else { false }
    }
}

extension EffectiveSetting {
    fileprivate func isShown(_ presence: EffectiveLayout.Presence) -> Bool {
        switch presence {
        case .always: true
        case .ifWritten: self.isWritten || !self.value.isEmpty
        case .unlessDefault: !self.isDefault
        // A switch without a default means something when it is off, and a section when there is nothing in it.
        case .unlessEmpty:
            !self.value.isEmpty || self.erasesDefault || (self.value.meansSomethingEmpty && !self.isDefault)
        }
    }
}

extension EffectiveSetting.Value {
    fileprivate var meansSomethingEmpty: Bool {
        switch self {
        case .mapping: true
        case .list, .map: false
        case .scalar(let scalar):
            switch scalar.kind {
            case .boolean, .integer: true
            case .string, .float, .null: false
            }
        }
    }
}

extension SettingsScalar {
    /// A URL with the password in it hidden.
    fileprivate var hidingPassword: SettingsScalar {
        guard let scheme = self.text.firstRange(of: "://"), scheme.lowerBound > self.text.startIndex else {
            return self
        }
        let isScheme = self.text[..<scheme.lowerBound].utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.".utf8.contains(byte)
        }
        let rest = self.text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        guard isScheme, let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return self
        }
        var hidden = self
        hidden.text = "\(self.text[...colon])xxxxx\(self.text[at...])"
        return hidden
    }
}
