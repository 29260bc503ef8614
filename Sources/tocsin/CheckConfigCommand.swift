import ArgumentParser
import TocsinConfig
import TocsinCore

/// `tocsin check-config FILE...`
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Checks configuration files and the templates they name."
    )

    @Argument(help: "The files to check.")
    var files: [String]

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
        if failed > 0 { throw ExitCode(1) }
    }
}
