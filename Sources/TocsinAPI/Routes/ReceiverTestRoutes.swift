import TocsinCore
import TocsinJSON
public import TocsinModel
public import TocsinRuntime

extension Endpoint {
    static let receiverTestEndpoints = [
        Endpoint(
            .post,
            "/api/v1/receivers/{name}/test",
            summary: """
                Sends a test notification to each integration of a receiver, and answers what was said and what came \
                of it.
                """
        ) { (api, call) async throws(APIError) in await api.testReceiver(call) }
    ]
}

/// Sends test notifications: the dispatcher does, in a server.
public protocol ReceiverTester: Sendable {
    func test(_ content: NotificationContent) async throws(TestRefusal) -> [IntegrationTest]
}

extension Dispatcher: ReceiverTester {
    public func test(_ content: NotificationContent) async throws(TestRefusal) -> [IntegrationTest] {
        try await self.test(content, within: .seconds(60))
    }
}

extension API {
    func testReceiver(_ call: Call) async -> APIResponse {
        let receiver = call.parameters.first ?? ""
        guard let tester = self.context.tester else {
            return APIProblem(status: 501, detail: "this server cannot test receivers").response
        }
        do throws(APIProblem) {
            let sample = try call.request.body.withBytes { bytes throws(APIProblem) in try TestSample(bytes) }
            let content = sample.content(for: receiver, at: self.clock.now())
            do throws(TestRefusal) {
                return .json(200, TestReport.encoded(try await tester.test(content), of: receiver))
            } catch {
                throw APIProblem(error, receiver: receiver)
            }
        } catch {
            return error.testAnswer
        }
    }
}

/// The alert of a test notification, as the body of the request has it: `labels`, `annotations` and `status`, all of
/// which may be left out.
private struct TestSample {
    private var labels: [String: String] = ["alertname": "TocsinTest"]
    private var annotations = ["summary": "This is a test. Nothing is wrong."]
    private var isFiring = true

    private static let maximumSize = 65_536
    private static let maximumCount = 100

    init(_ bytes: UnsafeRawBufferPointer) throws(APIProblem) {
        guard bytes.count <= TestSample.maximumSize else {
            throw APIProblem(status: 413, detail: "the body is longer than \(TestSample.maximumSize) bytes")
        }
        if bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return }
        let json: JSONValue
        do {
            json = try JSONValue(Array(bytes))
        } catch {
            throw APIProblem(status: 400, detail: "the body is not JSON")
        }
        guard let members = json.members else { throw APIProblem(status: 400, detail: "the body is not an object") }
        for member in members {
            switch member.name {
            case "labels": self.labels.merge(try TestSample.texts(member)) { _, given in given }
            case "annotations": self.annotations = try TestSample.texts(member)
            case "status": self.isFiring = try TestSample.isFiring(member.value)
            default:
                throw APIProblem(status: 400, detail: "the body has an unknown member \(Excerpt.cut(member.name))")
            }
        }
    }

    private static func texts(_ member: JSONValue.Member) throws(APIProblem) -> [String: String] {
        let name = member.name
        guard let members = member.value.members else {
            throw APIProblem(status: 400, detail: "`\(name)` is not an object")
        }
        guard members.count <= self.maximumCount else {
            throw APIProblem(status: 400, detail: "`\(name)` has more than \(self.maximumCount) members")
        }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.string, !member.name.isEmpty else {
                throw APIProblem(status: 400, detail: "`\(name)` has a value that is no text, or an empty name")
            }
            texts[member.name] = text
        }
        return texts
    }

    private static func isFiring(_ value: JSONValue) throws(APIProblem) -> Bool {
        switch value.string {
        case "firing": return true
        case "resolved": return false
        default: throw APIProblem(status: 400, detail: "`status` is neither \"firing\" nor \"resolved\"")
        }
    }

    /// One group of its own for each alert name, so that a second test with `resolved` ends what the first began.
    func content(for receiver: String, at now: Timestamp) -> NotificationContent {
        let labels = LabelSet(self.labels)
        let group = labels.only(["alertname"])
        return NotificationContent(
            receiver: receiver,
            groupKey: "{test}:\(group)",
            groupLabels: group,
            alerts: [
                AnnouncedAlert(
                    labels: labels,
                    details: AlertDetails(annotations: LabelSet(self.annotations), generatorURL: ""),
                    startsAt: now,
                    endedAt: self.isFiring ? nil : now
                )
            ],
            reason: .unknown,
            flushedAt: now
        )
    }
}

extension APIProblem {
    /// Why nothing was tested.
    fileprivate init(_ refusal: TestRefusal, receiver: String) {
        switch refusal {
        case .unknownReceiver:
            self.init(status: 404, detail: "there is no receiver \(GoQuote.quote(Excerpt.cut(receiver)))")
        case .tooMany(let limit):
            self.init(status: 429, detail: "\(limit) tests are under way, which is the limit; try again later")
        }
    }

    /// What the client reads; when to come again, if it is worth it.
    fileprivate var testAnswer: APIResponse {
        var response = self.response
        if self.status == 429 { response.headers.append(("Retry-After", "10")) }
        return response
    }
}

/// What came of a test, as JSON.
private enum TestReport {
    static func encoded(_ tests: [IntegrationTest], of receiver: String) -> [UInt8] {
        let integrations = tests.map { test -> JSONValue in
            .object(
                [
                    JSONValue.Member("integration", .string("\(test.integration.kind)[\(test.integration.index)]"))
                ] + self.verdict(test.outcome) + [
                    JSONValue.Member("duration_ms", .integer(self.milliseconds(test.duration))),
                    JSONValue.Member("template_failures", .array(test.templateFailures.map(JSONValue.string))),
                    JSONValue.Member("exchanges", .array(test.exchanges.map(self.exchange))),
                ]
            )
        }
        let report: JSONValue = ["receiver": .string(receiver), "integrations": .array(integrations)]
        return report.encoded(.plain) + [0x0A]
    }

    private static func verdict(_ outcome: Outcome) -> [JSONValue.Member] {
        let (word, reason): (String, String) =
            switch outcome {
            case .delivered: ("delivered", "")
            case .failed(let reason, _, _): ("would retry", reason)
            case .refused(let reason): ("refused", reason)
            }
        return [JSONValue.Member("verdict", .string(word)), JSONValue.Member("reason", .string(reason))]
    }

    private static func exchange(_ exchange: IntegrationTest.Exchange) -> JSONValue {
        let headers = exchange.headers.map { JSONValue.Member($0.name, .string($0.value)) }
        return [
            "request": [
                "method": .string(exchange.method), "url": .string(exchange.url), "headers": .object(headers),
                "body": .string(exchange.body),
            ],
            "status": exchange.status.map { .integer(Int64($0)) } ?? .null,
            "answer": .string(exchange.answer),
            "duration_ms": .integer(self.milliseconds(exchange.duration)),
        ]
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds.multipliedReportingOverflow(by: 1000).partialValue &+ attoseconds / 1_000_000_000_000_000
    }
}
