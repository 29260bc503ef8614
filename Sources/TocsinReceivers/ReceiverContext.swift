public import TocsinSettings
public import TocsinTemplate

/// What a receiver's settings are read with, beside their own text.
public struct ReceiverContext: Sendable {
    /// The section `global`.
    public var global: GlobalSettings
    /// The built-in templates and those of the files under `templates`: complete, so that what a setting calls can be
    /// checked where it stands.
    public var templates: TemplateSet
    /// Whether a call of an undefined template is a mistake: not where a file of templates could not be read.
    public var reportsUndefinedTemplates: Bool
    /// The folder of the configuration file, without a slash at its end; empty for the current one.
    public var directory: String
    /// The process's variables, as far as receivers may ask for them: those that begin with `AWS_`, and `HOME`.
    public var environment: [String: String]
    /// Reads a rendered text as YAML, where a receiver replaces text by what it means (`payload` of webhooks, `details`
    /// of PagerDuty); `nil` if it is none.
    public var readYAML: @Sendable (_ text: String) -> SettingsNode?

    public init(
        global: GlobalSettings = GlobalSettings(),
        templates: TemplateSet,
        reportsUndefinedTemplates: Bool = true,
        directory: String = "",
        environment: [String: String] = [:],
        readYAML: @escaping @Sendable (_ text: String) -> SettingsNode? = { _ in nil }
    ) {
        self.global = global
        self.templates = templates
        self.reportsUndefinedTemplates = reportsUndefinedTemplates
        self.directory = directory
        self.environment = environment
        self.readYAML = readYAML
    }

    /// A path in a `http_config`: relative to the configuration file. Other paths of receivers are relative to the
    /// working directory, as in Alertmanager.
    public func resolve(_ path: String) -> String {
        path.isEmpty || path.utf8.first == UInt8(ascii: "/") || self.directory.isEmpty
            ? path : "\(self.directory)/\(path)"
    }
}

/// The section `global`, as far as receivers inherit from it.
public struct GlobalSettings: Sendable {
    public var http = HTTPConfig()
    public var smtp = SMTPSettings()
    /// `slack_api_url` or `slack_api_url_file`. A secret URL.
    public var slackAPIURL: SecretSource?
    /// `slack_app_token` or `slack_app_token_file`.
    public var slackAppToken: SecretSource?
    public var slackAppURL = "https://slack.com/api/chat.postMessage"
    /// Where PagerDuty's events go, version 2.
    public var pagerDutyURL = "https://events.pagerduty.com/v2/enqueue"
    /// Where PagerDuty's events go, version 1 (`service_key`). Alertmanager cannot be told another place, such as the
    /// European service region.
    public var pagerDutyV1URL = "https://events.pagerduty.com/generic/2010-04-15/create_event.json"
    public var opsGenieURL = "https://api.opsgenie.com/"
    /// `opsgenie_api_key` or `opsgenie_api_key_file`.
    public var opsGenieKey: SecretSource?
    public var victorOpsURL = "https://alert.victorops.com/integrations/generic/20131114/alert/"
    /// `victorops_api_key` or `victorops_api_key_file`.
    public var victorOpsKey: SecretSource?
    public var weChatURL = "https://qyapi.weixin.qq.com/cgi-bin/"
    /// `wechat_api_secret` or `wechat_api_secret_file`.
    public var weChatSecret: SecretSource?
    /// `wechat_api_corp_id`
    public var weChatCorporation = ""
    /// `jira_api_url`
    public var jiraURL: String?
    public var telegramURL = "https://api.telegram.org"
    /// `telegram_bot_token` or `telegram_bot_token_file`.
    public var telegramToken: SecretSource?
    public var webexURL = "https://webexapis.com/v1/messages"
    public var rocketChatURL = "https://open.rocket.chat/"
    /// `rocketchat_token` or `rocketchat_token_file`.
    public var rocketChatToken: SecretSource?
    /// `rocketchat_token_id` or `rocketchat_token_id_file`.
    public var rocketChatTokenID: SecretSource?
    /// `mattermost_webhook_url` or `mattermost_webhook_url_file`. A secret URL.
    public var mattermostURL: SecretSource?

    public init() {}
}
