import Testing
import TocsinJSON
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

struct TemplatePreviewTests {
    private let now = Timestamp(seconds: 1_767_323_045)

    @Test(arguments: TemplateReference.data + TemplateReference.alert)
    func everyExampleOfTheDataComesToWhatItSays(entry: TemplateReference.Entry) throws {
        let data = TemplateData(TemplateFunctions.sample)

        #expect(try TemplatePreview().render(entry.example, data: data, now: self.now) == entry.result)
    }

    @Test func everyFieldOfTheDataHasAnEntry() throws {
        func names(_ object: any TemplateObject) -> [String] {
            guard case .structure(let fields) = object.underlying else { return [] }
            return fields.map { ".\($0.name)" }
        }
        let data = TemplateData(TemplateFunctions.sample)

        #expect(TemplateReference.data.map(\.name) == names(data))
        #expect(TemplateReference.alert.map(\.name) == names(try #require(data.alerts.alerts.first)))
    }

    @Test func aFileWithANotificationIsReadAsAWebhookGetsIt() throws {
        let json = try JSONValue(
            parsing: """
                {"receiver":"db","status":"resolved","externalURL":"http://x","groupLabels":{"g":"1"},
                 "routeLabels":{"team":"db"},"alerts":[
                  {"status":"firing","labels":{"alertname":"A","b":"1"},"annotations":{"summary":"s"},
                   "startsAt":"2026-01-02T02:04:05Z","endsAt":"0001-01-01T00:00:00Z"},
                  {"Labels":{"alertname":"A","b":"2"},"endsAt":"2026-01-02T03:00:00Z"}]}
                """)
        let text = """
            {{ .Receiver }} {{ .Status }} {{ .GroupLabels.g }} {{ .CommonLabels }} {{ len .Alerts.Firing }} \
            {{ (index .Alerts 1).Labels.b }} {{ since (index .Alerts 0).StartsAt }} {{ routeLabels "team" }} \
            {{ (index .Alerts 0).Fingerprint }}
            """

        let rendered = try TemplatePreview().render(text, data: try TemplateData(json: json), now: self.now)

        let fingerprint = LabelSet(["alertname": "A", "b": "1"]).fingerprint
        #expect(rendered == "db resolved 1 alertname=A 1 2 1h0m0s db \(fingerprint)")
    }

    @Test(arguments: [
        "[]", #"{"alerts":{}}"#, #"{"alerts":[1]}"#, #"{"status":"broken"}"#, #"{"groupLabels":{"a":1}}"#,
        #"{"alerts":[{"startsAt":"soon"}]}"#, #"{"receiver":5}"#,
    ])
    func whatIsNoNotificationIsRefused(text: String) throws {
        let json = try JSONValue(parsing: text)

        #expect(throws: TemplateDataError.self) { try TemplateData(json: json) }
    }

    @Test func filesDefineTemplatesOverTheBuiltInOnes() throws {
        var preview = TemplatePreview()
        try preview.add(#"{{ define "a" }}<{{ .Status }}>{{ end }}"#, name: "a.tmpl")
        let data = TemplateData(TemplateFunctions.sample)

        #expect(try preview.render(#"{{ template "a" . }}"#, data: data, now: self.now) == "<firing>")
        #expect(try preview.render(#"{{ "<" }}"#, data: data, as: .html, now: self.now) == "&lt;")
        #expect(throws: TemplateError.self) { try preview.render("{{ nosuch }}", data: data, now: self.now) }
    }
}
