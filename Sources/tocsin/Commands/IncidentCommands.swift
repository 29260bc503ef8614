import ArgumentParser
import Foundation
import TocsinClient
import TocsinJSON
import TocsinModel

/// `tocsin incident`
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "Lists incidents, shows them, and takes them.",
        subcommands: [
            IncidentListCommand.self, IncidentShowCommand.self, IncidentAckCommand.self, IncidentUnackCommand.self,
            IncidentResolveCommand.self, IncidentReopenCommand.self, IncidentEscalateCommand.self,
            IncidentSnoozeCommand.self, IncidentNoteCommand.self, IncidentMergeCommand.self, IncidentSplitCommand.self,
        ],
        defaultSubcommand: IncidentListCommand.self
    )
}

/// `tocsin incident ls MATCHER...`
struct IncidentListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists incidents.",
        discussion: """
            Those that are open; what nobody has yet comes first. A matcher looks at the labels that an incident's \
            alerts have in common; the first one may be the bare name of an alert.

            Examples:
              tocsin incident ls
              tocsin incident ls -p P1,P2 --status triggered
              tocsin incident ls --all --since 7d DiskFull
              tocsin incident ls --watch
              tocsin incident ls -o json | jq -r '.data[].ref'
            """,
        aliases: ["list"]
    )

    @Option(name: .shortAndLong, help: "P1 to P4, or several with commas.") var priority: String?
    @Option(name: .shortAndLong, help: "triggered, acknowledged, resolved, or several with commas.")
    var status: String?
    @Flag(name: .shortAndLong, help: "Those that are resolved, too.") var all = false
    @Flag(name: .shortAndLong, help: "Those that are assigned to you.") var mine = false
    @Option(help: "Those that triggered since, such as 7d or 2026-01-02T15:04:05Z.") var since: String?
    @Option(help: "Those that triggered before.") var until: String?
    @Option(help: "Those with a text in title or labels.") var search: String?
    @Option(help: "How many at most.") var limit = 50
    @Flag(name: .shortAndLong, help: "Their names only, one a line.") var quiet = false
    @Argument(help: "Matchers, all of which must match.") var matchers: [String] = []
    @OptionGroup var watching: WatchOptions
    @OptionGroup var person: PersonOptions
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let interval = try self.watching.interval()
        let (session, person) = try self.options.session(as: self.person)
        var query = IncidentQuery()
        query.statuses = IncidentListCommand.words(self.status)
        query.priorities = IncidentListCommand.words(self.priority)
        query.includesResolved = self.all
        query.matchers = try MatcherArguments.matchers(self.matchers)
        query.since = try self.since.map { text throws(ClientFailure) in
            try WakeTime.past(text, of: "--since", now: session.times.now)
        }
        query.until = try self.until.map { text throws(ClientFailure) in
            try WakeTime.past(text, of: "--until", now: session.times.now)
        }
        query.words = self.search
        query.assignee = self.mine ? person : nil
        query.limit = self.limit
        let (settings, quiet, question) = (session.settings, self.quiet, query)
        try await WatchScreen.show(every: interval, of: settings.address.url) { () async throws(ClientFailure) in
            let list = try await question.list(by: session.client)
            let text =
                quiet ? list.references : list.text(settings.output, times: session.timesNow, colours: Console.colours)
            return (list.json, text)
        }
    }

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map(String.init)
    }
}

/// `tocsin incident show INC-42`
struct IncidentShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows an incident: who has it, what comes next, its alerts, what happened and who was told.",
        discussion: """
            Examples:
              tocsin incident show INC-42
              tocsin incident show 42 --watch
              tocsin incident show 42 -o json | jq .escalation
            """
    )

    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var watching: WatchOptions
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let references = try self.incidents.map { word throws(ClientFailure) in try IncidentReference(word) }
        guard !references.isEmpty else { throw .usage("which incident? INC-42, or just 42") }
        let interval = try self.watching.interval()
        let session = try self.options.session()
        try await WatchScreen.show(every: interval, of: session.settings.address.url) {
            () async throws(ClientFailure) in
            var (jsons, texts): ([JSONValue], [String]) = ([], [])
            let isJSON = session.settings.output == .json
            let plan: CallingPlan = isJSON ? .unknown : try await session.client.callingPlan()
            for reference in references {
                let json = try await session.client.get(
                    "/api/v1/incidents/\(try Client.segment(reference.name))",
                    query: [("expand", "alerts,timeline,notifications")])
                let sheet = IncidentSheet(json, plan: plan)
                jsons.append(json)
                texts.append(isJSON ? json.line : sheet.text(times: session.timesNow, colours: Console.colours))
            }
            return (.array(jsons), texts.joined(separator: isJSON ? "" : "\n"))
        }
    }
}

/// Who acts.
struct PersonOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who you are. Without it: TOCSIN_USER, the configuration, the login name; a token's user goes before.",
            valueName: "name")
    )
    var name: String?
}

extension ClientOptions {
    /// - Returns: what is needed to ask in somebody's name, and the name.
    func session(as person: PersonOptions) throws(ClientFailure) -> (session: ClientSession, person: String) {
        let session = try self.session { $0.user = person.name }
        let (name, header) = try session.settings.person(login: NSUserName())
        return (session.saying(header), name)
    }
}
