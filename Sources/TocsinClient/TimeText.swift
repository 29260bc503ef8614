public import TocsinModel
import TocsinReceivers

/// How times are printed: as a clock shows them, and how far away they are.
public struct TimeText: Hashable, Sendable {
    /// In Go's way, see amtool's `date.format`.
    public let layout: String
    public let now: Timestamp

    public static let defaultLayout = "2006-01-02 15:04:05 MST"

    public init(layout: String = TimeText.defaultLayout, now: Timestamp) {
        self.layout = layout
        self.now = now
    }

    /// `2026-01-02 03:04:05 UTC`
    public func clock(_ time: Timestamp) -> String { time.isZero ? "" : time.formatted(goLayout: self.layout) }

    /// `2026-01-02 03:04:05 UTC (5m ago)`
    public func both(_ time: Timestamp) -> String {
        time.isZero ? "" : "\(self.clock(time)) (\(self.relative(time)))"
    }

    /// `5m ago`, `in 2h`, `now`. Rounded down to its largest unit, and the next one below if the first is small.
    public func relative(_ time: Timestamp) -> String {
        let seconds = (time - self.now).components.seconds
        if seconds == 0 { return "now" }
        let length = TimeText.length(seconds: seconds.magnitude)
        return seconds < 0 ? "\(length) ago" : "in \(length)"
    }

    /// `5m`, `2h`, whichever way.
    public func distance(to time: Timestamp) -> String {
        TimeText.length(seconds: (time - self.now).components.seconds.magnitude)
    }

    /// `45s`, `5m`, `1h30m`, `3d4h`, `20d`
    static func length(seconds: UInt64) -> String {
        let units: [(symbol: String, seconds: UInt64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        for (index, unit) in units.enumerated() where seconds >= unit.seconds {
            let count = seconds / unit.seconds
            guard count < 10, index < 2 else { return "\(count)\(unit.symbol)" }
            let next = units[index + 1]
            let rest = seconds % unit.seconds / next.seconds
            return rest == 0 ? "\(count)\(unit.symbol)" : "\(count)\(unit.symbol)\(rest)\(next.symbol)"
        }
        return "0s"
    }
}
