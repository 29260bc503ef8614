import ArgumentParser
import TocsinClient
import TocsinJSON

/// `tocsin receiver …`
struct ReceiverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receiver",
        abstract: "Works with the receivers of a server.",
        subcommands: [ReceiverTestCommand.self]
    )
}

/// `tocsin receiver test NAME [LABEL=VALUE...]`
struct ReceiverTestCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends a test notification to each integration of a receiver and shows what was said.",
        discussion: "Ends with 1 unless every integration took it."
    )

    @Option(parsing: .singleValue, help: "An annotation, NAME=VALUE. May be given again.")
    var annotation: [String] = []
    @Flag(help: "Says that the alert of an earlier test is over.") var resolved = false
    @Argument(help: "The receiver's name.") var name: String
    @Argument(help: "Labels of the alert, NAME=VALUE; alertname is TocsinTest unless given.")
    var labels: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        var members = [JSONValue.Member("status", self.resolved ? "resolved" : "firing")]
        let labels = try MatcherArguments.labels(self.labels, bareName: false)
        if !labels.isEmpty { members.append(JSONValue.Member("labels", Self.object(labels))) }
        let annotations = try MatcherArguments.annotations(self.annotation)
        if !annotations.isEmpty { members.append(JSONValue.Member("annotations", Self.object(annotations))) }
        // The server gives its own attempts a minute.
        let session = try self.options.session { flags in flags.timeout = flags.timeout ?? "75s" }
        let path = "/api/v1/receivers/\(try Client.segment(self.name))/test"
        let answer = try await session.client.success(of: "POST", path, body: .object(members)).json()
        guard let integrations = answer["integrations"]?.array else {
            throw ClientFailure(.failure, "the server's answer is no report of a test; is it a Tocsin?")
        }
        if session.settings.output == .json {
            Console.show(answer.line)
        } else {
            for line in ReceiverTestTable(integrations).lines { Console.show(Terminal.text(line) + "\n") }
        }
        let failed = integrations.filter { $0["verdict"]?.string != "delivered" }.count
        if failed > 0 {
            throw ClientFailure(.failure, "\(failed) of \(integrations.count) integrations did not take it")
        }
    }

    private static func object(_ texts: [String: String]) -> JSONValue {
        .object(texts.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
    }
}

/// What came of a test, line by line.
private struct ReceiverTestTable {
    private(set) var lines: [String] = []

    init(_ integrations: [JSONValue]) {
        if integrations.isEmpty { self.lines = ["The receiver has no integrations: what is sent to it goes nowhere."] }
        for integration in integrations {
            let name = integration["integration"]?.string ?? ""
            let verdict = integration["verdict"]?.string ?? ""
            let reason = integration["reason"]?.string ?? ""
            let time = "\(integration["duration_ms"]?.integer ?? 0) ms"
            self.lines.append("\(name)  \(verdict)  \(time)\(reason.isEmpty ? "" : "  \(reason)")")
            for failure in integration["template_failures"]?.array ?? [] {
                self.lines.append("  template failed: \(failure.string ?? "")")
            }
            for exchange in integration["exchanges"]?.array ?? [] { self.add(exchange) }
        }
    }

    private mutating func add(_ exchange: JSONValue) {
        let request = exchange["request"]
        self.lines.append("  > \(request?["method"]?.string ?? "") \(request?["url"]?.string ?? "")")
        for header in request?["headers"]?.members ?? [] {
            self.lines.append("  > \(header.name): \(header.value.string ?? "")")
        }
        self.add(request?["body"]?.string ?? "", behind: "  > ")
        self.lines.append("  < \(exchange["status"]?.integer.map { "HTTP \($0)" } ?? "no answer")")
        self.add(exchange["answer"]?.string ?? "", behind: "  < ")
    }

    private mutating func add(_ text: String, behind mark: String) {
        for line in text.split(whereSeparator: \.isNewline) { self.lines.append(mark + line) }
    }
}
