import Testing
import TocsinAPI
import TocsinModel

@Suite struct StatusTests {
    @Test func theStatusHasEveryMemberThatAmtoolReads() async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v2/status")

            #expect(response.status == 200)
            #expect(
                response.text
                    == #"{"cluster":{"name":"01ABC","peers":[{"address":"10.0.0.1:9094","name":"01ABC"}],"#
                    + #""status":"ready"},"config":{"original":"route:\n  receiver: chat\n"},"#
                    + #""uptime":"2026-01-02T03:04:05.678Z","versionInfo":{"branch":"main","buildDate":"today","#
                    + #""buildUser":"me","goVersion":"Swift","revision":"abc","version":"1.2.3"}}"# + "\n"
            )
        }
    }

    @Test func aServerWithoutAClusterSaysSo() async throws {
        try await Stage.with { stage in
            let context = APIContext(settings: APIContext.Settings(), startedAt: Stage.beginning)
            let router = Router(service: stage.service, context: context, clock: stage.clock)

            let response = await router.respond(to: APIRequest(.get, "/api/v2/status"))

            #expect(response.text.hasPrefix(#"{"cluster":{"peers":[],"status":"disabled"},"config":{"original":""},"#))
        }
    }

    @Test func whatAReloadReplacesIsShownAtOnce() async throws {
        try await Stage.with { stage in
            stage.context.settings.configText = "# new"

            #expect(await stage.get("/api/v2/status").text.contains(##""config":{"original":"# new"}"##))
        }
    }

    @Test(arguments: [
        (
            "",
            #"[{"labels":{"name":"chat","owner":"web"},"name":"chat"},{"labels":{"name":"pager"},"name":"pager"}]"#
        ),
        ("?receiver_matchers=owner=web", #"[{"labels":{"name":"chat","owner":"web"},"name":"chat"}]"#),
        ("?receiver_matchers=owner=web&receiver_matchers=name=pager", "[]"),
    ])
    func receiversAreListedInTheOrderOfTheFile(_ query: String, _ expected: String) async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v2/receivers\(query)")

            #expect(response.text == expected + "\n")
        }
    }

    @Test func aReceiverMatcherThatIsNoneIsNamed() async throws {
        try await Stage.with { stage in
            let response = await stage.get("/api/v2/receivers?receiver_matchers=x")

            #expect(response.status == 400)
            #expect(response.text == "\"failed to parse receiver_matchers param: bad matcher format: x\"\n")
        }
    }

    @Test func aReloadThatSucceedsIsConfirmedWithNothing() async throws {
        try await Stage.with { stage in
            let context = APIContext(settings: APIContext.Settings(), startedAt: Stage.beginning, reload: { nil })
            let router = Router(service: stage.service, context: context, clock: stage.clock)

            let response = await router.respond(to: APIRequest(.post, "/-/reload"))

            #expect(response.status == 200)
            #expect(response.bodyBytes.isEmpty)
        }
    }
}
