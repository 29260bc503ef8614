import ArgumentParser
import TocsinConfig
import TocsinCore
import TocsinHTTP

/// `tocsin check-config FILE...`
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Checks configuration files and the templates they name."
    )

    @Argument(help: "The files to check.")
    var files: [String] = []

    @Option(name: .customLong("web.config.file"), help: "A web configuration to check, with its certificates.")
    var webConfigFile: String?

    func validate() throws {
        if self.files.isEmpty && self.webConfigFile == nil { throw ValidationError("no file to check is named") }
    }

    func run() throws {
        var failed = 0
        for file in self.files {
            do {
                let configuration = try Configuration.load(path: file)
                print("\(file): OK")
                for warning in configuration.warnings { print("  warning: \(warning)") }
                let routes = configuration.routing.routes.count
                print("  \(routes) routes, \(configuration.routing.integrations.count) receivers")
            } catch {
                failed += 1
                print("\(file): FAILED")
                for mistake in error.lines { print("  \(mistake)") }
            }
        }
        if let file = self.webConfigFile {
            do {
                try WebGate.check(path: file)
                print("\(file): OK")
            } catch {
                failed += 1
                print("\(file): FAILED")
                for mistake in error.lines { print("  \(mistake)") }
            }
        }
        if failed > 0 { throw ExitCode(1) }
    }
}
