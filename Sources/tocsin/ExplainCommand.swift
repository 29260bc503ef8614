import ArgumentParser
import Foundation
import TocsinCurl
import TocsinJSON
import TocsinModel
import TocsinReceivers

/// `tocsin explain LABEL=VALUE...`, `tocsin explain FINGERPRINT`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says who was notified of an alert, and why others were not.",
        discussion: """
            Name the alert by some or all of its labels, or by its fingerprint. Labels that no alert has are taken for \
            an alert that might come: then it says who would be told, and when.
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    @Option(name: .customLong("alertmanager.url"), help: "Where the server is. (default: $TOCSIN_URL)")
    var url: String?

    @Option(name: .customShort("o"), help: "table, for people, or json, as the server says it.")
    var output = Output.table

    @Argument(
        help: "alertname=Disk host=a; a word without = is the alert's name, 16 hexadecimal digits its fingerprint.")
    var alert: [String]

    func validate() throws {
        if self.alert.isEmpty { throw ValidationError("which alert? Name its labels, or its fingerprint") }
    }

    func run() async throws {
        let response = try await self.ask()
        guard response.status == 200 else {
            let text = String(decoding: response.body.prefix(2000), as: UTF8.self)
            let detail = JSONValue.document(response.body)?["detail"]?.string
            throw Failure("the server answers \(response.status): \(detail ?? text)")
        }
        switch self.output {
        case .json: FileHandle.standardOutput.write(Data(response.body))
        case .table:
            guard let answer = JSONValue.document(response.body), answer["explanations"] != nil else {
                throw Failure("the server's answer is no explanation; is it a Tocsin?")
            }
            FileHandle.standardOutput.write(Data(ExplanationPage(answer).text.utf8))
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    private func ask() async throws -> HTTPResponse {
        let base = self.url ?? ProcessInfo.processInfo.environment["TOCSIN_URL"] ?? ""
        guard !base.isEmpty else { throw ValidationError("where is the server? --alertmanager.url or TOCSIN_URL") }
        let target = "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/api/v1/explain?\(self.query)"
        let transport = try CurlTransport()
        let result: Result<HTTPResponse, TransportFailure>
        do throws(TransportFailure) {
            result = .success(
                try await transport.perform(HTTPRequest(method: "GET", url: target)))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        switch result {
        case .success(let response): return response
        case .failure(let failure): throw Failure("the server cannot be asked: \(failure.message)")
        }
    }

    private var query: String {
        let words = self.alert
        if words.count == 1, Fingerprint(words[0]) != nil { return "fingerprint=\(words[0])" }
        return words.map { word in
            let label = word.contains("=") ? word : "alertname=\(word)"
            return "label=\(ExplainCommand.escape(label))"
        }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(decoding: [byte], as: UTF8.self)
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
