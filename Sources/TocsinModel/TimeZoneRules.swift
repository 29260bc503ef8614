/// What clocks in one place show at one instant.
public struct ZonePeriod: Hashable, Sendable {
    /// Less than a day.
    public var secondsEast: Int
    /// `CEST`; empty if it has none.
    public var abbreviation: String
    public var isDaylightSaving: Bool

    public init(secondsEast: Int, abbreviation: String, isDaylightSaving: Bool = false) {
        precondition(abs(secondsEast) < 86_400, "an offset from UTC must be less than a day")
        self.secondsEast = secondsEast
        self.abbreviation = abbreviation
        self.isDaylightSaving = isDaylightSaving
    }
}

/// What clocks in one place show at every instant: the rules of a time zone as a value.
///
/// Whoever can open files makes it from the bytes of the tz database; from there on it is data, so that the rules that
/// use it see no disk.
public struct TimeZoneRules: Sendable {
    /// `Europe/Berlin`; empty for an offset without a name.
    public let name: String
    private let first: ZonePeriod
    private let changes: [Change]
    private let future: POSIXTimeZone?

    /// An instant from which something else holds.
    struct Change: Hashable, Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        let instant: Int64
        let period: ZonePeriod
    }

    public static let utc = TimeZoneRules(name: "UTC", secondsEast: 0)

    /// Clocks that are never changed, and whose abbreviation is their name.
    ///
    /// - Parameter secondsEast: less than a day.
    public init(name: String = "", secondsEast: Int) {
        self.init(name: name, first: ZonePeriod(secondsEast: secondsEast, abbreviation: name), changes: [], future: nil)
    }

    /// - Parameters:
    ///   - first: what holds before the first change.
    ///   - changes: ascending.
    ///   - future: what holds from the last change on, or always if there is none; without it, the last period stays.
    init(name: String, first: ZonePeriod, changes: [Change], future: POSIXTimeZone?) {
        self.name = name
        self.first = first
        self.changes = changes
        self.future = future
    }

    /// What holds at an instant, given in seconds since 1970-01-01T00:00:00Z.
    public func period(at seconds: Int64) -> ZonePeriod {
        guard let last = self.changes.last else { return self.future?.period(at: seconds) ?? self.first }
        if seconds >= last.instant { return self.future?.period(at: seconds) ?? last.period }
        // The number of changes up to the instant, by halving.
        var (low, high) = (0, self.changes.count)
        while low < high {
            let middle = (low + high) / 2
            if self.changes[middle].instant <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? self.first : self.changes[low - 1].period
    }
}

extension TimeZoneRules: Hashable {
    /// By name alone: two zones of one name are hardly ever in use.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.name) }
}

extension Timestamp {
    /// As calendar and clock show it in a zone.
    public func civil(in zone: TimeZoneRules) -> CivilTime {
        self.civil(offsetSeconds: zone.period(at: self.seconds).secondsEast)
    }
}
