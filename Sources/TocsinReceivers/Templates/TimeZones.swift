/// The time zones that templates can name, as data: whoever can open files puts them in. UTC works without.
public struct TimeZones: Sendable {
    /// What `.Local` shows: the zone of the server.
    public var local: any TimeZoneRules
    private let lookup: @Sendable (String) -> (any TimeZoneRules)?

    /// UTC alone.
    public static let utcOnly = TimeZones { _ in nil }

    /// - Parameter lookup: the rules of a zone by its name in the tz database; must not read files.
    public init(
        local: any TimeZoneRules = FixedZone.utc,
        lookup: @escaping @Sendable (_ name: String) -> (any TimeZoneRules)?
    ) {
        self.local = local
        self.lookup = lookup
    }

    /// An empty name is UTC, as in Go.
    public func zone(named name: String) -> (any TimeZoneRules)? {
        switch name {
        case "", "UTC": FixedZone.utc
        case "Local": self.local
        default: self.lookup(name)
        }
    }
}

/// What clocks in one place show.
public protocol TimeZoneRules: Sendable {
    /// `Europe/Berlin`; empty for an offset without a name.
    var name: String { get }

    /// What holds at an instant, given in seconds since 1970-01-01T00:00:00Z.
    func period(at seconds: Int64) -> ZonePeriod
}

/// What clocks in one place show at one instant.
public struct ZonePeriod: Hashable, Sendable {
    /// Less than a day.
    public var secondsEast: Int
    /// `CEST`; empty if it has none.
    public var abbreviation: String

    public init(secondsEast: Int, abbreviation: String) {
        precondition(abs(secondsEast) < 86_400, "an offset from UTC must be less than a day")
        self.secondsEast = secondsEast
        self.abbreviation = abbreviation
    }
}

/// A zone whose clocks are never changed.
public struct FixedZone: TimeZoneRules, Hashable {
    public let name: String
    private let secondsEast: Int

    public static let utc = FixedZone(name: "UTC", secondsEast: 0)

    /// - Parameter secondsEast: less than a day.
    public init(name: String = "", secondsEast: Int) {
        precondition(abs(secondsEast) < 86_400, "an offset from UTC must be less than a day")
        self.name = name
        self.secondsEast = secondsEast
    }

    public func period(at seconds: Int64) -> ZonePeriod {
        ZonePeriod(secondsEast: self.secondsEast, abbreviation: self.name)
    }
}
