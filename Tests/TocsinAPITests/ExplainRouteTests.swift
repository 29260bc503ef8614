import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel

/// 2026-01-02T03:04:05.678Z is now on every stage.
@Suite struct ExplainRouteTests {
    private func explain(_ stage: Stage, _ query: String) async throws -> JSONValue {
        let response = await stage.get("/api/v1/explain?\(query)")
        try #require(response.status == 200, "\(response.text)")
        return try JSONValue(parsing: response.text)
    }

    @Test func anAlertIsExplainedRouteByRoute() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk", "host": "a", "severity": "critical"])

            let answer = try await self.explain(stage, "label=alertname=Disk&label=host=a&label=severity=critical")

            let explanation = answer["explanations"]?.array?.first
            #expect(answer["total"]?.integer == 1)
            #expect(explanation?["alert"]?["status"]?.string == "firing")
            #expect(explanation?["dropped"] == .null)
            let routes = explanation?["routes"]?.array ?? []
            #expect(routes.map { $0["receiver"]?.string } == ["pager", "chat"])
            #expect(routes.first?["path"]?.array?.last?["matchers"]?.array == [.string(#"severity="critical""#)])
            #expect(routes.first?["group"]?["key"]?.string == #"{}/{severity="critical"}:{alertname="Disk"}"#)
            #expect(routes.first?["group"]?["has_alert"]?.bool == true)
            #expect(routes.first?["text"]?.string == "Nobody is told: the receiver pager has no integrations.")
        }
    }

    @Test func someLabelsMeanAllAlertsThatHaveThem() async throws {
        try await Stage.with { stage in
            let alerts = (1...12).map { #"{"labels":{"alertname":"Disk","host":"h\#($0)"}}"# }
            _ = await stage.post("/api/v2/alerts", "[\(alerts.joined(separator: ","))]")

            let many = try await self.explain(stage, "label=alertname=Disk")
            let one = try await self.explain(stage, "label=host=h7")
            let none = try await self.explain(stage, "label=alertname=Dsik")

            #expect(many["total"]?.integer == 12)
            #expect(many["truncated"]?.bool == true)
            #expect(many["explanations"]?.array?.count == 10)
            #expect(one["explanations"]?.array?.first?["labels"]?["alertname"]?.string == "Disk")
            #expect(none["total"]?.integer == 1)
            #expect(none["explanations"]?.array?.first?["alert"] == .null)
        }
    }

    @Test func anAlertIsFoundByItsFingerprint() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk"])
            let fingerprint = LabelSet(["alertname": "Disk"]).fingerprint

            let answer = try await self.explain(stage, "fingerprint=\(fingerprint)")

            #expect(answer["explanations"]?.array?.first?["fingerprint"]?.string == "\(fingerprint)")
        }
    }

    @Test func whoSilencedItAndWhyIsSaid() async throws {
        try await Stage.with { stage in
            _ = await stage.fire(["alertname": "Disk"])
            let silence = """
                {"matchers":[{"name":"alertname","value":"Disk","isRegex":false}],"startsAt":"2026-01-02T03:00:00Z",
                "endsAt":"2026-01-02T05:00:00Z","createdBy":"ana","comment":"new disks"}
                """
            _ = await stage.post("/api/v2/silences", silence)

            let answer = try await self.explain(stage, "label=alertname=Disk")

            let found = answer["explanations"]?.array?.first?["silenced_by"]?.array?.first
            #expect(found?["created_by"]?.string == "ana")
            #expect(found?["comment"]?.string == "new disks")
            #expect(found?["ends_at"]?.string == "2026-01-02T05:00:00.000Z")
        }
    }

    @Test func anAlertThatArrivedResolvedIsUnknownForAReason() async throws {
        try await Stage.with { stage in
            let end = #"[{"labels":{"alertname":"Disk"},"endsAt":"2026-01-02T03:04:05Z"}]"#
            _ = await stage.post("/api/v2/alerts", end)
            let fingerprint = LabelSet(["alertname": "Disk"]).fingerprint

            let byLabels = try await self.explain(stage, "label=alertname=Disk")
            let byFingerprint = await stage.get("/api/v1/explain?fingerprint=\(fingerprint)")

            let dropped = byLabels["explanations"]?.array?.first?["dropped"]
            #expect(dropped?["reason"]?.string == "arrived_resolved")
            #expect(byFingerprint.status == 404)
            #expect(byFingerprint.text.contains("urn:tocsin:problem:unknown-alert"))
            #expect(byFingerprint.text.contains("resolved already"))
        }
    }

    @Test(arguments: [
        ("", "which alert?"), ("label=x", "label must be NAME=VALUE"), ("label==x", "label must be NAME=VALUE"),
        ("label=x=", "label must be NAME=VALUE"), ("label=x=1&label=x=2", "is there twice"),
        ("fingerprint=1", "16 hexadecimal digits"), ("fingerprint=0000000000000001&label=x=1", "not both"),
    ])
    func aQuestionThatIsNoneIsRefused(_ query: String, _ reason: String) async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v1/explain?\(query)")

            #expect(response.status == 400)
            #expect(response.header("Content-Type") == "application/problem+json")
            #expect(response.text.contains(reason), "\(response.text)")
        }
    }
}
