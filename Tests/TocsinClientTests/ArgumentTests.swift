import Testing
import TocsinClient
import TocsinJSON
import TocsinModel

struct ArgumentTests {
    @Test(arguments: [
        (["DiskFull"], [#"alertname="DiskFull""#]),
        (["Disk full!"], [#"alertname="Disk full!""#]),
        (["DiskFull", "node=bar"], [#"alertname="DiskFull""#, #"node="bar""#]),
        (["a=b"], [#"a="b""#]),
        ([#"a="b c""#], [#"a="b c""#]),
        (["a!=b", "c=~d.*", "e!~f"], [#"a!="b""#, #"c=~"d.*""#, #"e!~"f""#]),
        ([#"{a="b",c!~"d"}"#, "e=f"], [#"a="b""#, #"c!~"d""#, #"e="f""#]),
        (["alertname=a=b"], [#"alertname="a=b""#]),
        (["a="], [#"a="""#]),
        ([], []),
    ])
    func matchersAreReadAsAmtoolReadsThem(arguments: [String], matchers: [String]) throws {
        #expect(try MatcherArguments.matchers(arguments).map(\.description) == matchers)
    }

    /// amtool takes the first two for the names of alerts, and silences what nobody meant.
    @Test(arguments: [["a=~("], ["a b=c", "x"], ["a=b", "DiskFull"], [""], ["=b"], ["a!~["]])
    func whatIsNoMatcherIsAMistakeOfUse(arguments: [String]) {
        do {
            _ = try MatcherArguments.matchers(arguments)
            Issue.record("it was taken")
        } catch {
            #expect(error.status == .usage)
            #expect(!error.message.isEmpty)
        }
    }

    @Test func moreMatchersThanAnybodyTypesAreRefused() {
        let many = (0...MatcherArguments.maximumCount).map { "l\($0)=x" }

        #expect(throws: ClientFailure.self) { try MatcherArguments.matchers(many) }
    }

    @Test func labelsAreNamesWithValues() throws {
        let arguments = ["DiskFull", "node=bar", #"sev="a\"b""#, "x={y", "e=a=b"]

        let labels = try MatcherArguments.labels(arguments, bareName: true)

        #expect(labels == ["alertname": "DiskFull", "node": "bar", "sev": #"a"b"#, "x": "{y", "e": "a=b"])
    }

    @Test(arguments: [["a!=b"], ["a=~b"], ["a=b", "a=c"], ["a=b", "nolabel"], [#"a="b"#]])
    func whatIsNoLabelIsAMistakeOfUse(arguments: [String]) {
        #expect(throws: ClientFailure.self) { try MatcherArguments.labels(arguments, bareName: true) }
    }

    @Test func aBareWordIsNoLabelWhereNoAlertIsMeant() {
        #expect(throws: ClientFailure.self) { try MatcherArguments.labels(["DiskFull"], bareName: false) }
    }

    @Test func anAnnotationsValueIsAllBehindTheFirstSign() throws {
        let annotations = try MatcherArguments.annotations([#"summary=a = "b", c"#, "empty="])

        #expect(annotations == ["summary": #"a = "b", c"#, "empty": ""])
        #expect(throws: ClientFailure.self) { try MatcherArguments.annotations(["x"]) }
        #expect(throws: ClientFailure.self) { try MatcherArguments.annotations(["=x"]) }
    }
}

struct AlertRequestTests {
    @Test func anAlertThatIsToEndBeginsNowAndNotAtItsEnd() {
        let now = Timestamp(seconds: 1_767_323_045)
        func alert(start: Timestamp?, end: Timestamp?) -> JSONValue? {
            AlertRequest.new(
                labels: ["a": "b"], annotations: [:], generatorURL: "", start: start, end: end, now: now
            ).array?.first
        }

        #expect(alert(start: nil, end: now + .seconds(60))?["startsAt"] == .string(now.rfc3339))
        #expect(alert(start: nil, end: now - .seconds(60))?["startsAt"] == nil)
        #expect(alert(start: nil, end: nil)?["startsAt"] == nil)
        #expect(alert(start: .epoch, end: now)?["startsAt"] == "1970-01-01T00:00:00Z")
    }
}

struct SilenceTimesTests {
    private let now = Timestamp(seconds: 1_767_323_045)

    @Test func aSilenceLastsItsDurationFromItsStartOn() throws {
        let plain = try SilenceTimes(duration: "1d2h", start: nil, end: nil, now: self.now)
        #expect(plain.startsAt == self.now)
        #expect(plain.endsAt == self.now + .seconds(26 * 3600))

        let later = try SilenceTimes(duration: "1h", start: "2026-02-01T00:00:00+01:00", end: nil, now: self.now)
        #expect(later.endsAt.utc.rfc3339 == "2026-02-01T00:00:00Z")

        let ended = try SilenceTimes(duration: "1h", start: nil, end: "2026-02-01T00:00:00Z", now: self.now)
        #expect(ended.endsAt.rfc3339 == "2026-02-01T00:00:00Z")
    }

    @Test(
        arguments: [
            ("0", nil, nil), ("1x", nil, nil), ("", nil, nil), ("1h", "tomorrow", nil), ("1h", "", nil),
            ("1h", nil, "2020-01-01T00:00:00Z"), ("1h", "2027-01-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ] as [(String, String?, String?)])
    func timesThatMakeNoSilenceAreAMistakeOfUse(duration: String, start: String?, end: String?) {
        #expect(throws: ClientFailure.self) {
            try SilenceTimes(duration: duration, start: start, end: end, now: self.now)
        }
    }

    @Test func aChangeLeavesAloneWhatItDoesNotName() throws {
        let silence = ListedSilence(
            try JSONValue(
                parsing: """
                    {"id":"i","status":{"state":"active"},"updatedAt":"2026-01-01T00:00:00.000Z","comment":"old",\
                    "createdBy":"ana","startsAt":"2026-01-01T00:00:00.000Z","endsAt":"2026-01-01T01:00:00.000Z",\
                    "annotations":{"ticket":"7"},"matchers":[{"name":"a","value":"b","isRegex":false,"isEqual":true}]}
                    """))

        let changed = try SilenceRequest.changed(silence, duration: "5h", start: nil, end: nil, comment: nil)

        #expect(changed["id"] == "i")
        #expect(changed["startsAt"] == "2026-01-01T00:00:00Z")
        #expect(changed["endsAt"] == "2026-01-01T05:00:00Z")
        #expect(changed["comment"] == "old")
        #expect(changed["createdBy"] == "ana")
        #expect(changed["annotations"]?["ticket"] == "7")
        #expect(changed["matchers"]?.array?.count == 1)
        #expect(changed["status"] == nil && changed["updatedAt"] == nil)
        let same = try SilenceRequest.changed(silence, duration: nil, start: nil, end: nil, comment: "new")
        #expect(same["endsAt"] == "2026-01-01T01:00:00Z")
        #expect(same["comment"] == "new")
    }
}
