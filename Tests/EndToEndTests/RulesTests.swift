import Foundation
import Testing

/// What config/ offers to a Prometheus, judged by Prometheus's own tool.
@Suite struct RulesTests {
    let rules = Peers.projectRoot.appending(path: "config/rules/gpu.rules.yml")
    let cases = Peers.projectRoot.appending(path: "config/rules/gpu.rules.test.yml")

    @Test func promtoolAcceptsTheRules() throws {
        let verdict = try Verdict.ofPromtool(["check", "rules", self.rules.path])

        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("SUCCESS: 3 rules found"), "\(verdict.output)")
    }

    @Test func theRulesPassTheirCases() throws {
        let verdict = try Verdict.ofPromtool(["test", "rules", self.cases.path])

        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("SUCCESS"), "\(verdict.output)")
    }

    @Test func promtoolAcceptsTheExampleConfiguration() throws {
        let configuration = Peers.projectRoot.appending(path: "config/prometheus.yml")

        let verdict = try Verdict.ofPromtool(["check", "config", configuration.path])

        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("1 rule files found"), "\(verdict.output)")
    }

    @Test(arguments: [
        ("> 0.90", "> 0.89"),
        ("> 0.90", ">= 0.90"),
        ("> 0.90", "> 0.91"),
        ("for: 5m", "for: 4m"),
        ("for: 5m", "for: 6m"),
        ("severity: warning", "severity: critical"),
        ("memory usage above 90%", "memory usage above 95%"),
        ("> 80", ">= 80"),
        ("> 80", "> 81"),
        ("for: 2m", "for: 1m"),
        ("for: 2m", "for: 3m"),
        ("above 80°C", "above 80C"),
        ("[5m]) > 0", "[5m]) > 2"),
        ("[5m]) > 0", "[4m]) > 0"),
        ("[5m]) > 0", "[6m]) > 0"),
        ("[5m]) > 0", "[5m]) >= 0"),
        ("increase(", "max_over_time("),
        ("severity: critical", "severity: warning"),
        ("detected on {{$labels.gpu}}", "detected on {{$labels.instance}}"),
    ])
    func aRuleThatSaysSomethingElseFailsTheCases(original: String, changed: String) throws {
        let text = try String(contentsOf: self.rules, encoding: .utf8)
        try #require(text.contains(original))
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try text.replacingOccurrences(of: original, with: changed)
            .write(to: folder.appending(path: "gpu.rules.yml"), atomically: false, encoding: .utf8)
        let copiedCases = folder.appending(path: "gpu.rules.test.yml")
        try FileManager.default.copyItem(at: self.cases, to: copiedCases)

        let verdict = try Verdict.ofPromtool(["test", "rules", copiedCases.path])

        #expect(verdict.status != 0, "\(verdict.output)")
        // It fails for what an alert does, and not for a file that cannot be read.
        #expect(verdict.output.contains("alertname: GPU"), "\(verdict.output)")
    }
}

/// What a run of promtool came to.
struct Verdict {
    let status: Int32
    let output: String

    /// - Parameter input: what it reads; a short text, which fits into a pipe.
    static func ofPromtool(_ arguments: [String], input: String = "") throws -> Verdict {
        let process = Process()
        process.executableURL = try Peers.promtool
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let asked = Pipe()
        process.standardInput = asked
        try process.run()
        try asked.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try asked.fileHandleForWriting.close()
        // Read to the end first: a full pipe would keep it from ending.
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Verdict(status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
    }
}
