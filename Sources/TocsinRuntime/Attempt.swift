// Before TocsinReceivers, in the first file: OpenSSL's headers bring the C library's threads along, and of two modules
// that have a type the one that is loaded first owns it.
import Glibc
import TocsinModel
import TocsinReceivers
import TocsinTemplate

/// One attempt to deliver a notification: the first request, those that follow from the answers, and what came of it.
struct Attempt: Sendable {
    var notification: Notification
    let receiver: any Receiver
    let templates: TemplateSet
    let transport: any Transport
    let tokens: Locked<TokenShelf>
    let clock: any WallClock
}

/// What came of an attempt.
struct AttemptResult: Sendable {
    var outcome: Outcome
    var end = Traffic.End.other
    /// What the receiver wants to know again; empty unless the notification was delivered.
    var receiverData = LabelSet.empty
    /// How long the channel is to be left alone, after a 429.
    var pause: Duration?
    var templateFailures: [String] = []
    /// What was said, with what is secret taken out; only where it was asked for.
    var exchanges: [IntegrationTest.Exchange] = []

    init(outcome: Outcome) { self.outcome = outcome }
}

extension Attempt {
    /// - Parameter isRecorded: whether the result has the ``AttemptResult/exchanges``.
    func run(isRecorded: Bool = false) async -> AttemptResult {
        var result = AttemptResult(outcome: .refused(reason: "nothing was sent"))
        var attempt = self
        let labels = RouteLabels.rendered(for: self.notification, with: self.templates)
        attempt.notification.content.routeLabels = labels.labels
        result.templateFailures += labels.failures
        do {
            let first = try self.receiver.request(for: attempt.notification, with: self.templates)
            try await attempt.converse(from: first, isRecorded: isRecorded, into: &result)
        } catch {
            result.outcome = .refused(reason: error.reason)
            result.receiverData = .empty
        }
        return result
    }

    /// The first request and those that the receiver wants sent after it. If the last was refused for what it says, not
    /// for where it went: once more, in words that nothing can be wrong with.
    private func converse(
        from first: RenderedRequest,
        isRecorded: Bool,
        into result: inout AttemptResult
    ) async throws(Refusal) {
        guard let answer = await self.perform(first, isRecorded: isRecorded, into: &result) else { return }
        var conversation = Conversation(answer, meaning: result.outcome)
        while conversation.responses.count <= type(of: self.receiver).maximumSteps {
            let next = try self.receiver.next(after: conversation, for: self.notification, with: self.templates)
            guard let next else { break }
            guard let answer = await self.perform(next, isRecorded: isRecorded, into: &result) else { return }
            conversation.append(answer, meaning: result.outcome)
        }
        if case .refused = result.outcome, let last = conversation.responses.last {
            let plain = try self.receiver.plainRequest(for: self.notification, with: self.templates, after: last)
            guard let plain else { return }
            guard let answer = await self.perform(plain, isRecorded: isRecorded, into: &result) else { return }
            conversation.append(answer, meaning: result.outcome)
        }
        if result.outcome == .delivered {
            result.receiverData = self.receiver.receiverData(after: conversation, for: self.notification)
        }
    }

    /// One request and what came of it; `nil` where no answer arrived. What people read comes from an answer without
    /// secrets, what the receiver reads from the answer as it is: an ID may look like something secret.
    private func perform(
        _ rendered: RenderedRequest,
        isRecorded: Bool,
        into result: inout AttemptResult
    ) async -> HTTPResponse? {
        result.templateFailures += rendered.templateFailures
        let begin = self.clock.sinceBoot()
        let response: HTTPResponse
        do {
            response = try await self.transport.perform(rendered.request)
        } catch {
            (result.outcome, result.end) = Attempt.outcome(of: error)
            if isRecorded { result.exchanges.append(self.exchange(rendered.request, .failure(error), since: begin)) }
            return nil
        }
        if let token = self.receiver.token(in: response, for: self.notification) {
            self.tokens.withLock { $0.keep(token, for: self.receiver, at: self.notification.now) }
        }
        if isRecorded { result.exchanges.append(self.exchange(rendered.request, .success(response), since: begin)) }
        let cleaned =
            Redaction.isNeeded(for: response) ? self.redaction(of: rendered.request).clean(response) : response
        result.outcome = self.receiver.outcome(of: cleaned)
        result.end = .answered
        if case .failed(_, _, let pause?) = result.outcome, response.status == 429 { result.pause = pause }
        return response
    }

    /// The token is the one that the answer may just have brought.
    private var token: AccessToken? {
        self.tokens.withLock { $0.token(for: self.receiver, at: self.notification.now) }
    }

    private func exchange(
        _ request: HTTPRequest,
        _ answer: Result<HTTPResponse, TransportFailure>,
        since begin: Duration
    ) -> IntegrationTest.Exchange {
        let display = Display(of: self.receiver, files: self.notification.secretFiles, token: self.token)
        let (status, text): (Int?, String) =
            switch answer {
            case .success(let response): (response.status, display.body(response.body))
            case .failure(let failure): (nil, display.text(failure.message))
            }
        return IntegrationTest.Exchange(
            method: request.method,
            url: display.url(request.url),
            headers: display.headers(request.headers).map { ($0.name, $0.value) },
            body: display.body(request.body),
            status: status,
            answer: text,
            duration: self.clock.sinceBoot() - begin
        )
    }

    private func redaction(of request: HTTPRequest) -> Redaction {
        Redaction(
            settings: self.receiver.destination,
            files: self.notification.secretFiles,
            request: request,
            token: self.token
        )
    }

    private static func outcome(of failure: TransportFailure) -> (Outcome, Traffic.End) {
        switch failure.kind {
        case .invalidRequest, .unauthorized:
            (.refused(reason: failure.message), .other)
        case .timedOut:
            (.failed(reason: failure.message, mayHaveArrived: failure.mayHaveArrived), .timedOut)
        case .unreachable, .brokenOff, .tls, .cancelled:
            (.failed(reason: failure.message, mayHaveArrived: failure.mayHaveArrived), .other)
        }
    }
}
