import ArgumentParser
import TocsinClient
import TocsinConfig
import TocsinCore
import TocsinJSON
import TocsinModel

/// `tocsin config`
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows a server's configuration, and where alerts would go by it.",
        subcommands: [ConfigShowCommand.self, ConfigRoutesCommand.self],
        defaultSubcommand: ConfigShowCommand.self
    )
}

/// `tocsin config show`
struct ConfigShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints the configuration that the server runs by, its secrets masked."
    )

    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let session = try self.options.session()
        let status = ServerStatus(try await session.client.get("/api/v2/status"))
        if session.settings.output == .json {
            Console.show((status.json["config"] ?? [:]).line)
        } else {
            print(Terminal.lines(try status.configuration()))
        }
    }
}

/// `tocsin config routes`
struct ConfigRoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Shows the routing tree, and which receivers an alert would reach.",
        subcommands: [ConfigRoutesShowCommand.self, ConfigRoutesTestCommand.self],
        defaultSubcommand: ConfigRoutesShowCommand.self
    )
}

/// `tocsin config routes show`
struct ConfigRoutesShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draws the routing tree.",
        discussion: """
            Of a file, or of a server.

            Examples:
              tocsin config routes --config.file=tocsin.yml
              tocsin config routes show --url=http://tocsin.example.org
            """
    )

    @OptionGroup var source: RouteSource
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        Console.show(RouteTree(try await self.source.table(self.options)).whole)
    }
}

/// `tocsin config routes test LABEL=VALUE...`
struct ConfigRoutesTestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Prints the receivers that an alert with these labels would reach, separated by commas.",
        discussion: """
            In the order of the routing tree. With --verify.receivers the exit status is 1 if they are others.

            Examples:
              tocsin config routes test --config.file=tocsin.yml severity=critical team=db
              tocsin config routes test --tree service=web
              tocsin config routes test --verify.receivers=db-pager,archive team=db
            """
    )

    @Option(name: .customLong("verify.receivers"), help: "The receivers that it should be, separated by commas.")
    var expected: String?
    @Flag(help: "Draws the routes on the way too.") var tree = false
    @Argument(help: "The labels of the alert, NAME=VALUE.") var labels: [String] = []
    @OptionGroup var source: RouteSource
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let labels = LabelSet(try MatcherArguments.labels(self.labels, bareName: false))
        let table = try await self.source.table(self.options)
        let takers = table.takers(of: labels)
        if self.tree { Console.show("\(RouteTree(table).matching(takers))\n\n") }
        let receivers = takers.map { table.routes[$0].receiver }.joined(separator: ",")
        print(Terminal.text(receivers))
        if let expected = self.expected, !expected.utf8.elementsEqual(receivers.utf8) {
            throw ClientFailure(.failure, "these are not the receivers that it should be, \(expected)")
        }
    }
}

/// Where routes are read from.
struct RouteSource: ParsableArguments {
    @Option(
        name: .customLong("config.file"),
        help: "A configuration file; the server is asked, if not given.",
        completion: .file()
    )
    var file: String?

    func table(_ options: ClientOptions) async throws(ClientFailure) -> RoutingTable {
        let text: String
        if let file {
            do {
                text = try DiskFiles().text(of: file)
            } catch {
                throw .usage("cannot read \(file): \(error.reason)")
            }
        } else {
            let session = try options.session()
            text = try ServerStatus(try await session.client.get("/api/v2/status")).configuration()
        }
        do {
            return try Configuration.loadRoutes(text: text, file: self.file ?? "the server's configuration")
        } catch {
            throw ClientFailure(self.file == nil ? .failure : .usage, "\(error)")
        }
    }
}
