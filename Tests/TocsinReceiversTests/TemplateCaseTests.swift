import Testing
import TocsinJSON
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

/// What Alertmanager 0.25 made of several hundred templates over six notifications.
@Suite struct TemplateCaseTests {
    /// Where the answer differs on purpose.
    static let differences: [String: String] = {
        let printed = "0.34 prints labels as a=b, 0.25 as a Go map"
        let fields = "0.34 has two more fields"
        let newer = "newer versions of Alertmanager and Go have it"
        let bytes = "texts are UTF-8 here, other bytes become U+FFFD"
        return [
            "field/11": fields, "field/12": fields, "field/13": fields, "field/20": fields, "print/16": fields,
            "field/16": printed, "field/17": printed, "field/18": printed, "field/19": printed, "method/1": printed,
            "method/12": printed, "method/25": printed, "method/33": printed, "pipe/29": printed, "range/31": printed,
            "printf/22": printed, "printf/31": printed, "printf/38": printed, "printf/43": printed,
            "printf/68": printed, "escape-funcs/21": printed, "html/29": printed, "html/30": printed,
            "range/21": newer, "with/17": newer, "am-funcs/56": newer,
            "literal/42": bytes, "literal/43": bytes,
        ]
    }()

    @Test(arguments: try TemplateCase.all)
    func templatesGiveWhatAlertmanagerGives(_ test: TemplateCase) throws {
        let set = DefaultTemplates.set
        let data = try #require(try TemplateCase.data[test.data])

        let result = Result { () throws(TemplateError) in
            try set.render(try set.compile(test.template), data: data.value, as: test.isHTML ? .html : .text)
        }

        let output: String?
        let message: String
        switch result {
        case .success(let text): (output, message) = (text, "gave \(text)")
        case .failure(let error): (output, message) = (nil, "failed: \(error)")
        }
        let wanted = test.isOK ? test.output : nil
        if TemplateCaseTests.differences[test.name] == nil {
            #expect(output == wanted, "\(test.name) \(test.template) \(message); wanted: \(wanted ?? test.error)")
        } else {
            // One that has come to agree must be taken off the list.
            #expect(output != wanted, "\(test.name) no longer differs")
        }
    }

    @Test func labelsInHTMLArePrintedAsInText() throws {
        let set = DefaultTemplates.set
        let data = try #require(try TemplateCase.data["two"])

        let text = try set.render(try set.compile("{{.CommonLabels}}"), data: data.value, as: .html)

        #expect(text == "alertname=HighLatency, job=api")
    }

    @Test(arguments: [
        ("html/25", "html/template::1:5: {{if}} branches end in different contexts: "),
        ("html/26", "html/template::1:0: ends in a non-text context: "),
    ])
    func htmlThatCouldMeanTwoThingsIsRefusedInTheWordsOfGo(name: String, beginning: String) throws {
        let test = try #require(try TemplateCase.all.first { $0.name == name })
        let set = DefaultTemplates.set

        let error = #expect(throws: TemplateError.self) { try set.checkHTML(try set.compile(test.template)) }

        #expect(error?.description.hasPrefix(beginning) ?? false)
        // Go has no place for the second one.
        #expect(test.error.contains(error?.message.prefix { $0 != ":" } ?? ""))
    }

    @Test(arguments: [
        ("{{ . }}", #"{"receiver":"team-a","status":"firing","alerts":[{"#),
        ("{{ .GroupLabels }}", #"{"alertname":"HighLatency"}"#),
        ("{{ (index .Alerts 0).StartsAt }}", "\"20"),
        ("{{ .CommonLabels.SortedPairs }}", #"[{"Name":"alertname","Value":"HighLatency"},"#),
    ])
    func dataInAScriptIsTheJSONThatWebhooksGet(source: String, beginning: String) throws {
        let set = DefaultTemplates.set
        let data = try #require(try TemplateCase.data["two"])

        let text = try set.render(try set.compile("<script>\(source)</script>"), data: data.value, as: .html)

        #expect(text.hasPrefix("<script>" + beginning), "\(text)")
    }
}

struct TemplateCase: CustomTestStringConvertible {
    let name: String
    let isHTML: Bool
    let template: String
    let data: String
    let isOK: Bool
    let output: String
    let error: String

    var testDescription: String { self.name }

    static let file = Result { try CaseFile.json("Cases/templates.json") }

    static var all: [TemplateCase] {
        get throws {
            try #require(try self.file.get()["cases"]?.array).map { test in
                TemplateCase(
                    name: try test.text("name"),
                    isHTML: try test.text("mode") == "html",
                    template: test["template"]?.string ?? "",
                    data: try test.text("data"),
                    isOK: test["ok"] == true,
                    output: test["output"]?.string ?? "",
                    error: test["error"]?.string ?? ""
                )
            }
        }
    }

    static var data: [String: TemplateData] {
        get throws {
            let members = try #require(try self.file.get()["data"]?.members)
            return Dictionary(uniqueKeysWithValues: try members.map { ($0.name, try TemplateData(json: $0.value)) })
        }
    }
}

extension TemplateData {
    /// From the JSON that webhooks get.
    fileprivate init(json: JSONValue) throws {
        self.init(
            receiver: try json.text("receiver"),
            alerts: try #require(json["alerts"]?.array).map { try TemplateAlert(json: $0) },
            reason: "",
            groupLabels: TemplateKV(json.labels("groupLabels")),
            commonLabels: TemplateKV(json.labels("commonLabels")),
            commonAnnotations: TemplateKV(json.labels("commonAnnotations")),
            routeLabels: TemplateKV([]),
            externalURL: try json.text("externalURL")
        )
    }
}

extension TemplateAlert {
    fileprivate init(json: JSONValue) throws {
        self.init(
            status: try #require(TemplateData.Status(rawValue: try json.text("status"))),
            labels: TemplateKV(json.labels("labels")),
            annotations: TemplateKV(json.labels("annotations")),
            startsAt: TemplateTime(try json.time("startsAt")),
            endsAt: TemplateTime(try json.time("endsAt")),
            generatorURL: try json.text("generatorURL"),
            fingerprint: try json.text("fingerprint")
        )
    }
}
