import TocsinModel

/// The clock was set, the machine slept, the process was away: no alert ends of that alone, and no wait grows or
/// shrinks.
extension Engine {
    /// Moves every due and told time with the wall clock, so that what was to happen in five minutes still does.
    mutating func stepClock(by step: Duration, to now: Timestamp) {
        self.now = now
        self.ranDueAt += step
        self.maintenanceAt += step
        self.speaksFrom += step
        self.suppressionReviewAt? += step
        self.note(.clockStepped(by: step))
        for key in self.orphanedAt.keys { self.orphanedAt[key]? += step }
        self.timers = TimerQueue()
        for id in self.groups.keys {
            let due = self.groups.change(id) { group in
                group.dueAt += step
                return group.dueAt
            }
            self.timers.set(.group, id.number, at: due)
        }
        for id in self.deliveries.keys {
            let delivery = self.deliveries.change(id) { delivery in
                delivery.nextAttemptAt += step
                // Its success makes this the time from which the next reminder is counted.
                delivery.content.flushedAt += step
                return delivery
            }
            if !delivery.isUnderWay { self.timers.set(.delivery, id.number, at: delivery.nextAttemptAt) }
        }
        for key in self.told.keys {
            self.told.change(key) { told in
                told.entry?.flushedAt += step
                told.notedAt += step
            }
        }
        self.stepInherited(by: step)
        self.moveAlerts(by: step)
        self.stepSilences(by: step)
        self.stepIncidents(by: step)
    }

    /// Ends that this server gave move with its clock. Ends that a sender gave are the sender's; one that a step
    /// jumps over waits for the sender's next word.
    private mutating func moveAlerts(by step: Duration) {
        let (now, before) = (self.now, self.now - step)
        let override = self.options.restartGrace
        for fingerprint in self.alerts.keys {
            self.alerts.change(fingerprint) { known in
                known.alert.updatedAt += step
                if known.hasEnded {
                    // What is over does not end a second time, later: an alert that fires anew would take that end.
                    known.alert.endsAt = min(known.alert.endsAt, now)
                    known.alert.startsAt = min(known.alert.startsAt, known.alert.endsAt)
                    return
                }
                if known.alert.endsByTimeout {
                    known.alert.endsAt += step
                } else if known.alert.endsAt > before && known.alert.endsAt <= now {
                    known.extend(to: now + known.grace(overriddenBy: override))
                }
            }
        }
    }

    /// A turn that comes more than a minute late means that the machine slept: whatever ended on paper meanwhile gets
    /// the grace of a restart.
    mutating func forgiveLateness() {
        guard let due = self.timers.nextDeadline else { return }
        let late = self.now - max(due, self.ranDueAt)
        guard late > .seconds(60) else { return }
        self.note(.wokeLate(by: late))
        let (now, since) = (self.now, self.ranDueAt)
        self.ranDueAt = now
        let override = self.options.restartGrace
        for (fingerprint, known) in self.alerts where !known.hasEnded {
            guard known.alert.endsAt > since && known.alert.endsAt <= now else { continue }
            self.alerts.change(fingerprint) { $0.extend(to: now + $0.grace(overriddenBy: override)) }
        }
    }
}

extension KnownAlert {
    /// How long it fires without a word from its sender after an interruption: as long as the sender asked for, at
    /// least 2 min and at most 1 h, unless the operator says otherwise.
    func grace(overriddenBy override: Duration?) -> Duration {
        override ?? min(max(self.window, .seconds(120)), .seconds(3600))
    }

    mutating func extend(to time: Timestamp) {
        if self.alert.endsAt < time { self.alert.endsAt = time }
    }
}
