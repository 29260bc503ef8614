import Testing
import TocsinAPI
import TocsinModel

private let now = Timestamp(seconds: 1_893_456_000)  // 2030-01-01T00:00:00Z

private func decode(_ body: String) throws(RequestProblem) -> WebhookJSON.Message {
    try Array(body.utf8).withUnsafeBufferPointer {
        (bytes: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> WebhookJSON.Message in
        try WebhookJSON.decode(body: UnsafeRawBufferPointer(bytes), now: now, expireAfter: .seconds(86_400))
    }
}

private func problem(_ body: String) -> RequestProblem? {
    do throws(RequestProblem) {
        return try decode(body).alerts.problem
    } catch {
        return error
    }
}

private func message(_ alerts: String, version: String = #""4""#) -> String {
    """
    {"receiver":"team-a\\\\.b","status":"firing","alerts":[\(alerts)],"groupLabels":{"a":"1"},"commonLabels":{},
     "commonAnnotations":{},"externalURL":"http://am:9093","version":\(version),"groupKey":"{}:{a=\\"1\\"}",
     "truncatedAlerts":3,"notification_reason":"first","routeLabels":{}}
    """
}

@Suite struct WebhookJSONTests {
    @Test func aMessageGivesItsAlertsAndItsSender() throws {
        let message = try decode(
            message(
                """
                {"status":"firing","labels":{"a":"1","b":""},"annotations":{"s":"x"},
                 "startsAt":"2029-12-31T23:00:00.25+01:00","endsAt":"0001-01-01T00:00:00Z",
                 "generatorURL":"http://p/g","fingerprint":"ffffffffffffffff"}
                """
            ))
        let batch = message.alerts.batch
        let item = try #require(batch.items.first)

        #expect(message.externalURL == "http://am:9093")
        #expect(message.groupKey == #"{}:{a="1"}"#)
        #expect(message.receiver == #"team-a\.b"#)
        #expect(message.truncatedAlerts == 3)
        #expect(message.alerts.problem == nil)
        #expect(batch.labels(of: item) == ["a": "1"])
        #expect(item.fingerprint == LabelSet(["a": "1"]).fingerprint)
        #expect(batch.details(of: item) == AlertDetails(annotations: ["s": "x"], generatorURL: "http://p/g"))
        #expect(item.startsAt.rfc3339 == "2029-12-31T23:00:00.25+01:00")
        #expect(item.endsAt == now + .seconds(86_400))
        #expect(item.endsByTimeout)
        #expect((message.alerts.receivedFiring, message.alerts.receivedResolved) == (1, 0))
    }

    @Test(arguments: [
        // status, startsAt, endsAt, expected start and end in seconds from now, whether by timeout
        ("firing", "null", "null", 0, 86_400, true),
        ("firing", #""2029-12-31T23:59:00Z""#, #""2029-12-31T23:59:30Z""#, -60, 86_400, true),
        ("resolved", #""2029-12-31T23:59:00Z""#, #""2029-12-31T23:59:30Z""#, -60, -30, false),
        ("resolved", #""2029-12-31T23:59:00Z""#, #""0001-01-01T00:00:00Z""#, -60, 0, false),
        ("resolved", "null", "null", 0, 0, false),
        // A sender whose clock is ahead.
        ("resolved", #""2030-01-01T00:00:10Z""#, #""2030-01-01T00:00:20Z""#, 0, 0, false),
        ("", #""2029-12-31T23:59:00Z""#, #""2029-12-31T23:59:30Z""#, -60, -30, false),
        ("", #""2029-12-31T23:59:00Z""#, "null", -60, 86_400, true),
    ])
    func theStatusDecidesWhetherAnAlertFires(
        _ status: String,
        _ startsAt: String,
        _ endsAt: String,
        _ start: Int,
        _ end: Int,
        _ byTimeout: Bool
    ) throws {
        let alert = #"{"status":"\#(status)","labels":{"a":"1"},"startsAt":\#(startsAt),"endsAt":\#(endsAt)}"#
        let item = try #require(try decode(message(alert)).alerts.batch.items.first)

        #expect(item.startsAt - now == .seconds(start))
        #expect(item.endsAt - now == .seconds(end))
        #expect(item.endsByTimeout == byTimeout)
    }

    @Test(arguments: [#""2""#, #""3""#, #""4""#, #""""#, "null"])
    func versionsTwoToFourAreTaken(_ version: String) throws {
        #expect(try decode(message(#"{"labels":{"a":"1"}}"#, version: version)).alerts.batch.count == 1)
    }

    @Test func aMessageWithoutAVersionIsTaken() throws {
        #expect(try decode(#"{"alerts":[{"labels":{"a":"1"}}]}"#).alerts.batch.count == 1)
        #expect(try decode(#"{"alerts":null}"#).alerts.batch.isEmpty)
    }

    @Test(arguments: ["1", "5", "04", "4.0", "x"])
    func otherVersionsAreRefused(_ version: String) {
        #expect(
            problem(message(#"{"labels":{"a":"1"}}"#, version: "\"\(version)\""))
                == .handler(status: 400, text: "unsupported webhook version \"\(version)\", only 2 to 4 are known")
        )
    }

    @Test func whatIsNoMessageIsRefused() {
        #expect(problem("") == .framework(status: 422, code: 602, message: "message in body is required"))
        #expect(problem("{}") == .framework(status: 422, code: 602, message: "alerts in body is required"))
        for body in ["[]", "null", "5", #"{"alerts":"#, #"{"alerts":[]}x"#, #"{"alerts":[}"#] {
            #expect(problem(body)?.status == 400, "\(body)")
        }
    }

    @Test(arguments: [
        (#"{"status":"odd","labels":{"b":"2"}}"#, 400), (#"{"labels":{}}"#, 400), ("{}", 422), ("null", 400),
        ("7", 400),
        (#"{"labels":{"b":2}}"#, 400), (#"{"labels":{"b":"2"},"startsAt":"yesterday"}"#, 400),
        (#"{"labels":{"b":"2"},"startsAt":"2040-01-01T00:00:00Z"}"#, 400), (#"{"status":4,"labels":{"b":"2"}}"#, 400),
    ])
    func oneBadAlertDoesNotTakeTheOthersWithIt(_ bad: String, _ status: Int) throws {
        let message = try decode(message(#"{"labels":{"a":"1"}},\#(bad),{"labels":{"c":"3"}}"#))
        let batch = message.alerts.batch

        #expect(message.alerts.problem?.status == status)
        #expect(message.alerts.invalidCount == 1)
        #expect(batch.items.map { batch.labels(of: $0) } == [["a": "1"], ["c": "3"]])
    }

    @Test func aMemberOfTheWrongTypeIsReportedButTheAlertsAreTaken() throws {
        let message = try decode(#"{"externalURL":5,"alerts":[{"labels":{"a":"1"}}],"truncatedAlerts":"x"}"#)

        #expect(message.alerts.problem?.status == 400)
        #expect(message.alerts.batch.count == 1)
        #expect(message.externalURL.isEmpty)
    }

    @Test func aLinkThatIsNoURIIsLeftOutAndTheAlertTaken() throws {
        let batch = try decode(message(#"{"labels":{"a":"1"},"generatorURL":"?orgId=1"}"#)).alerts.batch
        let item = try #require(batch.items.first)

        #expect(batch.details(of: item).generatorURL.isEmpty)
    }
}
