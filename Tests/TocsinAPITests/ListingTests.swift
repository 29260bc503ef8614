import Testing
import TocsinAPI
import TocsinModel

/// The alertnames in an answer, in their order.
private func names(_ response: APIResponse) -> [String] {
    response.text.matches(of: #/"labels":\{"alertname":"([A-Za-z0-9]+)"/#).map { String($0.1) }
}

@Suite struct AlertListingTests {
    @Test func anAlertIsShownWithAllThatClientsTakeForGranted() async throws {
        try await Stage.with { stage in
            _ = await stage.post(
                "/api/v2/alerts",
                """
                [{"labels":{"severity":"critical","alertname":"Disk","näme":"a\\"b<"},
                  "annotations":{"summary":"full\\n"},"startsAt":"2026-01-02T03:04:05.678912+02:00",
                  "endsAt":"2026-01-02T12:00:00Z",
                  "generatorURL":"http://prometheus/graph?a=1&b=2"}]
                """
            )

            let response = await stage.get("/api/v2/alerts")

            let fingerprint = LabelSet(["severity": "critical", "alertname": "Disk", "näme": "a\"b<"]).fingerprint
            #expect(response.header("Content-Type") == "application/json")
            #expect(
                response.text == #"[{"annotations":{"summary":"full\n"},"endsAt":"2026-01-02T12:00:00.000Z","#
                    + #""fingerprint":"\#(fingerprint)","#
                    + #""receivers":[{"name":"pager"},{"name":"chat"}],"startsAt":"2026-01-02T03:04:05.678+02:00","#
                    + #""status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"#
                    + #""updatedAt":"2026-01-02T03:04:05.678Z","generatorURL":"http://prometheus/graph?a=1&b=2","#
                    + #""labels":{"alertname":"Disk","näme":"a\"b<","severity":"critical"}}]"# + "\n"
            )
        }
    }

    @Test func alertsComeInTheOrderOfTheirFingerprints() async throws {
        try await Stage.with { stage in
            for number in 0..<50 { _ = await stage.fire(["alertname": "A\(number)"]) }

            let text = await stage.get("/api/v2/alerts").text

            let fingerprints = text.matches(of: #/"fingerprint":"([0-9a-f]{16})"/#).map { String($0.1) }
            #expect(fingerprints.count == 50)
            #expect(fingerprints == fingerprints.sorted())
        }
    }

    @Test func anAlertIsListedUntilItsEndHasPassed() async throws {
        try await Stage.with { stage in
            let end = #"[{"labels":{"alertname":"A"},"endsAt":"2026-01-02T03:05:05.678Z"}]"#
            _ = await stage.post("/api/v2/alerts", end)
            stage.clock.advance(by: .seconds(59))
            #expect(names(await stage.get("/api/v2/alerts")) == ["A"])

            stage.clock.advance(by: .seconds(2))

            #expect(names(await stage.get("/api/v2/alerts")) == [])
        }
    }

    @Test(arguments: [
        ("", ["Cpu", "Disk", "Net"]),
        ("?filter=alertname%3D%22Disk%22", ["Disk"]),
        ("?filter=alertname=~%22D.*|C.*%22", ["Cpu", "Disk"]),
        ("?filter=alertname!=Disk&filter=alertname!~C.*", ["Net"]),
        ("?filter=host=", ["Cpu", "Net"]),
        ("?filter=host!%3D", ["Disk"]),
        ("?receiver=pager", ["Disk"]),
        ("?receiver=pag", []),
        ("?receiver=pager|nobody", ["Disk"]),
        ("?receiver=", ["Cpu", "Disk", "Net"]),
        ("?receiver_matchers=owner%3Dweb", ["Cpu", "Disk", "Net"]),
        ("?receiver_matchers=name=pager", ["Disk"]),
        ("?active=false", []),
        ("?active=YES&active=no", []),
        ("?active=no&active=On", ["Cpu", "Disk", "Net"]),
        ("?active=whatever", []),
        ("?active=", ["Cpu", "Disk", "Net"]),
        ("?silenced=false&inhibited=false&unprocessed=false&muted=false&unknown=1", ["Cpu", "Disk", "Net"]),
    ])
    func theQueryChooses(_ query: String, _ expected: [String]) async throws {
        try await Stage.with { stage in
            _ = await stage.fire(
                ["alertname": "Disk", "host": "a", "severity": "critical"],
                ["alertname": "Cpu"],
                ["alertname": "Net"]
            )

            #expect(names(await stage.get("/api/v2/alerts\(query)")).sorted() == expected)
        }
    }

    @Test(arguments: [
        ("filter=x", "bad matcher format: x"),
        ("filter=", "bad matcher format: "),
        ("filter=a%3D1&filter=b%3D~%22(%22", "missing closing"),
        ("receiver=(", "failed to parse receiver param: "),
        ("receiver_matchers=x", "failed to parse receiver_matchers param: bad matcher format: x"),
        ("filter=a=~%22(.{1000}){100}%22", ""),
    ])
    func whatCannotBeReadIsNamed(_ query: String, _ reason: String) async throws {
        try await Stage.with { stage in
            for path in ["/api/v2/alerts", "/api/v2/alerts/groups"] {
                let response = await stage.get("\(path)?\(query)")

                #expect(response.status == 400)
                #expect(response.text.contains(reason))
                #expect(response.text.hasPrefix("\"") && response.text.hasSuffix("\"\n"))
            }
        }
    }

    @Test func thereIsALimitToFilters() async throws {
        try await Stage.with { stage in
            let query = { (count: Int) in Array(repeating: "filter=a%3D1", count: count).joined(separator: "&") }

            #expect(await stage.get("/api/v2/alerts?\(query(100))").status == 200)
            #expect(await stage.get("/api/v2/alerts?\(query(101))").status == 400)
        }
    }

    @Test func aLongListComesInPiecesThatAreOneDocument() async throws {
        try await Stage.with { stage in
            let text = String(repeating: "x", count: 1000)
            for number in 0..<500 { _ = await stage.fire(["alertname": "A\(number)", "text": text]) }
            for path in ["/api/v2/alerts", "/api/v2/alerts/groups"] {
                let response = await stage.get(path)

                guard case .pieces(var pieces) = response.body else {
                    Issue.record("the answer must be longer than a piece")
                    return
                }
                var sizes: [Int] = []
                while let piece = pieces.next() { sizes.append(piece.count) }
                #expect(sizes.count > 3)
                #expect(sizes.allSatisfy { 0 < $0 && $0 < 200_000 })
                let document = response.text
                #expect(document.hasPrefix("[{") && document.hasSuffix("}]\n"))
                #expect(document.matches(of: #/"fingerprint":/#).count == 500)
                #expect(!document.contains("}{") && !document.contains(",,") && !document.contains("[,"))
            }
        }
    }
}
