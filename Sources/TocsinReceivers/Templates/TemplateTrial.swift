public import TocsinModel
public import TocsinTemplate

/// Renders templates over samples of what they will see, to find those that fail before a notification does.
public struct TemplateTrial: Sendable {
    private let samples: [(name: String, templates: TemplateSet, data: Value)]
    private let templates: TemplateSet

    /// - Parameters:
    ///   - templates: all that a setting may call.
    ///   - zones: the time zones that templates may name.
    public init(_ templates: TemplateSet, zones: TimeZones = .utcOnly) {
        self.templates = templates
        self.samples = [("firing", false), ("resolved", true)].map { name, isOver in
            let sample = TemplateTrial.sample(isOver: isOver, zones: zones)
            return ("\(name) alerts", templates.bound(to: sample), TemplateData(sample).value)
        }
    }

    /// Why the text fails, and over what; none if it never does.
    public func failures(of text: String) -> [(sample: String, error: TemplateError)] {
        var failures: [(sample: String, error: TemplateError)] = []
        for sample in self.samples {
            do throws(TemplateError) {
                _ = try sample.templates.render(try sample.templates.compile(text), data: sample.data)
            } catch {
                failures.append((sample.name, error))
            }
        }
        return failures
    }

    /// Why a defined template cannot be rendered as HTML; `nil` if it can, or is not there.
    public func failureAsHTML(ofDefinition name: String) -> TemplateError? {
        guard self.templates.defines(name) else { return nil }
        do {
            try self.templates.checkHTML(try self.templates.compile("{{ template \"\(name)\" . }}"))
            return nil
        } catch {
            return error
        }
    }

    /// Two alerts with the labels and annotations that most have.
    private static func sample(isOver: Bool, zones: TimeZones) -> Notification {
        let start = Timestamp(seconds: 1_767_319_320)
        let end = Timestamp(seconds: 1_767_322_800)
        let alerts = ["db-1", "db-2"].map { instance in
            AnnouncedAlert(
                labels: [
                    "alertname": "DiskFull", "cluster": "prod", "instance": "\(instance):9100", "job": "node",
                    "namespace": "db", "service": "postgres", "severity": "critical",
                ],
                details: AlertDetails(
                    annotations: [
                        "dashboard_url": "http://grafana.example.org/d/disk", "description": "/var is 97% full",
                        "message": "/var is 97% full", "runbook_url": "http://runbooks.example.org/disk",
                        "summary": "/var on \(instance) is 97% full",
                    ],
                    generatorURL: "http://prometheus.example.org/graph?g0.expr=disk"
                ),
                startsAt: start,
                endedAt: isOver ? end : nil
            )
        }
        return Notification(
            content: NotificationContent(
                receiver: "team-db",
                groupKey: #"{}:{alertname="DiskFull", cluster="prod"}"#,
                groupLabels: ["alertname": "DiskFull", "cluster": "prod"],
                alerts: alerts,
                reason: isOver ? .allAlertsResolved : .firstNotification,
                flushedAt: end
            ),
            externalURL: "http://tocsin.example.org",
            now: end,
            zones: zones
        )
    }
}
