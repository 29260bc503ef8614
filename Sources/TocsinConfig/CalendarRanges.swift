import TocsinModel
import TocsinSettings

// What stands in the lists of a time interval: one item, or two with a colon between them. A null is the item that Go
// makes of it: number 0, which is Sunday among the days of the week and nothing elsewhere.

/// `monday` or `monday:friday`.
struct Weekdays: SettingsValue {
    let range: ClosedRange<Int>

    static let typeName = "days of the week"
    static let empty = Weekdays(range: 0...0)
    private static let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    private init(range: ClosedRange<Int>) { self.range = range }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        let ends = try RangeEnds(setting: node)
        let first = try Weekdays.number(ends.first)
        let last = try Weekdays.number(ends.last)
        guard first <= last else {
            let text = "must be a range that ascends from sunday to saturday; write the rest as a second item"
            throw SettingsMismatch(text, quoting: ends.text)
        }
        self.range = first...last
    }

    private static func number(_ name: String) throws(SettingsMismatch) -> Int {
        let lowercased = name.lowercased()
        if let number = self.names.firstIndex(of: lowercased) { return number }
        let hint = Spelling.nearest(to: lowercased, among: self.names).map { " (\($0)?)" } ?? ""
        throw SettingsMismatch("must be a weekday such as monday, or monday:friday\(hint)", quoting: name)
    }

    var settingText: String { RangeEnds.text(self.range) { Weekdays.names[$0] } }
}

/// `15`, `-1` or `1:-7`.
struct Days: SettingsValue {
    let range: DaysOfMonth

    static let typeName = "days of the month"
    static let empty = Days(range: DaysOfMonth(first: 0, last: 0))

    private init(range: DaysOfMonth) { self.range = range }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        let ends = try RangeEnds(setting: node)
        let first = try Days.number(ends.first)
        let last = try Days.number(ends.last)
        if first < 0 && last > 0 {
            throw SettingsMismatch("must end with a negative day if it begins with one", quoting: ends.text)
        }
        // What may be in order in a long month and not in a short one is no mistake.
        func inShortestMonth(_ day: Int) -> Int { day < 0 ? 28 + day : day }
        guard inShortestMonth(first) <= inShortestMonth(last) else {
            throw SettingsMismatch("must not end before it begins", quoting: ends.text)
        }
        self.range = DaysOfMonth(first: first, last: last)
    }

    private static func number(_ text: String) throws(SettingsMismatch) -> Int {
        guard let number = Int(text), number != 0, (-31...31).contains(number) else {
            throw SettingsMismatch("must be a day from 1 to 31, or from -31 to -1, or two with a colon", quoting: text)
        }
        return number
    }

    var settingText: String {
        self.range.first == self.range.last ? "\(self.range.first)" : "\(self.range.first):\(self.range.last)"
    }
}

/// `may`, `5` or `may:august`.
struct Months: SettingsValue {
    let range: ClosedRange<Int>

    static let typeName = "months"
    static let empty = Months(range: 0...0)
    private static let names = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private init(range: ClosedRange<Int>) { self.range = range }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        let ends = try RangeEnds(setting: node)
        let first = try Months.number(ends.first)
        let last = try Months.number(ends.last)
        guard first <= last else {
            let text = "must be a range that ascends from january to december; write the rest as a second item"
            throw SettingsMismatch(text, quoting: ends.text)
        }
        self.range = first...last
    }

    /// Any number is one, as in Alertmanager; there is no month 13, so it never comes.
    private static func number(_ text: String) throws(SettingsMismatch) -> Int {
        let lowercased = text.lowercased()
        if let index = self.names.firstIndex(of: lowercased) { return index + 1 }
        if let number = Int(text) { return number }
        let hint = Spelling.nearest(to: lowercased, among: self.names).map { " (\($0)?)" } ?? ""
        throw SettingsMismatch("must be a month such as may or 5, or may:august\(hint)", quoting: text)
    }

    var settingText: String { RangeEnds.text(self.range) { "\($0)" } }
}

/// `2026` or `2026:2028`.
struct Years: SettingsValue {
    let range: ClosedRange<Int>

    static let typeName = "years"
    static let empty = Years(range: 0...0)

    private init(range: ClosedRange<Int>) { self.range = range }

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        let ends = try RangeEnds(setting: node)
        guard let first = Int(ends.first), let last = Int(ends.last) else {
            throw SettingsMismatch("must be a year such as 2026, or 2026:2028", quoting: ends.text)
        }
        guard first <= last else { throw SettingsMismatch("must not end before it begins", quoting: ends.text) }
        self.range = first...last
    }

    var settingText: String { RangeEnds.text(self.range) { "\($0)" } }
}

/// The two ends of an item; both the same where it has no colon.
private struct RangeEnds {
    let text: String
    let first: String
    let last: String

    init(setting node: SettingsNode) throws(SettingsMismatch) {
        self.text = try String(setting: node)
        let parts = self.text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let last = parts.last else {
            throw SettingsMismatch("must be one item, or two with a colon between them", quoting: self.text)
        }
        self.first = String(first)
        self.last = String(last)
    }

    static func text(_ range: ClosedRange<Int>, _ name: (Int) -> String) -> String {
        let (first, last) = (name(range.lowerBound), name(range.upperBound))
        return first == last ? first : "\(first):\(last)"
    }
}
