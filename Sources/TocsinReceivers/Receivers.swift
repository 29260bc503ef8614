public import TocsinTemplate

/// The kinds of receivers there are.
public enum Receivers {
    /// In the order in which Alertmanager tells the integrations of one receiver.
    public static let kinds: [any Receiver.Type] = [
        WebhookReceiver.self,
        EmailReceiver.self,
        PagerDutyReceiver.self,
        OpsGenieReceiver.self,
        WeChatReceiver.self,
        SlackReceiver.self,
        VictorOpsReceiver.self,
        PushoverReceiver.self,
        SNSReceiver.self,
        TelegramReceiver.self,
        DiscordReceiver.self,
        WebexReceiver.self,
        MSTeamsReceiver.self,
        MSTeamsV2Receiver.self,
        JiraReceiver.self,
        IncidentIOReceiver.self,
        RocketChatReceiver.self,
        MattermostReceiver.self,
    ]

    /// The names of every kind that Alertmanager has, in the order in which it tells the integrations of one receiver.
    /// A configuration with one that is not among ``kinds`` gets a clear answer.
    public static let alertmanagerKinds = [
        "webhook", "email", "pagerduty", "opsgenie", "wechat", "slack", "victorops", "pushover", "sns", "telegram",
        "discord", "webex", "msteams", "msteamsv2", "jira", "incidentio", "rocketchat", "mattermost",
    ]

    /// The kind of that name, as in `slack_configs`.
    public static func kind(named name: String) -> (any Receiver.Type)? {
        self.kinds.first { $0.kind == name }
    }

    /// The templates and functions that are there without any file.
    public static var templates: TemplateSet { DefaultTemplates.set }
}
