import Foundation
public import TocsinModel

/// The tz database of this machine. Reads a file for each zone that is asked for; remembers none.
public struct DiskZones: Sendable {
    /// Searched in this order.
    private let folders: [String]
    /// What `TZ` says; `nil` if it is not set.
    private let chosen: String?

    /// With the environment of this process.
    public init() { self.init(environment: ProcessInfo.processInfo.environment) }

    /// - Parameter environment: `ZONEINFO` and `TZDIR` name folders that are searched before the usual ones, `TZ` the
    ///   zone of this process.
    public init(environment: [String: String]) {
        let named = ["ZONEINFO", "TZDIR"].compactMap { environment[$0] }.filter { !$0.isEmpty }
        self.folders = named + ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
        self.chosen = environment["TZ"]
    }

    /// What names mean here.
    public var zones: TimeZones {
        TimeZones(local: self.local) { name in self.zone(named: name) }
    }

    /// The zone of this process: what `TZ` says, otherwise `/etc/localtime`, otherwise UTC.
    public var local: TimeZoneRules {
        guard let chosen else { return DiskZones.read("/etc/localtime", as: "Local") ?? .utc }
        let name = chosen.utf8.first == UInt8(ascii: ":") ? String(chosen.dropFirst()) : chosen
        if name.utf8.first == UInt8(ascii: "/") {
            return DiskZones.read(name, as: name == "/etc/localtime" ? "Local" : name) ?? .utc
        }
        return self.zone(named: name) ?? TimeZoneRules(name: "Local", posix: name) ?? .utc
    }

    /// A zone by its name in the tz database; `nil` if there is none, or none that can be read.
    public func zone(named name: String) -> TimeZoneRules? {
        guard TimeZones.isPlainName(name) else { return nil }
        for folder in self.folders {
            if let zone = DiskZones.read("\(folder)/\(name)", as: name) { return zone }
        }
        return nil
    }

    private static func read(_ path: String, as name: String) -> TimeZoneRules? {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { file.closeFile() }
            // One byte more than allowed shows that there are too many.
            let bytes = try file.read(upToCount: TimeZoneRules.maximumFileSize + 1) ?? Data()
            return try TimeZoneRules(name: name, tzif: Array(bytes))
        } catch {
            // As in Go: what is no zone is as good as absent, and the next folder is searched.
            return nil
        }
    }
}
