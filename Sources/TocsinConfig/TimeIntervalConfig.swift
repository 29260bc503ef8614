import TocsinModel
import TocsinSettings

/// One entry of `time_intervals`: a name, and the times that it stands for.
struct TimeIntervalConfig {
    let interval: NamedTimeInterval
    /// Where its name stands.
    let position: SettingsPosition

    /// Both sections: the old one, `mute_time_intervals`, differs in its name alone.
    ///
    /// - Parameter fields: the document's.
    /// - Returns: the intervals by their names.
    static func readAll(from fields: inout Fields, zones: TimeZones) -> [String: NamedTimeInterval] {
        var shelf = ZoneShelf(zones)
        let sections = [
            (key: "mute_time_intervals", name: "mute time interval", doc: "Old form of `time_intervals`."),
            (key: "time_intervals", name: "time interval", doc: "Times that routes name."),
        ]
        var known: [String: NamedTimeInterval] = [:]
        for section in sections {
            let read = fields.nestedList(section.key, called: section.name, doc: section.doc) { fields, _ in
                TimeIntervalConfig(from: &fields, zones: &shelf)
            }
            for item in read ?? [] where !item.interval.name.isEmpty {
                guard known.updateValue(item.interval, forKey: item.interval.name) != nil else { continue }
                let name = item.interval.name.quotedForMessage
                fields.report("\(section.name) \(name) is not unique", at: item.position)
            }
        }
        return known
    }

    private init(from fields: inout Fields, zones: inout ZoneShelf) {
        let name = fields.optional("name", default: "", doc: "What routes call it.")
        if name.isEmpty { fields.report("missing name in \(fields.name)", at: "name") }
        self.position = fields.position(of: "name")
        let doc = "The times; any of them is enough."
        let intervals = fields.nestedList("time_intervals", called: "entry of time_intervals", doc: doc) { fields, _ in
            TimeInterval(from: &fields, zones: &zones)
        }
        if intervals == nil { fields.show("time_intervals", as: .list([])) }
        self.interval = NamedTimeInterval(name: name, intervals: intervals ?? [])
    }
}

/// The zones that a file names, each looked up once: all intervals in one place share its rules.
private struct ZoneShelf {
    private let zones: TimeZones
    private var known: [String: TimeZoneRules] = [:]

    init(_ zones: TimeZones) { self.zones = zones }

    mutating func zone(named name: String) -> TimeZoneRules? {
        if let zone = self.known[name] { return zone }
        let zone = self.zones.zone(named: name)
        self.known[name] = zone
        return zone
    }
}

// MARK: - One entry

extension TimeInterval {
    fileprivate init(from fields: inout Fields, zones: inout ZoneShelf) {
        let times = fields.nestedList("times", called: "times", doc: "Times of day.") { fields, _ in
            TimeInterval.readTimes(from: &fields)
        }
        let weekdays = fields.list("weekdays", of: Weekdays.self, doc: "Days of the week.")
        let days = fields.list("days_of_month", of: Days.self, doc: "Days of the month; -1 is the last.")
        let months = fields.list("months", of: Months.self, doc: "Months.")
        let years = fields.list("years", of: Years.self, doc: "Years.")
        let doc = "The time zone; `Local` is the server's. UTC if none."
        let location = fields.optional("location", default: "", doc: doc)
        let zone = zones.zone(named: location)
        if zone == nil { fields.report("unknown time zone \(location.quotedForMessage)", at: "location") }
        self.init(
            times: times?.compactMap { $0 },
            weekdays: weekdays?.map(\.range),
            daysOfMonth: days?.map(\.range),
            months: months?.map(\.range),
            years: years?.map(\.range),
            zone: zone ?? .utc
        )
    }

    private static func readTimes(from fields: inout Fields) -> Range<Int>? {
        let start = fields.optional("start_time", default: "", doc: "When it begins, as in 09:00.")
        let end = fields.optional("end_time", default: "", doc: "The first minute after it, as in 17:30 or 24:00.")
        if start.isEmpty || end.isEmpty {
            fields.report("both start and end times must be provided")
            return nil
        }
        let minutes = [("start_time", start), ("end_time", end)].map { key, text in
            let minute = TimeInterval.minute(text)
            if minute == nil {
                let text = text.quotedForMessage
                fields.report("`\(key)` must be a time of day such as 09:00, up to 24:00: \(text)", at: key)
            }
            return minute
        }
        guard let first = minutes[0], let last = minutes[1] else { return nil }
        guard first < last else {
            fields.report("start time cannot be equal or greater than end time", at: "start_time")
            return nil
        }
        return first..<last
    }

    /// Two digits, a colon, two digits.
    private static func minute(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [0, 1, 3, 4].map { Int(bytes[$0]) - Int(UInt8(ascii: "0")) }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard (hour < 24 && minute < 60) || (hour == 24 && minute == 0) else { return nil }
        return hour * 60 + minute
    }
}
