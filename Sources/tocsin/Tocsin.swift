import ArgumentParser
import TocsinClient

/// Without a subcommand it is the server, so that Alertmanager's unit file starts it.
@main
enum Main {
    static func main() async {
        let commands = Set(Tocsin.clientCommands.compactMap { $0.configuration.commandName })
        let words = LeadingFlags.moved(CommandLine.withEmptyValues, commands: commands)
        if let command = words.first, commands.contains(command) { self.checkUse(words) }
        await Tocsin.main(words)
    }

    /// Ends the process with the status of a wrong use, as those commands have it; the parser's own is another.
    private static func checkUse(_ words: [String]) {
        do {
            _ = try Tocsin.parseAsRoot(words)
        } catch {
            // A wish for help is thrown too.
            guard Tocsin.exitCode(for: error) == .validationFailure else { return }
            Console.note("\(Tocsin.fullMessage(for: error))\n")
            Tocsin.exit(withError: ExitCode(ShellStatus.usage.rawValue))
        }
    }
}

extension CommandLine {
    /// The words after the program's name, with `--flag=` as the two words `--flag` and nothing: an empty value is how
    /// Alertmanager's clustering is switched off, and the parser takes it only so.
    fileprivate static var withEmptyValues: [String] {
        let words = CommandLine.arguments.dropFirst()
        let flags = words.prefix { $0 != "--" }
        // The first sign is the last one: `--annotation=summary=` is not meant.
        let isEmpty = { (word: String) in word.hasPrefix("--") && word.firstIndex(of: "=") == word.indices.last }
        let split = flags.flatMap { isEmpty($0) ? [String($0.dropLast()), ""] : [$0] }
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
            ServeCommand.self, CheckConfigCommand.self, DatabaseCommand.self, TestCommand.self, SimulateCommand.self,
            DemoCommand.self,
        ] + Tocsin.clientCommands,
        defaultSubcommand: ServeCommand.self
    )

    /// Those that ask a server: they take amtool's flags before their names, and their wrong use ends with 2.
    static let clientCommands: [any AsyncParsableCommand.Type] = [
        IncidentCommand.self, IncidentAckCommand.self, IncidentResolveCommand.self, NotifyCommand.self,
        ReportCommand.self, ExplainCommand.self, ReceiverCommand.self, AlertCommand.self, SilenceCommand.self,
        ConfigCommand.self, ClusterCommand.self, TemplateCommand.self,
    ]
}

enum Version {
    /// Of Tocsin, as `--version` prints it.
    static let current = "0.1.0"
    /// What the API tells clients of Alertmanager: the version whose behaviour this is.
    static let compatible = "0.34.0"
}
