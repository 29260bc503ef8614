import ArgumentParser
import Foundation
import TocsinConfig
import TocsinCore
import TocsinHTTP
import TocsinSettings

/// `tocsin check-config FILE...`: amtool's words, and every mistake at once.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Checks configuration files, and tries their templates over sample alerts."
    )

    @Argument(help: "The files to check; what is piped in if there are none.")
    var files: [String] = []

    @Option(name: .customLong("web.config.file"), help: "A web configuration to check, with its certificates.")
    var webConfigFile: String?

    @OptionGroup var features: FeatureOptions

    func run() throws {
        let asksForNone = self.files.isEmpty && self.webConfigFile != nil
        let files = self.files.isEmpty && !asksForNone ? [try CheckConfigCommand.pipedIn()] : self.files
        let failed = files.count { !self.check($0) } + (self.webConfigFile.map { self.checkWeb($0) ? 0 : 1 } ?? 0)
        guard failed > 0 else { return }
        let summary = "tocsin: error: failed to validate \(failed) file(s)\n"
        try FileHandle.standardError.write(contentsOf: Data(summary.utf8))
        throw ExitCode(1)
    }

    private static func pipedIn() throws -> String {
        guard isatty(STDIN_FILENO) == 0 else { throw ValidationError("Name a file, or pipe one in.") }
        return "/dev/stdin"
    }

    /// - Returns: whether the server would start with it.
    private func checkWeb(_ file: String) -> Bool {
        do {
            try WebGate.check(path: file)
            print("Checking '\(file)'  SUCCESS\n")
            return true
        } catch {
            print("Checking '\(file)'  FAILED: \(error.lines.joined(separator: "\n  "))\n")
            return false
        }
    }

    /// - Returns: whether the server would start with it.
    private func check(_ file: String) -> Bool {
        let configuration: Configuration
        do {
            configuration = try Configuration.load(path: file, syntax: self.features.syntax)
        } catch {
            print("Checking '\(file)'  FAILED: \(error.lines.joined(separator: "\n  "))\n")
            return false
        }
        let failures = configuration.templateFailures(zones: KnownZones().zones)
        print(
            """
            Checking '\(file)'  SUCCESS
            Found:
             - global config
             - route
             - \(configuration.routing.inhibitRules.count) inhibit rules
             - \(configuration.receiverNames.count) receivers
             - \(configuration.templatePatterns.count) templates
            """
        )
        for warning in configuration.warnings + failures { print("warning: \(warning)") }
        print("")
        return true
    }
}
