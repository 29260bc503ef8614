import TocsinCore
import TocsinModel
import TocsinRuntime

/// What every destination believes, from what reached it; in the end that is the truth.
struct Beliefs: Checker {
    private struct Mind {
        /// What it was told fires, and when it last was.
        var firing: [Fingerprint: Duration] = [:]
        /// What it believes and the server cannot know of: told while the disk refused writes, before a crash.
        var excused: Set<Fingerprint> = []
    }

    private var minds: [Channel: Mind] = [:]
    /// Since when each alert fires for certain and nothing is in the way; by alert.
    private var freeSince: [Int: Duration] = [:]
    private var lastLook: Duration = .zero

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        switch occurrence {
        case .up, .answered: break
        case .down(_, let wasDegraded):
            self.freeSince = [:]
            if wasDegraded {
                self.minds = self.minds.mapValues { mind in
                    Mind(firing: mind.firing, excused: mind.excused.union(mind.firing.keys))
                }
            }
        case .sent(let send, let fate):
            if fate.arrives { self.hear(send, at: moment.time) }
        case .turn(let turn, _):
            for case .givenUp(let integration, let key, let reason) in turn.facts {
                self.forget(integration.receiver, key, reason, scene)
            }
            self.look(at: moment, scene)
        }
        return []
    }

    private mutating func hear(_ send: Send, at time: Duration) {
        var mind = self.minds[send.channel] ?? Mind()
        for alert in send.content.alerts {
            mind.firing[alert.fingerprint] = alert.isFiring ? time : nil
            if !alert.isFiring { mind.excused.remove(alert.fingerprint) }
        }
        self.minds[send.channel] = mind
    }

    /// The server says that it tells somebody the end no more.
    private mutating func forget(_ receiver: String, _ groupKey: GroupKey, _ reason: GiveUpReason, _ scene: Scene) {
        let current = scene.routes.table.integrations[receiver] ?? []
        for channel in self.minds.keys where channel.groupKey == groupKey && channel.integration.receiver == receiver {
            // One that refuses the end for long enough is left with what it believes.
            if reason == .refused || !current.contains(where: { $0.key == channel.integration }) {
                self.minds[channel] = nil
            }
        }
    }

    private mutating func look(at moment: Moment, _ scene: Scene) {
        guard scene.isPeace else { return }
        for alert in scene.pool.indices {
            let isFree = scene.fires(alert, at: moment.wall) && scene.isFree(alert, at: moment.wall)
            if !isFree {
                self.freeSince[alert] = nil
            } else if self.freeSince[alert] == nil {
                self.freeSince[alert] = moment.time
            }
        }
    }

    mutating func conclude(at moment: Moment, in scene: Scene) -> [String] {
        var problems: [String] = []
        for (channel, mind) in self.minds { problems += self.findErrors(channel, mind, at: moment, scene) }
        for alert in scene.pool.indices { problems += self.findIgnorance(of: alert, at: moment, scene) }
        if let engine = moment.engine, !scene.wasMuted(since: moment.time - scene.patience, until: moment) {
            for (fingerprint, known) in engine.alerts where known.hasEnded || scene.alert(fingerprint) == nil {
                problems.append("\(scene.name(fingerprint)) has ended and is held on to")
            }
        }
        return problems.sorted()
    }

    private func findErrors(_ channel: Channel, _ mind: Mind, at moment: Moment, _ scene: Scene) -> [String] {
        let receiver = channel.integration.receiver
        if scene.deafToEnds.contains(channel.integration) || scene.hasChangedSendResolved { return [] }
        let isMuted = scene.places(of: channel.groupKey, receiver).contains { place in
            scene.wasMuted(place, since: moment.time - scene.patience, until: moment)
        }
        if isMuted { return [] }
        return mind.firing.keys.filter { fingerprint in
            guard !mind.excused.contains(fingerprint), let alert = scene.alert(fingerprint) else { return false }
            return scene.ledger.entries[alert].mayFireUntil == nil
        }.map { "\(receiver) believes that \(scene.name($0)) fires, which has ended" }
    }

    private func findIgnorance(of alert: Int, at moment: Moment, _ scene: Scene) -> [String] {
        guard let since = self.freeSince[alert], moment.time - since > scene.patience else { return [] }
        var problems: [String] = []
        let fingerprint = scene.pool[alert].labels.fingerprint
        for placement in scene.placements[alert] {
            let place = scene.routes.places[placement.place]
            if scene.wasMuted(place, since: since, until: moment) { continue }
            for integration in scene.routes.table.integrations[placement.receiver] ?? [] {
                let channel = Channel(integration: integration.key, groupKey: placement.groupKey)
                let name = "\(integration.id) about \(scene.pool[alert].name)"
                guard let toldAt = self.minds[channel]?.firing[fingerprint] else {
                    problems.append("nobody told \(name)")
                    continue
                }
                let patience = place.repeatInterval + place.groupInterval * 2
                if moment.time - since > patience && moment.time - toldAt > patience {
                    problems.append("nobody reminded \(name)")
                }
            }
        }
        return problems
    }
}
