public import TocsinModel

/// Why a route tells nobody anything for a time, and the names of the intervals that say so.
public struct Muting: Hashable, Sendable {
    public let reason: SuppressionReason
    /// In the order in which the route names them.
    public let intervals: [String]
}

extension Route {
    /// `nil` when its groups may speak. Outside of all its active intervals, all of these are to blame; otherwise those
    /// of its mute intervals that hold.
    public func muting(at now: Timestamp) -> Muting? {
        let active = self.activeTimeIntervals
        if !active.isEmpty && !active.contains(where: { $0.contains(now) }) {
            return Muting(reason: .activeTimeInterval, intervals: active.map(\.name))
        }
        let mute = self.muteTimeIntervals.filter { $0.contains(now) }
        return mute.isEmpty ? nil : Muting(reason: .muteTimeInterval, intervals: mute.map(\.name))
    }
}

extension Engine {
    /// Why nobody is told of a group now; `nil` if the time of day does not stand in the way.
    public func muting(of group: Group, at now: Timestamp) -> Muting? {
        group.route.flatMap { self.routing.routes[$0].muting(at: now) }
    }
}
