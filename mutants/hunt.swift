import Foundation
import TocsinConfig
import TocsinModel
import TocsinSimulation

// hunt MUTANT FIRST COUNT SCENARIO...: plants a mutant and prints the first thing that notices it.
//
// Scenarios first: they are quick, and say what broke. Exit code 0 with `survived`, or `killed WHAT`.

func setting(_ path: String) throws -> ScenarioSetting {
    let configuration = try Configuration.load(path: path)
    return ScenarioSetting(routing: configuration.routing, resolveTimeout: configuration.resolveTimeout)
}

func differs(_ file: String) throws -> Bool {
    let folder = URL(filePath: file).deletingLastPathComponent()
    let scenario = try Scenario(String(contentsOfFile: file, encoding: .utf8))
    guard let name = scenario.configuration else { return false }
    let result = try ScenarioResult.of(scenario, setting: setting(folder.appending(path: name).path)) { name in
        try setting(folder.appending(path: name).path)
    }
    return !result.isAsExpected
}

let words = CommandLine.arguments
Planted.mutant = Int(words[1]) ?? 0
let first = UInt64(words[2]) ?? 1
let count = UInt64(words[3]) ?? 1

/// What notices the mutant, told at once: a later run may trap or never end.
var finders: [String] = []
if let file = try words.dropFirst(4).first(where: { try differs($0) }) {
    finders.append(URL(filePath: file).lastPathComponent)
    print("scenario \(URL(filePath: file).lastPathComponent)")
    fflush(nil)
}
for seed in first..<first + count {
    let verdict = Simulation.run(seed: seed)
    guard let problem = verdict.problems.first else { continue }
    finders.append("seed \(seed)")
    print("seed \(seed): \(problem)")
    break
}
if finders.isEmpty { print("survived") }
