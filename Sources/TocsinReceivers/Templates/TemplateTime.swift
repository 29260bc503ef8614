import TocsinModel
import TocsinTemplate

/// A time as templates see it: Go's `time.Time`, with its methods.
struct TemplateTime: Sendable {
    /// Since 1970-01-01T00:00:00Z. Clamped to some millions of years, so that no arithmetic overflows.
    let seconds: Int64
    let nanoseconds: Int
    let zone: TimeZoneRules
    /// The zones that its methods know.
    var zones = TimeZones.utcOnly

    /// Far beyond what anybody writes, far below what overflows when two are subtracted.
    static let maximumSeconds: Int64 = 1 << 56

    init(seconds: Int64, nanoseconds: Int = 0, in zone: TimeZoneRules = .utc, zones: TimeZones = .utcOnly) {
        self.seconds = min(max(seconds, -TemplateTime.maximumSeconds), TemplateTime.maximumSeconds)
        self.nanoseconds = nanoseconds
        self.zone = zone
        self.zones = zones
    }

    /// In the offset that it came with.
    init(_ timestamp: Timestamp, zones: TimeZones = .utcOnly) {
        let offset = Int(timestamp.offsetMinutes) * 60
        self.init(
            seconds: timestamp.seconds,
            nanoseconds: Int(timestamp.nanoseconds),
            in: offset == 0 || abs(offset) >= 86_400 ? .utc : TimeZoneRules(secondsEast: offset),
            zones: zones
        )
    }

    /// What calendars and clocks in a zone show; its offset is left out of account. Numbers that are too large for
    /// their place count on into the next.
    init(_ civil: CivilTime, in zone: TimeZoneRules, zones: TimeZones = .utcOnly) {
        let (years, month) = TemplateTime.floored(civil.month - 1, by: 12)
        let days = CivilTime.daysSince1970(year: civil.year + years, month: month + 1, day: 1) + civil.day - 1
        let local = Int64(days * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second)
        // The offset that holds then decides what is meant by then: a guess, checked once, as Go does.
        let guess = local - Int64(zone.period(at: local).secondsEast)
        let seconds = local - Int64(zone.period(at: guess).secondsEast)
        self.init(seconds: seconds, nanoseconds: civil.nanosecond, in: zone, zones: zones)
    }

    static func floored(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = number % divisor
        return remainder < 0 ? (number / divisor - 1, remainder + divisor) : (number / divisor, remainder)
    }

    /// 1 January of the year 1 in UTC, Go's zero time.
    static let zero = TemplateTime(.distantPast)

    var isZero: Bool { self.seconds == TemplateTime.zero.seconds && self.nanoseconds == 0 }

    var civil: CivilTime {
        let offset = self.zone.period(at: self.seconds).secondsEast
        let (days, second) = TemplateTime.floored(Int(self.seconds) + offset, by: 86_400)
        let (year, month, day) = CivilTime.date(daysSince1970: days)
        return CivilTime(
            year: year,
            month: month,
            day: day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            nanosecond: self.nanoseconds,
            offsetSeconds: offset
        )
    }

    func formatted(_ layout: String) -> String { self.formatted(TimeLayout(layout)) }

    func formatted(_ layout: TimeLayout) -> String {
        layout.format(self.civil, abbreviation: self.zone.period(at: self.seconds).abbreviation)
    }

    private static let stringLayout = TimeLayout("2006-01-02 15:04:05.999999999 -0700 MST")
    private static let jsonLayout = TimeLayout("2006-01-02T15:04:05.999999999Z07:00")

    /// RFC 3339 with as many decimals as it needs.
    var jsonText: String { self.formatted(TemplateTime.jsonLayout) }
}

// MARK: - Arithmetic

extension TemplateTime {
    func shown(in zone: TimeZoneRules) -> TemplateTime {
        TemplateTime(seconds: self.seconds, nanoseconds: self.nanoseconds, in: zone, zones: self.zones)
    }

    /// In nanoseconds; beyond 292 years as far as 64 bits go.
    func since(_ earlier: TemplateTime) -> Int {
        Int(clamping: self.sinceYearOne - earlier.sinceYearOne)
    }

    func adding(nanoseconds: Int) -> TemplateTime {
        self.moved(to: self.sinceYearOne + Int128(nanoseconds))
    }

    /// Down to a multiple of `step` nanoseconds since the year 1.
    func truncated(to step: Int) -> TemplateTime {
        step <= 0 ? self : self.moved(to: self.sinceYearOne - self.remainder(by: step))
    }

    /// To the nearest multiple of `step` nanoseconds since the year 1, up from half on.
    func rounded(to step: Int) -> TemplateTime {
        guard step > 0 else { return self }
        let remainder = self.remainder(by: step)
        let down = self.sinceYearOne - remainder
        return self.moved(to: remainder + remainder < Int128(step) ? down : down + Int128(step))
    }

    func adding(years: Int, months: Int, days: Int) -> TemplateTime {
        // More than that leads beyond the clamp anyway.
        let limit = 1_000_000
        func clamped(_ number: Int) -> Int { min(max(number, -limit), limit) }
        var civil = self.civil
        civil.year += clamped(years)
        civil.month += clamped(months)
        civil.day += clamped(days)
        return TemplateTime(civil, in: self.zone, zones: self.zones)
    }

    private static let nanosecondsPerSecond: Int128 = 1_000_000_000

    private var sinceYearOne: Int128 {
        Int128(self.seconds - Timestamp.distantPast.seconds) * TemplateTime.nanosecondsPerSecond
            + Int128(self.nanoseconds)
    }

    private func remainder(by step: Int) -> Int128 {
        let remainder = self.sinceYearOne % Int128(step)
        return remainder < 0 ? remainder + Int128(step) : remainder
    }

    private func moved(to sinceYearOne: Int128) -> TemplateTime {
        var (seconds, rest) = sinceYearOne.quotientAndRemainder(dividingBy: TemplateTime.nanosecondsPerSecond)
        if rest < 0 {
            rest += TemplateTime.nanosecondsPerSecond
            seconds -= 1
        }
        return TemplateTime(
            seconds: Int64(clamping: seconds + Int128(Timestamp.distantPast.seconds)),
            nanoseconds: Int(rest),
            in: self.zone,
            zones: self.zones
        )
    }
}

// MARK: - In templates

extension TemplateTime: TemplateObject {
    var typeName: String { "time.Time" }

    /// Go's private fields: they decide what `eq` says.
    var underlying: Underlying {
        .structure([
            Underlying.Field("wall", .int(self.nanoseconds)),
            Underlying.Field("ext", .int(Int(self.seconds))),
            Underlying.Field("loc", .string(self.zone.name)),
        ])
    }

    var text: String? { self.formatted(TemplateTime.stringLayout) }

    var goSyntax: String? {
        let civil = self.civil
        let name = self.zone.name
        let location = name == "UTC" || name == "Local" ? "time.\(name)" : "time.Location(\(GoQuote.quote(name)))"
        return "time.Date(\(civil.year), time.\(TimeLayout.longMonths[civil.month - 1]), \(civil.day), \(civil.hour), "
            + "\(civil.minute), \(civil.second), \(civil.nanosecond), \(location))"
    }

    func method(_ name: String) -> TemplateFunction? {
        if let value = self.part(name) {
            return TemplateFunction(name) { (_) throws(TemplateError) in value }
        }
        return self.comparison(name) ?? self.arithmetic(name) ?? self.conversion(name)
    }

    /// The methods without arguments.
    private func part(_ name: String) -> Value? {
        switch name {
        case "Unix": return .int(Int(self.seconds))
        case "UnixMilli": return .int(Int(clamping: Int128(self.seconds) * 1000 + Int128(self.nanoseconds / 1_000_000)))
        case "UnixMicro": return .int(Int(clamping: Int128(self.seconds) * 1_000_000 + Int128(self.nanoseconds / 1000)))
        case "UnixNano": return .int(Int(clamping: Int128(self.seconds) * 1_000_000_000 + Int128(self.nanoseconds)))
        case "UTC": return .object(self.shown(in: .utc))
        case "Local": return .object(self.shown(in: self.zones.local))
        case "Location": return .object(TemplateLocation(zone: self.zone))
        case "IsZero": return .bool(self.isZero)
        case "String": return .string(self.text ?? "")
        case "GoString": return .string(self.goSyntax ?? "")
        default: break
        }
        let civil = self.civil
        switch name {
        case "Year": return .int(civil.year)
        case "Month":
            return .object(
                NamedNumber(typeName: "time.Month", number: civil.month, names: TimeLayout.longMonths, first: 1))
        case "Day": return .int(civil.day)
        case "Hour": return .int(civil.hour)
        case "Minute": return .int(civil.minute)
        case "Second": return .int(civil.second)
        case "Nanosecond": return .int(civil.nanosecond)
        case "Weekday":
            return .object(
                NamedNumber(typeName: "time.Weekday", number: civil.weekday, names: TimeLayout.longWeekdays, first: 0))
        case "YearDay": return .int(civil.dayOfYear)
        default: return nil
        }
    }

    private func comparison(_ name: String) -> TemplateFunction? {
        let compare: @Sendable (Int) -> Value
        switch name {
        case "After": compare = { .bool($0 > 0) }
        case "Before": compare = { .bool($0 < 0) }
        case "Equal": compare = { .bool($0 == 0) }
        case "Compare": compare = { .int($0) }
        case "Sub":
            return TemplateFunction(name, [.time]) { (arguments) throws(TemplateError) in
                .object(TemplateDuration(nanoseconds: self.since(try arguments[0].time)))
            }
        default: return nil
        }
        return TemplateFunction(name, [.time]) { (arguments) throws(TemplateError) in
            compare((self.sinceYearOne - (try arguments[0].time).sinceYearOne).signum().asInt)
        }
    }

    private func arithmetic(_ name: String) -> TemplateFunction? {
        switch name {
        case "Add":
            TemplateFunction(name, [.duration]) { (arguments) throws(TemplateError) in
                .object(self.adding(nanoseconds: try arguments[0].integer))
            }
        case "AddDate":
            TemplateFunction(name, [.int, .int, .int]) { (arguments) throws(TemplateError) in
                .object(
                    self.adding(
                        years: try arguments[0].integer,
                        months: try arguments[1].integer,
                        days: try arguments[2].integer
                    )
                )
            }
        case "Truncate":
            TemplateFunction(name, [.duration]) { (arguments) throws(TemplateError) in
                .object(self.truncated(to: try arguments[0].integer))
            }
        case "Round":
            TemplateFunction(name, [.duration]) { (arguments) throws(TemplateError) in
                .object(self.rounded(to: try arguments[0].integer))
            }
        default: nil
        }
    }

    private func conversion(_ name: String) -> TemplateFunction? {
        switch name {
        case "Format":
            TemplateFunction(name, [.string]) { (arguments) throws(TemplateError) in
                .string(self.formatted(try arguments[0].string))
            }
        case "In":
            TemplateFunction(name, [.any]) { (arguments) throws(TemplateError) in
                guard case .object(let object) = arguments[0], let location = object as? TemplateLocation else {
                    throw TemplateError("time: missing Location in call to Time.In")
                }
                return .object(self.shown(in: location.zone))
            }
        case "ISOWeek", "Zone", "Date", "Clock":
            TemplateFunction(name) { (_) throws(TemplateError) in
                throw TemplateError("can't call method/function \(GoQuote.quote(name)) with more than one result")
            }
        default: nil
        }
    }
}

extension Int128 {
    /// For what is known to be small.
    fileprivate var asInt: Int { Int(clamping: self) }
}

/// A zone as templates see it: Go's `*time.Location`.
struct TemplateLocation: TemplateObject {
    let zone: TimeZoneRules

    var typeName: String { "time.Location" }
    var isPointer: Bool { true }
    var underlying: Underlying { .structure([Underlying.Field("name", .string(self.zone.name))]) }
    var text: String? { self.zone.name }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "String" else { return nil }
        return TemplateFunction(name) { (_) throws(TemplateError) in .string(self.zone.name) }
    }
}

/// A number whose values have names: Go's `time.Month` and `time.Weekday`.
struct NamedNumber: TemplateObject {
    let typeName: String
    let number: Int
    let names: [String]
    /// The number of the first name.
    let first: Int

    var underlying: Underlying { .value(.int(self.number)) }
    var text: String? { self.names[self.number - self.first] }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "String" else { return nil }
        return TemplateFunction(name) { (_) throws(TemplateError) in .string(self.text ?? "") }
    }
}
