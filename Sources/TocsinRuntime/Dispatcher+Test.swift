public import TocsinModel
import TocsinReceivers

/// What came of a test notification at one integration.
public struct IntegrationTest: Sendable {
    /// A request and its answer, with `<secret>` where something secret stood.
    public struct Exchange: Sendable {
        public let method: String
        public let url: String
        public let headers: [(name: String, value: String)]
        public let body: String
        /// `nil` if no answer came.
        public let status: Int?
        /// What was answered; why nothing was, if nothing was.
        public let answer: String
        public let duration: Duration

        public init(
            method: String,
            url: String,
            headers: [(name: String, value: String)],
            body: String,
            status: Int?,
            answer: String,
            duration: Duration
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.status = status
            self.answer = answer
            self.duration = duration
        }
    }

    public let integration: IntegrationID
    public let outcome: Outcome
    /// One for most kinds; several where a message needs several requests.
    public let exchanges: [Exchange]
    /// Templates that failed, for people.
    public let templateFailures: [String]
    public let duration: Duration

    public init(
        integration: IntegrationID,
        outcome: Outcome,
        exchanges: [Exchange],
        templateFailures: [String] = [],
        duration: Duration
    ) {
        self.integration = integration
        self.outcome = outcome
        self.exchanges = exchanges
        self.templateFailures = templateFailures
        self.duration = duration
    }
}

/// Why nothing was tested.
public enum TestRefusal: Error, Hashable, Sendable {
    case unknownReceiver
    /// As many tests are under way as may be at once.
    case tooMany(limit: Int)
}

extension Dispatcher {
    /// Tests that may be under way at once.
    static let maximumTests = 4

    /// Sends one notification to each integration of a receiver, as it would be sent, all at once, and says what came
    /// of it. It counts for nothing: no state, no pace, no limit of the notifications knows of it. Nothing is tried
    /// again.
    ///
    /// - Parameter patience: attempts that take longer are broken off.
    public func test(
        _ content: NotificationContent,
        within patience: Duration = .seconds(60)
    ) async throws(TestRefusal) -> [IntegrationTest] {
        guard let integrations = self.integrations(of: content.receiver) else { throw .unknownReceiver }
        guard self.takeTestSlot() else { throw .tooMany(limit: Dispatcher.maximumTests) }
        defer { self.returnTestSlot() }
        return await withTaskGroup(of: IntegrationTest?.self) { group in
            for (id, receiver, book) in integrations {
                let attempt = self.attempt(at: content, by: receiver, of: book)
                group.addTask { await self.test(id, by: attempt) }
            }
            group.addTask {
                // Whoever is done first ends the others' wait; an interrupted one has nothing to say.
                do { try await Task.sleep(for: patience) } catch { return nil }
                return nil
            }
            var tests: [IntegrationTest] = []
            while tests.count < integrations.count, let next = await group.next() {
                guard let next else {
                    group.cancelAll()
                    continue
                }
                tests.append(next)
            }
            group.cancelAll()
            return integrations.compactMap { integration in tests.first { $0.integration == integration.id } }
        }
    }

    private func test(_ id: IntegrationID, by attempt: Attempt) async -> IntegrationTest {
        let begin = self.sinceBoot
        let result = await attempt.run(isRecorded: true)
        return IntegrationTest(
            integration: id,
            outcome: result.outcome,
            exchanges: result.exchanges,
            templateFailures: result.templateFailures,
            duration: self.sinceBoot - begin
        )
    }
}
