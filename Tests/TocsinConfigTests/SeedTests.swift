import Foundation
import Testing
import TocsinConfig
import TocsinCore

/// The configuration that the project began with, as it was written: it names a receiver and templates that it forgot.
@Suite struct SeedTests {
    @Test func theSeedHasExactlyTheMistakesThatItForgot() throws {
        let template = { (name: String) in
            "template \"\(name)\" is not defined. Templates come from the files under `templates:`"
        }

        #expect(
            try Sample.mistakes(in: Self.seed(), receivers: .builtIn) == [
                #"a.yml:18:17: undefined receiver "slack-warnings" used in route"#,
                "a.yml:25:16: \(template("slack.title"))",
                "a.yml:26:15: \(template("slack.text"))",
                "a.yml:31:22: \(template("pagerduty.description"))",
            ]
        )
    }

    @Test func theSeedIsRightOnceTheReceiverAndTheTemplatesAreThere() throws {
        let templates = ["slack.title", "slack.text", "pagerduty.description"].map {
            "{{ define \"\($0)\" }}x{{ end }}"
        }
        let files = SampleFiles(texts: ["own.tmpl": templates.joined()])
        let configuration = try Sample.load(
            try Self.seed() + "  - name: 'slack-warnings'\n\ntemplates: ['*.tmpl']\n",
            files: files,
            receivers: .builtIn
        )

        #expect(
            configuration.routing.routes.map(\.receiver) == [
                "slack-notifications", "pagerduty-critical", "slack-warnings",
            ])
        #expect(
            configuration.routing.routes.map(\.repeatInterval) == [.seconds(14400), .seconds(3600), .seconds(14400)])
        #expect(configuration.warnings.isEmpty)
    }

    private static func seed() throws -> String {
        let url = try #require(Bundle.module.url(forResource: "seed", withExtension: "yml", subdirectory: "Cases"))
        return try String(contentsOf: url, encoding: .utf8)
    }
}
