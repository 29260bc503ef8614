import Testing
import TocsinJSON
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

/// Their texts are checked by ``TemplateCaseTests``; here is what those cases do not reach.
@Suite struct DefaultTemplateTests {
    @Test func allThatTheyCallIsDefined() {
        #expect(Receivers.templates.unresolvedCalls.isEmpty)
        #expect(Set(DefaultTemplates.all.map(\.name)).count == DefaultTemplates.all.count)
    }

    @Test(arguments: DefaultTemplates.all.map(\.name))
    func noneFails(name: String) throws {
        let argument = name.contains("list") || name.contains("instances") ? ".Alerts" : "."

        #expect(throws: Never.self) { try rendered("{{ template \"\(name)\" \(argument) }}") }
    }

    @Test(arguments: [
        (["info", "warning", "critical"], "High"), (["info", "warning", "none"], "Medium"), (["info"], "Low"),
        (["none"], ""), ([], ""),
    ])
    func prioritiesAreTheHighestOfAll(severities: [String], priority: String) throws {
        for isFiring in [true, false] {
            let alerts = severities.map { severity in
                AnnouncedAlert(labels: ["severity": severity], startsAt: .epoch, endedAt: isFiring ? nil : .epoch)
            }

            #expect(try rendered(#"{{ template "jira.default.priority" . }}"#, .about(alerts)) == priority)
        }
    }

    @Test func theMarkdownListsHaveTheirEmptyLines() throws {
        func alert(_ instance: String, annotation: String, source: String) -> String {
            "\nLabels:\n  - alertname = DiskFull\n  - instance = \(instance)\n  - severity = critical\n"
                + "\nAnnotations:\n\(annotation)\nSource: \(source)\n"
        }
        let url = "http://prometheus.example.org/graph?g0.expr=disk"
        let firing = alert("db-1:9100", annotation: "  - summary = /var is 97% full\n", source: url)
        let resolved = alert("db-2:9100", annotation: "", source: "")

        let expected = "\n\n# Alerts Firing:\n\(firing)\n\n\n\n# Alerts Resolved:\n\(resolved)\n\n\n"
        #expect(try rendered(#"{{ template "msteams.default.text" . }}"#) == expected)
    }

    @Test func aFileMayReplaceThem() throws {
        let set = try TemplateSet.with(["mine.tmpl": #"{{ define "__subject" }}mine{{ end }}"#])
        let receiver = try SlackReceiver(["api_url": "https://x"], context: .sample(templates: set))

        #expect(try receiver.send(.sample, with: set).json["attachments"]?.array?.first?["title"] == "mine")
    }

    @Test func aFieldThatFailsTwiceIsOnePlainLine() throws {
        let endless = try TemplateSet.with(["endless": #"{{ template "endless" . }}"#])
        let template = try endless.compile(#"{{ template "endless" . }}"#)
        var rendering = FieldRendering(.sample, with: endless)

        #expect(rendering.text(template, field: "text", default: "{{ .Nope }}") == "[FIRING:1] DiskFull")
        #expect(rendering.failures.count == 1)
        #expect(rendering.failures[0].hasPrefix("`text`: template: endless:1:"))
    }
}
