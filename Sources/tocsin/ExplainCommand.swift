import ArgumentParser
import TocsinClient
import TocsinJSON
import TocsinModel

/// `tocsin explain LABEL=VALUE...`, `tocsin explain FINGERPRINT`
struct ExplainCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says who was notified of an alert, and why others were not.",
        discussion: """
            Name the alert by some or all of its labels, or by its fingerprint. Labels that no alert has are taken for \
            an alert that might come: then it says who would be told, and when.
            """
    )

    @Argument(
        help: "alertname=Disk host=a; a word without = is the alert's name, 16 hexadecimal digits its fingerprint.")
    var alert: [String] = []
    @OptionGroup(title: "Server and output") var options: ClientOptions

    func perform() async throws(ClientFailure) {
        guard !self.alert.isEmpty else { throw .usage("which alert? Name its labels, or its fingerprint") }
        let session = try self.options.session()
        let answer = try await session.client.get("/api/v1/explain", query: self.query)
        if session.settings.output == .json {
            Console.show(answer.line)
            return
        }
        guard answer["explanations"] != nil else {
            throw ClientFailure(.failure, "the server's answer is no explanation; is it a Tocsin?")
        }
        Console.show(ExplanationPage(answer).text)
    }

    private var query: [(name: String, value: String)] {
        let words = self.alert
        if words.count == 1, Fingerprint(words[0]) != nil { return [("fingerprint", words[0])] }
        return words.map { ("label", $0.contains("=") ? $0 : "alertname=\($0)") }
    }
}
