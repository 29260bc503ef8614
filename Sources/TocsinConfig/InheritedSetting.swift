import TocsinSettings

/// What a receiver takes from the section `global` where it says nothing itself, for the displayed configuration.
struct InheritedSetting: Sendable {
    /// The receiver's keys, of which one at most may be set.
    let own: [String]
    /// The global keys that stand for them, in the same order.
    let global: [String]

    private init(_ own: String, from global: String) {
        self.own = [own]
        self.global = [global]
    }

    /// A secret that stands in the configuration or in a file.
    private static func secret(_ own: String, from global: String) -> InheritedSetting {
        InheritedSetting(own: [own, "\(own)_file"], global: [global, "\(global)_file"])
    }

    private init(own: [String], global: [String]) {
        self.own = own
        self.global = global
    }

    private static let requests = InheritedSetting("http_config", from: "http_config")

    private static let byKind: [String: [InheritedSetting]] = [
        "pagerduty": [InheritedSetting("url", from: "pagerduty_url")],
        "opsgenie": [
            InheritedSetting("api_url", from: "opsgenie_api_url"), secret("api_key", from: "opsgenie_api_key"),
        ],
        "victorops": [
            InheritedSetting("api_url", from: "victorops_api_url"), secret("api_key", from: "victorops_api_key"),
        ],
        "telegram": [
            InheritedSetting("api_url", from: "telegram_api_url"), secret("bot_token", from: "telegram_bot_token"),
        ],
        "webex": [InheritedSetting("api_url", from: "webex_api_url")],
        "jira": [InheritedSetting("api_url", from: "jira_api_url")],
        "wechat": [
            InheritedSetting("api_url", from: "wechat_api_url"), secret("api_secret", from: "wechat_api_secret"),
            InheritedSetting("corp_id", from: "wechat_api_corp_id"),
        ],
        "rocketchat": [
            InheritedSetting("api_url", from: "rocketchat_api_url"), secret("token", from: "rocketchat_token"),
            secret("token_id", from: "rocketchat_token_id"),
        ],
        "mattermost": [secret("webhook_url", from: "mattermost_webhook_url")],
        "email": [
            InheritedSetting("from", from: "smtp_from"), InheritedSetting("hello", from: "smtp_hello"),
            InheritedSetting("smarthost", from: "smtp_smarthost"),
            InheritedSetting("auth_username", from: "smtp_auth_username"),
            secret("auth_password", from: "smtp_auth_password"), secret("auth_secret", from: "smtp_auth_secret"),
            InheritedSetting("auth_identity", from: "smtp_auth_identity"),
            InheritedSetting("require_tls", from: "smtp_require_tls"),
            InheritedSetting("tls_config", from: "smtp_tls_config"),
            InheritedSetting("force_implicit_tls", from: "smtp_force_implicit_tls"),
        ],
    ]

    /// An integration's settings with all that it inherits.
    ///
    /// - Parameter global: the settings of the section `global`.
    static func fill(_ own: [EffectiveSetting], of kind: String, from global: [EffectiveSetting]) -> [EffectiveSetting]
    {
        var filled = own
        if kind != "email" { InheritedSetting.requests.fill(&filled, from: global) }
        let settings = kind == "slack" ? InheritedSetting.slack(own, global: global) : byKind[kind] ?? []
        for setting in settings { setting.fill(&filled, from: global) }
        if slashed.contains(kind) { filled.endWithSlash("api_url") }
        return filled
    }

    private func fill(_ own: inout [EffectiveSetting], from global: [EffectiveSetting]) {
        guard !own.hasAny(of: self.own) else { return }
        for (key, globalKey) in zip(self.own, self.global) {
            guard let inherited = global.first(where: { $0.key == globalKey }) else { continue }
            own.removeAll { $0.key == key }
            own.append(
                EffectiveSetting(
                    key,
                    inherited.value,
                    isWritten: inherited.isWritten,
                    isDefault: inherited.isDefault
                )
            )
        }
    }

    /// One way to post alone: as a webhook, or as an app.
    private static func slack(_ own: [EffectiveSetting], global: [EffectiveSetting]) -> [InheritedSetting] {
        let token = secret("app_token", from: "slack_app_token")
        let webhook = secret("api_url", from: "slack_api_url")
        let app = InheritedSetting("app_url", from: "slack_app_url")
        if own.hasAny(of: webhook.own) { return [] }
        if own.hasAny(of: token.own) { return [app] }
        let isAuthorized = own.mapping("http_config").contains {
            ["authorization", "basic_auth", "oauth2"].contains($0.key)
        }
        return global.hasAny(of: token.global) && !isAuthorized ? [token, app] : [webhook]
    }

    /// Kinds whose address ends with a slash, whoever gives it.
    private static let slashed: Set<String> = ["opsgenie", "victorops", "wechat"]
}

extension [EffectiveSetting] {
    /// Whether one of them asks for something.
    fileprivate func hasAny(of keys: [String]) -> Bool {
        // `require_tls: false` says something, too.
        self.contains { keys.contains($0.key) && (!$0.value.isEmpty || ($0.isWritten && $0.value.isBoolean)) }
    }

    fileprivate mutating func endWithSlash(_ key: String) {
        guard let index = self.firstIndex(where: { $0.key == key }), case .scalar(let url) = self[index].value,
            !url.text.hasSuffix("/"), !url.text.isEmpty, !url.text.utf8.contains(UInt8(ascii: "?"))
        else { return }
        self[index].value = .text("\(url.text)/")
    }
}

extension EffectiveSetting.Value {
    fileprivate var isBoolean: Bool {
        if case .scalar(let scalar) = self, case .boolean = scalar.kind { true } else { false }
    }
}
