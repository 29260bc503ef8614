public import TocsinModel

/// How fast a channel may be written to that once said "too many": not before the time it named, then once a second
/// until ten minutes have passed without another 429. A channel that never says it is not paced.
public struct Pacing: Sendable {
    private struct Channel: Sendable {
        var blockedUntil: Timestamp
        var lastRefusalAt: Timestamp
        var lastSentAt: Timestamp
        /// Updates that were sent away since the last one went out; each comes back a second later than the one
        /// before it.
        var updatesAway = 0
    }

    private var channels: [String: Channel] = [:]

    private static let quietPeriod = Duration.seconds(600)
    private static let gap = Duration.seconds(1)

    public init() {}

    /// How long to stay away from the channel, or `nil` if a message may go out now, which is then counted. Pages ask
    /// again at the next free second, updates stand in line behind them.
    public mutating func wait(for channel: String, isPage: Bool, at now: Timestamp) -> Duration? {
        guard var state = self.channels[channel] else { return nil }
        if now - state.lastRefusalAt >= Pacing.quietPeriod {
            self.channels[channel] = nil
            return nil
        }
        defer { self.channels[channel] = state }
        if now < state.blockedUntil { return state.blockedUntil - now }
        let next = state.lastSentAt + Pacing.gap
        if now >= next {
            state.lastSentAt = now
            state.updatesAway = max(state.updatesAway - 1, 0)
            return nil
        }
        if isPage { return next - now }
        state.updatesAway += 1
        return (next - now) + Pacing.gap * min(state.updatesAway, 60)
    }

    /// The channel answered 429.
    public mutating func refused(_ channel: String, retryAfter: Duration, at now: Timestamp) {
        let until = now + retryAfter
        let known = self.channels[channel]?.blockedUntil ?? until
        self.channels[channel] = Channel(blockedUntil: max(known, until), lastRefusalAt: now, lastSentAt: now)
    }
}
