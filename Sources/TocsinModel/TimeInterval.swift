/// Times that come again: the office hours of one place, the nights of December.
///
/// Every field that is there must hold. In a field any of its items is enough, so an empty one never holds.
public struct TimeInterval: Hashable, Sendable {
    /// Minutes of the day, 0 to 1440.
    public var times: [Range<Int>]?
    /// 0 is Sunday.
    public var weekdays: [ClosedRange<Int>]?
    public var daysOfMonth: [DaysOfMonth]?
    /// 1 is January. Others than 1 to 12 may be named and never come.
    public var months: [ClosedRange<Int>]?
    public var years: [ClosedRange<Int>]?
    /// Whose calendar and clock count.
    public var zone: TimeZoneRules

    public init(
        times: [Range<Int>]? = nil,
        weekdays: [ClosedRange<Int>]? = nil,
        daysOfMonth: [DaysOfMonth]? = nil,
        months: [ClosedRange<Int>]? = nil,
        years: [ClosedRange<Int>]? = nil,
        zone: TimeZoneRules = .utc
    ) {
        self.times = times
        self.weekdays = weekdays
        self.daysOfMonth = daysOfMonth
        self.months = months
        self.years = years
        self.zone = zone
    }

    /// Whether the interval holds at that time.
    public func contains(_ time: Timestamp) -> Bool {
        let civil = time.civil(in: self.zone)
        let minute = civil.hour * 60 + civil.minute
        let daysInMonth = CivilTime.daysInMonth(civil.month, ofYear: civil.year)
        return self.times?.contains { $0.contains(minute) } ?? true
            && self.weekdays?.contains { $0.contains(civil.weekday) } ?? true
            && self.daysOfMonth?.contains { $0.contains(civil.day, ofMonthWith: daysInMonth) } ?? true
            && self.months?.contains { $0.contains(civil.month) } ?? true
            && self.years?.contains { $0.contains(civil.year) } ?? true
    }
}

/// Days of a month, counted from its beginning (1 is the first) or from its end (-1 is the last).
public struct DaysOfMonth: Hashable, Sendable {
    public var first: Int
    public var last: Int

    public init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }

    /// - Parameter days: how many days the month has.
    func contains(_ day: Int, ofMonthWith days: Int) -> Bool {
        func counted(_ number: Int) -> Int { number < 0 ? days + number + 1 : number }
        return counted(self.first) <= day && day <= counted(self.last)
    }
}

/// Intervals under the name that routes call them by.
public struct NamedTimeInterval: Hashable, Sendable {
    public let name: String
    public let intervals: [TimeInterval]

    public init(name: String, intervals: [TimeInterval]) {
        self.name = name
        self.intervals = intervals
    }

    /// Whether any of them holds; never, if there are none.
    public func contains(_ time: Timestamp) -> Bool { self.intervals.contains { $0.contains(time) } }
}
