import TocsinConfig
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

// Receivers that read what a configuration says and send nothing: the tests of the configuration do not depend on what
// the real ones make of it.

extension ReceiverKinds {
    static var samples: ReceiverKinds {
        var templates = TemplateSet()
        do {
            try templates.add(#"{{ define "slack.default.title" }}{{ .Status }}{{ end }}"#, name: "default.tmpl")
        } catch {
            preconditionFailure("the built-in templates must parse")
        }
        return ReceiverKinds([StubSlack.self, StubPagerDuty.self, StubWebhook.self], templates: templates)
    }
}

protocol StubReceiver: Receiver {}

extension StubReceiver {
    var channel: [String] { self.destination }

    func request(
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest {
        throw Refusal("a stub sends nothing")
    }

    func outcome(of response: HTTPResponse) -> Outcome { .delivered }
}

struct StubSlack: StubReceiver {
    static let kind = "slack"

    let sendResolved: Bool
    let destination: [String]
    let templates: [Template]
    let secretFiles: [String]
    let http: HTTPConfig

    init(from fields: inout Fields, context: ReceiverContext) {
        self.sendResolved = fields.optional("send_resolved", default: false, doc: "")
        let own = fields.secretURLSource("api_url", file: "api_url_file", doc: "The webhook.")
        let url = own ?? context.global.slackAPIURL
        if url == nil { fields.report("no Slack API URL nor App token set either inline or in a file") }
        self.templates = ["channel", "title", "text", "footer"].map { fields.template($0, doc: "", in: context) }
        self.http = fields.httpConfig(in: context)
        _ = fields.goDuration("timeout", doc: "")
        _ = fields.nestedList("fields", doc: "") { fields, _ in
            if !fields.has("value") { fields.report("missing value in Slack field configuration") }
            _ = ["title", "value"].map { fields.template($0, doc: "", in: context) }
        }
        _ = fields.nestedList("actions", doc: "") { fields, _ in
            if !fields.has("text") { fields.report("missing text in Slack action configuration") }
            _ = ["type", "text", "url", "name", "value"].map { fields.template($0, doc: "", in: context) }
            _ = fields.node("confirm", doc: "")
        }
        self.destination = [url?.identity ?? ""]
        self.secretFiles = [url?.path].compactMap { $0 } + self.http.secretFiles
    }
}

struct StubPagerDuty: StubReceiver {
    static let kind = "pagerduty"

    let sendResolved: Bool
    let destination: [String]
    let templates: [Template]

    init(from fields: inout Fields, context: ReceiverContext) {
        self.sendResolved = fields.optional("send_resolved", default: true, doc: "")
        let routing = fields.secretSource("routing_key", file: "routing_key_file", doc: "The key.")
        let service = fields.secretSource("service_key", file: "service_key_file", doc: "The old key.")
        if routing == nil && service == nil { fields.report("missing service or routing key in PagerDuty config") }
        _ = fields.optional("url", as: HTTPURL.self, doc: "")
        self.templates = ["description", "severity"].map { fields.template($0, doc: "", in: context) }
        _ = fields.node("details", doc: "")
        _ = fields.httpConfig(in: context)
        _ = fields.nestedList("links", doc: "") { fields, _ in
            _ = ["href", "text"].map { fields.template($0, doc: "", in: context) }
        }
        self.destination = [routing?.identity ?? "", service?.identity ?? "", context.global.pagerDutyURL]
    }
}

struct StubWebhook: StubReceiver {
    static let kind = "webhook"

    let sendResolved: Bool
    let destination: [String]
    var templates: [Template] { [] }
    let secretFiles: [String]
    let http: HTTPConfig

    init(from fields: inout Fields, context: ReceiverContext) {
        self.sendResolved = fields.optional("send_resolved", default: true, doc: "")
        let url = fields.secretURLSource("url", file: "url_file", doc: "Where to post.")
        if url == nil { fields.report("one of url or url_file must be configured") }
        _ = fields.integer("max_alerts", in: 0...Int.max, default: 0, doc: "")
        self.http = fields.httpConfig(in: context)
        self.destination = [url?.identity ?? ""]
        self.secretFiles = [url?.path].compactMap { $0 } + self.http.secretFiles
    }
}
