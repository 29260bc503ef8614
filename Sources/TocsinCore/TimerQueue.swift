import TocsinModel

/// What falls due when. Derived from the rows and rebuilt from them at restore; only the earliest due time is seen
/// outside.
struct TimerQueue: Equatable, Sendable {
    /// The kinds in the order in which they fire at the same instant.
    enum Kind: UInt8, Comparable, Sendable {
        /// First, since a flush replaces what a retry would send.
        case group
        case delivery
        /// After the flush that may have changed the incident.
        case incident
        /// The end of a silence. Whether one is active is seen by its times, so it does not matter that it comes last.
        case silence

        static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// By due time, then kind, then id: the order in which a turn runs them.
    struct Timer: Comparable, Hashable, Sendable {
        let due: Timestamp
        let kind: Kind
        let id: Int64

        static func < (a: Timer, b: Timer) -> Bool {
            if a.due != b.due { return a.due < b.due }
            if a.kind != b.kind { return a.kind < b.kind }
            return a.id < b.id
        }
    }

    private var timers = Table<Timer, Bool>()

    var nextDeadline: Timestamp? { self.timers.first?.key.due }

    mutating func set(_ kind: Kind, _ id: Int64, at due: Timestamp) {
        self.timers.load(true, for: Timer(due: due, kind: kind, id: id))
    }

    mutating func cancel(_ kind: Kind, _ id: Int64, at due: Timestamp) {
        self.timers.unload(Timer(due: due, kind: kind, id: id))
    }

    /// Takes out and returns the first timer that is due, if any.
    mutating func next(dueAt now: Timestamp) -> Timer? {
        guard let timer = self.timers.first?.key, timer.due <= now else { return nil }
        self.timers.unload(timer)
        return timer
    }

    var all: [Timer] { self.timers.keys }
}
