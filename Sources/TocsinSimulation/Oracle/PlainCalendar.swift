import TocsinModel

/// Time intervals, written a second time: civil time by counting days, not by the model's arithmetic.
extension NamedTimeInterval {
    func plainlyContains(_ time: Timestamp) -> Bool { self.intervals.contains { $0.plainlyContains(time) } }
}

extension TimeInterval {
    fileprivate func plainlyContains(_ time: Timestamp) -> Bool {
        let local = time.seconds + Int64(self.zone.plainOffset(at: time.seconds))
        let date = PlainDate(secondsSince1970: local)
        let times = self.times?.contains { $0.lowerBound <= date.minute && date.minute < $0.upperBound }
        if times == false || !TimeInterval.holds(self.weekdays, date.weekday) { return false }
        if !TimeInterval.holds(self.months, date.month) || !TimeInterval.holds(self.years, date.year) { return false }
        guard let days = self.daysOfMonth else { return true }
        let length = PlainDate.length(ofMonth: date.month, year: date.year)
        return days.contains { range in
            let first = range.first > 0 ? range.first : length + 1 + range.first
            let last = range.last > 0 ? range.last : length + 1 + range.last
            return first <= date.day && date.day <= last
        }
    }

    private static func holds(_ ranges: [ClosedRange<Int>]?, _ number: Int) -> Bool {
        ranges?.contains { $0.lowerBound <= number && number <= $0.upperBound } ?? true
    }
}

extension TimeZoneRules {
    /// The zones that simulations make are known here by name; others are read off the tables of the zone.
    fileprivate func plainOffset(at seconds: Int64) -> Int {
        switch self.name {
        case "UTC": return 0
        case "Asia/Kolkata": return 19_800
        case "Europe/Berlin": return TimeZoneRules.berlinOffset(at: seconds)
        default: return self.period(at: seconds).secondsEast
        }
    }

    /// Summer time from the last Sunday of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC.
    private static func berlinOffset(at seconds: Int64) -> Int {
        let date = PlainDate(secondsSince1970: seconds)
        let isSummer: Bool
        switch date.month {
        case 4...9: isSummer = true
        case 3, 10:
            let sunday = PlainDate.lastSunday(ofMonth: date.month, year: date.year)
            let isPast = date.day > sunday || (date.day == sunday && date.minute >= 60)
            isSummer = (date.month == 3) == isPast
        default: isSummer = false
        }
        return isSummer ? 7200 : 3600
    }
}

/// A day in the calendar, found by walking there year by year and month by month.
private struct PlainDate {
    var year = 1970
    var month = 1
    var day: Int
    /// 0 is Sunday.
    let weekday: Int
    /// Of the day.
    let minute: Int

    /// For times from 1970 on.
    init(secondsSince1970 seconds: Int64) {
        var days = Int(seconds / 86_400)
        self.minute = Int(seconds % 86_400) / 60
        self.weekday = (days + 4) % 7
        while days >= PlainDate.length(ofYear: self.year) {
            days -= PlainDate.length(ofYear: self.year)
            self.year += 1
        }
        while days >= PlainDate.length(ofMonth: self.month, year: self.year) {
            days -= PlainDate.length(ofMonth: self.month, year: self.year)
            self.month += 1
        }
        self.day = days + 1
    }

    private static func isLeap(_ year: Int) -> Bool { (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 }

    private static func length(ofYear year: Int) -> Int { self.isLeap(year) ? 366 : 365 }

    static func length(ofMonth month: Int, year: Int) -> Int {
        if month == 2 { return self.isLeap(year) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    static func lastSunday(ofMonth month: Int, year: Int) -> Int {
        var days = 0
        for other in 1970..<year { days += self.length(ofYear: other) }
        for other in 1..<month { days += self.length(ofMonth: other, year: year) }
        let last = self.length(ofMonth: month, year: year)
        let weekday = (days + last - 1 + 4) % 7
        return last - weekday
    }
}
