import TocsinTemplate

/// What templates can speak of, for people: generated from the functions and the data themselves.
public enum TemplateReference {
    /// Something with a name, what it is, and an example. ``result`` is what the example comes to over
    /// ``TemplateFunctions/sample``; `nil` where it says nothing.
    public struct Entry: Hashable, Sendable {
        public let name: String
        public let doc: String
        public let example: String
        public let result: String?

        init(_ name: String, _ doc: String, _ example: String, _ result: String?) {
            self.name = name
            self.doc = doc
            self.example = example
            self.result = result
        }
    }

    /// Alertmanager's functions.
    public static var functions: [Entry] {
        TemplateFunctions.entries.map { Entry($0.function.name, $0.function.doc, $0.function.example, $0.result) }
    }

    /// Those of Go's template language, in the order of their names.
    public static var languageFunctions: [Entry] {
        FunctionTable.builtins.sorted.map { Entry($0.name, $0.doc, $0.example, nil) }
    }

    /// The fields of the dot.
    public static let data: [Entry] = [
        Entry(
            ".Receiver", "The receiver's name, escaped for a regular expression.", "{{ .Receiver }}", "team-db"),
        Entry(".Status", "`firing` if any alert fires, else `resolved`.", "{{ .Status }}", "firing"),
        Entry(".Alerts", "The alerts; `.Alerts.Firing` and `.Alerts.Resolved` are parts.", "{{ len .Alerts }}", "2"),
        Entry(
            ".NotificationReason", "Why the notification goes out.", "{{ .NotificationReason }}",
            "some alerts resolved"),
        Entry(
            ".GroupLabels", "The labels of `group_by` with their values.", "{{ .GroupLabels.alertname }}", "DiskFull"),
        Entry(
            ".CommonLabels", "The labels that all alerts have in common.", "{{ .CommonLabels.severity }}", "critical"),
        Entry(
            ".CommonAnnotations", "The annotations that all alerts have in common.",
            "{{ .CommonAnnotations.summary }}", ""),
        Entry(".RouteLabels", "The labels of the route.", "{{ .RouteLabels.team }}", "db"),
        Entry(
            ".ExternalURL", "Where people reach the server.", "{{ .ExternalURL }}", "http://tocsin.example.org"),
    ]

    /// The fields of one alert.
    public static let alert: [Entry] = [
        Entry(".Status", "`firing` or `resolved`.", "{{ range .Alerts }}{{ .Status }} {{ end }}", "firing resolved "),
        Entry(
            ".Labels", "Its labels; an absent one is empty.", "{{ (index .Alerts 0).Labels.instance }}", "db-1:9100"),
        Entry(
            ".Annotations", "Its annotations.", "{{ (index .Alerts 0).Annotations.summary }}", "/var is 97% full"),
        Entry(
            ".StartsAt", "When it began.", #"{{ (index .Alerts 0).StartsAt.Format "15:04" }}"#, "02:02"),
        Entry(
            ".EndsAt", "When it ended; Go's zero time while it fires.",
            #"{{ (index .Alerts 1).EndsAt.Format "15:04" }}"#, "03:00"),
        Entry(
            ".GeneratorURL", "Where it was made.", "{{ (index .Alerts 0).GeneratorURL }}",
            "http://prometheus.example.org/graph?g0.expr=disk"),
        Entry(
            ".Fingerprint", "16 hexadecimal digits that identify its labels.",
            "{{ len (index .Alerts 0).Fingerprint }}", "16"),
    ]
}
