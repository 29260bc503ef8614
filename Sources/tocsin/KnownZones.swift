import TocsinConfig
import TocsinModel
import TocsinRuntime

/// The time zones that templates named so far, each read from the disk once: a message about a thousand alerts opens no
/// thousand files.
final class KnownZones: Sendable {
    private let disk: DiskZones
    /// Those that there are not, too: their names may come from alerts, again and again.
    private let known = Locked<[String: TimeZoneRules?]>([:])

    /// There are about 600 in all, but names may be made up.
    private static let maximumCount = 1000

    init(_ disk: DiskZones = DiskZones()) { self.disk = disk }

    var zones: TimeZones {
        TimeZones(local: self.disk.local) { name in self.zone(named: name) }
    }

    private func zone(named name: String) -> TimeZoneRules? {
        guard TimeZones.isPlainName(name) else { return nil }
        if let known = self.known.withLock({ $0[name] }) { return known }
        let zone = self.disk.zone(named: name)
        self.known.withLock { known in
            if known.count >= KnownZones.maximumCount { known = [:] }
            known[name] = .some(zone)
        }
        return zone
    }
}
