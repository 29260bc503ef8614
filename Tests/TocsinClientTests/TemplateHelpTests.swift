import Testing
import TocsinClient
import TocsinReceivers
import TocsinTemplate

struct TemplateHelpTests {
    @Test func everyFunctionAndEveryFieldIsNamed() {
        let text = TemplateHelp.text(matching: nil, colours: .plain)

        for name in TemplateFunctions.table.sorted.map(\.name) + ["dict", ".Alerts", ".StartsAt"] {
            #expect(text.contains("\n  \(name)  "), "\(name)")
        }
        #expect(text.contains("{{ .Status | toUpper }}  →  FIRING"))
    }

    @Test func aWordLeavesWhatHasIt() {
        let text = TemplateHelp.text(matching: "UPPER", colours: .plain)

        #expect(text == "Functions\n  toUpper  Capital letters.\n      {{ .Status | toUpper }}  →  FIRING\n")
        #expect(TemplateHelp.text(matching: "nosuchword", colours: .plain).isEmpty)
    }
}
