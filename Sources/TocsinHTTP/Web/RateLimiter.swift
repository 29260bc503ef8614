import TocsinConfig
import TocsinRuntime

/// Lets in one request each interval, and after a quiet time several at once.
final class RateLimiter: Sendable {
    let limit: WebConfig.RateLimit
    /// When the bucket will be full again.
    private let fullAt = Locked<ContinuousClock.Instant?>(nil)

    init(_ limit: WebConfig.RateLimit) { self.limit = limit }

    /// Whether a request may come in now; if it may, it counts.
    func admits(at now: ContinuousClock.Instant) -> Bool {
        self.fullAt.withLock { fullAt in
            let next = max(fullAt ?? now, now) + self.limit.interval
            guard next - now <= self.limit.interval * self.limit.burst else { return false }
            fullAt = next
            return true
        }
    }
}
