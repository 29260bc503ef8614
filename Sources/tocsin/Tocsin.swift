import ArgumentParser

/// The command line. Without a subcommand it is the server, so that Alertmanager's unit file starts it.
@main
struct Tocsin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Routes alerts to the people who deal with them, and keeps track until somebody has.",
        version: "tocsin, version \(Version.current)",
        subcommands: [ServeCommand.self, CheckConfigCommand.self, DemoCommand.self],
        defaultSubcommand: ServeCommand.self
    )
}

enum Version {
    /// Of Tocsin, as `--version` prints it.
    static let current = "0.1.0"
    /// What the API tells clients of Alertmanager: the version whose behaviour this is.
    static let compatible = "0.34.0"
}
