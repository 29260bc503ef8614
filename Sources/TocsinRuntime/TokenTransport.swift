import TocsinReceivers

/// A transport that fetches the OAuth 2.0 token which a request needs, and keeps it for all that ask for the same one
/// until it expires or is refused. Requests that need none pass through.
///
/// The steps are ``OAuth2Exchange``'s; here are only the cache, and that one question at a time is under way for each
/// grant, however many notifications wait for its answer.
final class TokenTransport: Transport, Sendable {
    private typealias Fetched = Result<OAuth2Token, TransportFailure>

    private struct Slot {
        var token: OAuth2Token?
        /// By the time since boot; `nil` if the token has no end.
        var goodUntil: Duration?
        /// Where the client's credentials were understood the last time.
        var credentials: OAuth2Grant.Credentials?
        var isFetching = false
        var waiters: [CheckedContinuation<Fetched?, Never>] = []
    }

    private let transport: any Transport
    private let clock: any WallClock
    private let slots = Locked<[OAuth2Grant: Slot]>([:])

    /// A secret that was changed leaves a grant behind that nobody asks for any more.
    private static let maximumGrants = 256
    /// A token that is about to expire may do so on the way.
    private static let margin = Duration.seconds(10)

    init(_ transport: any Transport, clock: any WallClock) {
        self.transport = transport
        self.clock = clock
    }

    func perform(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard let grant = request.grant else { return try await self.transport.perform(request) }
        let (token, isFresh) = try await self.token(for: grant)
        let answer = try await self.send(request, with: token)
        guard answer.status == 401 else { return answer }
        // It may have been taken back before its time. A new one that is refused too says that it is not the token.
        self.forget(token, of: grant)
        if isFresh { return answer }
        return try await self.send(request, with: try await self.token(for: grant).token)
    }

    private func send(
        _ request: HTTPRequest,
        with token: OAuth2Token
    ) async throws(TransportFailure) -> HTTPResponse {
        var request = request
        request.grant = nil
        request.headers.append(token.header)
        let answer = try await self.transport.perform(request)
        return Redaction.isNeeded(for: answer) ? Redaction(settings: [], request: request).clean(answer) : answer
    }
}

// MARK: - Tokens

extension TokenTransport {
    private enum Turn {
        case use(OAuth2Token)
        case fetch(OAuth2Grant.Credentials?)
        case wait
    }

    /// - Returns: the token, and whether it was fetched just now.
    private func token(
        for grant: OAuth2Grant
    ) async throws(TransportFailure) -> (token: OAuth2Token, isFresh: Bool) {
        while true {
            switch self.turn(for: grant) {
            case .use(let token): return (token, false)
            case .fetch(let credentials):
                let (result, understood) = await self.fetch(grant, credentials)
                self.settle(grant, result, understood)
                return (try result.get(), true)
            case .wait:
                let fetched = await withCheckedContinuation { continuation in self.wait(for: grant, continuation) }
                // Whoever fetched was called off, or was done before we could wait.
                guard let fetched else { continue }
                return (try fetched.get(), true)
            }
        }
    }

    private func turn(for grant: OAuth2Grant) -> Turn {
        let now = self.clock.sinceBoot()
        return self.slots.withLock { slots in
            if slots[grant] == nil, slots.count >= TokenTransport.maximumGrants {
                slots = slots.filter { $0.value.isFetching }
            }
            var slot = slots[grant] ?? Slot()
            defer { slots[grant] = slot }
            if slot.isFetching { return .wait }
            if let token = slot.token, slot.goodUntil.map({ now < $0 }) ?? true { return .use(token) }
            slot.isFetching = true
            return .fetch(slot.credentials)
        }
    }

    private func wait(for grant: OAuth2Grant, _ continuation: CheckedContinuation<Fetched?, Never>) {
        let isTooLate = self.slots.withLock { slots in
            guard slots[grant]?.isFetching == true else { return true }
            slots[grant]?.waiters.append(continuation)
            return false
        }
        if isTooLate { continuation.resume(returning: nil) }
    }

    private func fetch(
        _ grant: OAuth2Grant,
        _ credentials: OAuth2Grant.Credentials?
    ) async -> (Fetched, OAuth2Grant.Credentials) {
        var exchange = OAuth2Exchange(grant, credentials: credentials)
        var question = exchange.question
        while true {
            do {
                switch exchange.take(try await self.transport.perform(question)) {
                case .ask(let next): question = next
                case .token(let token): return (.success(token), exchange.credentials)
                case .failed(let failure): return (.failure(failure), exchange.credentials)
                }
            } catch {
                // The notification itself was not sent, whatever became of the question.
                let kind = error.kind == .brokenOff ? .unreachable : error.kind
                let message = "no OAuth 2.0 token: \(error.message)"
                let failure = TransportFailure(kind: kind, mayHaveArrived: false, message: message)
                return (.failure(failure), exchange.credentials)
            }
        }
    }

    private func settle(_ grant: OAuth2Grant, _ result: Fetched, _ understood: OAuth2Grant.Credentials) {
        let now = self.clock.sinceBoot()
        let waiters = self.slots.withLock { slots in
            let waiters = slots[grant]?.waiters ?? []
            var slot = Slot()
            if case .success(let token) = result {
                slot.token = token
                slot.goodUntil = token.lifetime.map { now + $0 - TokenTransport.margin }
                slot.credentials = understood
            }
            slots[grant] = slot
            return waiters
        }
        // One that was called off says nothing about the others.
        var wasCalledOff = false
        if case .failure(let failure) = result { wasCalledOff = failure.kind == .cancelled }
        for waiter in waiters { waiter.resume(returning: wasCalledOff ? nil : result) }
    }

    private func forget(_ token: OAuth2Token, of grant: OAuth2Grant) {
        self.slots.withLock { slots in
            if slots[grant]?.token == token { slots[grant]?.token = nil }
        }
    }
}
