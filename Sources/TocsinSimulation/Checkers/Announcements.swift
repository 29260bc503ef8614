import TocsinCore
import TocsinModel
import TocsinRuntime

/// What is said is true, goes where the routes lead, and is allowed now.
struct Announcements: Checker {
    /// When each delivery was decided on.
    private var decided: [ID<Delivery>: Duration] = [:]

    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String] {
        switch occurrence {
        case .turn(let turn, _):
            for case .notificationDecided(let id, _, _, _, _, _) in turn.facts { self.decided[id] = moment.time }
            return []
        case .sent(let send, _): return self.check(send, at: moment, scene)
        default: return []
        }
    }

    private func check(_ send: Send, at moment: Moment, _ scene: Scene) -> [String] {
        var problems: [String] = []
        let isNew = self.decided[send.delivery] == moment.time
        let content = send.content
        let places = self.places(of: content, scene)
        let current = scene.routes.table.integrations[content.receiver] ?? []
        let integration = current.first { $0.key == send.integration }
        let firing = content.alerts.filter(\.isFiring)

        if content.receiver != send.integration.receiver || send.name.receiver != content.receiver {
            problems.append("\(send.name) gets what is for \(content.receiver)")
        }
        if integration?.sendResolved == false && firing.count != content.alerts.count {
            problems.append("\(send.name) hears of ends and did not ask for them")
        }
        if !places.isEmpty && places.allSatisfy({ $0.isMuted(at: moment.wall) }) && (isNew || !firing.isEmpty) {
            problems.append("\(send.name) is told of \(content.groupKey) outside of its times")
        }
        for alert in content.alerts {
            guard let index = scene.alert(alert.fingerprint) else { continue }
            problems += self.check(alert, index, send, isNew, at: moment, scene)
        }
        if isNew && !firing.isEmpty && integration == nil { problems.append("\(send.name) is not configured any more") }
        // An end stays what it is; whoever waits for it is told it, however late.
        if !firing.isEmpty { problems += self.checkAge(of: send, at: moment, scene) }
        return problems
    }

    /// The routes that lead alerts of the message to its group; none once no route makes it.
    private func places(of content: NotificationContent, _ scene: Scene) -> [PlainRoutes.Place] {
        let key = GroupKey(content.groupKey)
        let placements = content.alerts.compactMap { scene.alert($0.fingerprint) }.flatMap { scene.placements[$0] }
        let matching = placements.filter { $0.groupKey == key && $0.receiver == content.receiver }
        return matching.map { scene.routes.places[$0.place] }
    }

    private func check(
        _ alert: AnnouncedAlert,
        _ index: Int,
        _ send: Send,
        _ isNew: Bool,
        at moment: Moment,
        _ scene: Scene
    ) -> [String] {
        let entry = scene.ledger.entries[index]
        let name = scene.pool[index].name
        guard alert.isFiring else {
            let isFalse = isNew && entry.firesForCertain(at: moment.wall)
            return isFalse ? ["\(send.name) is told the end of \(name), which fires"] : []
        }
        var problems: [String] = []
        if let reason = scene.isHeldBack(index, at: moment.wall) {
            problems.append("\(send.name) is told that \(name) fires, which is \(reason)")
        }
        guard isNew else { return problems }
        if !entry.mayFire(at: moment.wall) {
            problems.append("\(send.name) is told that \(name) fires, which has ended")
        }
        let isPlaced = scene.placements[index].contains {
            $0.groupKey == GroupKey(send.content.groupKey) && $0.receiver == send.content.receiver
        }
        if !isPlaced {
            problems.append("\(send.name) is told of \(name) in \(send.content.groupKey), where it does not belong")
        }
        if let startsAt = entry.startsAt, entry.firesForCertain(at: moment.wall), alert.startsAt != startsAt {
            let said = alert.startsAt.rfc3339Milliseconds
            problems.append("\(name) fires since \(startsAt.rfc3339Milliseconds), not \(said)")
        }
        if let note = entry.note, alert.annotations["note"] != "\(note)" {
            problems.append("\(name) is told with an old annotation")
        }
        return problems
    }

    /// Nobody is told old news: the group's next flush replaces what waits.
    private func checkAge(of send: Send, at moment: Moment, _ scene: Scene) -> [String] {
        guard let decided = self.decided[send.delivery] else { return [] }
        let age = moment.time - decided
        return age > scene.longestInterval && scene.gap.to <= decided
            ? ["\(send.name) is told news of \(age.scenarioText) ago"] : []
    }
}
