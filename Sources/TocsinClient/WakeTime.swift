public import Foundation
public import TocsinModel

/// When somebody wants to be called again, as they type it behind the names of incidents.
public enum WakeTime {
    /// What `INC-42 until 08:00`, `42 43 for 2h` and `42 2h` mean.
    ///
    /// - Parameter zone: whose clock it is; at a time that is skipped there, the next one counts.
    public static func parse(
        _ words: [String],
        now: Timestamp,
        zone: TimeZone
    ) throws(ClientFailure) -> (incidents: [String], until: Timestamp) {
        guard let last = words.last else { throw self.usage }
        let before = words.dropLast()
        let until: Timestamp
        var incidents = Array(before)
        switch before.last?.lowercased() {
        case "until":
            incidents.removeLast()
            guard let time = self.time(last, now: now, zone: zone) else {
                throw .usage("until is a time such as 08:00 or 2026-01-02T08:00:00Z, not \(last)")
            }
            until = time
        case let word:
            if word == "for" { incidents.removeLast() }
            guard let duration = self.duration(last) else { throw self.usage }
            until = now + duration
        }
        guard !incidents.isEmpty else { throw self.usage }
        guard until > now else { throw .usage("\(last) is over") }
        return (incidents, until)
    }

    private static let usage = ClientFailure.usage(
        "snooze which incident, and until when? INC-42 until 08:00, INC-42 2h")

    private static func duration(_ text: String) -> Duration? {
        do {
            let duration = try Duration(prometheus: text)
            return duration > .zero ? duration : nil
        } catch {
            return nil
        }
    }

    /// The next `08:00` on that clock, or a time with its date.
    private static func time(_ text: String, now: Timestamp, zone: TimeZone) -> Timestamp? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = self.number(parts[0], below: 24), parts[1].utf8.count == 2,
            let minute = self.number(parts[1], below: 60)
        else { return Timestamp(rfc3339: text) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = calendar.nextDate(
            after: Date(timeIntervalSince1970: TimeInterval(now.seconds)),
            matching: DateComponents(hour: hour, minute: minute, second: 0),
            matchingPolicy: .nextTime
        )
        return date.map { Timestamp(seconds: Int64($0.timeIntervalSince1970.rounded())) }
    }

    private static func number(_ text: Substring, below limit: Int) -> Int? {
        guard (1...2).contains(text.utf8.count), let number = Int(text), (0..<limit).contains(number) else {
            return nil
        }
        return number
    }

    /// A time that is over: `30d` ago, or with its date.
    public static func past(_ text: String, of option: String, now: Timestamp) throws(ClientFailure) -> Timestamp {
        if let duration = self.duration(text) { return now - duration }
        if let time = Timestamp(rfc3339: text) { return time }
        throw .usage("\(option) is a time such as 2026-01-02T15:04:05Z or how long ago it was, such as 7d: \(text)")
    }
}
