import TocsinModel

/// Why a text is not a time in a layout, in Go's words.
struct TimeParsingError: Error, Sendable {
    let message: String
}

extension TimeLayout {
    /// A time as its text says: what is not in the layout is that of 1 January of the year 0, in UTC.
    ///
    /// A text with an abbreviation only, which no rule can turn into an offset, counts as UTC under that name.
    static func parse(_ value: String, layout: String) throws(TimeParsingError) -> TemplateTime {
        var reading = TimeReading(value: value, layout: layout)
        let elements = TimeLayout(layout).elements
        for (index, element) in elements.enumerated() {
            let next = index + 1 < elements.count ? elements[index + 1] : nil
            try reading.take(element, followedBy: next)
        }
        return try reading.finish()
    }
}

/// What has been read of a text so far.
private struct TimeReading {
    private let value: String
    private let layout: String
    private var rest: ArraySlice<UInt8>
    private var civil = CivilTime(year: 0, month: 1, day: 1)
    private var dayOfYear: Int?
    private var hasDate = false
    private var isPM = false
    private var isAM = false
    private var offset: Int?
    private var abbreviation: String?

    init(value: String, layout: String) {
        self.value = value
        self.layout = layout
        self.rest = Array(value.utf8)[...]
    }

    mutating func take(_ element: TimeLayout.Element, followedBy next: TimeLayout.Element?) throws(TimeParsingError) {
        switch element {
        case .literal(let text): try self.skip(text)
        case .longYear: self.civil.year = try self.number(of: 4...4, element)
        case .year:
            let year = try self.number(of: 2...2, element)
            self.civil.year = year >= 69 ? 1900 + year : 2000 + year
        case .longMonth: self.civil.month = try self.name(of: TimeLayout.longMonths, element) + 1
        case .month: self.civil.month = try self.name(of: TimeLayout.months, element) + 1
        case .numericMonth: try self.takeMonth(self.number(of: 1...2, element))
        case .zeroMonth: try self.takeMonth(self.number(of: 2...2, element))
        case .longWeekday: _ = try self.name(of: TimeLayout.longWeekdays, element)
        case .weekday: _ = try self.name(of: TimeLayout.weekdays, element)
        case .day, .underDay:
            if element == .underDay, self.rest.first == UInt8(ascii: " ") { self.rest.removeFirst() }
            self.civil.day = try self.number(of: 1...2, element)
        case .zeroDay: self.civil.day = try self.number(of: 2...2, element)
        case .underDayOfYear, .zeroDayOfYear:
            if element == .underDayOfYear { self.rest = self.rest.drop { $0 == UInt8(ascii: " ") } }
            self.dayOfYear = try self.number(of: element == .zeroDayOfYear ? 3...3 : 1...3, element)
        case .hour24: self.civil.hour = try self.number(of: 1...2, below: 24, "hour", element)
        case .hour12: self.civil.hour = try self.number(of: 1...2, below: 13, "hour", element)
        case .zeroHour12: self.civil.hour = try self.number(of: 2...2, below: 13, "hour", element)
        case .minute: self.civil.minute = try self.number(of: 1...2, below: 60, "minute", element)
        case .zeroMinute: self.civil.minute = try self.number(of: 2...2, below: 60, "minute", element)
        case .second, .zeroSecond:
            self.civil.second = try self.number(of: element == .second ? 1...2 : 2...2, below: 60, "second", element)
            // Decimals may follow the seconds although the layout does not say so.
            if case .fraction = next { break }
            self.takeFraction(digits: nil)
        case .upperPM: try self.takeHalf(of: "AM", "PM", element)
        case .lowerPM: try self.takeHalf(of: "am", "pm", element)
        case .abbreviation: try self.takeAbbreviation(element)
        case .offset(let style): try self.takeOffset(style, element)
        case .fraction(_, let digits, let keepsZeros):
            let isThere = self.takeFraction(digits: keepsZeros ? digits : nil)
            if keepsZeros && !isThere { throw self.mismatch(element) }
        }
    }

    mutating func finish() throws(TimeParsingError) -> TemplateTime {
        guard self.rest.isEmpty else {
            throw TimeParsingError(message: "\(self.prefix): extra text: \(self.quoted(self.rest))")
        }
        if self.isPM, self.civil.hour < 12 { self.civil.hour += 12 }
        if self.isAM, self.civil.hour == 12 { self.civil.hour = 0 }
        if let dayOfYear {
            let days = CivilTime.daysSince1970(year: self.civil.year, month: 1, day: 1) + dayOfYear - 1
            let (year, month, day) = CivilTime.date(daysSince1970: days)
            guard dayOfYear >= 1, year == self.civil.year else { throw self.outOfRange("day-of-year") }
            (self.civil.month, self.civil.day) = (month, day)
        }
        let days = (1...CivilTime.daysInMonth(self.civil.month, ofYear: self.civil.year))
        guard days.contains(self.civil.day) else { throw self.outOfRange("day") }
        return TemplateTime(self.civil, in: self.zone)
    }

    private var zone: TimeZoneRules {
        let offset = self.offset ?? 0
        guard let abbreviation, abbreviation != "UTC" else {
            return offset == 0 ? .utc : TimeZoneRules(secondsEast: offset)
        }
        return TimeZoneRules(name: abbreviation, secondsEast: offset)
    }

    // MARK: Parts

    private mutating func skip(_ literal: String) throws(TimeParsingError) {
        var literal = Array(literal.utf8)[...]
        while let byte = literal.first {
            // Any number of spaces in the layout stands for any number in the text.
            if byte == UInt8(ascii: " ") {
                if let first = self.rest.first, first != byte { throw self.mismatch(.literal(" ")) }
                literal = literal.drop { $0 == byte }
                self.rest = self.rest.drop { $0 == byte }
                continue
            }
            guard self.rest.first == byte else {
                throw self.mismatch(.literal(String(decoding: literal, as: UTF8.self)))
            }
            literal.removeFirst()
            self.rest.removeFirst()
        }
    }

    private mutating func number(
        of digits: ClosedRange<Int>,
        _ element: TimeLayout.Element
    ) throws(TimeParsingError) -> Int {
        let found = self.rest.prefix(digits.upperBound).prefix(while: TimeLayout.isDigit)
        guard digits.contains(found.count) else { throw self.mismatch(element) }
        self.rest = self.rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func number(
        of digits: ClosedRange<Int>,
        below limit: Int,
        _ name: String,
        _ element: TimeLayout.Element
    ) throws(TimeParsingError) -> Int {
        let number = try self.number(of: digits, element)
        guard number < limit else { throw self.outOfRange(name) }
        return number
    }

    private mutating func takeMonth(_ month: Int) throws(TimeParsingError) {
        guard (1...12).contains(month) else { throw self.outOfRange("month") }
        self.civil.month = month
    }

    /// The place in the list of the name that comes next, in any case of its letters.
    private mutating func name(
        of names: [String],
        _ element: TimeLayout.Element
    ) throws(TimeParsingError) -> Int {
        for (index, name) in names.enumerated() {
            let found = self.rest.prefix(name.utf8.count)
            guard found.map({ $0 | 0x20 }) == name.utf8.map({ $0 | 0x20 }) else { continue }
            self.rest = self.rest.dropFirst(name.utf8.count)
            return index
        }
        throw self.mismatch(element)
    }

    private mutating func takeHalf(
        of morning: String,
        _ afternoon: String,
        _ element: TimeLayout.Element
    ) throws(TimeParsingError) {
        if self.rest.starts(with: afternoon.utf8) {
            self.isPM = true
        } else if self.rest.starts(with: morning.utf8) {
            self.isAM = true
        } else {
            throw self.mismatch(element)
        }
        self.rest = self.rest.dropFirst(2)
    }

    /// A point or comma and decimals: exactly so many, or any number. Nothing is taken if they are not there.
    @discardableResult
    private mutating func takeFraction(digits: Int?) -> Bool {
        guard let separator = self.rest.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ",") else {
            return false
        }
        var found = self.rest.dropFirst().prefix(while: TimeLayout.isDigit)
        if let digits { found = found.prefix(digits) }
        guard !found.isEmpty, found.count == digits ?? found.count else { return false }
        self.rest = self.rest.dropFirst(1 + found.count)
        let padded = Array(found.prefix(9)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - found.count))
        self.civil.nanosecond = padded.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return true
    }

    private mutating func takeOffset(
        _ style: TimeLayout.OffsetStyle,
        _ element: TimeLayout.Element
    ) throws(TimeParsingError) {
        if style.usesZ, self.rest.first == UInt8(ascii: "Z") {
            self.rest.removeFirst()
            self.offset = 0
            return
        }
        guard let sign = self.rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            throw self.mismatch(element)
        }
        self.rest.removeFirst()
        var parts = [try self.number(of: 2...2, element)]
        for _ in 0..<((style.hasMinutes ? 1 : 0) + (style.hasSeconds ? 1 : 0)) {
            if style.hasColon {
                guard self.rest.first == UInt8(ascii: ":") else { throw self.mismatch(element) }
                self.rest.removeFirst()
            }
            parts.append(try self.number(of: 2...2, element))
        }
        guard parts[0] < 24, parts.dropFirst().allSatisfy({ $0 < 60 }) else {
            throw self.outOfRange("time zone offset")
        }
        let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
        self.offset = sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Three or four capital letters, or `GMT` with hours.
    private mutating func takeAbbreviation(_ element: TimeLayout.Element) throws(TimeParsingError) {
        let letters = self.rest.prefix(6).prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard (3...5).contains(letters.count) else { throw self.mismatch(element) }
        self.rest = self.rest.dropFirst(letters.count)
        var name = String(decoding: letters, as: UTF8.self)
        if name == "GMT", let sign = self.rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let digits = self.rest.dropFirst().prefix(2).prefix(while: TimeLayout.isDigit)
            let hours = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            if !digits.isEmpty, hours < 24 {
                name += String(decoding: self.rest.prefix(1 + digits.count), as: UTF8.self)
                self.rest = self.rest.dropFirst(1 + digits.count)
                self.offset = self.offset ?? (sign == UInt8(ascii: "-") ? -hours : hours) * 3600
            }
        }
        self.abbreviation = name
    }

    // MARK: Errors

    private var prefix: String { "parsing time \(GoQuote.quote(self.value.bounded))" }

    private func quoted(_ bytes: ArraySlice<UInt8>) -> String {
        GoQuote.quote(String(decoding: bytes, as: UTF8.self).bounded)
    }

    private func mismatch(_ element: TimeLayout.Element) -> TimeParsingError {
        let layout = GoQuote.quote(self.layout.bounded)
        return TimeParsingError(
            message: "\(self.prefix) as \(layout): cannot parse \(self.quoted(self.rest)) as \(element.example)"
        )
    }

    private func outOfRange(_ part: String) -> TimeParsingError {
        TimeParsingError(message: "\(self.prefix): \(part) out of range")
    }
}

extension String {
    /// Enough of it for an error text.
    fileprivate var bounded: String { self.truncated(toScalars: 80) }
}

extension TimeLayout.Element {
    /// As it stands in a layout, in quotes, for an error text.
    fileprivate var example: String {
        if case .literal(let text) = self { return GoQuote.quote(text.bounded) }
        let sample = CivilTime(year: 2006, month: 1, day: 2, hour: 15, minute: 4, second: 5, offsetSeconds: -7 * 3600)
        return GoQuote.quote(TimeLayout(self).format(sample, abbreviation: "MST"))
    }
}

extension TimeLayout {
    fileprivate init(_ element: Element) { self.elements = [element] }
}
