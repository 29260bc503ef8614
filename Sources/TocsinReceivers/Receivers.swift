public import TocsinTemplate

/// The kinds of receivers there are.
public enum Receivers {
    /// In the order in which Alertmanager tells the integrations of one receiver.
    public static let kinds: [any Receiver.Type] = [
        WebhookReceiver.self,
        EmailReceiver.self,
        PagerDutyReceiver.self,
        OpsGenieReceiver.self,
        SlackReceiver.self,
        VictorOpsReceiver.self,
        PushoverReceiver.self,
        TelegramReceiver.self,
        DiscordReceiver.self,
        WebexReceiver.self,
        MSTeamsReceiver.self,
        MSTeamsV2Receiver.self,
        IncidentIOReceiver.self,
        RocketChatReceiver.self,
        MattermostReceiver.self,
    ]

    /// The kinds that Alertmanager has and this server does not yet, so that a configuration with one of them gets a
    /// clear answer.
    public static let unsupportedKinds = ["wechat", "sns", "jira"]

    /// The kind of that name, as in `slack_configs`.
    public static func kind(named name: String) -> (any Receiver.Type)? {
        self.kinds.first { $0.kind == name }
    }

    /// The templates and functions that are there without any file.
    public static var templates: TemplateSet { DefaultTemplates.set }
}
