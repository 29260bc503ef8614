import Synchronization
import Testing
import TocsinClient
import TocsinJSON
import TocsinModel
import TocsinReceivers

struct IncidentListTests {
    @Test func whatNobodyHasComesFirstAndTheMostUrgentBeforeTheOthers() throws {
        let list = IncidentList(
            IncidentSamples.list([
                IncidentSamples.resolved(4), IncidentSamples.acknowledged(3), IncidentSamples.triggered(2, "P3"),
                IncidentSamples.triggered(1, respondBy: "2026-01-01T00:02:10.000Z"),
            ]))

        #expect(
            list.text(.table, times: IncidentSamples.times, colours: .plain) == """
                Incident  Pri  Status        Since   Due            Who  Firing  Title
                INC-1     P1   triggered     4m ago  overdue 2m          3       checkout latency
                INC-2     P3   triggered     4m ago  answer in 10m       3       checkout latency
                INC-3     P1   acknowledged  4m ago  lapses in 1h   ana  3       checkout latency
                INC-4     P1   resolved      4m ago  ended 2m ago        3       checkout latency
                2 triggered, 1 acknowledged

                """
        )
    }

    @Test func whatIsLateIsRedAndWhatSomebodyHasIsYellow() {
        let list = IncidentList(
            IncidentSamples.list([
                IncidentSamples.triggered(1, respondBy: "2026-01-01T00:02:10.000Z"), IncidentSamples.acknowledged(3),
            ]))

        let text = list.text(.table, times: IncidentSamples.times, colours: .shown)

        #expect(text.contains("\u{1B}[1;31mtriggered\u{1B}[0m"))
        #expect(text.contains("\u{1B}[1;31moverdue 2m\u{1B}[0m"))
        #expect(text.contains("\u{1B}[33macknowledged\u{1B}[0m"))
    }

    @Test func theWideTableHasEscalationAndLabels() {
        let list = IncidentList(IncidentSamples.list([IncidentSamples.triggered(1)]))

        let text = list.text(.wide, times: IncidentSamples.times, colours: .plain)

        #expect(text.contains("payments active, next in 3m"))
        #expect(text.contains("alertname=HighLatency service=checkout"))
    }

    @Test func titlesOfAlertsDoNotReachTheTerminalAsCommands() {
        let list = IncidentList(IncidentSamples.list([IncidentSamples.triggered(1, title: "a\u{1B}[2Jb\nc")]))

        for format in OutputFormat.allCases {
            let text = list.text(format, times: IncidentSamples.times, colours: .plain)
            #expect(!text.utf8.contains(0x1B), "\(format)")
            #expect(text.contains("a"))
        }
    }

    @Test func jsonIsWhatTheServerSaid() throws {
        let json = IncidentSamples.list([IncidentSamples.resolved(4), IncidentSamples.triggered(1)])

        let text = IncidentList(json).text(.json, times: IncidentSamples.times, colours: .plain)

        #expect(try JSONValue(parsing: text) == json)
    }

    @Test func nothingIsSaidInWords() {
        let text = IncidentList(IncidentSamples.list([])).text(.table, times: IncidentSamples.times, colours: .plain)

        #expect(text == "No incidents.\n")
    }

    // MARK: Asking

    @Test func theQuestionNamesWhatIsLookedFor() async throws {
        let asked = Mutex<[String]>([])
        let server = FakeServer { request in
            asked.withLock { $0.append(request.url) }
            return HTTPResponse(status: 200, headers: [], body: IncidentSamples.list([]).encoded(.plain))
        }
        var query = IncidentQuery()
        query.priorities = ["p1", "P2"]
        query.matchers = try MatcherArguments.matchers(["DiskFull", "team=db"])
        query.since = Timestamp(seconds: 1_767_225_600)
        query.assignee = "ana"

        _ = try await query.list(by: try server.client())

        let url = try #require(asked.withLock { $0.first })
        for part in [
            "/api/v1/incidents?status=triggered%2Cacknowledged&priority=P1%2CP2&", "matcher=alertname%3D%22DiskFull%22",
            "matcher=team%3D%22db%22", "since=2026-01-01T00%3A00%3A00Z", "assignee=ana", "limit=50",
        ] {
            #expect(url.contains(part), "\(url)")
        }
    }

    @Test func pagesAreReadUntilThereAreEnough() async throws {
        let asked = Mutex<[String]>([])
        let server = FakeServer { request in
            let count = asked.withLock { urls in
                urls.append(request.url)
                return urls.count
            }
            let next: JSONValue = count < 3 ? .string("c\(count)") : nil
            let page = IncidentSamples.list([IncidentSamples.triggered(count)], next: next)
            return HTTPResponse(status: 200, headers: [], body: page.encoded(.plain))
        }
        var query = IncidentQuery()
        query.limit = 1000

        let list = try await query.list(by: try server.client())

        #expect(list.incidents.map(\.reference) == ["INC-1", "INC-2", "INC-3"])
        #expect(list.json["next_cursor"] == JSONValue.null)
        #expect(asked.withLock { $0.map { $0.hasSuffix("limit=200") } } == [true, false, false])
        #expect(asked.withLock { $0.last?.hasSuffix("cursor=c2") } == true)
    }

    @Test(arguments: [(["open"], ["P1"], 1), ([], ["P5"], 1), ([], [], 0), ([], [], 1_000_000)])
    func aQuestionThatMakesNoSenseIsNotAsked(statuses: [String], priorities: [String], limit: Int) async throws {
        let client = try FakeServer.answering(200, "{}").client()
        var query = IncidentQuery()
        query.statuses = statuses
        query.priorities = priorities
        query.limit = limit
        let question = query

        let failure = await failure { () async throws(ClientFailure) in _ = try await question.list(by: client) }

        #expect(failure?.status == .usage)
    }
}
