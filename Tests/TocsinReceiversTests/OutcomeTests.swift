import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

/// What the answers of the other side mean.
@Suite struct OutcomeTests {
    enum Verdict: Equatable {
        case delivered
        /// Seconds to wait if the other side named them.
        case retry(mayHaveArrived: Bool, after: Int? = nil)
        case refused
    }

    static let slack: [(HTTPResponse, Verdict)] = [
        (.plain(200, "ok"), .delivered),
        (.plain(200, "ok\n"), .delivered),
        (.json(200, ["ok": true, "channel": "C1", "ts": "1.2"]), .delivered),
        (.plain(200, "invalid_token"), .refused),
        (.plain(200, ""), .refused),
        (.plain(200, "okay, but no"), .refused),
        (.json(200, ["ok": false, "error": "ratelimited"]), .retry(mayHaveArrived: false)),
        (.json(200, ["ok": false, "error": "ratelimited", "retry_after": 7]), .retry(mayHaveArrived: false, after: 7)),
        (
            .json(429, ["ok": false, "error": "ratelimited"], ["retry-after": "30"]),
            .retry(mayHaveArrived: false, after: 30)
        ),
        (.plain(429, "rate_limited", ["Retry-After": "5"]), .retry(mayHaveArrived: false, after: 5)),
        (.json(200, ["ok": false, "error": "service_unavailable"]), .retry(mayHaveArrived: false)),
        (.json(200, ["ok": false, "error": "fatal_error"]), .retry(mayHaveArrived: true)),
        (.json(200, ["ok": false, "error": "internal_error"]), .retry(mayHaveArrived: true)),
        (.json(200, ["ok": false, "error": "something_new"]), .retry(mayHaveArrived: false)),
        (.json(200, ["ok": false]), .retry(mayHaveArrived: false)),
        (.json(200, ["ok": false, "error": "invalid_auth"]), .refused),
        (.json(200, ["ok": false, "error": "channel_not_found"]), .refused),
        (.json(200, ["ok": false, "error": "restricted_action_thread_locked"]), .refused),
        (.json(200, ["ok": false, "error": "invalid_blocks"]), .refused),
        (.json(403, ["ok": false, "error": "team_access_not_granted"]), .refused),
        (HTTPResponse(status: 200, headers: [.init("Content-Type", "application/json")]), .retry(mayHaveArrived: true)),
        (.plain(400, "invalid_payload"), .refused), (.plain(403, "action_prohibited"), .refused),
        (.plain(404, "no_service"), .refused), (.plain(410, "channel_is_archived"), .refused),
        (.plain(302, ""), .refused), (.plain(500, "rollup_error"), .retry(mayHaveArrived: true)),
        (.plain(502, "<html>"), .retry(mayHaveArrived: true)), (.plain(503, ""), .retry(mayHaveArrived: false)),
        (.plain(503, "", ["Retry-After": "9"]), .retry(mayHaveArrived: false, after: 9)),
    ]

    @Test(arguments: OutcomeTests.slack)
    func ofSlack(response: HTTPResponse, verdict: Verdict) throws {
        #expect(OutcomeTests.verdict(on: response, by: try ContractTests.receiver("slack")) == verdict)
    }

    static let version2: [(HTTPResponse, Verdict)] = [
        (.json(202, ["status": "success", "message": "Event processed"]), .delivered),
        (.plain(200, ""), .delivered),
        (
            .json(400, ["status": "invalid event", "message": "Event object is invalid", "errors": ["a", "b"]]),
            .refused
        ),
        (.plain(403, ""), .refused), (.plain(404, ""), .refused), (.plain(413, ""), .refused),
        (.plain(429, ""), .retry(mayHaveArrived: false, after: 30)),
        (.plain(429, "", ["Retry-After": "3"]), .retry(mayHaveArrived: false, after: 3)),
        (.plain(500, ""), .retry(mayHaveArrived: true)), (.plain(503, ""), .retry(mayHaveArrived: false)),
    ]

    @Test(arguments: OutcomeTests.version2)
    func ofPagerDuty(response: HTTPResponse, verdict: Verdict) throws {
        #expect(OutcomeTests.verdict(on: response, by: try ContractTests.receiver("pagerduty")) == verdict)
    }

    @Test(
        arguments: [
            (200, .delivered), (400, .refused), (403, .retry(mayHaveArrived: false, after: 30)), (404, .refused),
            (500, .retry(mayHaveArrived: true)),
        ] as [(Int, Verdict)])
    func ofPagerDutysFirstVersion(status: Int, verdict: Verdict) throws {
        let receiver = try PagerDutyReceiver(["service_key": "s"])

        #expect(OutcomeTests.verdict(on: .plain(status, ""), by: receiver) == verdict)
    }

    @Test(
        arguments: [
            (200, .delivered), (204, .delivered), (299, .delivered), (300, .refused), (308, .refused), (400, .refused),
            (401, .refused), (408, .refused), (429, .retry(mayHaveArrived: false)), (500, .retry(mayHaveArrived: true)),
            (503, .retry(mayHaveArrived: false)), (504, .retry(mayHaveArrived: true)),
            (599, .retry(mayHaveArrived: true)),
        ] as [(Int, Verdict)])
    func ofWebhooks(status: Int, verdict: Verdict) throws {
        #expect(OutcomeTests.verdict(on: .plain(status, ""), by: try ContractTests.receiver("webhook")) == verdict)
    }

    @Test func pagerDutysComplaintIsInTheReason() throws {
        let response = HTTPResponse.json(
            400, ["message": "Event object is invalid", "errors": ["Length of 'x'", "y"]])

        let outcome = try PagerDutyReceiver(["routing_key": "r"]).outcome(of: response)

        #expect(outcome == .refused(reason: "HTTP 400: Event object is invalid: Length of 'x',y"))
    }

    @Test(arguments: [
        ("not found", "HTTP 404: not found"),
        ("\r\n  first\nsecond", "HTTP 404: first"),
        ("Cannot POST /services/T0/B0/secret", "HTTP 404: Cannot POST …"),
        ("no such hook: \"https://hooks.example.org/secret\", sorry", "HTTP 404: no such hook: … sorry"),
        ("(/secret/path)", "HTTP 404: …"),
        ("tab\tand\u{1B}[31m bell", "HTTP 404: tab and [31m bell"),
        ("", "HTTP 404"),
    ])
    func reasonsAreOneLineWithoutAddresses(body: String, reason: String) throws {
        for kind in ["webhook", "pagerduty", "slack"] {
            #expect(try ContractTests.receiver(kind).outcome(of: .plain(404, body)) == .refused(reason: reason))
        }
    }

    @Test func reasonsAreShort() throws {
        let response = HTTPResponse.plain(400, String(repeating: "word ", count: 100_000))

        guard case .refused(let reason) = try ContractTests.receiver("webhook").outcome(of: response) else {
            Issue.record("must be refused")
            return
        }
        #expect(reason.unicodeScalars.count <= 210)
    }

    @Test(
        arguments: [
            ("10", nil, 10), (" 10 ", nil, 10), ("0", nil, 0), ("99999999999999999999999", nil, 86_400),
            ("-1", nil, nil),
            ("1.5", nil, nil), ("soon", nil, nil), ("", nil, nil),
            ("Fri, 02 Jan 2026 03:05:05 GMT", "Fri, 02 Jan 2026 03:04:05 GMT", 60),
            ("Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:05:05 GMT", 0),
            ("Fri, 02 Jan 2026 03:05:05 GMT", nil, nil),
        ] as [(String, String?, Int?)])
    func retryAfterIsSecondsOrADate(text: String, date: String?, seconds: Int?) {
        var headers = [HTTPRequest.Header("Retry-After", text)]
        if let date { headers.append(HTTPRequest.Header("date", date)) }

        #expect(HTTPResponse(status: 429, headers: headers).retryAfter == seconds.map { .seconds($0) })
    }

    static func verdict(on response: HTTPResponse, by receiver: any Receiver) -> Verdict {
        switch receiver.outcome(of: response) {
        case .delivered: .delivered
        case .failed(_, let mayHaveArrived, let pause):
            .retry(mayHaveArrived: mayHaveArrived, after: pause.map { Int($0.components.seconds) })
        case .refused: .refused
        }
    }
}

extension HTTPResponse {
    static func plain(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> HTTPResponse {
        var all = headers.map { HTTPRequest.Header($0.key, $0.value) }
        all.append(HTTPRequest.Header("Content-Type", "text/html"))
        return HTTPResponse(status: status, headers: all, body: Array(body.utf8))
    }

    static func json(_ status: Int, _ body: JSONValue, _ headers: [String: String] = [:]) -> HTTPResponse {
        var all = headers.map { HTTPRequest.Header($0.key, $0.value) }
        all.append(HTTPRequest.Header("content-type", "application/json; charset=utf-8"))
        return HTTPResponse(status: status, headers: all, body: body.encoded())
    }
}
