import ArgumentParser
import Foundation
import TocsinCurl
import TocsinJSON
import TocsinReceivers

/// `tocsin receiver …`
struct ReceiverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receiver",
        abstract: "Works with the receivers of a server.",
        subcommands: [ReceiverTestCommand.self]
    )
}

/// `tocsin receiver test NAME [LABEL=VALUE...]`
struct ReceiverTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends a test notification to each integration of a receiver and shows what was said.",
        discussion: "Ends with 1 unless every integration took it."
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(name: .customLong("alertmanager.url"), help: "The server; otherwise TOCSIN_URL, or http://localhost:9093.")
    var url: String?

    @Option(name: .shortAndLong, help: "table or json.")
    var output = Output.table

    @Option(help: "An annotation, NAME=VALUE; may be repeated.")
    var annotation: [String] = []

    @Flag(help: "Says that the alert of an earlier test is over.")
    var resolved = false

    @Argument(help: "The receiver's name.")
    var name: String

    @Argument(help: "Labels of the alert, NAME=VALUE; alertname is TocsinTest unless given.")
    var labels: [String] = []

    func run() async throws {
        let base = self.url ?? ProcessInfo.processInfo.environment["TOCSIN_URL"] ?? "http://localhost:9093"
        let transport = try CurlTransport()
        let answer = await self.ask(base, by: transport)
        await transport.shutdown()
        let response = try answer.get()
        let json = try JSONValue(response.body)
        guard response.status == 200, let integrations = json["integrations"]?.array else {
            throw ReceiverTestFailure(text: json["detail"]?.string ?? "the server answered \(response.status)")
        }
        switch self.output {
        case .json: print(String(decoding: response.body, as: UTF8.self), terminator: "")
        case .table: for line in ReceiverTestTable(integrations).lines { print(line) }
        }
        if integrations.contains(where: { $0["verdict"]?.string != "delivered" }) { throw ExitCode(1) }
    }

    private func ask(_ base: String, by transport: CurlTransport) async -> Result<HTTPResponse, any Error> {
        do {
            var members = [JSONValue.Member("status", self.resolved ? "resolved" : "firing")]
            if !self.labels.isEmpty { members.append(JSONValue.Member("labels", try Self.pairs(self.labels))) }
            if !self.annotation.isEmpty {
                members.append(JSONValue.Member("annotations", try Self.pairs(self.annotation)))
            }
            guard let name = self.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
                throw ValidationError("the receiver's name cannot stand in a URL")
            }
            let slash = base.hasSuffix("/") ? "" : "/"
            var request = HTTPRequest(
                url: "\(base)\(slash)api/v1/receivers/\(name)/test",
                headers: [HTTPRequest.Header("Content-Type", "application/json")],
                body: JSONValue.object(members).encoded()
            )
            // The server gives its own attempts a minute.
            request.options.timeout = .seconds(75)
            return .success(try await transport.perform(request))
        } catch let failure as TransportFailure {
            return .failure(ReceiverTestFailure(text: failure.message))
        } catch {
            return .failure(error)
        }
    }

    private static func pairs(_ words: [String]) throws -> JSONValue {
        .object(
            try words.map { word in
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw ValidationError("\(word) is not of the form NAME=VALUE")
                }
                return JSONValue.Member(String(parts[0]), .string(String(parts[1])))
            }
        )
    }
}

/// What went wrong, for people.
private struct ReceiverTestFailure: Error, CustomStringConvertible {
    let text: String

    var description: String { self.text }
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

    /// Control characters of an answer do nothing to the terminal.
    private mutating func add(_ text: String, behind mark: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            var shown = mark
            for scalar in line.unicodeScalars {
                shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
            }
            self.lines.append(shown)
        }
    }
}
