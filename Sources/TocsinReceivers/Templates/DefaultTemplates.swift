public import TocsinTemplate

/// The templates that settings call by default, under Alertmanager's names and with its results. Files under
/// `templates` may replace any of them by name.
public enum DefaultTemplates {
    /// The built-in templates alone, with all functions.
    public static let set: TemplateSet = {
        var set = TemplateSet(functions: TemplateFunctions.table)
        for (name, text) in DefaultTemplates.all {
            do {
                try set.add(text, name: name)
            } catch {
                preconditionFailure("a built-in template must parse: \(error)")
            }
        }
        return set
    }()

    /// Name and text; those that others call come first.
    static let all: [(name: String, text: String)] =
        shared + chats + pagers + messengers + tickets

    private static let shared = [
        ("__alertmanager", "Alertmanager"),
        ("__alertmanagerURL", "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}"),
        (
            "__subject",
            #"{{ if eq .Status "firing" }}[FIRING:{{ len .Alerts.Firing }}]{{ else }}[RESOLVED]{{ end }} "#
                + #"{{ .GroupLabels.SortedPairs.Values | join " " }} "#
                + "{{ if gt (len .CommonLabels) (len .GroupLabels) }}"
                + #"({{ (.CommonLabels.Remove .GroupLabels.Names).Values | join " " }}){{ end }}"#
        ),
        ("__description", ""),
        (
            "__text_alert_list",
            "{{ range . }}Labels:\n\(pairs(of: "Labels", indented: " - "))"
                + "Annotations:\n\(pairs(of: "Annotations", indented: " - "))"
                + "Source: {{ .GeneratorURL }}\n{{ end }}"
        ),
        (
            "__text_alert_list_markdown",
            "{{ range . }}\nLabels:\n\(pairs(of: "Labels", indented: "  - "))"
                + "\nAnnotations:\n\(pairs(of: "Annotations", indented: "  - "))"
                + "\nSource: {{ .GeneratorURL }}\n{{ end }}\n"
        ),
    ]

    private static let chats = [
        ("slack.default.title", subject),
        ("slack.default.username", #"{{ template "__alertmanager" . }}"#),
        (
            "slack.default.fallback",
            #"{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}"#
        ),
        ("slack.default.callbackid", ""),
        ("slack.default.pretext", ""),
        ("slack.default.titlelink", link),
        ("slack.default.iconemoji", ""),
        ("slack.default.iconurl", ""),
        ("slack.default.text", ""),
        ("slack.default.footer", ""),
        ("slack.default.color", color),
        ("rocketchat.default.title", subject),
        ("rocketchat.default.alias", #"{{ template "__alertmanager" . }}"#),
        ("rocketchat.default.titlelink", link),
        ("rocketchat.default.emoji", ""),
        ("rocketchat.default.iconurl", ""),
        ("rocketchat.default.text", ""),
        ("mattermost.default.username", #"{{ template "__alertmanager" . }}"#),
        ("mattermost.default.color", color),
        ("mattermost.default.title", subject),
        ("mattermost.default.titlelink", link),
        (
            "mattermost.default.fallback",
            #"{{ template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . }}"#
        ),
        ("mattermost.default.text", markdownLists),
        ("msteams.default.summary", subject),
        ("msteams.default.title", subject),
        ("msteams.default.text", markdownLists),
        ("msteamsv2.default.title", subject),
        ("msteamsv2.default.text", markdownLists),
        ("discord.default.content", ""),
        ("discord.default.title", subject),
        ("discord.default.message", spacedLists),
        ("webex.default.message", annotations + spacedLists),
    ]

    private static let pagers = [
        ("pagerduty.default.description", subject),
        ("pagerduty.default.client", #"{{ template "__alertmanager" . }}"#),
        ("pagerduty.default.clientURL", link),
        ("pagerduty.default.instances", #"{{ template "__text_alert_list" . }}"#),
        ("opsgenie.default.message", subject),
        ("opsgenie.default.description", annotations + "\n" + lists),
        ("opsgenie.default.source", link),
        ("victorops.default.state_message", annotations + "\n" + lists),
        ("victorops.default.entity_display_name", subject),
        ("victorops.default.monitoring_tool", #"{{ template "__alertmanager" . }}"#),
    ]

    private static let messengers = [
        ("email.default.subject", subject),
        ("email.default.html", EmailTemplate.html),
        ("wechat.default.message", "\(subject)\n\(annotations)\n\(lists)\nAlertmanagerUrl:\n\(link)"),
        ("wechat.default.to_user", ""),
        ("wechat.default.to_party", ""),
        ("wechat.default.to_tag", ""),
        ("wechat.default.agent_id", ""),
        ("pushover.default.title", subject),
        ("pushover.default.message", annotations + spacedLists),
        ("pushover.default.url", link),
        ("sns.default.subject", subject),
        ("sns.default.message", annotations + spacedLists),
        ("telegram.default.message", spacedLists),
    ]

    private static let tickets = [
        ("jira.default.summary", subject),
        ("jira.default.description", markdownLists),
        (
            "jira.default.priority",
            #"{{ $priority := "" }}"# + priority(over: "Firing") + #"{{ if eq $priority "" }}"#
                + priority(over: "Resolved") + "{{ end }}{{ $priority }}"
        ),
    ]

    // MARK: Pieces

    private static let subject = #"{{ template "__subject" . }}"#
    private static let link = #"{{ template "__alertmanagerURL" . }}"#
    private static let color = #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#
    private static let annotations = #"{{ .CommonAnnotations.SortedPairs.Values | join " " }}"#

    private static func pairs(of field: String, indented dash: String) -> String {
        "{{ range .\(field).SortedPairs }}\(dash){{ .Name }} = {{ .Value }}\n{{ end }}"
    }

    private static func list(_ status: String, _ template: String, before: String = "", after: String = "") -> String {
        "{{ with .Alerts.\(status) }}\(before)Alerts \(status):\n{{ template \"\(template)\" . }}\(after){{ end }}"
    }

    private static let lists = list("Firing", "__text_alert_list") + "\n" + list("Resolved", "__text_alert_list")

    /// The same with empty lines around them.
    private static let spacedLists =
        "\n" + list("Firing", "__text_alert_list", before: "\n", after: "\n") + "\n"
        + list("Resolved", "__text_alert_list", before: "\n", after: "\n") + "\n"

    private static let markdownLists =
        "\n" + list("Firing", "__text_alert_list_markdown", before: "\n# ", after: "\n") + "\n"
        + list("Resolved", "__text_alert_list_markdown", before: "\n# ", after: "\n") + "\n"

    /// Puts the highest priority of the alerts into a variable.
    private static func priority(over status: String) -> String {
        "{{ range .Alerts.\(status) }}"
            + #"{{ if eq .Labels.severity "critical" }}{{ $priority = "High" }}"#
            + #"{{ else if and (eq .Labels.severity "warning") (ne $priority "High") }}{{ $priority = "Medium" }}"#
            + #"{{ else if and (eq .Labels.severity "info") (eq $priority "") }}{{ $priority = "Low" }}"#
            + "{{ end }}{{ end }}"
    }
}
