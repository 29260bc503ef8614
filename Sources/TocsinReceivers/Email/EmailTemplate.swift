/// The mail that is sent unless a template says otherwise, as HTML.
///
/// Tables and styles in the tags, since many mail programs know nothing else; the style sheet at the top only adds what
/// those that read it can have: dark colours where the reader wants them, and narrow margins on a phone. An alert
/// without labels is one that the mail has no room for.
enum EmailTemplate {
    static let html = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>{{ template "__subject" . }}</title>
        <style>
        :root { color-scheme: light dark; supported-color-schemes: light dark; }
        a { color: #1a5fb4; }
        @media (max-width: 480px) {
          .page { padding: 0 !important; }
          .sheet { border-radius: 0 !important; }
          .cell { padding-left: 16px !important; padding-right: 16px !important; }
        }
        @media (prefers-color-scheme: dark) {
          body, .page { background: #16181d !important; }
          .sheet { background: #21242b !important; border-color: #3a3f4b !important; }
          .cell, .value, .heading { color: #e8eaf0 !important; }
          .name, .foot, .foot a { color: #a4abba !important; }
          .alert { border-color: #3a3f4b !important; }
          a { color: #8ab4f8 !important; }
          a.button { color: #ffffff !important; }
          .head { color: #ffffff !important; }
        }
        </style>
        </head>
        <body style="margin:0;padding:0;background:#f2f3f5;-webkit-text-size-adjust:100%">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" \
        style="background:#f2f3f5;padding:24px 12px"><tr><td align="center">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="sheet" \
        style="max-width:640px;background:#ffffff;border:1px solid #dcdfe4;border-radius:6px;\
        border-collapse:separate;overflow:hidden;text-align:left;\
        font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
        {{ if gt (len .Alerts.Firing) 0 }}<tr><td class="cell head" bgcolor="#b3261e" \
        style="background:#b3261e;\(head)">{{ else }}<tr><td class="cell head" bgcolor="#1e7b3a" \
        style="background:#1e7b3a;\(head)">{{ end -}}
        {{ .Alerts | len }} alert{{ if gt (len .Alerts) 1 }}s{{ end }}{{ if .GroupLabels }} for \
        {{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}{{ end }}</td></tr>
        <tr><td class="cell" style="padding:20px 24px 4px">\
        <a class="button" href="{{ template "__alertmanagerURL" . }}" style="display:inline-block;\
        background:#1a5fb4;color:#ffffff;text-decoration:none;font-size:15px;line-height:20px;font-weight:600;\
        padding:10px 18px;border-radius:4px">View in {{ template "__alertmanager" . }}</a></td></tr>
        {{ if gt (len .Alerts.Firing) 0 }}\(heading("Firing", color: "#b3261e")){{ end }}
        {{ $hidden := list }}{{ range .Alerts.Firing }}\(alert){{ end }}
        {{ if gt (len .Alerts.Resolved) 0 }}\(heading("Resolved", color: "#1e7b3a")){{ end }}
        {{ range .Alerts.Resolved }}\(alert){{ end }}
        {{ if gt (len $hidden) 0 }}<tr><td class="cell" style="padding:16px 24px 0;font-size:15px;line-height:22px;\
        color:#1f2430"><b>And {{ len $hidden }} more</b>, for which a mail has no room: \
        <a href="{{ template "__alertmanagerURL" . }}">see them all</a>.</td></tr>{{ end }}
        <tr><td class="cell foot" style="padding:24px;font-size:13px;line-height:18px;color:#5d6472">\
        <a class="foot" href="{{ .ExternalURL }}" style="color:#5d6472">Sent by {{ template "__alertmanager" . }}</a>\
        </td></tr>
        </table>
        </td></tr></table>
        </body>
        </html>

        """

    private static let head =
        "color:#ffffff;padding:18px 24px;font-size:18px;line-height:25px;font-weight:600;word-break:break-word"

    private static func heading(_ status: String, color: String) -> String {
        """
        <tr><td class="cell heading" style="padding:24px 24px 0;font-size:17px;line-height:24px;font-weight:600;\
        color:#1f2430"><span style="display:inline-block;width:10px;height:10px;border-radius:5px;\
        background:\(color)"></span>&nbsp; [{{ .Alerts.\(status) | len }}] \(status)</td></tr>
        """
    }

    private static let alert = """
        {{ if .Labels }}<tr><td class="cell" style="padding:12px 24px 0">\
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="alert" \
        style="border-top:1px solid #e4e6ea">\
        <tr><td style="padding:12px 0 0;font-size:15px;line-height:22px;word-break:break-word">\
        {{ range .Annotations.SortedPairs }}\(pair){{ end }}\
        {{ range .Labels.SortedPairs }}\(pair){{ end }}\
        {{ if .GeneratorURL }}<a href="{{ .GeneratorURL }}">Source</a>{{ end }}\
        </td></tr></table></td></tr>
        {{ else }}{{ $hidden = append $hidden . }}{{ end }}
        """

    private static let pair =
        #"<span class="name" style="color:#5d6472">{{ .Name }}</span> "#
        + #"<span class="value" style="color:#1f2430">{{ .Value }}</span><br>"#
}
