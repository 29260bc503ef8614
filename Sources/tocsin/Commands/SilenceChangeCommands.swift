import ArgumentParser
import TocsinClient

/// `tocsin silence update ID...`
struct SilenceUpdateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Changes silences and prints them.",
        discussion: """
            What is not given stays. A silence that is over is made anew, with an ID of its own.

            Examples:
              tocsin silence update 3f0c8a52-… --end=2026-01-03T02:00:00Z
              tocsin silence update $(tocsin silence query -q team=db) -c 'waiting for parts'
            """
    )

    @Flag(name: .shortAndLong, help: "Prints their IDs only.") var quiet = false
    @Option(name: .shortAndLong, help: "How long each lasts from its start on, such as 8h.") var duration: String?
    @Option(help: "When they begin, such as 2026-01-02T15:04:05Z.") var start: String?
    @Option(help: "When they end; goes before --duration.") var end: String?
    @Option(name: .shortAndLong, help: "Why.") var comment: String?
    @Argument(help: "The IDs of silences.") var ids: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard !self.ids.isEmpty else { throw .usage("no silence is named") }
        let session = try self.options.session()
        var changed: [ListedSilence] = []
        for id in self.ids {
            let silence = ListedSilence(try await session.client.silence(id))
            let body = try SilenceRequest.changed(
                silence,
                duration: self.duration,
                start: self.start,
                end: self.end,
                comment: self.comment
            )
            let newID = try await session.client.post(silence: body)
            changed.append(ListedSilence(try await session.client.silence(newID)))
        }
        let list = SilenceList(changed)
        Console.show(
            self.quiet
                ? list.ids : list.text(session.settings.output, times: session.times, colours: Console.colours))
    }
}

/// `tocsin silence expire ID...`
struct SilenceExpireCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Ends silences.",
        discussion: """
            All that can be ended are, also behind one that cannot; the exit status is that of the first that could not.

            Examples:
              tocsin silence expire 3f0c8a52-…
              tocsin silence expire $(tocsin silence query -q --created-by ana)
            """
    )

    @Argument(help: "The IDs of silences.") var ids: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard !self.ids.isEmpty else { throw .usage("no silence is named") }
        let session = try self.options.session()
        var failed = 0
        var status: ShellStatus?
        for id in self.ids {
            do {
                try await session.client.expireSilence(id)
            } catch {
                // Nobody answers: the others would wait for as long.
                if error.status == .unreachable || self.ids.count == 1 { throw error }
                Console.complain("error: silence \(Terminal.text(id)): \(Terminal.lines(error.message))")
                failed += 1
                status = status ?? error.status
            }
        }
        if let status {
            throw ClientFailure(status, "\(failed) of \(self.ids.count) silences could not be ended")
        }
    }
}

/// `tocsin silence import FILE`
struct SilenceImportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes silences from a file and prints their IDs.",
        discussion: """
            The file is what `tocsin silence query -o json` prints; without a file it is standard input. A silence \
            with the ID of one that exists changes it; --force makes a new one. The exit status is not 0 if any could \
            not be made.

            Examples:
              tocsin silence query -o json > silences.json
              tocsin silence import --force silences.json
            """
    )

    @Flag(name: .shortAndLong, help: "Makes new silences, whatever their IDs.") var force = false
    @Option(name: [.customShort("w"), .customLong("worker"), .customLong("workers")], help: "Requests at a time.")
    var workers = 8
    @Argument(help: "A file in JSON; standard input, if not given.", completion: .file()) var file: String?
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func validate() throws {
        guard (1...64).contains(self.workers) else { throw ValidationError("--workers must be from 1 to 64") }
    }

    func perform() async throws(ClientFailure) {
        let bytes = try Console.bytes(of: self.file, limit: 64 << 20)
        let listed = try SilenceImport.silences(in: bytes, force: self.force)
        let session = try self.options.session()
        let results = await SilenceImport.post(listed, by: session.client, workers: self.workers)
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let id): print(Terminal.text(id))
            case .failure(let failure):
                Console.complain("error: silence \(index + 1): \(Terminal.lines(failure.message))")
            }
        }
        if let failure = SilenceImport.failure(in: results) { throw failure }
    }
}
