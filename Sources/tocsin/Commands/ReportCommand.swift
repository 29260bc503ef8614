import ArgumentParser
import TocsinClient
import TocsinModel

/// `tocsin report`
struct ReportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Tells how fast incidents were taken and solved, and how often in time.",
        discussion: """
            Of a half, nine of ten (and with -o wide 19 of 20) of the incidents: how long it took at most.

            Examples:
              tocsin report
              tocsin report --from 7d --by responder
              tocsin report --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --csv > january.csv
            """
    )

    @Option(help: "From when on, such as 7d ago or 2026-01-02T15:04:05Z; 30 days, if not given.") var from: String?
    @Option(help: "Until when; now, if not given.") var to: String?
    @Option(help: "priority, service or responder.", completion: .list(["priority", "service", "responder"]))
    var by = "priority"
    @Flag(help: "For a spreadsheet.") var csv = false
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard ["priority", "service", "responder"].contains(self.by) else {
            throw .usage("--by is priority, service or responder")
        }
        let session = try self.options.session()
        let now = session.times.now
        var query: [(name: String, value: String)] = [("group_by", self.by)]
        if let from { query.append(("from", try WakeTime.past(from, of: "--from", now: now).rfc3339)) }
        if let to { query.append(("to", try WakeTime.past(to, of: "--to", now: now).rfc3339)) }
        if self.csv {
            query.append(("format", "csv"))
            let answer = try await session.client.success(of: "GET", "/api/v1/reports/response", query: query)
            let text = String(decoding: answer.body, as: UTF8.self)
            // A program gets what the server said; a terminal nothing that it would obey.
            Console.show(Console.isTerminal ? Terminal.lines(text) : text)
            return
        }
        let table = ResponseReportTable(try await session.client.get("/api/v1/reports/response", query: query))
        Console.show(table.text(session.settings.output, times: session.times, colours: Console.colours))
    }
}
