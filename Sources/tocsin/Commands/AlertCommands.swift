import ArgumentParser
import TocsinClient
import TocsinModel

/// `tocsin alert`
struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert",
        abstract: "Lists alerts, and adds them.",
        subcommands: [AlertQueryCommand.self, AlertAddCommand.self],
        defaultSubcommand: AlertQueryCommand.self
    )
}

/// `tocsin alert query MATCHER...`
struct AlertQueryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Lists alerts.",
        discussion: """
            Without a flag only alerts that are neither silenced nor inhibited. The first matcher may be the bare name \
            of an alert: `DiskFull` is `alertname="DiskFull"`.

            Examples:
              tocsin alert query DiskFull
              tocsin alert query team=db 'instance=~"db-.*"' 'severity!=info'
              tocsin alert query --silenced --inhibited -o wide
              tocsin alert query -o json | jq -r '.[].labels.instance'
            """
    )

    @Flag(name: .shortAndLong, help: "Those that are silenced.") var silenced = false
    @Flag(name: .shortAndLong, help: "Those that are inhibited.") var inhibited = false
    @Flag(name: .shortAndLong, help: "Those that are neither.") var active = false
    @Flag(name: .shortAndLong, help: "Those that no route has seen yet.") var unprocessed = false
    @Option(name: .shortAndLong, help: "Those that go to a receiver; a regular expression for the whole name.")
    var receiver: String?
    @Argument(help: "Matchers, all of which must match.") var matchers: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let matchers = try MatcherArguments.matchers(self.matchers)
        let session = try self.options.session()
        let isPlain = !(self.silenced || self.inhibited || self.active || self.unprocessed)
        var query: [(name: String, value: String)] = [
            ("active", "\(self.active || isPlain)"), ("silenced", "\(self.silenced)"),
            ("inhibited", "\(self.inhibited)"), ("unprocessed", "\(self.unprocessed)"),
        ]
        if let receiver = self.receiver { query.append(("receiver", receiver)) }
        query += matchers.map { ("filter", $0.description) }
        let list = AlertList(try await session.client.get("/api/v2/alerts", query: query))
        Console.show(list.text(session.settings.output, times: session.times, colours: Console.colours))
    }
}

/// `tocsin alert add LABEL=VALUE...`
struct AlertAddCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds an alert, or ends one.",
        discussion: """
            The first label may be the bare name of the alert. Without `--end` the alert ends when the server's \
            `resolve_timeout` is over. The same labels with an `--end` that is over end it.

            Examples:
              tocsin alert add DiskFull instance=db-1 --annotation='summary=/var is full'
              tocsin alert add FireDrill team=db --end="$(date -d '10 min' -Iseconds)"
            """
    )

    @Option(help: "Where the alert was made.") var generatorURL = ""
    @Option(help: "When it began, such as 2026-01-02T15:04:05Z; now, if not given.") var start: String?
    @Option(help: "When it ends.") var end: String?
    @Option(parsing: .singleValue, help: "An annotation, NAME=VALUE. May be given again.")
    var annotation: [String] = []
    @Argument(help: "Labels, NAME=VALUE.") var labels: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let labels = try MatcherArguments.labels(self.labels, bareName: true)
        guard !labels.isEmpty else { throw .usage("an alert needs at least one label") }
        let session = try self.options.session()
        let body = AlertRequest.new(
            labels: labels,
            annotations: try MatcherArguments.annotations(self.annotation),
            generatorURL: self.generatorURL,
            start: try self.start.map { text throws(ClientFailure) in try SilenceTimes.time(text, of: "--start") },
            end: try self.end.map { text throws(ClientFailure) in try SilenceTimes.time(text, of: "--end") },
            now: session.times.now
        )
        _ = try await session.client.success(of: "POST", "/api/v2/alerts", body: body)
    }
}
