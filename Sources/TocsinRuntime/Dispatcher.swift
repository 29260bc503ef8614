public import Logging
public import TocsinCore
public import TocsinModel
public import TocsinReceivers
import TocsinTemplate

/// Carries notifications out: renders, keeps to the limits, sends, and reports what came of it. It decides nothing
/// about retries; the engine does.
public final class Dispatcher: Courier, Sendable {
    private struct State {
        var shelf: Bookshelf
        var traffic: Traffic
        var pacing = Pacing()
        var isStopping = false
        /// Tests under way.
        var tests = 0
    }

    private let state: Locked<State>
    private let transport: any Transport
    private let secrets: any SecretReader
    private let zones: TimeZones
    private let clock: any WallClock
    private let logger: Logger
    private let starts: AsyncStream<Start>
    private let startsInput: AsyncStream<Start>.Continuation
    private let tokens = Locked(TokenShelf())
    /// Where results go, and those that came before anybody was there to take them.
    private let report: Locked<(taker: (@Sendable (Event) -> Void)?, early: [Event])>

    private struct Start: Sendable {
        let send: Send
        let endpoint: Traffic.Endpoint
    }

    public init(
        book: ReceiverBook,
        transport: any Transport,
        secrets: any SecretReader,
        zones: TimeZones = .utcOnly,
        clock: any WallClock,
        logger: Logger,
        limits: Traffic.Limits = Traffic.Limits()
    ) {
        self.state = Locked(State(shelf: Bookshelf(book), traffic: Traffic(limits: limits)))
        self.transport = TokenTransport(transport, clock: clock)
        self.secrets = secrets
        self.zones = zones
        self.clock = clock
        self.logger = logger
        (self.starts, self.startsInput) = AsyncStream.makeStream()
        self.report = Locked((nil, []))
    }

    /// Where results go. Set once; what came before is handed over now.
    public func reportResults(to taker: @escaping @Sendable (Event) -> Void) {
        let early = self.report.withLock { report in
            report.taker = taker
            defer { report.early = [] }
            return report.early
        }
        for event in early { taker(event) }
    }

    /// A new configuration is in force. Call it before the engine hears of it: it sends to nobody it does not know.
    public func replaceBook(with book: ReceiverBook) {
        let now = self.uptime
        self.state.withLock { $0.shelf.replace(with: book, at: now) }
    }

    /// Works until ``drain(within:)`` or cancellation. Owns the tasks of all transfers.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await start in self.starts {
                group.addTask { await self.deliver(start) }
            }
            group.cancelAll()
        }
    }

    public func carry(_ sends: [Send]) {
        let now = self.uptime
        for send in sends {
            switch self.admit(send, at: now) {
            case .start(let endpoint): self.startsInput.yield(Start(send: send, endpoint: endpoint))
            case .queued: break
            case .answer(let outcome): self.finish(send, outcome)
            }
        }
    }

    /// Time by which waits are measured, so that nobody's setting of the clock makes them longer.
    private var uptime: Timestamp { .epoch + self.sinceBoot }

    var sinceBoot: Duration { self.clock.sinceBoot() }

    private enum Admission {
        case start(Traffic.Endpoint)
        case queued
        case answer(Outcome)
    }

    private func admit(_ send: Send, at now: Timestamp) -> Admission {
        self.state.withLock { state in
            // Its row stays, and the next start sends it.
            if state.isStopping { return .queued }
            guard let (receiver, _) = state.shelf.find(send.integration, at: now) else {
                return .answer(.refused(reason: "the integration is gone from the configuration"))
            }
            if let wait = state.pacing.wait(for: receiver.channelName, isPage: send.isPage, at: now) {
                return .answer(
                    .failed(reason: "waiting, after a 429", mayHaveArrived: false, retryAfter: wait)
                )
            }
            let endpoint = receiver.endpoint
            return state.traffic.admit(send, to: endpoint) ? .start(endpoint) : .queued
        }
    }

    private func finish(_ send: Send, _ outcome: Outcome, receiverData: LabelSet = .empty) {
        let event = Event.deliveryFinished(
            send.delivery,
            attempt: send.attempt,
            outcome,
            receiverData: receiverData
        )
        let taker = self.report.withLock { report in
            if report.taker == nil { report.early.append(event) }
            return report.taker
        }
        taker?(event)
    }

    /// Starts nothing more and waits for what is under way, for so long.
    public func drain(within patience: Duration) async {
        self.state.withLock { state in
            state.isStopping = true
            state.traffic.clear()
        }
        let deadline = self.clock.sinceBoot() + patience
        while self.clock.sinceBoot() < deadline, self.state.withLock({ $0.traffic.underWay }) > 0 {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
        }
        self.startsInput.finish()
    }
}

// MARK: - One delivery

extension Dispatcher {
    private func deliver(_ start: Start) async {
        let result = await self.attempt(start.send)
        let next = self.state.withLock { $0.traffic.finish(start.endpoint, result.end) }
        for (send, endpoint) in next { self.startsInput.yield(Start(send: send, endpoint: endpoint)) }
        self.finish(start.send, result.outcome, receiverData: result.receiverData)
    }

    private func attempt(_ send: Send) async -> AttemptResult {
        let uptime = self.uptime
        guard let (receiver, book) = self.state.withLock({ $0.shelf.find(send.integration, at: uptime) }) else {
            return AttemptResult(outcome: .refused(reason: "the integration is gone from the configuration"))
        }
        let attempt = self.attempt(at: send.content, by: receiver, of: book, receiverData: send.receiverData)
        let result = await attempt.run()
        self.warn(about: result.templateFailures, in: send)
        if let pause = result.pause {
            let now = self.uptime
            self.state.withLock {
                $0.pacing.refused(receiver.channelName, retryAfter: min(pause, .seconds(900)), at: now)
            }
        }
        return result
    }

    /// With the secrets as they are in their files now.
    func attempt(
        at content: NotificationContent,
        by receiver: any Receiver,
        of book: ReceiverBook,
        receiverData: LabelSet = .empty
    ) -> Attempt {
        let now = self.clock.now()
        let notification = Notification(
            content: content,
            externalURL: book.externalURL,
            now: now,
            secretFiles: self.secrets.read(receiver.secretFiles),
            zones: self.zones,
            receiverData: receiverData,
            token: self.tokens.withLock { $0.token(for: receiver, at: now) }
        )
        return Attempt(
            notification: notification,
            receiver: receiver,
            templates: book.templates,
            transport: self.transport,
            tokens: self.tokens,
            clock: self.clock
        )
    }

    // MARK: Tests

    /// The integrations of a receiver in the order in which they are told; `nil` if there is no such receiver.
    func integrations(
        of receiver: String
    ) -> [(id: IntegrationID, receiver: any Receiver, book: ReceiverBook)]? {
        self.state.withLock { $0.shelf.integrations(of: receiver) }
    }

    func takeTestSlot() -> Bool {
        self.state.withLock { state in
            guard state.tests < Dispatcher.maximumTests else { return false }
            state.tests += 1
            return true
        }
    }

    func returnTestSlot() { self.state.withLock { $0.tests -= 1 } }

    private func warn(about failures: [String], in send: Send) {
        for failure in failures {
            self.logger.warning(
                "a template failed; its default was used",
                metadata: ["integration": "\(send.name)", "error": "\(failure)"]
            )
        }
    }
}

/// Reads the files that secrets lie in, anew for each request, so that a rotated secret is used at once.
public protocol SecretReader: Sendable {
    func read(_ paths: [String]) -> SecretFiles
}

extension Receiver {
    /// What the other side paces by, as one word.
    var channelName: String { "\(Self.kind) \(stableHash(self.channel))" }

    private static var schemes: [String] { ["https://", "http://", "smtp://", "smtps://"] }

    /// Scheme, host and port of where it leads, as far as its settings say; otherwise a word of its own.
    var endpoint: Traffic.Endpoint {
        for text in self.destination {
            guard let scheme = Self.schemes.first(where: { text.hasPrefix($0) }) else { continue }
            let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            return scheme + (authority.split(separator: "@").last ?? authority)
        }
        return "\(Self.kind) \(stableHash(self.destination))"
    }
}
