import ArgumentParser
import TocsinClient
import TocsinJSON

/// `tocsin notify`
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Lists notifications that wait or were given up, and sends them again.",
        subcommands: [NotifyListCommand.self, NotifyRetryCommand.self],
        defaultSubcommand: NotifyListCommand.self
    )
}

/// `tocsin notify ls`
struct NotifyListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists notifications that were given up, or that wait.",
        discussion: """
            Examples:
              tocsin notify ls
              tocsin notify ls --state pending
            """,
        aliases: ["list"]
    )

    @Option(name: .shortAndLong, help: "dead: given up after hours; pending: still to be sent.") var state = "dead"
    @Option(help: "How many at most, up to 200.") var limit = 50
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard ["dead", "pending"].contains(self.state) else { throw .usage("a state is dead or pending") }
        let session = try self.options.session()
        let answer = try await session.client.get(
            "/api/v1/notifications", query: [("state", self.state), ("limit", "\(self.limit)")])
        let list = NotificationList(answer)
        Console.show(list.text(session.settings.output, times: session.times, colours: Console.colours))
    }
}

/// `tocsin notify retry ID...`
struct NotifyRetryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Sends notifications once more that were given up.",
        discussion: """
            Needs an administrator's rights.

            Example:
              tocsin notify retry 1767323045000000001
            """
    )

    @Argument(help: "IDs, as `tocsin notify ls` lists them.") var ids: [String] = []
    @OptionGroup var person: PersonOptions
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard !self.ids.isEmpty else { throw .usage("which notifications? `tocsin notify ls` lists them") }
        let (session, _) = try self.options.session(as: self.person)
        var failures: [ClientFailure] = []
        for id in self.ids {
            do throws(ClientFailure) {
                let path = "/api/v1/notifications/\(try Client.segment(id))/retry"
                let answer = try await session.client.success(of: "POST", path, body: .object([])).json()
                let isNew = answer["changed"]?.bool ?? true
                let said =
                    isNew ? "\(Terminal.text(id)) is on its way\n" : "\(Terminal.text(id)) was on its way already\n"
                Console.show(session.settings.output == .json ? answer.line : said)
            } catch {
                if self.ids.count == 1 { throw error }
                Console.complain("error: \(Terminal.text(id)): \(Terminal.lines(error.message))")
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        let status = failures.allSatisfy { $0.status == first.status } ? first.status : .failure
        throw ClientFailure(status, "it failed for \(failures.count) of \(self.ids.count) notifications")
    }
}
