/// The rules of a time zone in one line, as POSIX writes them and the footer of a time zone file does:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct POSIXTimeZone: Hashable, Sendable {
    private let standard: ZonePeriod
    private let daylight: Daylight?

    private struct Daylight: Hashable {
        let period: ZonePeriod
        let begins: YearlyChange
        let ends: YearlyChange
    }

    /// What holds at an instant, given in seconds since 1970-01-01T00:00:00Z.
    func period(at seconds: Int64) -> ZonePeriod {
        guard let daylight = self.daylight else { return self.standard }
        // The calendar repeats itself every 400 years, to the day of the week.
        let second = seconds.flooredDivision(by: 146_097 * 86_400).remainder
        let year = CivilTime.date(daysSince1970: Int(second / 86_400)).year
        var latest: (instant: Int64, isBeginning: Bool)?
        // A change may be given as up to a week before or after its day, so also in the year before or after.
        for year in year - 2...year + 1 {
            let begin = daylight.begins.instant(in: year, secondsEast: self.standard.secondsEast)
            let end = daylight.ends.instant(in: year, secondsEast: daylight.period.secondsEast)
            // Where it ends in the moment in which it begins again, it lasts all year.
            for (instant, isBeginning) in [(end, false), (begin, true)] where instant <= second {
                if instant >= latest?.instant ?? .min { latest = (instant, isBeginning) }
            }
        }
        return latest?.isBeginning == true ? daylight.period : self.standard
    }
}

/// A day of every year on which clocks are changed, and the time of day.
private struct YearlyChange: Hashable {
    let day: Day
    /// On the clock as it was until then. From -167 to 167 hours.
    let secondOfDay: Int

    enum Day: Hashable {
        /// `J60`: 1 to 365; the 29th of February is never counted, so 60 is the first of March.
        case ofCommonYear(Int)
        /// `59`: 0 to 365, with the 29th of February.
        case ofYear(Int)
        /// `M3.5.0`: the fifth (or else last) Sunday of March.
        case weekday(Int, week: Int, month: Int)
    }

    func instant(in year: Int, secondsEast: Int) -> Int64 {
        Int64(self.daysSince1970(in: year) * 86_400 + self.secondOfDay - secondsEast)
    }

    private func daysSince1970(in year: Int) -> Int {
        switch self.day {
        case .ofCommonYear(let day):
            let leapDay = CivilTime.isLeapYear(year) && day >= 60 ? 1 : 0
            return CivilTime.daysSince1970(year: year, month: 1, day: day + leapDay)
        case .ofYear(let day): return CivilTime.daysSince1970(year: year, month: 1, day: day + 1)
        case .weekday(let weekday, let week, let month):
            let first = CivilTime(year: year, month: month, day: 1)
            var day = 1 + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            if day > CivilTime.daysInMonth(month, ofYear: year) { day -= 7 }
            return CivilTime.daysSince1970(year: year, month: month, day: day)
        }
    }
}

// MARK: - Reading

extension POSIXTimeZone {
    /// - Returns: `nil` if the text is no such line.
    init?(_ text: some Sequence<UInt8>) {
        var scanner = Scanner(bytes: Array(text.prefix(257)))
        guard scanner.bytes.count <= 256, let name = scanner.name(), let west = scanner.offset() else { return nil }
        self.standard = ZonePeriod(secondsEast: -west, abbreviation: name)
        if scanner.isAtEnd {
            self.daylight = nil
            return
        }
        guard let name = scanner.name() else { return nil }
        var east = -west + 3600
        if !scanner.isAtEnd && !scanner.sees(",") {
            guard let west = scanner.offset() else { return nil }
            east = -west
        }
        guard
            abs(east) < 86_400,
            scanner.skip(","), let begins = scanner.yearlyChange(),
            scanner.skip(","), let ends = scanner.yearlyChange(), scanner.isAtEnd
        else { return nil }
        let period = ZonePeriod(secondsEast: east, abbreviation: name, isDaylightSaving: true)
        self.daylight = Daylight(period: period, begins: begins, ends: ends)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { self.index == self.bytes.count }
        private var next: UInt8? { self.isAtEnd ? nil : self.bytes[self.index] }

        func sees(_ character: Unicode.Scalar) -> Bool { self.next == UInt8(ascii: character) }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard self.sees(character) else { return false }
            self.index += 1
            return true
        }

        private mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
            let start = self.index
            while let next = self.next, isWanted(next) { self.index += 1 }
            return self.bytes[start..<self.index]
        }

        /// Three letters or more; between angle brackets also digits and signs.
        mutating func name() -> String? {
            let isQuoted = self.skip("<")
            let name = self.take { byte in
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                return isLetter || (isQuoted && (isSign || Scanner.isDigit(byte)))
            }
            guard (3...32).contains(name.count), !isQuoted || self.skip(">") else { return nil }
            return String(decoding: name, as: UTF8.self)
        }

        private static func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }

        mutating func number(in range: ClosedRange<Int>) -> Int? {
            let digits = self.take(while: Scanner.isDigit)
            guard (1...3).contains(digits.count) else { return nil }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            return range.contains(number) ? number : nil
        }

        /// Seconds west of UTC, less than a day.
        mutating func offset() -> Int? {
            self.time(hours: 0...24).flatMap { abs($0) < 86_400 ? $0 : nil }
        }

        /// `[+-]h[:m[:s]]` in seconds.
        mutating func time(hours range: ClosedRange<Int>) -> Int? {
            let isNegative = self.skip("-")
            if !isNegative { _ = self.skip("+") }
            guard let hours = self.number(in: range) else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where self.skip(":") {
                guard let number = self.number(in: 0...59) else { return nil }
                seconds += number * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func yearlyChange() -> YearlyChange? {
            guard let day = self.day() else { return nil }
            guard self.skip("/") else { return YearlyChange(day: day, secondOfDay: 2 * 3600) }
            return self.time(hours: 0...167).map { YearlyChange(day: day, secondOfDay: $0) }
        }

        private mutating func day() -> YearlyChange.Day? {
            if self.skip("J") { return self.number(in: 1...365).map { .ofCommonYear($0) } }
            guard self.skip("M") else { return self.number(in: 0...365).map { .ofYear($0) } }
            guard
                let month = self.number(in: 1...12), self.skip("."),
                let week = self.number(in: 1...5), self.skip("."),
                let weekday = self.number(in: 0...6)
            else { return nil }
            return .weekday(weekday, week: week, month: month)
        }
    }
}

extension TimeZoneRules {
    /// Reads a line such as `CET-1CEST,M3.5.0,M10.5.0/3`; `nil` if it is none.
    public init?(name: String, posix line: String) {
        guard let rules = POSIXTimeZone(line.utf8) else { return nil }
        self.init(name: name, first: ZonePeriod(secondsEast: 0, abbreviation: ""), changes: [], future: rules)
    }
}
