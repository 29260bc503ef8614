import ArgumentParser

/// Without a subcommand it is the server, so that Alertmanager's unit file starts it.
@main
enum Main {
    static func main() async { await Tocsin.main(CommandLine.withEmptyValues) }
}

extension CommandLine {
    /// The words after the program's name, with `--flag=` as the two words `--flag` and nothing: an empty value is how
    /// Alertmanager's clustering is switched off, and the parser takes it only so.
    fileprivate static var withEmptyValues: [String] {
        let words = CommandLine.arguments.dropFirst()
        let flags = words.prefix { $0 != "--" }
        let split = flags.flatMap { $0.hasPrefix("--") && $0.hasSuffix("=") ? [String($0.dropLast()), ""] : [$0] }
        return split + words.dropFirst(flags.count)
    }
}

/// The command line.
struct Tocsin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Routes alerts to the people who deal with them, and keeps track until somebody has.",
        version: "tocsin, version \(Version.current)",
        subcommands: [
            ServeCommand.self, CheckConfigCommand.self, TestCommand.self, SimulateCommand.self, DemoCommand.self,
        ],
        defaultSubcommand: ServeCommand.self
    )
}

enum Version {
    /// Of Tocsin, as `--version` prints it.
    static let current = "0.1.0"
    /// What the API tells clients of Alertmanager: the version whose behaviour this is.
    static let compatible = "0.34.0"
}
