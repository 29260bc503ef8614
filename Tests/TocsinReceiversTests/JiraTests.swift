import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings

@testable import TocsinReceivers

@Suite struct JiraTests {
    private static let alert = AnnouncedAlert(labels: ["alertname": "A", "severity": "critical"], startsAt: .epoch)
    private static let firing = TocsinReceivers.Notification.about([alert], groupLabels: ["alertname": "A"])
    private static let resolved = TocsinReceivers.Notification.about(
        [AnnouncedAlert(labels: ["alertname": "A"], startsAt: .epoch, endedAt: .epoch)], groupLabels: ["alertname": "A"]
    )
    private static let label = "ALERT{\(firing.alias)}"

    private func receiver(_ more: JSONValue = [:], url: String = "https://h/rest/api/2") throws -> JiraReceiver {
        let least: JSONValue = ["api_url": .string(url), "project": "P", "issue_type": "Bug"]
        let names = Set((more.members ?? []).map(\.name))
        let kept = (least.members ?? []).filter { !names.contains($0.name) }
        return try JiraReceiver(.object(kept + (more.members ?? [])))
    }

    /// What Jira answers to the search.
    private static func found(_ category: String?) -> HTTPResponse {
        guard let category else { return .json(200, ["issues": []]) }
        return .json(
            200,
            ["issues": [["key": "P-1", "fields": ["status": ["statusCategory": ["key": .string(category)]]]]]]
        )
    }

    private static let transitions = HTTPResponse.json(
        200, ["transitions": [["id": "11", "name": "Reopen"], ["id": "21", "name": "Done"]]])

    /// Plays Jira: the method, path and body of each request until nothing follows.
    private func play(
        _ receiver: JiraReceiver, _ notification: TocsinReceivers.Notification, found category: String?
    ) throws -> [(line: String, body: JSONValue?)] {
        let answers = [JiraTests.found(category), .plain(204, ""), JiraTests.transitions, .plain(204, "")]
        var sent = [try receiver.send(notification).request]
        var conversation = Conversation(answers[0], meaning: receiver.outcome(of: answers[0]))
        while let next = try receiver.next(after: conversation, for: notification, with: Receivers.templates) {
            sent.append(next.request)
            let answer = answers[sent.count - 1]
            conversation.append(answer, meaning: receiver.outcome(of: answer))
        }
        return try sent.map { request in
            let path = request.url.replacing("https://h/rest/api/", with: "")
            #expect(request.value("Accept-Language") == "en")
            return ("\(request.method) \(path)", request.body.isEmpty ? nil : try JSONValue(request.body))
        }
    }

    // MARK: What is done

    private static let both: JSONValue = ["reopen_transition": "Reopen", "resolve_transition": "Done"]
    private static let search = "POST 2/search"
    private static let update = "PUT 2/issue/P-1"
    private static let look = "GET 2/issue/P-1/transitions"
    private static let move = "POST 2/issue/P-1/transitions"

    @Test(
        arguments: [
            (true, nil, [search, "POST 2/issue"]), (false, nil, [search]), (true, "new", [search, update]),
            (true, "indeterminate", [search, update]), (true, "done", [search, update, look, move]),
            (false, "new", [search, update, look, move]), (false, "done", [search, update]),
        ] as [(Bool, String?, [String])])
    func theGroupsIssueIsCreatedUpdatedAndMoved(isFiring: Bool, category: String?, lines: [String]) throws {
        let notification = isFiring ? JiraTests.firing : JiraTests.resolved

        let sent = try self.play(try self.receiver(JiraTests.both), notification, found: category)

        #expect(sent.map(\.line) == lines)
        if lines.count == 4 { #expect(sent[3].body == ["transition": ["id": isFiring ? "11" : "21"]]) }
    }

    @Test(arguments: [(true, "done"), (false, "new")])
    func withoutATransitionTheIssueStaysWhereItIs(isFiring: Bool, category: String) throws {
        let notification = isFiring ? JiraTests.firing : JiraTests.resolved

        let sent = try self.play(try self.receiver(), notification, found: category)

        #expect(sent.map(\.line) == [JiraTests.search, JiraTests.update])
    }

    @Test func aTransitionThatTheIssueDoesNotHaveIsARefusal() throws {
        let receiver = try self.receiver(["resolve_transition": "Close"])

        let refusal = #expect(throws: Refusal.self) { try self.play(receiver, JiraTests.resolved, found: "new") }
        #expect(refusal?.reason == #"the issue has no transition "Close" from where it is"#)
    }

    @Test func anAnswerThatIsNoListIsARefusal() throws {
        let receiver = try self.receiver()
        let page = HTTPResponse.plain(200, "<html>Log in</html>")

        #expect(throws: Refusal.self) {
            try receiver.next(
                after: Conversation(page, meaning: receiver.outcome(of: page)), for: JiraTests.firing,
                with: Receivers.templates)
        }
    }

    @Test func aKeyFromOutsideCannotLeadElsewhere() throws {
        let receiver = try self.receiver()
        let evil = HTTPResponse.json(200, ["issues": [["key": "../../x?y", "fields": [:]]]])

        let next = try #require(
            try receiver.next(
                after: Conversation(evil, meaning: .delivered), for: JiraTests.firing, with: Receivers.templates))

        #expect(next.request.url == "https://h/rest/api/2/issue/..%2F..%2Fx%3Fy")
    }

    // MARK: The search

    private static let end =
        #"project="P" and labels="\#(label)" order by status ASC,resolutiondate DESC"#

    @Test(
        arguments: [
            (true, [:], "statusCategory != Done and "), (false, [:], "statusCategory != Done and "),
            (
                true, ["reopen_transition": "R", "reopen_duration": "1h30s"],
                "(resolutiondate is EMPTY OR resolutiondate >= -60m) and "
            ),
            (false, ["reopen_transition": "R", "reopen_duration": "1h"], "statusCategory != Done and "),
            (true, ["reopen_duration": "1h"], "statusCategory != Done and "),
            (true, ["reopen_transition": "R", "reopen_duration": "59s"], "statusCategory != Done and "),
            (
                true, ["wont_fix_resolution": #"Won't "Do""#],
                #"(resolution is EMPTY or resolution != "Won't \"Do\"") and statusCategory != Done and "#
            ),
        ] as [(Bool, JSONValue, String)])
    func theIssueIsLookedForByTheGroupsLabel(isFiring: Bool, more: JSONValue, beginning: String) throws {
        let json = try self.receiver(more).send(isFiring ? JiraTests.firing : JiraTests.resolved).json

        #expect(json["jql"] == .string(beginning + JiraTests.end))
        #expect(json["fields"] == ["status"])
        #expect(json["maxResults"] == 2)
    }

    @Test func aLabelCannotChangeTheSearch() throws {
        let receiver = try self.receiver(["project": "{{ .CommonLabels.a }}"])
        let alert = AnnouncedAlert(labels: ["a": "P\" or project != \"\\"], startsAt: .epoch)

        let query = try receiver.send(.about([alert])).json["jql"]?.string

        #expect(query?.contains(#"project="P\" or project != \"\\" and labels="#) ?? false)
    }

    @Test(
        arguments: [
            ("https://x.atlassian.net/rest/api/2/", nil, "https://x.atlassian.net/rest/api/3/search/jql"),
            ("https://x.atlassian.net/rest/api/3", "auto", "https://x.atlassian.net/rest/api/3/search/jql"),
            ("https://x.atlassian.net/rest/api/2", "datacenter", "https://x.atlassian.net/rest/api/2/search"),
            ("https://jira.example.org/rest/api/2", "auto", "https://jira.example.org/rest/api/2/search"),
            ("https://jira.example.org/rest/api/2", "cloud", "https://jira.example.org/rest/api/3/search/jql"),
            ("https://evil.org/atlassian.net/rest/api/2", nil, "https://evil.org/atlassian.net/rest/api/2/search"),
        ] as [(String, String?, String)])
    func theCloudSearchesWithTheThirdVersion(url: String, type: String?, search: String) throws {
        let more: JSONValue = type.map { ["api_type": .string($0)] } ?? [:]

        #expect(try self.receiver(more, url: url).send(JiraTests.firing).request.url == search)
    }

    // MARK: The issue

    private func issue(
        _ more: JSONValue, url: String = "https://h/rest/api/2", found category: String? = nil,
        _ notification: TocsinReceivers.Notification = JiraTests.firing
    ) throws -> JSONValue {
        let receiver = try self.receiver(more, url: url)
        let answer = JiraTests.found(category)
        let next = try receiver.next(
            after: Conversation(answer, meaning: receiver.outcome(of: answer)), for: notification,
            with: Receivers.templates)
        return try #require(try next?.json["fields"])
    }

    @Test func whatTheIssueSaysComesFromTheSettings() throws {
        let fields = try self.issue([
            "project": "{{ .CommonLabels.alertname }}", "summary": "S {{ .Status }}", "description": "D",
            "labels": ["b-{{ .Status }}", "a"], "priority": "P1",
            "fields": ["customfield_1": ["value": "{{ .Status }}"], "customfield_2": "3", "summary": "over"],
        ])

        let expected: JSONValue = [
            "project": ["key": "A"], "issuetype": ["name": "Bug"], "summary": "over", "description": "D",
            "labels": [.string(JiraTests.label), "a", "b-firing"], "priority": ["name": "P1"],
            "customfield_1": ["value": "firing"], "customfield_2": 3,
        ]
        #expect(fields.sorted == expected.sorted)
    }

    @Test func defaultsAreAlertmanagers() throws {
        let fields = try self.issue([:])

        #expect(fields["summary"] == "[FIRING:1] A (critical)")
        #expect(fields["priority"]?["name"] == "High")
        #expect(fields["labels"] == [.string(JiraTests.label)])
        #expect(fields["description"]?.string?.contains("# Alerts Firing:") ?? false)
    }

    @Test func whatPeopleMayWriteIsNotWrittenAgain() throws {
        let settings: JSONValue = [
            "summary": ["template": "S", "enable_update": false], "description": ["template": "D"],
        ]

        let created = try self.issue(settings)
        let updated = try self.issue(settings, found: "new")

        #expect(created["summary"] == "S" && created["description"] == "D")
        #expect(updated["summary"] == nil && updated["description"] == "D")
    }

    @Test(arguments: [
        ("a\n\nb", "2", #""a\n\nb""#), (" \n", "3", "null"),
        (
            "a\n\nb", "3",
            #"""
            {"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]},
            {"type":"paragraph","content":[]},{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}
            """#
        ),
        (#"{"type":"doc","version":1,"content":[]}"#, "3", #"{"type":"doc","version":1,"content":[]}"#),
        (
            "7", "3/",
            #"{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"7"}]}]}"#
        ),
    ])
    func theThirdVersionTakesDocuments(text: String, version: String, description: String) throws {
        let fields = try self.issue(["description": .string(text)], url: "https://h/rest/api/\(version)")

        #expect((fields["description"] ?? .null).sorted == (try JSONValue(parsing: description)).sorted)
    }

    @Test func longTextsAreCut() throws {
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "\u{1F525}\n", count: 40_000)], startsAt: .epoch)

        let fields = try self.issue([:], .about([alert], groupLabels: alert.labels))

        #expect(fields["summary"]?.string?.unicodeScalars.count == 255)
        #expect(fields["summary"]?.string?.contains("\n") == false)
        #expect(fields["description"]?.string?.unicodeScalars.count == 32_767)
    }

    // MARK: Answers and settings

    @Test func theReasonIsJiras() throws {
        let answer = HTTPResponse.json(
            400, ["errorMessages": ["bad"], "errors": ["priority": "Priority name 'x' is not valid"]])

        #expect(
            try self.receiver().outcome(of: answer)
                == .refused(reason: "HTTP 400: bad, priority: Priority name 'x' is not valid"))
    }

    @Test(
        arguments: [
            (["project": ""], "missing project in jira_config"),
            (["issue_type": ""], "missing issue_type in jira_config"),
            (["api_type": "x"], "unknown api_type on jira_config, must be auto, cloud or datacenter"),
            (["summary": ["tmplate": "x"]], "unknown key `tmplate` in summary"),
            (["summary": ["enable_update": "x"]], "`enable_update` must be true or false"),
            (["fields": "x"], "`fields` must be a mapping"),
        ] as [(JSONValue, String)])
    func mistakesAreReported(more: JSONValue, message: String) throws {
        let errors = #expect(throws: SettingsErrors.self) { try self.receiver(more) }
        #expect(errors?.description.contains(message) ?? false)
    }

    @Test func theAddressMayBeTheGlobalOne() throws {
        var global = GlobalSettings()
        global.jiraURL = "https://g/rest/api/2"
        let settings: JSONValue = ["project": "P", "issue_type": "Bug"]

        let receiver = try JiraReceiver(settings, context: .sample(global: global))
        #expect(try receiver.send(JiraTests.firing).request.url == "https://g/rest/api/2/search")
        #expect(throws: SettingsErrors.self) { try JiraReceiver(settings) }
    }
}
