public import TocsinModel
import Glibc

/// The one door for time.
public protocol WallClock: Sendable {
    /// What the clock on the wall says; it can be set.
    func now() -> Timestamp
    /// Time since the machine began, sleep included; nobody can set it.
    func sinceBoot() -> Duration
}

public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Timestamp {
        let time = SystemClock.read(CLOCK_REALTIME)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }

    public func sinceBoot() -> Duration {
        let time = SystemClock.read(CLOCK_BOOTTIME)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "a Linux kernel has these clocks")
        return time
    }
}

/// Tells when the wall clock was set: it moves apart from the time since boot.
struct ClockWatch {
    private var difference: Duration

    /// A set clock is one that moved by more than this; anything less is the clock being steered.
    private static let tolerance = Duration.seconds(1)

    init(_ clock: some WallClock) { self.difference = ClockWatch.difference(clock) }

    /// By how much the clock was set since the last call; `nil` if it was not.
    mutating func step(_ clock: some WallClock) -> Duration? {
        let difference = ClockWatch.difference(clock)
        let step = difference - self.difference
        self.difference = difference
        return step > ClockWatch.tolerance || step < .zero - ClockWatch.tolerance ? step : nil
    }

    private static func difference(_ clock: some WallClock) -> Duration {
        (clock.now() - .epoch) - clock.sinceBoot()
    }
}
