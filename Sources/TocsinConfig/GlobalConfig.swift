import TocsinReceivers
import TocsinSettings

/// The section `global`.
struct GlobalConfig {
    var settings = GlobalSettings()
    var resolveTimeout = GlobalConfig.defaultResolveTimeout

    private static let defaultResolveTimeout = Duration.seconds(300)

    /// - Parameter fields: the document's.
    init(from fields: inout Fields, context: ReceiverContext) {
        let read = fields.nested("global", doc: "What other sections take where they say nothing themselves.") {
            fields in
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
        self.settings.http = fields.httpConfig(in: context)
        self.settings.smtp = SMTPSettings(fromGlobal: &fields, context: context)
        self.readSlack(from: &fields)
        let url = fields.optional("pagerduty_url", as: HTTPURL.self, doc: "Where PagerDuty's events go, version 2.")
        if let url { self.settings.pagerDutyURL = url.text }
        let first = fields.optional(
            "pagerduty_v1_url",
            as: HTTPURL.self,
            doc: "Where PagerDuty's events go, version 1 (`service_key`). Alertmanager has no such key."
        )
        if let first { self.settings.pagerDutyV1URL = first.text }
        self.readPagers(from: &fields)
        self.readChats(from: &fields)
        for key in GlobalConfig.unsupportedKeys { fields.unsupported(key) }
    }

    private mutating func readSlack(from fields: inout Fields) {
        self.settings.slackAPIURL = fields.secretURLSource(
            "slack_api_url",
            file: "slack_api_url_file",
            doc: "Slack's incoming webhook."
        )
        self.settings.slackAppToken = fields.secretSource(
            "slack_app_token",
            file: "slack_app_token_file",
            doc: "The token of a Slack app."
        )
        let url = fields.optional("slack_app_url", as: HTTPURL.self, doc: "Where a Slack app posts.")
        if let url { self.settings.slackAppURL = url.text }
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

    private mutating func readPagers(from fields: inout Fields) {
        let opsGenie = fields.optional("opsgenie_api_url", as: HTTPURL.self, doc: "Where OpsGenie's API is.")
        if let opsGenie { self.settings.opsGenieURL = opsGenie.text }
        self.settings.opsGenieKey = fields.secretSource(
            "opsgenie_api_key",
            file: "opsgenie_api_key_file",
            doc: "The key of an OpsGenie integration."
        )
        let victorOps = fields.optional("victorops_api_url", as: HTTPURL.self, doc: "Where VictorOps takes alerts.")
        if let victorOps { self.settings.victorOpsURL = victorOps.text }
        self.settings.victorOpsKey = fields.secretSource(
            "victorops_api_key",
            file: "victorops_api_key_file",
            doc: "The key of VictorOps's REST integration."
        )
    }

    private mutating func readChats(from fields: inout Fields) {
        let telegram = fields.optional("telegram_api_url", as: HTTPURL.self, doc: "Where Telegram's bot API is.")
        if let telegram { self.settings.telegramURL = telegram.text }
        self.settings.telegramToken = fields.secretSource(
            "telegram_bot_token",
            file: "telegram_bot_token_file",
            doc: "The token of a Telegram bot."
        )
        let webex = fields.optional("webex_api_url", as: HTTPURL.self, doc: "Where Webex takes messages.")
        if let webex { self.settings.webexURL = webex.text }
        let rocketChat = fields.optional("rocketchat_api_url", as: HTTPURL.self, doc: "Where Rocket.Chat is.")
        if let rocketChat { self.settings.rocketChatURL = rocketChat.text }
        self.settings.rocketChatToken = fields.secretSource(
            "rocketchat_token",
            file: "rocketchat_token_file",
            doc: "The token of a Rocket.Chat user."
        )
        self.settings.rocketChatTokenID = fields.secretSource(
            "rocketchat_token_id",
            file: "rocketchat_token_id_file",
            doc: "The ID of the user whom the token belongs to."
        )
        self.settings.mattermostURL = fields.secretURLSource(
            "mattermost_webhook_url",
            file: "mattermost_webhook_url_file",
            doc: "Mattermost's incoming webhook."
        )
    }

    /// Inherited by receivers of kinds that are not there yet.
    private static let unsupportedKeys = [
        "wechat_api_url", "wechat_api_secret", "wechat_api_secret_file", "wechat_api_corp_id", "jira_api_url",
    ]
}
