import Logging
import Testing
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

@testable import TocsinRuntime

@Suite(.timeLimit(.minutes(1))) struct DispatcherTests {
    @Test func aNotificationIsRenderedSentAndItsResultReported() async {
        let stage = Stage(StubReceiver())
        stage.transport.answer = { .success(HTTPResponse(status: 200)) }

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .delivered)])
        #expect(stage.transport.requests.withLock { $0.map(\.url) } == ["http://sink:1/hook"])
    }

    @Test func aTimeoutIsAFailureThatMayHaveArrived() async {
        let stage = Stage(StubReceiver())
        stage.transport.answer = {
            .failure(TransportFailure(kind: .timedOut, mayHaveArrived: true, message: "sink:1: timed out"))
        }

        let results = await stage.results(of: [Send.sample(7)])

        #expect(
            results == [
                .deliveryFinished(ID(7), attempt: 1, .failed(reason: "sink:1: timed out", mayHaveArrived: true))
            ]
        )
    }

    @Test func whatCannotBeRenderedIsRefusedAndNothingIsSent() async {
        let stage = Stage(StubReceiver(refusal: Refusal("no URL")))

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .refused(reason: "no URL"))])
        #expect(stage.transport.requests.withLock { $0.isEmpty })
    }

    @Test func anIntegrationThatIsGoneIsRefused() async {
        let stage = Stage(StubReceiver())
        stage.dispatcher.replaceBook(
            with: ReceiverBook(receivers: [:], templates: TemplateSet(), externalURL: "http://t")
        )
        stage.clock.time.withLock { $0 += .seconds(3601) }

        let results = await stage.results(of: [Send.sample(7)])

        guard case .deliveryFinished(_, _, .refused, _)? = results.first else {
            Issue.record("\(results)")
            return
        }
    }

    @Test func forAnHourTheSettingsOfARemovedIntegrationStillServe() async {
        let stage = Stage(StubReceiver())
        stage.transport.answer = { .success(HTTPResponse(status: 200)) }
        stage.dispatcher.replaceBook(
            with: ReceiverBook(receivers: [:], templates: TemplateSet(), externalURL: "http://t")
        )

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .delivered)])
    }

    @Test func afterA429TheChannelIsLeftAlone() async {
        let stage = Stage(StubReceiver())
        stage.transport.answer = { .success(HTTPResponse(status: 429)) }
        _ = await stage.results(of: [Send.sample(1)])

        let results = await stage.results(of: [Send.sample(2)])

        #expect(
            results == [
                .deliveryFinished(
                    ID(2), attempt: 1,
                    .failed(reason: "waiting, after a 429", mayHaveArrived: false, retryAfter: .seconds(20))
                )
            ]
        )
        #expect(stage.transport.requests.withLock { $0.count } == 1)
    }

    @Test func aStopStartsNothingMoreAndWaitsForWhatIsUnderWay() async {
        let stage = Stage(StubReceiver())
        stage.transport.answer = { .success(HTTPResponse(status: 200)) }
        _ = await stage.results(of: [Send.sample(1)])

        await stage.dispatcher.drain(within: .seconds(5))
        stage.dispatcher.carry([Send.sample(2)])
        await stage.running.value

        #expect(stage.transport.requests.withLock { $0.count } == 1)
    }
}

/// A receiver that needs several requests for one notification.
@Suite(.timeLimit(.minutes(1))) struct StepTests {
    @Test func stepsFollowOneAnotherAndTheLastOnesAnswerCounts() async {
        let stage = Stage(StubReceiver(steps: 3))

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .delivered)])
        #expect(stage.urls == ["http://sink:1/hook", "http://sink:1/1", "http://sink:1/2"])
    }

    @Test func aStepThatFailsEndsTheSequenceAndTheNextAttemptBeginsItAgain() async {
        let stage = Stage(StubReceiver(steps: 3))
        let answers = Locked([200, 500, 200, 200, 200])
        stage.transport.answer = { .success(HTTPResponse(status: answers.withLock { $0.removeFirst() })) }

        let first = await stage.results(of: [Send.sample(7)])
        let second = await stage.results(of: [Send.sample(7)])

        #expect(first == [.deliveryFinished(ID(7), attempt: 1, .refused(reason: "500"))])
        #expect(second == [.deliveryFinished(ID(7), attempt: 1, .delivered)])
        let all = ["http://sink:1/hook", "http://sink:1/1", "http://sink:1/2"]
        #expect(stage.urls == Array(all.prefix(2)) + all)
    }

    @Test func aStepThatNeverArrivesIsTheOutcome() async {
        let stage = Stage(StubReceiver(steps: 2))
        let failure = TransportFailure(kind: .timedOut, mayHaveArrived: true, message: "sink:1: timed out")
        let answers = Locked<[Result<HTTPResponse, TransportFailure>]>([
            .success(HTTPResponse(status: 200)), .failure(failure),
        ])
        stage.transport.answer = { answers.withLock { $0.removeFirst() } }

        let results = await stage.results(of: [Send.sample(7)])

        #expect(
            results == [
                .deliveryFinished(ID(7), attempt: 1, .failed(reason: "sink:1: timed out", mayHaveArrived: true))
            ]
        )
    }

    @Test func aFirstRequestThatIsNotTakenIsTheLast() async {
        let stage = Stage(StubReceiver(steps: 3))
        stage.transport.answer = { .success(HTTPResponse(status: 404)) }

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .refused(reason: "404"))])
        #expect(stage.urls == ["http://sink:1/hook"])
    }

    @Test func noReceiverCanGoOnForEver() async {
        let stage = Stage(StubReceiver(steps: .max))

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .delivered)])
        #expect(stage.urls.count == 1 + StubReceiver.maximumSteps)
    }

    @Test func aStepThatCannotBeRenderedIsARefusal() async {
        let stage = Stage(StubReceiver(steps: 3, stepRefusal: Refusal("no key")))

        let results = await stage.results(of: [Send.sample(7)])

        #expect(results == [.deliveryFinished(ID(7), attempt: 1, .refused(reason: "no key"))])
        #expect(stage.urls == ["http://sink:1/hook"])
    }
}

/// A dispatcher with a stub receiver, a stub transport and a clock that stands still.
private final class Stage: Sendable {
    let transport = StubTransport()
    let clock = StubClock()
    let dispatcher: Dispatcher
    let running: Task<Void, Never>
    private let reported: AsyncStream<Event>

    init(_ receiver: StubReceiver) {
        let key = Send.sample(1).integration
        let dispatcher = Dispatcher(
            book: ReceiverBook(receivers: [key: receiver], templates: TemplateSet(), externalURL: "http://t"),
            transport: self.transport,
            secrets: NoSecrets(),
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

    /// Where requests went, in order.
    var urls: [String] { self.transport.requests.withLock { $0.map(\.url) } }

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

private struct StubReceiver: Receiver {
    static let kind = "stub"
    var refusal: Refusal?
    /// How many requests make one notification.
    var steps = 1
    var stepRefusal: Refusal?

    init(refusal: Refusal? = nil) { self.refusal = refusal }

    init(steps: Int, stepRefusal: Refusal? = nil) {
        self.steps = steps
        self.stepRefusal = stepRefusal
    }

    init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) {}

    var sendResolved: Bool { true }
    var destination: [String] { ["http://sink:1/hook"] }
    var channel: [String] { ["#c"] }
    var templates: [Template] { [] }

    func request(for notification: Notification, with templates: TemplateSet) throws(Refusal) -> RenderedRequest {
        if let refusal { throw refusal }
        return RenderedRequest(request: HTTPRequest(url: "http://sink:1/hook"))
    }

    func next(
        after conversation: Conversation,
        for notification: Notification,
        with templates: TemplateSet
    ) throws(Refusal) -> RenderedRequest? {
        let step = conversation.responses.count
        guard conversation.outcome == .delivered, step < self.steps else { return nil }
        if let stepRefusal { throw stepRefusal }
        return RenderedRequest(request: HTTPRequest(url: "http://sink:1/\(step)"))
    }

    func outcome(of response: HTTPResponse) -> Outcome {
        switch response.status {
        case 200: .delivered
        case 429: .failed(reason: "429", mayHaveArrived: false, retryAfter: .seconds(20))
        default: .refused(reason: "\(response.status)")
        }
    }
}

private final class StubTransport: Transport {
    let requests = Locked<[HTTPRequest]>([])
    private let script = Locked<@Sendable () -> Result<HTTPResponse, TransportFailure>>({
        .success(HTTPResponse(status: 200))
    })

    var answer: @Sendable () -> Result<HTTPResponse, TransportFailure> {
        get { self.script.withLock { $0 } }
        set { self.script.withLock { $0 = newValue } }
    }

    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        self.requests.withLock { $0.append(request) }
        return try self.answer().get()
    }
}

private final class StubClock: WallClock {
    let time = Locked(Timestamp(seconds: 1_700_000_000))

    func now() -> Timestamp { self.time.withLock { $0 } }
    func sinceBoot() -> Duration { self.now() - .epoch }
}

private struct NoSecrets: SecretReader {
    func read(_ paths: [String]) -> SecretFiles { SecretFiles() }
}
