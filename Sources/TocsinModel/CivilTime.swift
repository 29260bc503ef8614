/// A timestamp as calendar and clock show it in one offset from UTC (proleptic Gregorian calendar, no leap seconds).
public struct CivilTime: Hashable, Sendable {
    /// 1 to 9999; 0 or 10000 within a day of the ends of the calendar, in an offset that leads beyond them.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var nanosecond: Int
    /// Seconds east of UTC. Not always whole minutes: before time zones, cities had their own.
    public var offsetSeconds: Int

    public init(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        nanosecond: Int = 0,
        offsetSeconds: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
        self.offsetSeconds = offsetSeconds
    }

    /// 0 is Sunday.
    public var weekday: Int {
        let days = CivilTime.daysSince1970(year: self.year, month: self.month, day: self.day)
        // The first of January 1970 was a Thursday.
        let remainder = (days + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// 1 to 366.
    public var dayOfYear: Int {
        CivilTime.daysSince1970(year: self.year, month: self.month, day: self.day)
            - CivilTime.daysSince1970(year: self.year, month: 1, day: 1) + 1
    }
}

// MARK: - Calendar

extension CivilTime {
    @inline(__always)
    public static func isLeapYear(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// `month` must be 1 to 12.
    @inline(__always)
    public static func daysInMonth(_ month: Int, ofYear year: Int) -> Int {
        // Thirty, and one more in the odd months up to July and the even ones after it.
        if month == 2 { return self.isLeapYear(year) ? 29 : 28 }
        return 30 + ((month + (month >> 3)) & 1)
    }

    /// Days from 1970-01-01 to a date; negative before it. `month` must be 1 to 12, and the year not before -400,000; a
    /// day beyond its month counts on.
    @inline(__always)
    public static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        // Years that begin in March have their leap day at the end, where it moves no other day. They are counted from
        // the first of March of the year -400,000, which is 146,816,468 days before 1970, so that none is negative
        // and the divisions need not round down.
        let isBeforeMarch = month <= 2
        let marchYear = UInt(bitPattern: year &+ 400_000 &- (isBeforeMarch ? 1 : 0))
        let marchMonth = UInt(bitPattern: isBeforeMarch ? month &+ 9 : month &- 3)
        let leapDays = marchYear / 4 &- marchYear / 100 &+ marchYear / 400
        let days = marchYear &* 365 &+ leapDays &+ (153 &* marchMonth &+ 2) / 5
        return Int(bitPattern: days) &+ day &- 1 &- 146_816_468
    }

    /// The date so many days after 1970-01-01.
    @inline(__always)
    public static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

// MARK: - Timestamps

extension Timestamp {
    /// In the offset it came with; in UTC if that is a day or more, which no clock on earth shows.
    public var civil: CivilTime {
        let offset = Int(self.offsetMinutes) * 60
        return self.civil(offsetSeconds: abs(offset) < 86_400 ? offset : 0)
    }

    /// In an offset of that many seconds east of UTC, which must be less than a day.
    public func civil(offsetSeconds: Int) -> CivilTime {
        precondition(abs(offsetSeconds) < 86_400, "an offset from UTC must be less than a day")
        let (days, second) = (self.seconds + Int64(offsetSeconds)).flooredDivision(by: 86_400)
        let (year, month, day) = CivilTime.date(daysSince1970: Int(days))
        let (minutes, seconds) = Int(second).quotientAndRemainder(dividingBy: 60)
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return CivilTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: seconds,
            nanosecond: Int(self.nanoseconds),
            offsetSeconds: offsetSeconds
        )
    }

    /// The instant that calendar and clock show, printed in the whole minutes of its offset; `nil` if there is no such
    /// date or time of day.
    public init?(_ civil: CivilTime) {
        guard
            (0...10_000).contains(civil.year), (1...12).contains(civil.month),
            (1...CivilTime.daysInMonth(civil.month, ofYear: civil.year)).contains(civil.day),
            (0..<24).contains(civil.hour), (0..<60).contains(civil.minute), (0..<60).contains(civil.second),
            (0..<1_000_000_000).contains(civil.nanosecond), abs(civil.offsetSeconds) < 86_400
        else { return nil }
        let days = CivilTime.daysSince1970(year: civil.year, month: civil.month, day: civil.day)
        let clock = civil.hour * 3600 + civil.minute * 60 + civil.second
        self.init(
            seconds: Int64(days * 86_400 + clock - civil.offsetSeconds),
            nanoseconds: UInt32(civil.nanosecond),
            offsetMinutes: Int16(civil.offsetSeconds / 60)
        )
    }
}
