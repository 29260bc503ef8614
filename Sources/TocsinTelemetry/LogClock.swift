import Glibc

/// A point in time: seconds and nanoseconds since 1970.
public struct LogInstant: Hashable, Sendable {
    public let seconds: Int64
    public let nanoseconds: Int32

    public init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}

/// Where log lines get their time from.
public struct LogClock: Sendable {
    let now: @Sendable () -> LogInstant
    /// Seconds east of UTC at an instant. People at a terminal read local time; the other formats are always UTC.
    let offsetFromUTC: @Sendable (LogInstant) -> Int

    public init(
        now: @escaping @Sendable () -> LogInstant,
        offsetFromUTC: @escaping @Sendable (LogInstant) -> Int = { _ in 0 }
    ) {
        self.now = now
        self.offsetFromUTC = offsetFromUTC
    }

    /// The machine's clock and its time zone.
    public static let system = LogClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return LogInstant(seconds: Int64(time.tv_sec), nanoseconds: Int32(truncatingIfNeeded: time.tv_nsec))
        },
        offsetFromUTC: { instant in
            var seconds = time_t(instant.seconds)
            var local = tm()
            return localtime_r(&seconds, &local) == nil ? 0 : local.tm_gmtoff
        }
    )
}

// MARK: - As text

extension LogInstant {
    /// The years 0001 to 9999, which are those RFC 3339 can write; what lies outside is shown as the nearest.
    private static let writable: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    private static let secondsPerDay: Int64 = 86_400

    /// `2025-01-20T12:00:00.000Z`. Milliseconds are cut, not rounded: a line never shows a time that is yet to come.
    func appendRFC3339(to bytes: inout [UInt8]) {
        let seconds = min(max(self.seconds, Self.writable.lowerBound), Self.writable.upperBound)
        let date = Self.date(ofDay: Self.floorDivide(seconds, Self.secondsPerDay))
        Self.append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        self.appendTimeOfDay(offset: 0, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// `12:00:00.000`, that many seconds east of UTC.
    func appendTimeOfDay(offset: Int, to bytes: inout [UInt8]) {
        let seconds = min(max(self.seconds, Self.writable.lowerBound), Self.writable.upperBound)
        let local = seconds + Int64(min(max(offset, -86_400), 86_400))
        let ofDay = local - Self.floorDivide(local, Self.secondsPerDay) * Self.secondsPerDay
        Self.append(ofDay / 3600, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(ofDay / 60 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(ofDay % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(Int64(min(max(self.nanoseconds, 0), 999_999_999) / 1_000_000), digits: 3, to: &bytes)
    }

    private static func append(_ number: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }

    /// The date of a day counted from 1970-01-01. Years begin in March here, so that the leap day is their last.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = day + 719_468
        let era = self.floorDivide(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
