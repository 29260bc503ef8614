import Testing
import TocsinClient
import TocsinJSON
import TocsinModel
import TocsinReceivers

struct ListTests {
    private let now = Timestamp(seconds: 1_767_323_045)
    private var times: TimeText { TimeText(now: self.now) }

    private static let alerts = """
        [{"annotations":{"summary":"two\\nlines"},"endsAt":"2026-01-02T03:09:05.000Z","fingerprint":"2222222222222222",\
        "receivers":[{"name":"db"}],"startsAt":"2026-01-02T03:04:05.000Z","updatedAt":"2026-01-02T03:04:05.000Z",\
        "status":{"inhibitedBy":[],"silencedBy":["s1"],"mutedBy":[],"state":"suppressed"},\
        "generatorURL":"http://p/g","labels":{"zone":"a\\u001b[0m","alertname":"DiskFull"}},\
        {"annotations":{},"endsAt":"2026-01-02T03:09:05.000Z","fingerprint":"1111111111111111","receivers":[],\
        "startsAt":"2026-01-02T02:04:05.000Z","updatedAt":"2026-01-02T03:04:05.000Z",\
        "status":{"inhibitedBy":[],"silencedBy":[],"state":"active"},"labels":{"alertname":"Old"}}]
        """

    @Test func alertsAreATableWithTheOldestFirst() throws {
        let list = AlertList(try JSONValue(parsing: ListTests.alerts))

        #expect(
            list.text(.table, times: self.times, colours: .plain) == """
                Alertname  Starts At                         Summary     State
                Old        2026-01-02 02:04:05 UTC (1h ago)              active
                DiskFull   2026-01-02 03:04:05 UTC (now)     two\\nlines  suppressed

                """
        )
    }

    @Test func theWideTableHasEverything() throws {
        let list = AlertList(try JSONValue(parsing: ListTests.alerts))

        let text = list.text(.wide, times: self.times, colours: .plain)

        let line = try #require(text.split(separator: "\n").last)
        for part in [
            #"alertname="DiskFull" zone="a\u{1b}[0m""#, #"summary="two\nlines""#, "http://p/g", "s1", "db",
            "2222222222222222", "(in 5m)",
        ] {
            #expect(line.contains(part), "\(part)")
        }
        #expect(!text.utf8.contains(0x1B))
    }

    @Test func jsonIsWhatTheServerSaid() throws {
        let json = try JSONValue(parsing: ListTests.alerts)

        let text = AlertList(json).text(.json, times: self.times, colours: .plain)

        let parsed = try JSONValue(parsing: text)
        #expect(parsed.array?.first == json.array?.last)
        #expect(parsed.array?.count == 2)
        // JSON writes control characters as escapes.
        #expect(!text.utf8.contains(0x1B))
    }

    private static func silence(
        _ id: String,
        _ state: String,
        endsAt: String,
        by author: String = "ana"
    ) -> JSONValue {
        [
            "id": .string(id), "status": ["state": .string(state)], "comment": "why", "createdBy": .string(author),
            "startsAt": "2026-01-02T00:00:00.000Z", "endsAt": .string(endsAt), "updatedAt": "2026-01-02T00:00:00.000Z",
            "matchers": [
                ["name": "alertname", "value": "foo", "isRegex": false, "isEqual": true],
                ["name": "node", "value": "b.*", "isRegex": true],
            ],
        ]
    }

    private static let silences: JSONValue = [
        silence("later", "active", endsAt: "2026-01-03T03:04:05.000Z"),
        silence("soon", "active", endsAt: "2026-01-02T04:04:05.000Z", by: "ben"),
        silence("begins", "pending", endsAt: "2026-01-02T05:04:05.000Z"),
        silence("justOver", "expired", endsAt: "2026-01-02T03:00:00.000Z"),
        silence("longOver", "expired", endsAt: "2026-01-01T03:00:00.000Z"),
    ]

    private func ids(_ change: (inout SilenceSelection) -> Void) -> [String] {
        var selection = SilenceSelection()
        change(&selection)
        return SilenceList(ListTests.silences, selecting: selection, now: self.now).silences.map(\.id)
    }

    @Test func silencesAreSelectedAsAmtoolSelectsThem() {
        #expect(self.ids { _ in } == ["soon", "begins", "later"])
        #expect(self.ids { $0.expired = true } == ["longOver", "justOver"])
        #expect(self.ids { $0.within = .seconds(3 * 3600) } == ["soon", "begins"])
        #expect(
            self.ids {
                $0.within = .seconds(3600); $0.expired = true
            } == ["justOver"])
        #expect(self.ids { $0.createdBy = "ben" } == ["soon"])
        #expect(self.ids { $0.ids = ["later", "longOver"] } == ["later"])
    }

    @Test func silencesAreATable() {
        var selection = SilenceSelection()
        selection.createdBy = "ben"
        let list = SilenceList(ListTests.silences, selecting: selection, now: self.now)

        #expect(
            list.text(.table, times: self.times, colours: .plain)
                == """
                ID    Matchers                     Ends At                           Created By  Comment
                soon  alertname="foo" node=~"b.*"  2026-01-02 04:04:05 UTC (in 1h)  ben         why

                """.replacing("Ends At                           ", with: "Ends At                          ")
        )
        #expect(list.ids == "soon\n")
    }

    @Test func aPreviewSaysWhatIsSilencedAndWhetherToAsk() throws {
        let json = try JSONValue(
            parsing: """
                {"alerts":\(ListTests.alerts),"count":5,\
                "warnings":[{"code":"matches-everything","message":"all \\u001b[31malerts"}]}
                """)

        let preview = SilencePreview(json)

        #expect(preview.needsConsent)
        #expect(preview.warningLines == [#"warning: all \u{1b}[31malerts"#])
        let text = preview.text(.table, times: self.times, colours: .plain)
        #expect(text.hasPrefix("5 alerts would be silenced now\nAlertname"))
        #expect(text.hasSuffix("and 3 more\n"))
        let nothing = SilencePreview(["alerts": [], "count": 0, "warnings": []])
        #expect(!nothing.needsConsent)
        #expect(nothing.text(.table, times: self.times, colours: .plain) == "no alerts would be silenced now\n")
    }

    @Test(arguments: [404, 405, 410, 403, 500, 503])
    func aServerThatCannotPreviewKeepsNobodyFromMakingASilence(status: Int) async throws {
        #expect(try await FakeServer.answering(status, "x").client().silencePreview([:]) == nil)
    }

    @Test func matchersThatAreNoneAreAnErrorOfThePreviewToo() async throws {
        let client = try FakeServer.answering(400, "\"bad\"").client()

        let failure = await failure { () throws(ClientFailure) in _ = try await client.silencePreview([:]) }

        #expect(failure == ClientFailure(.failure, "bad"))
    }

    @Test func silencesAreImportedInOrderAndEachSaysWhatBecameOfIt() async throws {
        let server = FakeServer { request in
            let comment = String(decoding: request.body, as: UTF8.self).filter(\.isNumber)
            return comment.isEmpty
                ? HTTPResponse(status: 400, body: Array("\"no\"".utf8))
                : HTTPResponse(status: 200, body: Array(#"{"silenceID":"id-\#(comment)"}"#.utf8))
        }
        let list: [JSONValue] = (0..<20).map { ["comment": .string($0 == 7 ? "bad" : "\($0)")] }

        let results = await SilenceImport.post(list, by: try server.client(), workers: 3)

        #expect(results.count == 20)
        #expect(try results[19].get() == "id-19")
        #expect(results[7] == .failure(ClientFailure(.failure, "no")))
        #expect(SilenceImport.failure(in: results)?.message == "1 of 20 silences could not be made")
        #expect(SilenceImport.failure(in: [.success("x")]) == nil)
    }

    @Test func anImportDropsIDsOnlyWhereItIsToldTo() throws {
        let text = Array(#"[{"id":"x","status":{"state":"active"},"updatedAt":"t","comment":"c"}]"#.utf8)

        #expect(try SilenceImport.silences(in: text, force: false) == [["id": "x", "comment": "c"]])
        #expect(try SilenceImport.silences(in: text, force: true) == [["comment": "c"]])
        for wrong in ["", "{}", "[1]", "[{]"] {
            #expect(throws: ClientFailure.self) { try SilenceImport.silences(in: Array(wrong.utf8), force: false) }
        }
    }

    @Test func anUnknownSilenceIsNotFoundInOldAnswersToo() async throws {
        for (status, body) in [(404, ""), (500, "\"silence not found\"\n")] {
            let client = try FakeServer.answering(status, body).client()

            let failure = await failure { () throws(ClientFailure) in try await client.expireSilence("x") }

            #expect(failure?.status == .notFound)
        }
    }
}
