import Testing
import TocsinJSON
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

/// A notification in, a request out: `Golden/KIND/NAME.json` has the settings, the notification's name in
/// `Golden/notifications.json`, and the request.
@Suite struct GoldenTests {
    struct Example: CustomTestStringConvertible {
        let kind: String
        let file: String

        var testDescription: String { "\(self.kind)/\(self.file)" }
    }

    @Test(arguments: try GoldenTests.examples)
    func aNotificationBecomesTheRequest(_ example: Example) throws {
        let json = try CaseFile.json("Golden/\(example.kind)/\(example.file)")
        let kind = try #require(Receivers.kind(named: example.kind))
        let notification = try GoldenTests.notification(named: try json.text("notification"))
        var templates: [String: String] = [:]
        for member in json["templates"]?.members ?? [] { templates[member.name] = member.value.string }
        let set = try TemplateSet.with(templates)
        let receiver = try kind.init(try #require(json["settings"]), context: .sample(templates: set))

        let rendered = try receiver.send(notification, with: set)

        let request = try GoldenTests.json(of: rendered)
        if request.sorted != json["request"]?.sorted {
            Issue.record("ACTUAL \(example) \(String(decoding: request.encoded(.plain), as: UTF8.self))")
        }
        let isJSON = rendered.request.headers.contains(HTTPRequest.Header("Content-Type", "application/json"))
        if isJSON, !rendered.request.body.isEmpty { #expect(rendered.request.body.last == UInt8(ascii: "\n")) }
    }

    @Test func everyKindHasExamples() throws {
        let kinds = Set(try GoldenTests.examples.map(\.kind))

        #expect(kinds == Set(Receivers.kinds.map { $0.kind }))
    }

    static var examples: [Example] {
        get throws {
            try Receivers.kinds.flatMap { kind in
                try CaseFile.names(in: "Golden/\(kind.kind)").map { Example(kind: kind.kind, file: $0) }
            }
        }
    }

    static func notification(named name: String) throws -> TocsinReceivers.Notification {
        let file = try CaseFile.json("Golden/notifications.json")
        return try TocsinReceivers.Notification(json: try #require(file[name], "no notification \(name)"))
    }

    /// Without the parameters, which stand in the golden file as the body.
    private static func address(_ url: String) -> String { String(url.prefix { $0 != "?" }) }

    private static func json(of rendered: RenderedRequest) throws -> JSONValue {
        let request = rendered.request
        var members: [JSONValue.Member] = [
            JSONValue.Member("method", .string(request.method)),
            JSONValue.Member("url", .string(request.body.isEmpty ? self.address(request.url) : request.url)),
            JSONValue.Member(
                "headers",
                .object(request.headers.map { JSONValue.Member($0.name, .string($0.value)) })
            ),
            JSONValue.Member("timeout", .integer(request.options.timeout.components.seconds)),
            JSONValue.Member("body", try rendered.meaning),
        ]
        if !rendered.templateFailures.isEmpty {
            members.append(JSONValue.Member("failures", .array(rendered.templateFailures.map(JSONValue.string))))
        }
        return .object(members)
    }
}
