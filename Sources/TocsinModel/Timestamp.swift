/// A point in time as RFC 3339 can write it: any of the years 0001 to 9999, to the nanosecond, with the offset it
/// came with.
///
/// Two timestamps are equal when they name the same instant; the offset only decides how it is printed. Arithmetic
/// saturates at ``distantPast`` and ``distantFuture``, so nothing a sender posts can trap.
public struct Timestamp: Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, negative before it.
    public let seconds: Int64
    /// 0 to 999,999,999, counted forward from `seconds`.
    public let nanoseconds: UInt32
    /// Minutes east of UTC in which to print it; 0 is printed `Z`.
    public let offsetMinutes: Int16

    /// 0001-01-01T00:00:00Z, which is also Go's zero time: senders write it for "not set".
    public static let distantPast = Timestamp(seconds: -62_135_596_800)
    /// 9999-12-31T23:59:59.999999999Z.
    public static let distantFuture = Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999)
    /// 1970-01-01T00:00:00Z.
    public static let epoch = Timestamp(seconds: 0)

    /// Clamps to the years 0001 to 9999. `nanoseconds` must be below one second.
    public init(seconds: Int64, nanoseconds: UInt32 = 0, offsetMinutes: Int16 = 0) {
        precondition(nanoseconds < 1_000_000_000, "a timestamp's nanoseconds must be below one second")
        if seconds < -62_135_596_800 {
            self.seconds = -62_135_596_800
            self.nanoseconds = 0
        } else if seconds > 253_402_300_799 {
            self.seconds = 253_402_300_799
            self.nanoseconds = 999_999_999
        } else {
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
        self.offsetMinutes = offsetMinutes
    }

    /// Whether this is Go's zero time, which stands for "not set" in every payload.
    public var isZero: Bool { self.seconds == Timestamp.distantPast.seconds && self.nanoseconds == 0 }

    /// The same instant, printed in UTC.
    public var utc: Timestamp { Timestamp(seconds: self.seconds, nanoseconds: self.nanoseconds) }

    /// Nanoseconds since 1970, clamped to what 64 bits hold (the years 1678 to 2262).
    public var nanosecondsSince1970: Int64 {
        let (scaled, overflow) = self.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return self.seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(Int64(self.nanoseconds))
        return carried ? .max : sum
    }

    /// The instant that many nanoseconds after 1970.
    public init(nanosecondsSince1970 nanoseconds: Int64) {
        let (seconds, rest) = nanoseconds.flooredDivision(by: 1_000_000_000)
        self.init(seconds: seconds, nanoseconds: UInt32(rest))
    }
}

extension Timestamp: Hashable, Comparable {
    public static func == (a: Timestamp, b: Timestamp) -> Bool {
        a.seconds == b.seconds && a.nanoseconds == b.nanoseconds
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.seconds)
        hasher.combine(self.nanoseconds)
    }
}

// MARK: - Arithmetic

extension Timestamp {
    /// Saturates at the ends of the calendar.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        var nanoseconds = Int64(time.nanoseconds) + attoseconds / 1_000_000_000
        var carry: Int64 = 0
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            carry = -1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            carry = 1
        }
        let (sum, overflow) = time.seconds.addingReportingOverflow(seconds)
        if overflow { return seconds < 0 ? .distantPast : .distantFuture }
        return Timestamp(
            seconds: sum &+ carry,
            nanoseconds: UInt32(nanoseconds),
            offsetMinutes: time.offsetMinutes
        )
    }

    public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }

    /// How long from `earlier` to `later`; negative if they are the other way round.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .seconds(later.seconds - earlier.seconds)
            + .nanoseconds(Int64(later.nanoseconds) - Int64(earlier.nanoseconds))
    }

    public static func += (time: inout Timestamp, duration: Duration) { time = time + duration }
}

extension Int64 {
    /// Quotient and remainder of a division that rounds down, so that the remainder is never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
