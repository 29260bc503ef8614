/// How a section of the displayed configuration looks: which keys it has in which order, and when each is left out.
/// Alertmanager prints its structures in the order of their members; clients parse them, and people compare them.
///
/// A section that has no layout here, such as a receiver of a kind of our own, is shown in the order in which it is
/// read, and what is empty is left out.
struct EffectiveLayout: Sendable {
    let keys: [Key]

    struct Key: Sendable, ExpressibleByStringLiteral {
        let name: String
        let presence: Presence

        init(_ name: String, _ presence: Presence) {
            self.name = name
            self.presence = presence
        }

        /// Shown unless it is empty.
        init(stringLiteral name: String) { self.init(name, .unlessEmpty) }

        /// Shown even if it is empty.
        static func always(_ name: String) -> Key { Key(name, .always) }
        /// Shown, even if it is empty, where the file says it.
        static func written(_ name: String) -> Key { Key(name, .ifWritten) }
        /// A key that the oldest amtool does not know and would not read a configuration with: shown only where it is
        /// not what the file would mean without it.
        static func newer(_ name: String) -> Key { Key(name, .unlessDefault) }
    }

    enum Presence: Sendable {
        case unlessEmpty
        case always
        case ifWritten
        case unlessDefault
    }
}

extension EffectiveLayout {
    static let document = EffectiveLayout(keys: [
        "global", "route", "inhibit_rules", "receivers", .always("templates"), "mute_time_intervals", "time_intervals",
        "tracing", "event_recorder",
    ])

    static let global = EffectiveLayout(keys: [
        .always("resolve_timeout"), "http_config", "jira_api_url", "smtp_from", "smtp_hello", "smtp_smarthost",
        "smtp_auth_username", "smtp_auth_password", "smtp_auth_password_file", "smtp_auth_secret",
        "smtp_auth_secret_file", "smtp_auth_identity", .always("smtp_require_tls"), .newer("smtp_tls_config"),
        .newer("smtp_force_implicit_tls"), "slack_api_url", "slack_api_url_file", "slack_app_token",
        "slack_app_token_file", .newer("slack_app_url"), "pagerduty_url", "opsgenie_api_url", "opsgenie_api_key",
        "opsgenie_api_key_file", "wechat_api_url", "wechat_api_secret", "wechat_api_secret_file", "wechat_api_corp_id",
        "victorops_api_url", "victorops_api_key", "victorops_api_key_file", "telegram_api_url", "telegram_bot_token",
        "telegram_bot_token_file", "webex_api_url", .newer("rocketchat_api_url"), "rocketchat_token",
        "rocketchat_token_file", "rocketchat_token_id", "rocketchat_token_id_file", "mattermost_webhook_url",
        "mattermost_webhook_url_file",
    ])

    static let route = EffectiveLayout(keys: [
        "receiver", .written("group_by"), "match", "match_re", "matchers", "mute_time_intervals",
        "active_time_intervals", .always("continue"), "labels", "routes", .written("group_wait"),
        .written("group_interval"), .written("repeat_interval"),
    ])

    static let inhibitRule = EffectiveLayout(keys: [
        "name", "source_match", "source_match_re", "source_matchers", "target_match", "target_match_re",
        "target_matchers", "equal",
    ])

    static let receiver = EffectiveLayout(keys: [
        .always("name"), "labels", "discord_configs", "email_configs", "incidentio_configs", "pagerduty_configs",
        "slack_configs", "webhook_configs", "opsgenie_configs", "wechat_configs", "pushover_configs",
        "victorops_configs", "sns_configs", "telegram_configs", "webex_configs", "msteams_configs",
        "msteamsv2_configs", "jira_configs", "rocketchat_configs", "mattermost_configs",
    ])

    static let namedInterval = EffectiveLayout(keys: [.always("name"), .always("time_intervals")])

    static let httpConfig = EffectiveLayout(keys: [
        "basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file", "tls_config",
        .always("follow_redirects"), .always("enable_http2"), "proxy_url", "no_proxy", "proxy_from_environment",
        "proxy_connect_header", "http_headers",
    ])

    static let tlsConfig = EffectiveLayout(keys: [
        "ca", "cert", "key", "ca_file", "cert_file", "key_file", "server_name", .always("insecure_skip_verify"),
        "min_version", "max_version",
    ])

    static let oauth2 = EffectiveLayout(keys: [
        .always("client_id"), "client_secret", "client_secret_file", "client_certificate_key_id",
        "client_certificate_key", "client_certificate_key_file", .newer("grant_type"), .newer("signature_algorithm"),
        "iss", "audience", "claims", "scopes", .always("token_url"), "endpoint_params", "tls_config", "proxy_url",
        "no_proxy", "proxy_from_environment", "proxy_connect_header",
    ])

    /// Those of receivers, by kind.
    static let receivers: [String: EffectiveLayout] = [
        "webhook": receiver([
            "url", "url_file", .always("max_alerts"), .newer("timeout"), "payload",
        ]),
        "slack": receiver([
            "api_url", "api_url_file", "app_token", "app_token_file", .newer("app_url"), "channel", "username", "color",
            "title", "title_link", "pretext", "text", "message_text", "fields", .always("short_fields"), "footer",
            "fallback", "callback_id", "icon_emoji", "icon_url", "image_url", "thumb_url", .always("link_names"),
            "mrkdwn_in", "actions", .newer("update_message"), .newer("timeout"),
        ]),
        "pagerduty": receiver([
            "service_key", "service_key_file", "routing_key", "routing_key_file", "url", "client", "client_url",
            "description", "details", "images", "links", "source", "severity", "class", "component", "group",
            .newer("timeout"),
        ]),
        "email": receiver([
            "to", "from", "hello", "smarthost", "auth_username", "auth_password", "auth_password_file", "auth_secret",
            "auth_secret_file", "auth_identity", "headers", "html", "text", .always("require_tls"), "tls_config",
            .newer("force_implicit_tls"), .newer("threading"),
        ]),
        "opsgenie": receiver([
            "api_key", "api_key_file", "api_url", "message", "description", "source", "details", "entity", "responders",
            "actions", "tags", "note", "priority", "update_alerts",
        ]),
        "victorops": receiver([
            "api_key", "api_key_file", .always("api_url"), .always("routing_key"), .always("message_type"),
            .always("state_message"), .always("entity_display_name"), .always("monitoring_tool"), "custom_fields",
        ]),
        "wechat": receiver([
            "api_secret", "api_secret_file", "corp_id", "message", "api_url", "to_user", "to_party", "to_tag",
            "agent_id", "message_type",
        ]),
        "pushover": receiver([
            "user_key", "user_key_file", "token", "token_file", "title", "message", "url", "url_title", "device",
            "sound", "priority", "retry", "expire", .newer("ttl"), .always("html"), .newer("monospace"),
        ]),
        "sns": receiver([
            "api_url", .always("sigv4"), "topic_arn", "phone_number", "target_arn", "subject", "message", "attributes",
            .newer("use_aws_http_client"),
        ]),
        "telegram": receiver([
            "api_url", "bot_token", "bot_token_file", "chat_id", "chat_id_file", .newer("message_thread_id"), "message",
            "disable_notifications", "parse_mode",
        ]),
        "discord": receiver([
            "webhook_url", "webhook_url_file", .newer("content"), "title", "message", "username", "avatar_url",
        ]),
        "webex": receiver(["api_url", "message", .always("room_id")]),
    ]

    /// What every kind has, before its own.
    private static func receiver(_ keys: [Key]) -> EffectiveLayout {
        EffectiveLayout(keys: [.always("send_resolved"), "http_config"] + keys)
    }
}
