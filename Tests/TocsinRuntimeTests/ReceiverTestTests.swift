import Logging
import Testing
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

@testable import TocsinRuntime

/// Tokens, what receivers want to know again, and tests of receivers.
@Suite struct ReceiverTestTests {
    // MARK: Tokens and receivers' data

    @Test func aTokenIsFetchedOnceAndUsedUntilItRunsOut() async {
        let bench = Bench()

        _ = await bench.results(of: [Send.sample(1)])
        _ = await bench.results(of: [Send.sample(2)])
        bench.clock.time.withLock { $0 += .seconds(100) }
        _ = await bench.results(of: [Send.sample(3)])

        #expect(
            bench.urls == [
                "http://sink:1/token", "http://sink:1/hook/tok-secret", "http://sink:1/hook/tok-secret",
                "http://sink:1/token", "http://sink:1/hook/tok-secret",
            ])
    }

    @Test func whatTheReceiverWantsToKnowAgainComesWithTheResult() async {
        let bench = Bench()

        let delivered = await bench.results(of: [Send.sample(1)])
        bench.transport.status.withLock { $0 = 404 }
        let refused = await bench.results(of: [Send.sample(2)])

        #expect(delivered == [.deliveryFinished(ID(1), attempt: 1, .delivered, receiverData: ["answers": "2"])])
        #expect(refused == [.deliveryFinished(ID(2), attempt: 1, .refused(reason: "404"))])
    }

    // MARK: Tests

    @Test func aTestSaysWhatWasSaidWithoutSecrets() async throws {
        let bench = Bench()

        let tests = try await bench.dispatcher.test(Send.sample(1).content)

        #expect(tests.map(\.integration) == [IntegrationID(receiver: "r", kind: "tokens", index: 0)])
        let test = try #require(tests.first)
        #expect(test.outcome == .delivered)
        #expect(test.exchanges.map(\.url) == ["http://sink:1/token", "http://sink:1/hook/<secret>"])
        #expect(test.exchanges.map(\.status) == [200, 200])
        #expect(test.exchanges.map(\.answer) == ["you said <secret>, <secret>", "you said <secret>, <secret>"])
        #expect(test.exchanges[1].body == "key=<secret>&json=\"<secret>\"")
        #expect(test.exchanges[1].headers.map(\.name) == ["Authorization", "X-Key"])
        #expect(test.exchanges[1].headers.map(\.value) == ["<secret>", "<secret>"])
    }

    @Test func aTestThatIsRefusedOrNotAnsweredSaysWhy() async throws {
        let bench = Bench()

        bench.transport.status.withLock { $0 = 404 }
        let refused = try await bench.dispatcher.test(Send.sample(1).content)
        bench.transport.status.withLock { $0 = nil }
        let unanswered = try await bench.dispatcher.test(Send.sample(1).content)

        #expect(refused.map(\.outcome) == [.refused(reason: "404")])
        #expect(refused.first?.exchanges.map(\.status) == [404])
        #expect(unanswered.map(\.outcome) == [.failed(reason: "no route", mayHaveArrived: false)])
        #expect(unanswered.first?.exchanges.map(\.status) == [nil])
        #expect(unanswered.first?.exchanges.map(\.answer) == ["no route"])
    }

    @Test func nothingOfATestReachesTheEngine() async throws {
        let bench = Bench()

        _ = try await bench.dispatcher.test(Send.sample(1).content)
        let events = await bench.results(of: [Send.sample(2)])

        #expect(events.count == 1)
        #expect(events == [.deliveryFinished(ID(2), attempt: 1, .delivered, receiverData: ["answers": "1"])])
    }

    @Test func aReceiverMayHaveNoIntegrationsAndMustBeThere() async throws {
        let bench = Bench()
        var content = Send.sample(1).content

        content.receiver = "nobody"
        #expect(try await bench.dispatcher.test(content).isEmpty)
        content.receiver = "x"
        await #expect(throws: TestRefusal.unknownReceiver) { try await bench.dispatcher.test(content) }
    }

    @Test func onlySoManyTestsRunAtOnce() async throws {
        let bench = Bench()
        for _ in 0..<Dispatcher.maximumTests { #expect(bench.dispatcher.takeTestSlot()) }

        await #expect(throws: TestRefusal.tooMany(limit: Dispatcher.maximumTests)) {
            try await bench.dispatcher.test(Send.sample(1).content)
        }
        bench.dispatcher.returnTestSlot()
        #expect(try await bench.dispatcher.test(Send.sample(1).content).count == 1)
        #expect(try await bench.dispatcher.test(Send.sample(1).content).count == 1)
    }

    @Test func aTestThatTakesTooLongIsBrokenOff() async throws {
        let bench = Bench()
        bench.transport.hangs.withLock { $0 = true }

        let tests = try await bench.dispatcher.test(Send.sample(1).content, within: .milliseconds(10))

        #expect(tests.map(\.outcome) == [.failed(reason: "cancelled", mayHaveArrived: true)])
    }
}

/// A dispatcher whose one receiver needs a token, and a transport that repeats what it is told.
private final class Bench: Sendable {
    let transport = EchoTransport()
    let clock = BenchClock()
    let dispatcher: Dispatcher
    private let running: Task<Void, Never>
    private let reported: AsyncStream<Event>

    init() {
        let key = Send.sample(1).integration
        let id = IntegrationID(receiver: "r", kind: "tokens", index: 0)
        let dispatcher = Dispatcher(
            book: ReceiverBook(
                receivers: [key: TokenReceiver()],
                integrations: ["r": [(id, key)], "nobody": []],
                templates: TemplateSet(),
                externalURL: "http://t"
            ),
            transport: self.transport,
            secrets: NoFiles(),
            clock: self.clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        self.dispatcher = dispatcher
        let (stream, input) = AsyncStream<Event>.makeStream()
        self.reported = stream
        dispatcher.reportResults { input.yield($0) }
        self.running = Task { await dispatcher.run() }
    }

    deinit { self.running.cancel() }

    var urls: [String] { self.transport.urls.withLock { $0 } }

    func results(of sends: [Send]) async -> [Event] {
        self.dispatcher.carry(sends)
        var events: [Event] = []
        for await event in self.reported {
            events.append(event)
            if events.count == sends.count { break }
        }
        return events
    }
}

private struct TokenReceiver: Receiver {
    static let kind = "tokens"
    private let key = SecretSource.inline(Secret("key/secret"))

    init() {}

    init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {}

    var sendResolved: Bool { true }
    var destination: [String] { ["http://sink:1/"] }
    var channel: [String] { ["#c"] }
    var templates: [Template] { [] }

    func request(for notification: Notification, with templates: TemplateSet) throws(Refusal) -> RenderedRequest {
        guard let token = notification.token else {
            return RenderedRequest(request: HTTPRequest(url: "http://sink:1/token"))
        }
        return self.message(token.text.revealed)
    }

    private func message(_ token: String) -> RenderedRequest {
        RenderedRequest(
            request: HTTPRequest(
                url: "http://sink:1/hook/\(token)",
                headers: [HTTPRequest.Header("Authorization", "Basic x"), HTTPRequest.Header("X-Key", "key/secret")],
                body: Array("key=key%2Fsecret&json=\"key/secret\"".utf8)
            )
        )
    }

    func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        let isFirst = conversation.responses.count == 1 && notification.token == nil
        return isFirst && conversation.outcome == .delivered ? self.message("tok-secret") : nil
    }

    func token(in response: HTTPResponse, for notification: Notification) -> AccessToken? {
        AccessToken(Secret("tok-secret"), expiresAt: notification.now + .seconds(60))
    }

    func receiverData(after conversation: Conversation, for notification: Notification) -> LabelSet {
        LabelSet(["answers": "\(conversation.responses.count)"])
    }

    func outcome(of response: HTTPResponse) -> Outcome {
        response.status == 200 ? .delivered : .refused(reason: "\(response.status)")
    }
}

private final class EchoTransport: Transport {
    let urls = Locked<[String]>([])
    /// No answer without one.
    let status = Locked<Int?>(200)
    let hangs = Locked(false)

    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        self.urls.withLock { $0.append(request.url) }
        if self.hangs.withLock({ $0 }) {
            // Until the task is cancelled.
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                throw TransportFailure(kind: .cancelled, mayHaveArrived: true, message: "cancelled")
            }
        }
        guard let status = self.status.withLock({ $0 }) else {
            throw TransportFailure(kind: .unreachable, mayHaveArrived: false, message: "no route")
        }
        return HTTPResponse(status: status, body: Array("you said key/secret, tok-secret".utf8))
    }
}

private final class BenchClock: WallClock {
    let time = Locked(Timestamp(seconds: 1_700_000_000))

    func now() -> Timestamp { self.time.withLock { $0 } }
    func sinceBoot() -> Duration { self.now() - .epoch }
}

private struct NoFiles: SecretReader {
    func read(_ paths: [String]) -> SecretFiles { SecretFiles() }
}
