import ArgumentParser
import Foundation
import TocsinConfig
import TocsinSimulation

/// `tocsin test FILE.scenario...`: stories about a configuration, played in virtual time.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Plays scenarios against a configuration in virtual time, and compares who hears what, and when."
    )

    @Option(name: .customLong("config.file"), help: "The configuration, for scenarios that name none themselves.")
    var configFile: String?

    @Flag(help: "Rewrites the answers in the files to what came.")
    var update = false

    @Option(help: "Writes the results as JUnit's XML into this file.")
    var junit: String?

    @Argument(help: "The scenarios.")
    var files: [String]

    /// What came of one file.
    private struct Outcome {
        let file: String
        /// Why it is not as expected; empty if it is.
        let lines: [String]
    }

    func run() throws {
        var outcomes: [Outcome] = []
        for file in self.files {
            let outcome = Outcome(file: file, lines: self.play(file))
            outcomes.append(outcome)
            print("\(file): \(outcome.lines.isEmpty ? "OK" : self.update ? "UPDATED" : "FAILED")")
            for line in outcome.lines { print("  \(line)") }
        }
        if let junit = self.junit { try Self.report(outcomes).write(toFile: junit, atomically: true, encoding: .utf8) }
        if !self.update && outcomes.contains(where: { !$0.lines.isEmpty }) { throw ExitCode(1) }
    }

    /// - Returns: the differences, or the mistake that kept it from being played.
    private func play(_ file: String) -> [String] {
        do {
            let scenario = try Scenario(String(contentsOfFile: file, encoding: .utf8))
            let folder = URL(filePath: file).deletingLastPathComponent()
            let own = scenario.configuration.map { folder.appending(path: $0).path }
            guard let path = own ?? self.configFile else {
                return ["no configuration: give --config.file, or a line `config FILE` in the scenario"]
            }
            let result = try ScenarioResult.of(scenario, setting: try Self.setting(path)) { name in
                try Self.setting(folder.appending(path: name).path)
            }
            if self.update && !result.isAsExpected {
                try result.updatedText.write(toFile: file, atomically: true, encoding: .utf8)
            }
            return result.report
        } catch let error as UnusableFile {
            return error.lines
        } catch let error as ScenarioError {
            return ["\(error)"]
        } catch {
            return [error.localizedDescription]
        }
    }

    private struct UnusableFile: Error {
        let lines: [String]
    }

    private static func setting(_ path: String) throws -> ScenarioSetting {
        do {
            let configuration = try Configuration.load(path: path)
            return ScenarioSetting(routing: configuration.routing, resolveTimeout: configuration.resolveTimeout)
        } catch {
            throw UnusableFile(lines: error.lines.map { "\($0)" })
        }
    }

    private static func report(_ outcomes: [Outcome]) -> String {
        let failures = outcomes.filter { !$0.lines.isEmpty }.count
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuite name=\"tocsin\" tests=\"\(outcomes.count)\" failures=\"\(failures)\">\n"
        for outcome in outcomes {
            text += "  <testcase name=\"\(self.escaped(outcome.file))\">"
            if !outcome.lines.isEmpty {
                text += "<failure>\(self.escaped(outcome.lines.joined(separator: "\n")))</failure>"
            }
            text += "</testcase>\n"
        }
        return text + "</testsuite>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
