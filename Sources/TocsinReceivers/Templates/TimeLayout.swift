import TocsinModel

/// Go's way to describe a time's text: the layout is the text of one certain time, Mon Jan 2 15:04:05 MST 2006.
///
/// A layout is read once into elements; ``TimeLayout/format(_:abbreviation:)`` writes them, ``TimeLayout/parse(_:)``
/// reads them back.
struct TimeLayout: Sendable {
    let elements: [Element]

    enum Element: Hashable, Sendable {
        case literal(String)
        case longYear, year
        case longMonth, month, numericMonth, zeroMonth
        case longWeekday, weekday
        case day, underDay, zeroDay, underDayOfYear, zeroDayOfYear
        case hour24, hour12, zeroHour12
        case minute, zeroMinute, second, zeroSecond
        case upperPM, lowerPM
        case abbreviation
        case offset(OffsetStyle)
        /// Decimals of the second. Trailing zeros are kept if the layout wrote zeros, dropped if it wrote nines.
        case fraction(separator: UInt8, digits: Int, keepsZeros: Bool)
    }

    struct OffsetStyle: Hashable, Sendable {
        /// Whether UTC is `Z`.
        var usesZ: Bool
        var hasColon: Bool
        var hasMinutes: Bool
        var hasSeconds: Bool
    }

    static let longMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let longWeekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = TimeLayout.longMonths.map { String($0.prefix(3)) }
    static let weekdays = TimeLayout.longWeekdays.map { String($0.prefix(3)) }

    init(_ text: String) {
        var elements: [Element] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if let (element, length) = TimeLayout.element(at: rest) {
                if !literal.isEmpty { elements.append(.literal(String(decoding: literal, as: UTF8.self))) }
                literal = []
                elements.append(element)
                rest = rest.dropFirst(length)
            } else {
                literal.append(rest.removeFirst())
            }
        }
        if !literal.isEmpty { elements.append(.literal(String(decoding: literal, as: UTF8.self))) }
        self.elements = elements
    }
}

// MARK: - Reading a layout

extension TimeLayout {
    /// In this order, so that the longer one of two that begin alike is found.
    private static let words: [(text: String, element: Element)] = [
        ("January", .longMonth), ("Monday", .longWeekday), ("MST", .abbreviation),
        ("2006", .longYear), ("__2", .underDayOfYear), ("_2", .underDay), ("002", .zeroDayOfYear),
        ("01", .zeroMonth), ("02", .zeroDay), ("03", .zeroHour12), ("04", .zeroMinute), ("05", .zeroSecond),
        ("06", .year), ("15", .hour24), ("PM", .upperPM), ("pm", .lowerPM),
        ("1", .numericMonth), ("2", .day), ("3", .hour12), ("4", .minute), ("5", .second),
    ]

    private static let offsets: [(text: String, style: OffsetStyle)] = [
        ("070000", OffsetStyle(usesZ: false, hasColon: false, hasMinutes: true, hasSeconds: true)),
        ("07:00:00", OffsetStyle(usesZ: false, hasColon: true, hasMinutes: true, hasSeconds: true)),
        ("0700", OffsetStyle(usesZ: false, hasColon: false, hasMinutes: true, hasSeconds: false)),
        ("07:00", OffsetStyle(usesZ: false, hasColon: true, hasMinutes: true, hasSeconds: false)),
        ("07", OffsetStyle(usesZ: false, hasColon: false, hasMinutes: false, hasSeconds: false)),
    ]

    private static func element(at rest: ArraySlice<UInt8>) -> (Element, length: Int)? {
        switch rest.first {
        case UInt8(ascii: "-"), UInt8(ascii: "Z"):
            for (text, style) in self.offsets where rest.dropFirst().starts(with: text.utf8) {
                var style = style
                style.usesZ = rest.first == UInt8(ascii: "Z")
                return (.offset(style), 1 + text.utf8.count)
            }
            return nil
        case UInt8(ascii: "."), UInt8(ascii: ","):
            return self.fraction(at: rest)
        case UInt8(ascii: "_") where rest.starts(with: "_2006".utf8):
            // The underscore stands for itself here.
            return nil
        default:
            for (text, element) in self.words where rest.starts(with: text.utf8) { return (element, text.utf8.count) }
            return self.shortName(at: rest)
        }
    }

    /// `Jan` and `Mon`, but not as the beginning of a longer word.
    private static func shortName(at rest: ArraySlice<UInt8>) -> (Element, length: Int)? {
        let isWord = rest.dropFirst(3).first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
        if isWord { return nil }
        if rest.starts(with: "Jan".utf8) { return (.month, 3) }
        if rest.starts(with: "Mon".utf8) { return (.weekday, 3) }
        return nil
    }

    private static func fraction(at rest: ArraySlice<UInt8>) -> (Element, length: Int)? {
        guard let separator = rest.first, let digit = rest.dropFirst().first,
            digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
        else { return nil }
        let digits = rest.dropFirst().prefix { $0 == digit }
        guard rest[digits.endIndex...].first.map({ !TimeLayout.isDigit($0) }) ?? true else { return nil }
        let keepsZeros = digit == UInt8(ascii: "0")
        return (.fraction(separator: separator, digits: digits.count, keepsZeros: keepsZeros), 1 + digits.count)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

// MARK: - Writing a time

extension TimeLayout {
    func format(_ civil: CivilTime, abbreviation: String) -> String {
        var text = ""
        for element in self.elements { text += TimeLayout.text(of: element, civil, abbreviation) }
        return text
    }

    private static func text(of element: Element, _ civil: CivilTime, _ abbreviation: String) -> String {
        let hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12
        return switch element {
        case .literal(let text): text
        case .longYear: self.padded(civil.year, 4)
        case .year: self.padded(civil.year % 100, 2)
        case .longMonth: self.longMonths[civil.month - 1]
        case .month: self.months[civil.month - 1]
        case .numericMonth: String(civil.month)
        case .zeroMonth: self.padded(civil.month, 2)
        case .longWeekday: self.longWeekdays[civil.weekday]
        case .weekday: self.weekdays[civil.weekday]
        case .day: String(civil.day)
        case .underDay: self.padded(civil.day, 2, with: " ")
        case .zeroDay: self.padded(civil.day, 2)
        case .underDayOfYear: self.padded(civil.dayOfYear, 3, with: " ")
        case .zeroDayOfYear: self.padded(civil.dayOfYear, 3)
        case .hour24: self.padded(civil.hour, 2)
        case .hour12: String(hour12)
        case .zeroHour12: self.padded(hour12, 2)
        case .minute: String(civil.minute)
        case .zeroMinute: self.padded(civil.minute, 2)
        case .second: String(civil.second)
        case .zeroSecond: self.padded(civil.second, 2)
        case .upperPM: civil.hour < 12 ? "AM" : "PM"
        case .lowerPM: civil.hour < 12 ? "am" : "pm"
        case .abbreviation:
            abbreviation.isEmpty
                ? self.offsetText(
                    civil.offsetSeconds,
                    OffsetStyle(usesZ: false, hasColon: false, hasMinutes: true, hasSeconds: false)
                ) : abbreviation
        case .offset(let style): self.offsetText(civil.offsetSeconds, style)
        case .fraction(let separator, let digits, let keepsZeros):
            self.fractionText(civil.nanosecond, separator, digits, keepsZeros: keepsZeros)
        }
    }

    private static func offsetText(_ seconds: Int, _ style: OffsetStyle) -> String {
        if style.usesZ, seconds == 0 { return "Z" }
        let colon = style.hasColon ? ":" : ""
        let minutes = abs(seconds) / 60
        // Rounded towards zero as Go does, so that less than a minute west of UTC is still +00:00.
        var text = (seconds <= -60 || (style.hasSeconds && seconds < 0) ? "-" : "+") + self.padded(minutes / 60, 2)
        if style.hasMinutes { text += colon + self.padded(minutes % 60, 2) }
        if style.hasSeconds { text += colon + self.padded(abs(seconds) % 60, 2) }
        return text
    }

    private static func fractionText(_ nanosecond: Int, _ separator: UInt8, _ digits: Int, keepsZeros: Bool) -> String {
        var decimals = Substring(self.padded(nanosecond, 9)).prefix(digits)
        if !keepsZeros {
            while decimals.last == "0" { decimals.removeLast() }
            if decimals.isEmpty { return "" }
        }
        let missing = keepsZeros ? String(repeating: "0", count: max(0, digits - 9)) : ""
        return String(UnicodeScalar(separator)) + decimals + missing
    }

    static func padded(_ number: Int, _ width: Int, with pad: String = "0") -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: pad, count: max(0, width - digits.utf8.count)) + digits
    }
}
