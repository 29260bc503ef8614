import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite struct ReceiverTestRouteTests {
    private func post(_ body: String, to receiver: String = "chat", _ tester: StubTester?) async throws -> APIResponse {
        let answer = Locked<APIResponse?>(nil)
        try await Stage.with(tester: tester) { stage in
            let path = "/api/v1/receivers/\(receiver)/test"
            let json: HeaderList = ["Content-Type": "application/json"]
            let request = APIRequest(.post, path, headers: json, body: Array(body.utf8))
            let response = await stage.router.respond(to: request)
            answer.withLock { $0 = response }
        }
        return try #require(answer.withLock { $0 })
    }

    @Test func aTestIsAnsweredWithWhatWasSaidAndWhatCameOfIt() async throws {
        let tester = StubTester()

        let response = try await self.post("", tester)

        #expect(response.status == 200)
        let json = try JSONValue(response.bodyBytes)
        #expect(json["receiver"] == "chat")
        let expected: JSONValue = [
            [
                "integration": "slack[0]", "verdict": "would retry", "reason": "HTTP 500", "duration_ms": 1500,
                "template_failures": ["`title`: no"],
                "exchanges": [
                    [
                        "request": [
                            "method": "POST", "url": "https://h/<secret>", "headers": ["A": "b"], "body": "x",
                        ],
                        "status": 500, "answer": "down", "duration_ms": 1000,
                    ]
                ],
            ]
        ]
        #expect(json["integrations"] == expected)
        let content = try #require(tester.asked.withLock { $0.first })
        #expect(content.receiver == "chat")
        #expect(content.reason == .unknown)
        #expect(content.alerts.map(\.labels) == [["alertname": "TocsinTest"]])
        #expect(content.isFiring)
    }

    @Test func theAlertMayBeGiven() async throws {
        let tester = StubTester()
        let body = #"{"labels":{"team":"db"},"annotations":{"a":"b"},"status":"resolved"}"#

        _ = try await self.post(body, to: "a%2Fb%20c", tester)

        let content = try #require(tester.asked.withLock { $0.first })
        #expect(content.receiver == "a/b c")
        #expect(content.alerts.map(\.labels) == [["alertname": "TocsinTest", "team": "db"]])
        #expect(content.alerts.map(\.annotations) == [["a": "b"]])
        #expect(content.groupLabels == ["alertname": "TocsinTest"])
        #expect(!content.isFiring)
    }

    @Test(arguments: [
        ("[", 400), ("[]", 400), (#"{"labels":[]}"#, 400), (#"{"labels":{"a":1}}"#, 400),
        (#"{"labels":{"":"x"}}"#, 400),
        (#"{"x":1}"#, 400), (#"{"status":"x"}"#, 400), (String(repeating: " ", count: 65_537), 413),
    ])
    func aWrongRequestIsAProblem(body: String, status: Int) async throws {
        let tester = StubTester()

        let response = try await self.post(body, tester)

        #expect(response.status == status)
        #expect(response.header("Content-Type") == "application/problem+json")
        let json = try JSONValue(response.bodyBytes)
        #expect(json["status"]?.integer == Int64(status))
        #expect(json["type"]?.string?.hasPrefix("urn:tocsin:problem:") ?? false)
        #expect(json["title"]?.string?.isEmpty == false && json["detail"]?.string?.isEmpty == false)
        #expect(tester.asked.withLock { $0.isEmpty })
    }

    @Test(arguments: [(TestRefusal.unknownReceiver, 404), (.tooMany(limit: 4), 429)])
    func whatTheDispatcherRefusesIsAProblem(refusal: TestRefusal, status: Int) async throws {
        let response = try await self.post("", StubTester(refusal: refusal))

        #expect(response.status == status)
        #expect((response.header("Retry-After") != nil) == (status == 429))
    }

    @Test func withoutADispatcherNothingCanBeTested() async throws {
        #expect(try await self.post("", nil).status == 501)
    }
}

final class StubTester: ReceiverTester {
    let asked = Locked<[NotificationContent]>([])
    private let refusal: TestRefusal?

    init(refusal: TestRefusal? = nil) { self.refusal = refusal }

    func test(_ content: NotificationContent) async throws(TestRefusal) -> [IntegrationTest] {
        if let refusal { throw refusal }
        self.asked.withLock { $0.append(content) }
        let exchange = IntegrationTest.Exchange(
            method: "POST", url: "https://h/<secret>", headers: [("A", "b")], body: "x", status: 500, answer: "down",
            duration: .seconds(1))
        return [
            IntegrationTest(
                integration: IntegrationID(receiver: "chat", kind: "slack", index: 0),
                outcome: .failed(reason: "HTTP 500", mayHaveArrived: true), exchanges: [exchange],
                templateFailures: ["`title`: no"], duration: .milliseconds(1500))
        ]
    }
}
