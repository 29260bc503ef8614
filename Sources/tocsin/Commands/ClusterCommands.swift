import ArgumentParser
import TocsinClient

/// `tocsin cluster`
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Shows what the server says about its cluster.",
        subcommands: [ClusterShowCommand.self],
        defaultSubcommand: ClusterShowCommand.self
    )
}

/// `tocsin cluster show`
struct ClusterShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints the state of the cluster and its peers, if there are any."
    )

    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let session = try self.options.session()
        let status = ServerStatus(try await session.client.get("/api/v2/status"))
        Console.show(status.cluster(session.settings.output, colours: Console.colours))
    }
}
