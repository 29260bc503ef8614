import TocsinReceivers
import TocsinSettings

/// The section `global`.
struct GlobalConfig {
    var settings = GlobalSettings()
    var resolveTimeout = GlobalConfig.defaultResolveTimeout

    private static let defaultResolveTimeout = Duration.seconds(300)

    /// - Parameter fields: the document's.
    init(from fields: inout Fields, context: ReceiverContext) {
        let doc = "What other sections take where they say nothing themselves."
        let read = fields.nested("global", isAlwaysThere: true, doc: doc) { fields in
            GlobalConfig(fromGlobal: &fields, context: context)
        }
        if let read { self = read }
    }

    private init(fromGlobal fields: inout Fields, context: ReceiverContext) {
        self.resolveTimeout = fields.duration(
            "resolve_timeout",
            default: GlobalConfig.defaultResolveTimeout,
            doc: "How long an alert fires after its last mention if its sender names no end."
        )
        self.settings.http = fields.globalHTTPConfig(in: context)
        self.settings.smtp = SMTPSettings(fromGlobal: &fields, context: context)
        for address in GlobalConfig.addresses { address.read(into: &self.settings, from: &fields) }
        for secret in GlobalConfig.secrets { secret.read(into: &self.settings, from: &fields) }
        self.settings.weChatCorporation = fields.optional(
            "wechat_api_corp_id",
            default: "",
            doc: "The company's ID at WeChat."
        )
        let jira = fields.optional("jira_api_url", as: HTTPURL.self, doc: "Where Jira's API is.")
        self.settings.jiraURL = jira?.text
        self.checkSlack(reportingTo: &fields)
    }

    private func checkSlack(reportingTo fields: inout Fields) {
        guard self.settings.slackAppToken != nil, let api = self.settings.slackAPIURL else { return }
        // Files that are on their way from one to the other name the app's address as the webhook's.
        guard api != .inline(Secret(self.settings.slackAppURL)) else { return }
        fields.report(
            """
            at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured
            """,
            at: fields.has("slack_app_token") ? "slack_app_token" : "slack_app_token_file"
        )
    }
}

// MARK: - What kinds of receivers inherit

extension GlobalConfig {
    /// Where an API is; the default is that of ``GlobalSettings``.
    private struct Address: Sendable {
        let key: String
        let setting: any WritableKeyPath<GlobalSettings, String> & Sendable
        let doc: String

        func read(into settings: inout GlobalSettings, from fields: inout Fields) {
            let usual = settings[keyPath: self.setting]
            let read = fields.parsed(self.key, type: HTTPURL.typeName, default: usual, doc: self.doc) {
                (text: String) throws(SettingsMismatch) -> HTTPURL in try HTTPURL(text)
            }
            if let read { settings[keyPath: self.setting] = read.text }
        }
    }

    /// A secret, or a file that holds it under the key with `_file` at its end.
    private struct InheritedSecret: Sendable {
        let key: String
        var isURL = false
        let setting: any WritableKeyPath<GlobalSettings, SecretSource?> & Sendable
        let doc: String

        func read(into settings: inout GlobalSettings, from fields: inout Fields) {
            let file = "\(self.key)_file"
            settings[keyPath: self.setting] =
                self.isURL
                ? fields.secretURLSource(self.key, file: file, doc: self.doc)
                : fields.secretSource(self.key, file: file, doc: self.doc)
        }
    }

    private static let addresses = [
        Address(key: "slack_app_url", setting: \.slackAppURL, doc: "Where a Slack app posts."),
        Address(key: "pagerduty_url", setting: \.pagerDutyURL, doc: "Where PagerDuty's events go, version 2."),
        Address(
            key: "pagerduty_v1_url",
            setting: \.pagerDutyV1URL,
            doc: "Where PagerDuty's events go, version 1 (`service_key`). Alertmanager has no such key."
        ),
        Address(key: "opsgenie_api_url", setting: \.opsGenieURL, doc: "Where OpsGenie's API is."),
        Address(key: "victorops_api_url", setting: \.victorOpsURL, doc: "Where VictorOps takes alerts."),
        Address(key: "telegram_api_url", setting: \.telegramURL, doc: "Where Telegram's bot API is."),
        Address(key: "webex_api_url", setting: \.webexURL, doc: "Where Webex takes messages."),
        Address(key: "rocketchat_api_url", setting: \.rocketChatURL, doc: "Where Rocket.Chat is."),
        Address(key: "wechat_api_url", setting: \.weChatURL, doc: "Where WeChat's API is."),
    ]

    private static let secrets = [
        InheritedSecret(
            key: "slack_api_url", isURL: true, setting: \.slackAPIURL, doc: "Slack's incoming webhook."),
        InheritedSecret(key: "slack_app_token", setting: \.slackAppToken, doc: "The token of a Slack app."),
        InheritedSecret(
            key: "opsgenie_api_key", setting: \.opsGenieKey, doc: "The key of an OpsGenie integration."),
        InheritedSecret(
            key: "victorops_api_key", setting: \.victorOpsKey, doc: "The key of VictorOps's REST integration."),
        InheritedSecret(
            key: "wechat_api_secret", setting: \.weChatSecret, doc: "The secret of a WeChat application."),
        InheritedSecret(key: "telegram_bot_token", setting: \.telegramToken, doc: "The token of a Telegram bot."),
        InheritedSecret(
            key: "rocketchat_token", setting: \.rocketChatToken, doc: "The token of a Rocket.Chat user."),
        InheritedSecret(
            key: "rocketchat_token_id",
            setting: \.rocketChatTokenID,
            doc: "The ID of the user whom the token belongs to."
        ),
        InheritedSecret(
            key: "mattermost_webhook_url",
            isURL: true,
            setting: \.mattermostURL,
            doc: "Mattermost's incoming webhook."
        ),
    ]
}
