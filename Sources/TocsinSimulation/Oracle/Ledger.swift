import TocsinCore
import TocsinModel

/// What senders and people said to the server, and what follows from it for certain: bounds within which each alert
/// fires, and the silences that must hold.
///
/// It asks nothing of the engine. Where a crash or a refusing disk leaves it open what the server still knows, so does
/// the ledger.
struct Ledger {
    /// What is certain about one alert.
    struct Entry {
        /// It fires at least until then; `nil`: perhaps it does not.
        var firesUntil: Timestamp?
        /// It may fire until then; `nil`: it does not for certain.
        var mayFireUntil: Timestamp?
        /// When it ended by its sender's word.
        var endedAt: Timestamp?
        /// Since when; `nil` where that is open.
        var startsAt: Timestamp?
        /// The latest end that was ever named for it.
        var furthestEnd = Timestamp.distantPast
        /// Whether the server gave its end.
        var endsByTimeout = false
        /// The latest annotation; `nil` where that is open.
        var note: Int?
        /// Whether a crash leaves it as it is.
        var isSaved = true

        func firesForCertain(at time: Timestamp) -> Bool { self.firesUntil.map { $0 > time } ?? false }

        func mayFire(at time: Timestamp) -> Bool { self.mayFireUntil.map { $0 > time } ?? false }
    }

    /// A silence that somebody asked for.
    struct Mute {
        var id: ID<Silence>
        let matchers: [Matcher]
        var startsAt: Timestamp
        var endsAt: Timestamp
        /// Whether it must be there; `false`: it may be.
        var isCertain = true
        var isSaved = true

        func isActive(at time: Timestamp) -> Bool { self.startsAt <= time && time < self.endsAt }
    }

    var entries: [Entry]
    var mutes: [Mute] = []

    init(count: Int) { self.entries = Array(repeating: Entry(), count: count) }

    /// At least so long does a restored alert fire without a word, and at most.
    private static let grace = (least: Duration.seconds(120), most: Duration.seconds(3600))
}

extension Ledger {
    /// Changes what is known of the silence of that number; nothing if there is none.
    mutating func changeMutes(_ id: ID<Silence>, _ body: (inout Mute) -> Void) {
        for index in self.mutes.indices where self.mutes[index].id == id { body(&self.mutes[index]) }
    }
}

// MARK: - Alerts

extension Ledger {
    /// What one message says about one alert.
    struct Post: Hashable, Sendable {
        let alert: Int
        let startsAt: Timestamp
        let endsAt: Timestamp
        let endsByTimeout: Bool
        let note: Int
    }

    mutating func note(_ post: Post, at now: Timestamp) {
        var entry = self.entries[post.alert]
        if post.endsAt <= now {
            if entry.mayFireUntil != nil {
                entry.isSaved = false
                entry.endedAt = post.endsAt
            }
            entry.firesUntil = nil
            entry.mayFireUntil = nil
        } else {
            self.noteFiring(post, &entry, at: now)
        }
        self.entries[post.alert] = entry
    }

    private func noteFiring(_ post: Post, _ entry: inout Entry, at now: Timestamp) {
        if entry.firesForCertain(at: now) {
            // One episode: the earliest start stands.
            entry.startsAt = entry.startsAt.map { min($0, post.startsAt) }
        } else {
            let isNew = entry.mayFireUntil == nil && (entry.endedAt.map { $0 <= post.startsAt } ?? true)
            entry.startsAt = isNew ? post.startsAt : nil
            entry.isSaved = false
        }
        entry.firesUntil = post.endsAt
        entry.mayFireUntil = entry.mayFireUntil.map { max($0, post.endsAt) } ?? post.endsAt
        entry.furthestEnd = max(entry.furthestEnd, post.endsAt)
        entry.endsByTimeout = post.endsByTimeout
        entry.note = post.note
    }

    /// The engine noticed that an alert's time ran out.
    mutating func noteTimeout(of alert: Int, at now: Timestamp) {
        self.entries[alert].firesUntil = nil
        self.entries[alert].mayFireUntil = nil
        self.entries[alert].endedAt = now
        self.entries[alert].isSaved = false
    }

    /// Everything that was said is on the disk.
    mutating func noteSaved() {
        for index in self.entries.indices { self.entries[index].isSaved = true }
        for index in self.mutes.indices { self.mutes[index].isSaved = true }
    }

    /// The process is gone: what was not saved is open.
    mutating func noteCrash() {
        for index in self.entries.indices where !self.entries[index].isSaved {
            self.entries[index] = Entry(
                mayFireUntil: self.entries[index].furthestEnd, furthestEnd: self.entries[index].furthestEnd
            )
        }
        for index in self.mutes.indices where !self.mutes[index].isSaved { self.mutes[index].isCertain = false }
    }

    /// The process is back: what fires gets time for its sender to speak.
    mutating func noteRestart(at now: Timestamp) {
        for index in self.entries.indices where self.entries[index].mayFireUntil != nil {
            if self.entries[index].firesUntil != nil { self.entries[index].firesUntil = now + Ledger.grace.least }
            self.entries[index].note = nil
            self.extend(index, to: now + Ledger.grace.most)
        }
    }

    /// The machine slept until now.
    mutating func noteSleep(until now: Timestamp, since: Timestamp) {
        for index in self.entries.indices {
            if let end = self.entries[index].firesUntil, end > since && end <= now {
                self.entries[index].firesUntil = now + Ledger.grace.least
            }
            self.extend(index, to: now + Ledger.grace.most)
        }
    }

    /// The wall clock was set.
    mutating func noteStep(by step: Duration, at now: Timestamp) {
        let before = now - step
        for index in self.entries.indices {
            if let end = self.entries[index].firesUntil {
                if self.entries[index].endsByTimeout {
                    self.entries[index].firesUntil = end + step
                } else if end > before && end <= now {
                    self.entries[index].firesUntil = now + Ledger.grace.least
                }
            }
            self.entries[index].mayFireUntil = self.entries[index].mayFireUntil.map { max($0, $0 + step) }
            if step > .zero { self.entries[index].furthestEnd += step }
            self.extend(index, to: now + Ledger.grace.most)
        }
        self.mutes.removeAll { $0.endsAt <= before }
        for index in self.mutes.indices where self.mutes[index].startsAt <= before {
            self.mutes[index].startsAt = min(self.mutes[index].startsAt, now)
        }
    }

    private mutating func extend(_ index: Int, to end: Timestamp) {
        self.entries[index].mayFireUntil = self.entries[index].mayFireUntil.map { max($0, end) }
    }
}
