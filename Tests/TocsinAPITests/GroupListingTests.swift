import Testing
import TocsinAPI
import TocsinJSON
import TocsinModel

/// What the answer says about each group: receiver, labels, and the `host` of each alert.
private func groups(_ response: APIResponse) throws -> [String] {
    let document = try JSONValue(parsing: response.text)
    return (document.array ?? []).map { group in
        let labels = (group["labels"]?.members ?? []).map { "\($0.name)=\($0.value.string ?? "")" }
        let hosts = (group["alerts"]?.array ?? []).map { $0["labels"]?["host"]?.string ?? "-" }
        let receiver = group["receiver"]?["name"]?.string ?? ""
        return "\(receiver) {\(labels.joined(separator: ","))}: \(hosts.joined(separator: " "))"
    }
}

@Suite struct GroupListingTests {
    private func fire(on stage: Stage) async {
        _ = await stage.fire(
            ["alertname": "Disk", "host": "b", "severity": "critical"],
            ["alertname": "Disk", "host": "a", "severity": "critical"],
            ["alertname": "Cpu", "host": "c"]
        )
    }

    @Test func anEmptyServerHasNoGroups() async throws {
        try await Stage.with { stage in
            #expect(await stage.get("/api/v2/alerts/groups").text == "[]\n")
        }
    }

    @Test func groupsComeByLabelsAndThenByReceiver() async throws {
        try await Stage.with { stage in
            await self.fire(on: stage)
            let listed = try groups(await stage.get("/api/v2/alerts/groups"))
            #expect(
                listed == [
                    "pager {alertname=Disk}: a b", "chat {alertname=Cpu,host=c}: c", "chat {alertname=Disk,host=a}: a",
                    "chat {alertname=Disk,host=b}: b",
                ]
            )
        }
    }

    @Test func aGroupIsShownWithAllThatClientsTakeForGranted() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Cpu"])

            let text = await stage.get("/api/v2/alerts/groups").text

            #expect(text.hasPrefix(#"[{"alerts":[{"annotations":{},"endsAt":"#))
            let end = #""labels":{"alertname":"Cpu"},"receiver":{"name":"chat"},"routeLabels":{}}]"#
            #expect(text.hasSuffix(end + "\n"))
        }
    }

    @Test(arguments: [
        ("receiver=pager", ["pager {alertname=Disk}: a b"]),
        ("filter=host=a", ["pager {alertname=Disk}: a", "chat {alertname=Disk,host=a}: a"]),
        ("filter=host=nobody", []),
        ("active=false", []),
        (
            "receiver_matchers=owner=web&filter=host!=b",
            ["chat {alertname=Cpu,host=c}: c", "chat {alertname=Disk,host=a}: a"]
        ),
        ("muted=false&silenced=false&filter=host=c", ["chat {alertname=Cpu,host=c}: c"]),
    ])
    func theQueryChooses(_ query: String, _ expected: [String]) async throws {
        try await Stage.with { stage in
            await self.fire(on: stage)
            let listed = try groups(await stage.get("/api/v2/alerts/groups?\(query)"))
            #expect(listed == expected)
        }
    }

    @Test(arguments: [
        ("", #"[{"name":"chat"},{"name":"pager"}]"#), ("&receiver=pager", #"[{"name":"pager"}]"#),
    ])
    func anAlertNamesTheReceiversOfTheGroupsThatAreListed(_ query: String, _ receivers: String) async throws {
        try await Stage.with { stage in
            await self.fire(on: stage)

            let text = await stage.get("/api/v2/alerts/groups?filter=host=a\(query)").text

            let named = text.matches(of: #/"receivers":(\[[^\]]*\])/#).map { String($0.1) }
            #expect(!named.isEmpty)
            #expect(named.allSatisfy { $0 == receivers })
        }
    }

    @Test func anAlertThatHasEndedIsInNoGroupThatIsShown() async throws {
        try await Stage.with { stage in
            let end = #"[{"labels":{"alertname":"A","host":"a"},"endsAt":"2026-01-02T03:05:05.678Z"}]"#
            _ = await stage.post("/api/v2/alerts", end)
            stage.clock.advance(by: .seconds(59))
            let before = try groups(await stage.get("/api/v2/alerts/groups"))
            #expect(before == ["chat {alertname=A,host=a}: a"])

            stage.clock.advance(by: .seconds(2))

            #expect(await stage.get("/api/v2/alerts/groups").text == "[]\n")
        }
    }

    @Test func oneLargeGroupIsOneGroup() async throws {
        try await Stage.with { stage in
            let text = String(repeating: "x", count: 1000)
            for number in 0..<400 {
                _ = await stage.fire(["alertname": "Disk", "host": "h\(number)", "severity": "critical", "text": text])
            }

            let listed = try groups(await stage.get("/api/v2/alerts/groups?receiver=pager"))

            #expect(listed.count == 1)
            #expect(listed.first?.matches(of: #/h[0-9]+/#).count == 400)
        }
    }
}
