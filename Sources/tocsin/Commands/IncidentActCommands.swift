import ArgumentParser
import Foundation
import TocsinClient
import TocsinJSON
import TocsinModel

/// Flags of all commands that do something with incidents.
struct ActOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "A note for the incident's history.") var note: String?
    @OptionGroup var person: PersonOptions
    @OptionGroup(title: "Server and output") var options: ClientOptions

    /// Does the same with each of them. One that fails does not keep the others from it.
    func perform(_ act: IncidentAct, on words: [String]) async throws(ClientFailure) {
        let (session, _) = try self.options.session(as: self.person)
        try await self.perform(act, on: try ActOptions.references(words), session)
    }

    static func references(_ words: [String]) throws(ClientFailure) -> [IncidentReference] {
        let references = try words.map { word throws(ClientFailure) in try IncidentReference(word) }
        guard !references.isEmpty else { throw .usage("which incident? INC-42, or just 42") }
        return references
    }

    func perform(
        _ act: IncidentAct,
        on references: [IncidentReference],
        _ session: ClientSession
    ) async throws(ClientFailure) {
        var failures: [ClientFailure] = []
        for reference in references {
            do throws(ClientFailure) {
                let reply = try await session.client.act(act, on: reference, note: self.note)
                let isJSON = session.settings.output == .json
                Console.show(
                    isJSON ? reply.json.line : reply.text(times: session.timesNow, colours: Console.colours))
            } catch {
                if references.count == 1 { throw error }
                Console.complain("error: \(reference.name): \(Terminal.lines(error.message))")
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        let status = failures.allSatisfy { $0.status == first.status } ? first.status : .failure
        throw ClientFailure(status, "it failed for \(failures.count) of \(references.count) incidents")
    }
}

/// `tocsin ack`, and `tocsin incident ack`
struct IncidentAckCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Takes incidents: nobody further is called.",
        discussion: """
            Without a name it is the one that is triggered; of several the one that is assigned to you, or for which \
            a receiver of your name was called. If that is not clear, they are listed, and the status is 2.

            Examples:
              tocsin ack
              tocsin ack 42 43 --note 'looking into it'
              tocsin ack 42 --for 2h
              tocsin ack 42 --extend
            """
    )

    @Option(name: .customLong("for"), help: "When it lapses, such as 2h; without it as the priority says.")
    var lasting: String?
    @Flag(help: "If you have it already: from now on anew.") var extend = false
    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) {
        let lasting = try self.lasting.map { text throws(ClientFailure) in try IncidentAct.lasting(text) }
        let act = IncidentAct.acknowledge(lasting: lasting, extend: self.extend)
        guard self.incidents.isEmpty else { return try await self.act.perform(act, on: self.incidents) }
        let (session, person) = try self.act.options.session(as: self.act.person)
        var query = IncidentQuery()
        query.statuses = ["triggered"]
        query.limit = 200
        let list = try await query.list(by: session.client)
        let plan = list.incidents.count > 1 ? try await session.client.callingPlan() : .unknown
        switch IncidentChoice(of: list.incidents, for: person, plan) {
        case .nothing:
            if session.settings.output == .json {
                Console.show(list.json.line)
            } else {
                Console.show("Nothing waits for anybody.\n")
            }
        case .one(let incident):
            try await self.act.perform(act, on: [try IncidentReference(incident.reference)], session)
        case .unclear:
            Console.show(list.text(session.settings.output, times: session.timesNow, colours: Console.colours))
            throw .usage("\(list.incidents.count) incidents are triggered: which one? tocsin ack INC-42, or several")
        }
    }
}

/// `tocsin incident unack`
struct IncidentUnackCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "unack",
        abstract: "Gives incidents back: the calling begins anew."
    )

    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) { try await self.act.perform(.unacknowledge, on: self.incidents) }
}

/// `tocsin resolve`, and `tocsin incident resolve`
struct IncidentResolveCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Ends incidents.",
        discussion: """
            An incident ends by itself when its alerts do. What still fires hours after you ended it becomes a new \
            one: to be left alone by an alert, silence it.

            Examples:
              tocsin resolve 42 --note 'disk replaced'
            """
    )

    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) { try await self.act.perform(.resolve, on: self.incidents) }
}

/// `tocsin incident reopen`
struct IncidentReopenCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Opens incidents again that are not over after all."
    )

    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) { try await self.act.perform(.reopen, on: self.incidents) }
}

/// `tocsin incident escalate`
struct IncidentEscalateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "escalate",
        abstract: "Calls the next step of the escalation policy now."
    )

    @Argument(help: "INC-42, or just 42.") var incidents: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) { try await self.act.perform(.escalate, on: self.incidents) }
}

/// `tocsin incident snooze`
struct IncidentSnoozeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Takes incidents, and has you called again at a time.",
        discussion: """
            A time of day is the next one on this machine's clock (TZ).

            Examples:
              tocsin incident snooze INC-42 until 08:00
              tocsin incident snooze 42 43 2h
              tocsin incident snooze 42 until 2026-01-02T08:00:00Z
            """
    )

    @Argument(help: "Incidents, and behind them 2h, or: until 08:00.") var words: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) {
        let (session, _) = try self.act.options.session(as: self.act.person)
        let (incidents, until) = try WakeTime.parse(self.words, now: session.times.now, zone: .current)
        try await self.act.perform(.snooze(until: until), on: try ActOptions.references(incidents), session)
    }
}

/// `tocsin incident note`
struct IncidentNoteCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Writes a note into an incident's history.",
        discussion: """
            Examples:
              tocsin incident note 42 'the disk of db-1 is being replaced'
              dmesg | tail | tocsin incident note 42 -
            """
    )

    @Argument(help: "INC-42, or just 42.") var incident: String
    @Argument(help: "The note; - reads it from standard input.") var text: [String] = []
    @OptionGroup var person: PersonOptions
    @OptionGroup(title: "Server and output") var options: ClientOptions

    /// In bytes; what a server takes.
    private static let maximumLength = 16 << 10

    func perform() async throws(ClientFailure) {
        let reference = try IncidentReference(self.incident)
        var text = self.text.joined(separator: " ")
        if text == "-" { text = String(decoding: try Console.bytes(of: nil, limit: Self.maximumLength), as: UTF8.self) }
        guard text.contains(where: { !$0.isWhitespace }) else { throw .usage("what is the note? It is empty") }
        let (session, _) = try self.options.session(as: self.person)
        let reply = try await session.client.act(.note(text), on: reference)
        let isJSON = session.settings.output == .json
        Console.show(isJSON ? reply.json.line : reply.text(times: session.timesNow, colours: Console.colours))
    }
}

/// `tocsin incident merge`
struct IncidentMergeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Makes incidents part of another one.",
        discussion: """
            The last name is the incident that remains. Needs an administrator's rights.

            Example:
              tocsin incident merge 43 44 into 42
            """
    )

    @Argument(help: "INC-43 into INC-42.") var words: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) {
        var words = self.words
        guard let last = words.popLast() else { throw .usage("merge which incidents? INC-43 into INC-42") }
        if words.last?.lowercased() == "into" { words.removeLast() }
        try await self.act.perform(.merge(into: try IncidentReference(last)), on: words)
    }
}

/// `tocsin incident split`
struct IncidentSplitCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Makes some groups of an incident one of their own.",
        discussion: """
            The groups of an incident are in `tocsin incident show 42 -o json`. Needs an administrator's rights.

            Example:
              tocsin incident split 42 '{}/{team="db"}:{alertname="DiskFull"}'
            """
    )

    @Argument(help: "INC-42, or just 42.") var incident: String
    @Argument(help: "The groups that go, by their keys.") var groups: [String] = []
    @OptionGroup var act: ActOptions

    func perform() async throws(ClientFailure) {
        guard !self.groups.isEmpty else { throw .usage("which groups? Name them by their keys") }
        try await self.act.perform(.split(groups: self.groups), on: [self.incident])
    }
}
