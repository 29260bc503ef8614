import Testing
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

@testable import TocsinRuntime

/// OAuth 2.0: who fetches tokens, and how long they serve.
@Suite(.timeLimit(.minutes(1))) struct TokenTests {
    @Test func oneTokenServesUntilItExpires() async throws {
        let stage = try TokenStage()

        for _ in 0..<3 { _ = try await stage.transport.perform(stage.request) }
        stage.clock.time.withLock { $0 += .seconds(51) }
        _ = try await stage.transport.perform(stage.request)

        #expect(stage.server.log == ["token", "Bearer t1", "Bearer t1", "Bearer t1", "token", "Bearer t2"])
    }

    @Test func manyAtOnceAskOnce() async throws {
        let stage = try TokenStage()

        try await withThrowingTaskGroup { group in
            for _ in 0..<50 { group.addTask { _ = try await stage.transport.perform(stage.request) } }
            try await group.waitForAll()
        }

        #expect(stage.server.log.filter { $0 == "token" }.count == 1)
        #expect(stage.server.log.count == 51)
    }

    @Test func aTokenThatIsRefusedIsFetchedAnewOnce() async throws {
        let stage = try TokenStage()
        _ = try await stage.transport.perform(stage.request)
        stage.server.refused.withLock { $0 = ["Bearer t1"] }

        let answer = try await stage.transport.perform(stage.request)
        stage.server.refused.withLock { $0 = ["Bearer t2", "Bearer t3"] }
        let second = try await stage.transport.perform(stage.request)

        #expect(answer.status == 200 && second.status == 401)
        #expect(
            stage.server.log == [
                "token", "Bearer t1", "Bearer t1", "token", "Bearer t2", "Bearer t2", "token", "Bearer t3",
            ])
    }

    @Test func whatTheTokenEndpointDeniesIsNotSent() async throws {
        let stage = try TokenStage()
        stage.server.tokenStatus.withLock { $0 = 403 }

        let failure = await #expect(throws: TransportFailure.self) {
            try await stage.transport.perform(stage.request)
        }

        #expect(failure?.kind == .unauthorized && failure?.mayHaveArrived == false)
        #expect(stage.server.log == ["token"])
    }

    @Test func anAnswerThatRepeatsTheTokenIsCleaned() async throws {
        let stage = try TokenStage()
        stage.server.token.withLock { $0 = "long-token-" }

        let answer = try await stage.transport.perform(stage.request)

        #expect(String(decoding: answer.body, as: UTF8.self) == "you sent <secret>")
    }

    @Test func aRequestWithoutAGrantPassesThrough() async throws {
        let stage = try TokenStage()

        _ = try await stage.transport.perform(HTTPRequest(url: "http://hook/"))

        #expect(stage.server.log == ["none"])
    }
}

/// A webhook with OAuth 2.0, and a server that gives tokens which last a minute.
private struct TokenStage {
    let clock = StandingClock()
    let server = TokenServer()
    let transport: TokenTransport
    let request: HTTPRequest

    init() throws {
        self.transport = TokenTransport(self.server, clock: self.clock)
        let text = { (text: String) in SettingsNode(.scalar(SettingsScalar(text)), at: Self.nowhere) }
        let oauth = Self.mapping([
            ("client_id", text("id")), ("client_secret", text("secret")), ("token_url", text("http://auth/")),
        ])
        let settings = Self.mapping([("url", text("http://hook/")), ("http_config", Self.mapping([("oauth2", oauth)]))])
        let receiver = try Fields.read(settings, as: "webhook") { (fields) throws(SettingsError) in
            try WebhookReceiver(from: &fields, context: ReceiverContext(templates: Receivers.templates))
        }
        let content = NotificationContent(
            receiver: "r", groupKey: "{}:{}", groupLabels: [:], alerts: [], reason: .firstNotification,
            flushedAt: .epoch)
        let notification = Notification(content: content, externalURL: "http://t", now: .epoch)
        self.request = try receiver.request(for: notification, with: Receivers.templates).request
    }

    private static let nowhere = SettingsPosition(file: "test", line: 1, column: 1)

    private static func mapping(_ entries: [(String, SettingsNode)]) -> SettingsNode {
        let entries = entries.map { SettingsEntry(key: SettingsScalar($0.0), at: Self.nowhere, value: $0.1) }
        return SettingsNode(.mapping(entries), at: Self.nowhere)
    }
}

private final class TokenServer: Transport {
    let tokenStatus = Locked(200)
    let token = Locked("t")
    let refused = Locked<[String]>([])
    private let calls = Locked<[String]>([])

    /// `token`, or what a request proved itself with.
    var log: [String] { self.calls.withLock { $0 } }

    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        let authorization = request.headers.last { $0.name == "Authorization" }?.value ?? "none"
        let isQuestion = request.url == "http://auth/"
        let count = self.calls.withLock { calls in
            calls.append(isQuestion ? "token" : authorization)
            return calls.count { $0 == "token" }
        }
        guard isQuestion else {
            let status = self.refused.withLock { $0.contains(authorization) } ? 401 : 200
            let token = authorization.split(separator: " ").last ?? ""
            return HTTPResponse(status: status, body: Array("you sent \(token)".utf8))
        }
        let text = #"{"access_token":"\#(self.token.withLock { $0 })\#(count)","expires_in":60}"#
        return HTTPResponse(status: self.tokenStatus.withLock { $0 }, body: Array(text.utf8))
    }
}

private final class StandingClock: WallClock {
    let time = Locked(Timestamp(seconds: 1_700_000_000))

    func now() -> Timestamp { self.time.withLock { $0 } }
    func sinceBoot() -> Duration { self.now() - .epoch }
}
