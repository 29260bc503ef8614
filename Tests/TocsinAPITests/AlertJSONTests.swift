import Testing
import TocsinAPI
import TocsinModel

private let now = Timestamp(seconds: 1_893_456_000)  // 2030-01-01T00:00:00Z

private func decode(_ bytes: [UInt8]) throws(RequestProblem) -> DecodedAlerts {
    try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> DecodedAlerts in
        try AlertJSON.decode(body: UnsafeRawBufferPointer(bytes), now: now, resolveTimeout: .seconds(300))
    }
}

private func decode(_ body: String) throws(RequestProblem) -> DecodedAlerts { try decode(Array(body.utf8)) }

/// The alerts as values, for comparison.
private func alerts(_ decoded: DecodedAlerts) -> [Alert] {
    decoded.batch.items.map { item in
        Alert(
            labels: decoded.batch.labels(of: item),
            details: decoded.batch.details(of: item),
            startsAt: item.startsAt,
            endsAt: item.endsAt,
            updatedAt: now,
            endsByTimeout: item.endsByTimeout
        )
    }
}

/// Status and body of the answer.
private func answer(_ body: String) -> (status: Int, text: String) {
    do throws(RequestProblem) {
        guard let problem = try decode(body).problem else { return (200, "") }
        return (problem.status, String(decoding: problem.body, as: UTF8.self))
    } catch {
        return (error.status, String(decoding: error.body, as: UTF8.self))
    }
}

private func unparsable(_ reason: String) -> String {
    #"{"code":400,"message":"parsing alerts body from \"\" failed, because "# + reason + #""}"#
}

@Suite struct AlertJSONTests {
    @Test func anAlertOfPrometheusIsTakenWhole() throws {
        let decoded = try decode(
            """
            [{"annotations":{"summary":"sum & \\"more\\"","empty":""},"endsAt":"2030-01-01T00:04:00.5Z",
              "startsAt":"2029-12-31T23:00:00.123456789+02:00","generatorURL":"http://p:9090/graph?g0.expr=x%3D%221%22",
              "labels":{"alertname":"Disk","instance":"i-1","job":"näme"}}]
            """
        )
        let alert = try #require(alerts(decoded).first)

        #expect(decoded.problem == nil)
        #expect(alert.labels == ["alertname": "Disk", "instance": "i-1", "job": "näme"])
        #expect(alert.annotations == ["summary": "sum & \"more\"", "empty": ""])
        #expect(alert.generatorURL == "http://p:9090/graph?g0.expr=x%3D%221%22")
        #expect(alert.startsAt.rfc3339 == "2029-12-31T23:00:00.123456789+02:00")
        #expect(alert.endsAt.rfc3339 == "2030-01-01T00:04:00.5Z")
        #expect(!alert.endsByTimeout)
        #expect((decoded.receivedFiring, decoded.receivedResolved, decoded.invalidCount) == (1, 0, 0))
    }

    @Test(arguments: ["[]", "null", " [ ] \n", "\tnull "])
    func nothingIsNoProblem(_ body: String) throws {
        let decoded = try decode(body)
        #expect(decoded.batch.isEmpty)
        #expect(decoded.problem == nil)
    }

    @Test func labelsAreSortedAndTheLastOfSeveralCounts() throws {
        let decoded = try decode(#"[{"labels":{"z":"1","a":"2","é":"3","B":"4","a":"5","z":"","x":null,"aa":"6"}}]"#)
        let item = try #require(decoded.batch.items.first)

        #expect(decoded.batch.labels(of: item) == ["B": "4", "a": "5", "aa": "6", "é": "3"])
        #expect(item.fingerprint == LabelSet(["B": "4", "a": "5", "aa": "6", "é": "3"]).fingerprint)
        // Read back from its bytes, which is refused unless they are in order.
        #expect(LabelSet(encoded: decoded.batch.labels(of: item).encoded) != nil)
    }

    @Test func anEmptyValueThatComesLastUndoesALabel() throws {
        #expect(alerts(try decode(#"[{"labels":{"a":"1","b":"2","b":""}}]"#)).first?.labels == ["a": "1"])
        #expect(alerts(try decode(#"[{"labels":{"a":"1","b":"","b":"2"}}]"#)).first?.labels == ["a": "1", "b": "2"])
    }

    @Test func annotationsAreSortedAndKeepEmptyValues() throws {
        let alert = alerts(try decode(#"[{"labels":{"a":"1"},"annotations":{"y":"","x":"1","y":null}}]"#)).first
        #expect(alert?.annotations == ["x": "1", "y": ""])
    }

    @Test(arguments: [
        // startsAt, endsAt, expected start and end in seconds from now, whether by timeout
        ("null", "null", 0, 300, true),
        (#""0001-01-01T00:00:00Z""#, #""0001-01-01T00:00:00Z""#, 0, 300, true),
        (#""2029-12-31T23:59:00Z""#, "null", -60, 300, true),
        ("null", #""2030-01-01T00:01:00Z""#, 60, 60, false),
        ("null", #""2029-12-31T23:59:00Z""#, -60, -60, false),
        (#""2029-12-31T23:59:00Z""#, #""2030-01-01T00:01:00Z""#, -60, 60, false),
        (#""""#, #""2030-01-01T00:01:00Z""#, -1_893_456_000, 60, false),
        (#""""#, #""""#, -1_893_456_000, -1_893_456_000, false),
        (#""2029-12-31 23:59:00""#, #""2030-01-01T00:01Z""#, -60, 60, false),
        (#""2029\u002d12-31T23:59:00Z""#, "null", -60, 300, true),
    ])
    func timesThatWereLeftOpenAreFilled(
        _ startsAt: String, _ endsAt: String, _ start: Int, _ end: Int, _ byTimeout: Bool
    )
        throws
    {
        let decoded = try decode(#"[{"labels":{"a":"1"},"startsAt":\#(startsAt),"endsAt":\#(endsAt)}]"#)
        let item = try #require(decoded.batch.items.first)

        #expect(item.startsAt - now == .seconds(start))
        #expect(item.endsAt - now == .seconds(end))
        #expect(item.endsByTimeout == byTimeout)
        #expect(decoded.receivedResolved == (end <= 0 ? 1 : 0))
        #expect(decoded.receivedFiring == (end <= 0 ? 0 : 1))
    }

    @Test func timesBeyondTheCalendarDoNotTrap() throws {
        let decoded = try decode(
            #"[{"labels":{"a":"1"},"startsAt":"0001-01-01T00:00:01+23:59","endsAt":"9999-12-31T23:59:59-23:59"}]"#
        )
        #expect(decoded.batch.items.first?.endsAt == .distantFuture)
    }

    @Test func membersAreFoundInAnyCaseAndSpelling() throws {
        let decoded = try decode(
            #"[{"LABELS":{"a":"1"},"EndsAt":"2030-01-01T00:01:00Z","\u0067eneratorurl":"/x","Annotations":{"n":"v"}}]"#
        )
        let alert = try #require(alerts(decoded).first)
        #expect(alert.labels == ["a": "1"])
        #expect(alert.endsAt == now + .seconds(60))
        #expect(alert.generatorURL == "/x")
        #expect(alert.annotations == ["n": "v"])
    }

    @Test func theLastOfSeveralMembersCountsAndUnknownOnesAreSkipped() throws {
        let decoded = try decode(
            """
            [{"x":[{"labels":{"no":"no"}},1e5,"\\n"],"labels":{"a":"1","b":"2"},"labels":{"c":"3"},"startsAt":"",
              "startsAt":null,"annotations":{"n":"v"},"annotations":null,"generatorURL":"/x","generatorURL":""}]
            """
        )
        let alert = try #require(alerts(decoded).first)
        #expect(alert.labels == ["c": "3"])
        #expect(alert.annotations.isEmpty)
        #expect(alert.generatorURL.isEmpty)
        #expect(alert.startsAt == now)
    }

    @Test func textThatIsNoUTF8IsRepairedInValuesAndRefusedInNames() throws {
        let value = try decode(Array(#"[{"labels":{"a":"x"#.utf8) + [0xFF] + Array(#"\ud800"}}]"#.utf8))
        #expect(alerts(value).first?.labels == ["a": "x\u{FFFD}\u{FFFD}"])

        let names = try decode(
            Array(#"[{"labels":{"b":"1","a"#.utf8) + [0xFF]
                + Array(#"":"x"}},{"labels":{"\ud800":"x"}},{"labels":{"ok":"1"}},"#.utf8)
                + Array(#"{"labels":{"a":"1"},"annotations":{"\udc00":"x"}},{"labels":{"a\ufffd":"1"}}]"#.utf8)
        )
        #expect(alerts(names).map(\.labels) == [["ok": "1"], ["a\u{FFFD}": "1"]])
        #expect(
            names.problem
                == .handler(
                    status: 400,
                    text: """
                        invalid label set: invalid name "a\u{FFFD}"
                        invalid label set: invalid name "\u{FFFD}"
                        invalid annotations: invalid name "\u{FFFD}"
                        """
                )
        )
    }

    @Test func manyLabelsAndLongTextsKeepTheirPlaces() throws {
        let labels = Dictionary(
            uniqueKeysWithValues: (0..<300).map { ("l\($0)", String(repeating: "v\($0)", count: $0)) })
        let members = labels.sorted { $0.key > $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.filter {
            !$0.hasSuffix(#":"""#)
        }
        let body =
            "[" + (0..<3).map { _ in "{\"labels\":{\(members.joined(separator: ","))}}" }.joined(separator: ",") + "]"

        let decoded = try decode(body)

        let expected = LabelSet(labels.filter { !$0.value.isEmpty })
        #expect(alerts(decoded).map(\.labels) == [expected, expected, expected])
    }
}

@Suite struct AlertProblemTests {
    @Test(arguments: [
        ("", 422, #"{"code":602,"message":"alerts in body is required"}"#),
        (" \n", 422, #"{"code":602,"message":"alerts in body is required"}"#),
        ("[{}]", 422, #"{"code":602,"message":"0.labels in body is required"}"#),
        ("[null]", 422, #"{"code":602,"message":"0.labels in body is required"}"#),
        (#"[{"labels":{"a":"1"}},{"labels":null}]"#, 422, #"{"code":602,"message":"1.labels in body is required"}"#),
        (
            #"[{"labels":{"a":"1"},"generatorURL":"foo bar"}]"#, 422,
            #"{"code":601,"message":"0.generatorURL in body must be of type uri: \"foo bar\""}"#
        ),
        ("{}", 400, unparsable("json: cannot unmarshal object into Go value of type models.PostableAlerts")),
        ("5", 400, unparsable("json: cannot unmarshal number into Go value of type models.PostableAlerts")),
        ("[5]", 400, unparsable("json: cannot unmarshal number into Go value of type models.PostableAlert")),
        (
            #"[{"labels":{"a":1}}]"#, 400,
            unparsable("json: cannot unmarshal number into Go struct field Alert.labels of type string")
        ),
        (
            #"[{"labels":{"a":{"b":[]}}}]"#, 400,
            unparsable("json: cannot unmarshal object into Go struct field Alert.labels of type string")
        ),
        (
            #"[{"labels":[]}]"#, 400,
            unparsable("json: cannot unmarshal array into Go struct field Alert.labels of type models.LabelSet")
        ),
        (
            #"[{"labels":{"a":"1"},"annotations":{"a":true}}]"#, 400,
            unparsable("json: cannot unmarshal bool into Go struct field Alert.annotations of type string")
        ),
        (
            #"[{"labels":{"a":"1"},"startsAt":1893456000}]"#, 400,
            unparsable("json: cannot unmarshal number into Go struct field Alert.startsAt of type string")
        ),
        (
            #"[{"labels":{"a":"1"},"endsAt":"2030-02-31T00:00:00Z"}]"#, 400,
            unparsable(#"parsing time \"2030-02-31T00:00:00Z\": not an RFC 3339 time"#)
        ),
        (#"[{"labels":{"a":"1"}}"#, 400, unparsable("unexpected EOF")),
        (#"[{"labels":{"a":"1"}}]x"#, 400, unparsable("invalid character 'x' after top-level value")),
        (#"[{"labels":{"a":"1"}}][]"#, 400, unparsable("invalid character '[' after top-level value")),
        (#"[{"labels":{"a<":1 }},]"#, 400, unparsable("invalid character ']' looking for beginning of value")),
        (#"[{"labels":{"a" "1"}}]"#, 400, unparsable(#"invalid character '\"' after object key"#)),
        ("[{\"labels\":{\"a\":<}}]", 400, unparsable(#"invalid character '\u003c' looking for beginning of value"#)),
        ("null null", 400, unparsable("invalid character 'n' after top-level value")),
        (#"[{"labels":{}}]"#, 400, "\"at least one label pair required\"\n"),
        (#"[{"labels":{"a":""}}]"#, 400, "\"at least one label pair required\"\n"),
        (#"[{"labels":{"a":null}}]"#, 400, "\"at least one label pair required\"\n"),
        (#"[{"labels":{"":"x","a":"1"}}]"#, 400, "\"invalid label set: invalid name \\\"\\\"\"\n"),
        (#"[{"labels":{"a":"1"},"annotations":{"":""}}]"#, 400, "\"invalid annotations: invalid name \\\"\\\"\"\n"),
        (
            #"[{"labels":{"a":"1"},"startsAt":"2030-01-01T00:01:00Z","endsAt":"2030-01-01T00:00:59Z"}]"#, 400,
            "\"start time must be before end time\"\n"
        ),
        (
            #"[{"labels":{}},{"labels":{"a":"1"}},{"labels":{},"startsAt":"2031-01-01T00:00:00Z"}]"#, 400,
            "\"at least one label pair required\\nstart time must be before end time\"\n"
        ),
    ])
    func eachProblemHasItsAnswer(_ body: String, _ status: Int, _ text: String) {
        let answer = answer(body)
        #expect(answer.status == status)
        #expect(answer.text == text)
    }

    @Test(arguments: [
        "{}", "5", "null", "[]", #""x""#, #"{"labels":5}"#, #"{"labels":{"b":1}}"#,
        #"{"labels":{"b":"2"},"startsAt":"x"}"#,
        #"{"labels":{"b":"2"},"generatorURL":"?"}"#, #"{"labels":{}}"#, #"{"labels":{"\ud800":"2"}}"#,
        #"{"labels":{"b":"2"},"generatorURL":[{"labels":{"x":"y"}}]}"#,
    ])
    func oneBadAlertDoesNotTakeTheOthersWithIt(_ bad: String) throws {
        let decoded = try decode(#"[{"labels":{"a":"1"}},\#(bad),{"labels":{"c":"3"},"annotations":{"n":"v"}}]"#)

        #expect(decoded.problem != nil)
        #expect(decoded.invalidCount == 1)
        #expect(alerts(decoded).map(\.labels) == [["a": "1"], ["c": "3"]])
        #expect(alerts(decoded).map(\.annotations) == [[:], ["n": "v"]])
    }

    @Test func typesAreReportedBeforeWhatIsMissingAndThatBeforeSense() throws {
        let decoded = try decode(#"[{"labels":{}},{},{"labels":{"a":1}},{"labels":{"a":true}}]"#)

        #expect(
            decoded.problem
                == .framework(
                    status: 400,
                    code: 400,
                    message: "parsing alerts body from \"\" failed, because "
                        + "json: cannot unmarshal number into Go struct field Alert.labels of type string"
                ))
        #expect(decoded.invalidCount == 4)
        #expect(try decode(#"[{"labels":{}},{}]"#).problem?.status == 422)
    }

    @Test func nestingIsAllowedUpToThirtyTwo() throws {
        func body(_ depth: Int) -> String {
            #"[{"labels":{"a":"1"},"x":"# + String(repeating: "[", count: depth - 2)
                + String(repeating: "]", count: depth - 2) + "}]"
        }
        #expect(try decode(body(32)).batch.count == 1)
        #expect(throws: RequestProblem.self) { try decode(body(33)) }
        #expect(answer(body(33)).text == unparsable("exceeded max depth"))
    }

    @Test func anAnswerDoesNotGrowWithTheNumberOfBadAlerts() throws {
        let bad = #"{"labels":{"":"x"}}"#
        let decoded = try decode("[" + Array(repeating: bad, count: 1000).joined(separator: ",") + "]")

        guard case .handler(400, let text)? = decoded.problem else {
            Issue.record("no problem")
            return
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == DecodedAlerts.maximumReasons + 1)
        #expect(lines.last == "and 900 more")
        #expect(decoded.invalidCount == 1000)
    }

    @Test func anAnswerDoesNotRepeatALongText() {
        let long = String(repeating: "x", count: 100_000)
        for body in [
            #"[{"labels":{"a":"1"},"generatorURL":"\#(long)"}]"#, #"[{"labels":{"a":"1"},"endsAt":"\#(long)"}]"#,
            #"[{"labels":{"\#(long)\ud800":"1"}}]"#,
        ] {
            #expect(answer(body).status >= 400)
            #expect(answer(body).text.utf8.count < 1000)
        }
    }
}
