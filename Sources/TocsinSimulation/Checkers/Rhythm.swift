import TocsinCore
import TocsinModel
import TocsinRuntime

/// Groups speak when they are due, and nothing hurries them or holds them up: not a step of the clock, not a restart.
struct Rhythm: Checker {
    private struct Beat {
        let key: GroupKey
        let receiver: String
        /// Virtual times at which the next flush may be; empty where that is open.
        var due: [Duration]
    }

    private var beats: [ID<Group>: Beat] = [:]

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        switch occurrence {
        case .up(let isClockOpen):
            guard let engine = moment.engine else { return [] }
            self.beats = self.beats.filter { engine.groups.contains($0.key) }
            if isClockOpen { for id in self.beats.keys { self.beats[id]?.due = [] } }
            return []
        case .down(_, wasDegraded: true):
            for id in self.beats.keys { self.beats[id]?.due = [] }
            return []
        case .turn(let turn, _):
            var problems: [String] = []
            for fact in turn.facts { problems += self.see(fact, at: moment, scene) }
            return problems + self.findLate(at: moment, scene)
        default: return []
        }
    }

    private mutating func see(_ fact: Fact, at moment: Moment, _ scene: Scene) -> [String] {
        switch fact {
        case .groupOpened(let id, let key):
            // One that opens and closes in a turn has no receiver to look up any more, and no rhythm.
            guard let receiver = moment.engine?.groups[id]?.receiver else { return [] }
            let due = self.firstFlushes(of: key, receiver, at: moment, scene)
            self.beats[id] = Beat(key: key, receiver: receiver, due: due)
            return due.isEmpty ? ["group \(key.text) of \(receiver) is of no route"] : []
        case .flushed(let id, _, _):
            guard var beat = self.beats[id] else { return [] }
            let isExpected = beat.due.isEmpty || self.isOnTime(beat, at: moment.time, scene)
            let problem = "group \(beat.key.text) of \(beat.receiver) is flushed when it is not due"
            var intervals = scene.places(of: beat.key, beat.receiver).map(\.groupInterval)
            if intervals.isEmpty || scene.hasReloaded { intervals.append(.seconds(300)) }
            beat.due = intervals.map { moment.time + $0 }
            self.beats[id] = beat
            return isExpected ? [] : [problem]
        case .groupClosed(let id, _):
            self.beats[id] = nil
            return []
        default: return []
        }
    }

    /// After `group_wait`, or at once if the alert that opens the group has fired for longer.
    private func firstFlushes(of key: GroupKey, _ receiver: String, at moment: Moment, _ scene: Scene) -> [Duration] {
        let opener = scene.submission.first { post in
            post.endsAt > moment.wall
                && scene.placements[post.alert].contains { $0.groupKey == key && $0.receiver == receiver }
        }
        var flushes: [Duration] = []
        for place in scene.places(of: key, receiver) {
            if let opener, let startsAt = scene.ledger.entries[opener.alert].startsAt {
                let isLate = startsAt + place.groupWait < moment.wall
                flushes.append(isLate ? moment.time : moment.time + place.groupWait)
            } else {
                flushes += [moment.time, moment.time + place.groupWait]
            }
        }
        return flushes
    }

    private func isOnTime(_ beat: Beat, at time: Duration, _ scene: Scene) -> Bool {
        if beat.due.contains(time) { return true }
        // What was due while the disk took its time is made up for.
        let isMadeUpFor = time <= scene.gap.to + .seconds(1)
        if isMadeUpFor && beat.due.contains(where: { scene.gap.from <= $0 && $0 <= min(time, scene.gap.to) }) {
            return true
        }
        // So is what was due while nobody was there; scenarios say how, exactly.
        return scene.absentUntil <= time && time <= scene.absentUntil + .seconds(1)
    }

    private mutating func findLate(at moment: Moment, _ scene: Scene) -> [String] {
        let late = self.beats.filter { beat in
            guard let last = beat.value.due.max(), last < moment.time else { return false }
            return !(scene.gap.from <= last && moment.time <= scene.gap.to + .seconds(1))
        }
        for id in late.keys { self.beats[id]?.due = [] }
        return late.values.map { "group \($0.key.text) of \($0.receiver) is not flushed though it is due" }.sorted()
    }
}
