/// Default templates in the manner of Alertmanager's, written from the description of their output. The ones that
/// Tocsin ships are in TocsinReceivers; these put the language to work.
let defaultTemplates = #"""
    {{ define "__alertmanager" }}Alertmanager{{ end }}
    {{ define "__alertmanagerURL" }}{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
    {{ define "__description" }}{{ end }}
    {{- define "__subject" -}}
        [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}]
        {{- " " }}{{ .GroupLabels.SortedPairs.Values | join " " }}{{ " " }}
        {{- if gt (len .CommonLabels) (len .GroupLabels) -}}
            ({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }})
        {{- end }}
    {{- end }}
    {{- define "__text_alert_list" }}{{ range . }}Labels:
    {{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
    {{ end }}Annotations:
    {{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
    {{ end }}Source: {{ .GeneratorURL }}
    {{ end }}{{ end }}
    {{- define "__annotations" }}{{ .CommonAnnotations.SortedPairs.Values | join " " }}{{ end }}
    {{- define "__short_lists" }}{{ if .Alerts.Firing }}Alerts Firing:
    {{ template "__text_alert_list" .Alerts.Firing }}{{ end }}
    {{ if .Alerts.Resolved }}Alerts Resolved:
    {{ template "__text_alert_list" .Alerts.Resolved }}{{ end }}
    {{- end }}
    {{- define "__lists" }}
    {{ if gt (len .Alerts.Firing) 0 }}
    Alerts Firing:
    {{ template "__text_alert_list" .Alerts.Firing }}
    {{ end }}
    {{ if gt (len .Alerts.Resolved) 0 }}
    Alerts Resolved:
    {{ template "__text_alert_list" .Alerts.Resolved }}
    {{ end }}
    {{ end }}
    """#

/// The default templates that are another one under a new name.
private let aliases: [(names: [String], body: String)] = [
    (
        [
            "discord.default.title", "email.default.subject", "opsgenie.default.message",
            "pagerduty.default.description", "pushover.default.title", "slack.default.title", "sns.default.subject",
            "victorops.default.entity_display_name",
        ], #"{{ template "__subject" . }}"#
    ),
    (
        [
            "opsgenie.default.source", "pagerduty.default.clientURL", "pushover.default.url",
            "slack.default.titlelink",
        ], #"{{ template "__alertmanagerURL" . }}"#
    ),
    (
        ["pagerduty.default.client", "slack.default.username", "victorops.default.monitoring_tool"],
        #"{{ template "__alertmanager" . }}"#
    ),
    (["pagerduty.default.instances"], #"{{ template "__text_alert_list" . }}"#),
    (
        ["slack.default.fallback"],
        #"{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}"#
    ),
    (
        ["opsgenie.default.description", "victorops.default.state_message"],
        "{{ template \"__annotations\" . }}\n{{ template \"__short_lists\" . }}"
    ),
    (
        ["pushover.default.message", "sns.default.message", "webex.default.message"],
        "{{ template \"__annotations\" . }}{{ template \"__lists\" . }}"
    ),
    (["discord.default.message", "telegram.default.message"], #"{{ template "__lists" . }}"#),
    (
        ["wechat.default.message"],
        """
        {{ template "__subject" . }}
        {{ template "__annotations" . }}
        {{ template "__short_lists" . }}
        AlertmanagerUrl:
        {{ template "__alertmanagerURL" . }}
        """
    ),
    (
        [
            "slack.default.callbackid", "slack.default.footer", "slack.default.iconemoji", "slack.default.iconurl",
            "slack.default.pretext", "slack.default.text", "wechat.default.agent_id", "wechat.default.to_party",
            "wechat.default.to_tag", "wechat.default.to_user",
        ], ""
    ),
]

let aliasTemplates = aliases.flatMap { alias in
    alias.names.map { "{{ define \"\($0)\" }}\(alias.body)" + "{{ end }}" }
}.joined()
