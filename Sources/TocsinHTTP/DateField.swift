import Glibc
import TocsinRuntime

/// The value of the `Date` field, made once a second.
final class DateField: Sendable {
    private let last = Locked<(second: time_t, text: String)>((-1, ""))

    var value: String {
        let now = time(nil)
        return self.last.withLock { last in
            if last.second != now { last = (now, DateField.text(now)) }
            return last.text
        }
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        let day = "\(self.days[Int(parts.tm_wday)]), \(self.twoDigits(parts.tm_mday))"
        let date = "\(day) \(self.months[Int(parts.tm_mon)]) \(1900 + parts.tm_year)"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(self.twoDigits).joined(separator: ":")
        return "\(date) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
