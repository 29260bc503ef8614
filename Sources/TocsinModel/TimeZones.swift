/// The time zones that can be named, as data: whoever can open files puts them in. UTC works without.
public struct TimeZones: Sendable {
    /// What `Local` means: the zone of the server.
    public var local: TimeZoneRules
    private let lookup: @Sendable (String) -> TimeZoneRules?

    /// UTC alone.
    public static let utcOnly = TimeZones { _ in nil }

    /// - Parameter lookup: the rules of a zone by its name in the tz database; `nil` if there is no such zone. The name
    ///   may be any text.
    public init(
        local: TimeZoneRules = .utc,
        lookup: @escaping @Sendable (_ name: String) -> TimeZoneRules?
    ) {
        self.local = local
        self.lookup = lookup
    }

    /// An empty name is UTC, as in Go.
    public func zone(named name: String) -> TimeZoneRules? {
        switch name {
        case "", "UTC": .utc
        case "Local": self.local
        default: self.lookup(name)
        }
    }

    /// Whether a name is one that may be looked for below a folder of zones: `Europe/Berlin`, and nothing that leads
    /// out of it.
    public static func isPlainName(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count) else { return false }
        return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.first != UInt8(ascii: ".") && part.allSatisfy(TimeZones.isNameCharacter)
        }
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
