import ArgumentParser
import Foundation
import TocsinClient
import TocsinModel

/// `tocsin silence`
struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Lists silences, makes, changes and ends them.",
        subcommands: [
            SilenceQueryCommand.self, SilenceAddCommand.self, SilencePreviewCommand.self, SilenceUpdateCommand.self,
            SilenceExpireCommand.self, SilenceImportCommand.self,
        ],
        defaultSubcommand: SilenceQueryCommand.self
    )
}

/// `tocsin silence query MATCHER...`
struct SilenceQueryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Lists silences.",
        discussion: """
            Those that are not over. A silence is listed if it has each of the matchers; the first may be the bare \
            name of an alert.

            Examples:
              tocsin silence query DiskFull
              tocsin silence query --within 8h --created-by ana
              tocsin silence query --expired --within 2h
              tocsin silence expire $(tocsin silence query -q team=db)
              tocsin silence query -o json > silences.json
            """
    )

    @Flag(help: "Those that are over, and no others.") var expired = false
    @Flag(name: .shortAndLong, help: "Their IDs only, one a line.") var quiet = false
    @Option(help: "Those that somebody made.") var createdBy: String?
    @Option(parsing: .singleValue, help: "The one with this ID. May be given again.") var id: [String] = []
    @Option(help: "Those that end within this time, such as 8h; with --expired those that have ended within it.")
    var within: String?
    @Argument(help: "Matchers that a silence has.") var matchers: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let matchers = try MatcherArguments.matchers(self.matchers)
        var selection = SilenceSelection()
        selection.expired = self.expired
        selection.createdBy = self.createdBy
        selection.ids = self.id
        selection.within = try self.within.map { text throws(ClientFailure) in
            do {
                return try Duration(go: text)
            } catch {
                throw .usage("--within: \(error)")
            }
        }
        let session = try self.options.session()
        let query = matchers.map { (name: "filter", value: $0.description) }
        let answer = try await session.client.get("/api/v2/silences", query: query)
        let list = SilenceList(answer, selecting: selection, now: session.times.now)
        Console.show(
            self.quiet
                ? list.ids : list.text(session.settings.output, times: session.times, colours: Console.colours))
    }
}

/// `tocsin silence add MATCHER...`
struct SilenceAddCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Makes a silence and prints its ID.",
        discussion: """
            Before it does, it asks the server which alerts the silence would hold back. On a terminal it shows them, \
            and asks if the silence matches nothing or too much; elsewhere it never asks, and warns on standard error.

            Examples:
              tocsin silence add DiskFull instance=db-1 -c 'being cleaned up'
              tocsin silence add 'service=~"web-.*"' -d 4h -a ana -c 'release 1.8'
              tocsin silence add team=db -c 'maintenance' \\
                --start=2026-01-02T22:00:00Z --end=2026-01-03T02:00:00Z
            """
    )

    @Option(name: .shortAndLong, help: "Who makes it. Without it: TOCSIN_AUTHOR, the configuration, the login name.")
    var author: String?
    @Option(name: .shortAndLong, help: "How long it lasts, such as 30m, 8h or 2d.") var duration = "1h"
    @Option(help: "When it begins, such as 2026-01-02T15:04:05Z; now, if not given.") var start: String?
    @Option(help: "When it ends; goes before --duration.") var end: String?
    @Option(name: .shortAndLong, help: "Why.") var comment = ""
    @Flag(inversion: .prefixedNo, help: "Whether a comment is needed; it is, unless the configuration says otherwise.")
    var requireComment: Bool?
    @Option(parsing: .singleValue, help: "An annotation, NAME=VALUE. May be given again.")
    var annotation: [String] = []
    @Flag(name: .shortAndLong, help: "Does not ask.") var yes = false
    @Argument(help: "Matchers, all of which must match.") var matchers: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let matchers = try MatcherArguments.matchers(self.matchers)
        guard !matchers.isEmpty else { throw .usage("a silence needs at least one matcher") }
        let session = try self.options.session()
        guard !self.comment.isEmpty || !(self.requireComment ?? session.settings.requiresComment) else {
            throw .usage("a silence needs a comment: --comment 'why'")
        }
        let times = try SilenceTimes(
            duration: self.duration,
            start: self.start,
            end: self.end,
            now: session.times.now
        )
        let body = SilenceRequest.new(
            matchers: matchers,
            times: times,
            author: self.author ?? session.settings.author ?? NSUserName(),
            comment: self.comment,
            annotations: try MatcherArguments.annotations(self.annotation)
        )
        let question = SilenceRequest.preview(matchers: matchers, times: times)
        if let preview = try await session.client.silencePreview(question) { try self.show(preview, session) }
        print(Terminal.text(try await session.client.post(silence: body)))
    }

    /// Shows what the silence will do; throws if somebody is there who does not want it then.
    private func show(_ preview: SilencePreview, _ session: ClientSession) throws(ClientFailure) {
        if Console.hasPerson {
            let colours = Console.colours(of: STDERR_FILENO)
            Console.note(preview.text(.table, times: session.times, colours: colours))
        }
        for line in preview.warningLines { Console.complain(line) }
        guard preview.needsConsent, Console.hasPerson, !self.yes else { return }
        guard Console.confirms("Make this silence?") else { throw ClientFailure(.failure, "no silence was made") }
    }
}

/// `tocsin silence preview MATCHER...`
struct SilencePreviewCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows which alerts a silence would hold back, without making it.",
        discussion: """
            Example:
              tocsin silence preview team=db 'severity!=critical'
            """
    )

    @Argument(help: "Matchers, all of which must match.") var matchers: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        let matchers = try MatcherArguments.matchers(self.matchers)
        guard !matchers.isEmpty else { throw .usage("a silence needs at least one matcher") }
        let session = try self.options.session()
        let body = SilenceRequest.preview(matchers: matchers, times: nil)
        guard let preview = try await session.client.silencePreview(body) else {
            throw ClientFailure(.failure, "this server cannot tell what a silence would do")
        }
        Console.show(preview.text(session.settings.output, times: session.times, colours: Console.colours))
        if session.settings.output != .json {
            for line in preview.warningLines { Console.complain(line) }
        }
    }
}
