import Foundation
import Testing
import TocsinConfig
import TocsinSimulation

@Suite struct ScenarioTests {
    @Test(arguments: ScenarioFiles.rules)
    func everyRuleHolds(_ file: String) throws {
        #expect(try ScenarioFiles.result(of: file).report == [])
    }

    @Test(arguments: ScenarioFiles.examples)
    func theExamplesOfTheShippedConfigurationHold(_ file: String) throws {
        #expect(try ScenarioFiles.result(of: file).report == [])
    }

    @Test func thereIsAScenarioForManyRulesAndSomeForTheShippedConfiguration() {
        #expect(ScenarioFiles.rules.count > 50)
        #expect(ScenarioFiles.examples.count >= 2)
    }

    @Test func whatDoesNotComeAndWhatComesUnexpectedlyIsShownAsTheFileWritesIt() throws {
        let result = try self.play("0s alert alertname=Disk host=a\n30s > slack firing Disk@b\n40s > nothing\n")

        #expect(result.report == ["- 30s > slack firing Disk@b    (line 2)", "+ 30s > slack firing Disk@a"])
    }

    @Test func silenceThatIsBrokenIsADifference() throws {
        let result = try self.play("0s alert alertname=Disk host=a\n40s > nothing\n")

        #expect(result.report == ["+ 30s > slack firing Disk@a", "- 40s > nothing    (line 2)"])
    }

    @Test func anUpdateKeepsEverythingButTheAnswers() throws {
        let result = try self.play("# Why.\n0s alert alertname=Disk host=a\n30s > slack firing Disk@b\n\n1m end\n")

        #expect(result.updatedText == "# Why.\n0s alert alertname=Disk host=a\n30s > slack firing Disk@a\n\n1m end\n")
        #expect(try self.play(result.updatedText).isAsExpected)
    }

    @Test(arguments: [
        ("0s alert", "line 1: labels are missing, as in `alertname=Disk host=a`"),
        ("# x\n1x alert a=b", "line 2: “1x” is no time, as in `1h30m`"),
        ("0s dance", "line 1: nothing is called “dance”"),
        ("0s silence s a=b", "line 1: `for` how long or `until` when is missing"),
        ("0s disk broken", "line 1: a disk is `full` or `well`"),
        ("0s end now", "line 1: “now” is not expected here"),
        ("start yesterday", "line 1: “yesterday” is no time, as in `2026-03-29T00:30:00Z`"),
    ])
    func aLineThatCannotBeReadIsNamed(text: String, message: String) {
        #expect { try Scenario(text) } throws: { "\($0)" == message }
    }

    @Test func anUnknownSilenceIsNamedWithItsLine() {
        #expect {
            try self.play("0s alert a=b\n1s expire s\n")
        } throws: {
            "\($0)" == "line 2: there is no silence “s”"
        }
    }

    private func play(_ text: String) throws -> ScenarioResult {
        let setting = try ScenarioFiles.setting(named: "basic.yml")
        return try ScenarioResult.of(Scenario(text), setting: setting) { try ScenarioFiles.setting(named: $0) }
    }
}

/// The scenarios below `Scenarios/`, and those that are shipped with the example configuration.
enum ScenarioFiles {
    static let rules = Self.scenarios(in: Self.folder)
    static let examples = Self.scenarios(in: Self.shipped)

    /// Where the test's resources are.
    private static var folder: URL { Bundle.module.resourceURL?.appending(path: "Scenarios") ?? URL(filePath: "/") }

    private static var shipped: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "config/scenarios")
    }

    private static func scenarios(in folder: URL) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            // The test that counts them says so.
            names = []
        }
        return names.filter { $0.hasSuffix(".scenario") }.sorted().map { folder.appending(path: $0).path }
    }

    static func result(of path: String) throws -> ScenarioResult {
        let file = URL(filePath: path)
        let scenario = try Scenario(String(contentsOf: file, encoding: .utf8))
        let folder = file.deletingLastPathComponent()
        let name = try #require(scenario.configuration, "a scenario of ours names its configuration")
        return try ScenarioResult.of(scenario, setting: self.setting(at: folder.appending(path: name))) { name in
            try self.setting(at: folder.appending(path: name))
        }
    }

    static func setting(named name: String) throws -> ScenarioSetting {
        try self.setting(at: self.folder.appending(path: name))
    }

    private static func setting(at file: URL) throws -> ScenarioSetting {
        let configuration = try Configuration.load(path: file.path)
        return ScenarioSetting(routing: configuration.routing, resolveTimeout: configuration.resolveTimeout)
    }
}
