public import TocsinModel

/// A notification that is decided on and not yet taken by its receiver. At most one for each group and integration:
/// while it waits for its retry, the newest content wins.
public struct Delivery: Hashable, Sendable {
    public let id: ID<Delivery>
    public let key: ToldKey
    public internal(set) var integration: IntegrationID
    public let content: NotificationContent
    /// The told state that its success makes.
    public let firing: FingerprintSet
    public let resolved: FingerprintSet
    public let sendResolved: Bool
    public let keptFor: Duration
    /// Attempts begun, which also names the attempt under way. One that was told when to come again does not count.
    public internal(set) var attempts: Int
    /// Attempts that count for the back-off: one that was told when to come again does not.
    public internal(set) var failures: Int
    /// The next attempt; no meaning while one is under way.
    public internal(set) var nextAttemptAt: Timestamp
    /// Whether the other side named the time of the next attempt.
    public internal(set) var isToldToWait: Bool
    /// Whether some attempt may have arrived without our knowing.
    public internal(set) var mayHaveArrived: Bool
    /// Whether the group was flushed while an attempt was under way: then it is decided anew when the result is in.
    public internal(set) var decideAgain: Bool
    /// Whether an attempt is under way. Not in its row: nothing is, after a restart.
    public internal(set) var isUnderWay: Bool

    public init(
        id: ID<Delivery>,
        key: ToldKey,
        integration: IntegrationID,
        content: NotificationContent,
        firing: FingerprintSet,
        resolved: FingerprintSet,
        sendResolved: Bool,
        keptFor: Duration,
        attempts: Int = 0,
        failures: Int = 0,
        nextAttemptAt: Timestamp,
        isToldToWait: Bool = false,
        mayHaveArrived: Bool = false,
        decideAgain: Bool = false
    ) {
        self.id = id
        self.key = key
        self.integration = integration
        self.content = content
        self.firing = firing
        self.resolved = resolved
        self.sendResolved = sendResolved
        self.keptFor = keptFor
        self.attempts = attempts
        self.failures = failures
        self.nextAttemptAt = nextAttemptAt
        self.isToldToWait = isToldToWait
        self.mayHaveArrived = mayHaveArrived
        self.decideAgain = decideAgain
        self.isUnderWay = false
    }
}

extension Delivery {
    /// The wait after the last counted failure: 0.5 s × 1.5ⁿ ± 50 %, at most 60 s. The spread comes from the
    /// delivery's number, so it is the same in every run.
    var backOff: Duration {
        var nominal = 0.5
        for _ in 1..<max(self.failures, 1) where nominal < 60 { nominal *= 1.5 }
        nominal = min(nominal, 60)
        var bits = UInt64(bitPattern: self.id.number) &+ UInt64(self.failures) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        let fraction = Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
        return .milliseconds(Int64(min(nominal * (0.5 + fraction), 60) * 1000))
    }
}
