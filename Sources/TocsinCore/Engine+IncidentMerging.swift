import TocsinModel

/// Several incidents are one trouble, or one is several.
extension Engine {
    mutating func merge(_ source: Incident, into id: ID<Incident>, by actor: Actor) throws(Rejection) -> Bool {
        guard let target = self.incidents[id], id != source.id else { throw .cannotMerge }
        if target.mergedInto != nil { throw .incidentMerged(id) }
        guard target.isOpen else { throw .incidentResolved(id) }
        guard source.isOpen else { throw .incidentResolved(source.id) }

        self.resolve(source.id, by: actor, reason: .merged)
        self.amend(source.id) { incident in
            incident.mergedInto = id
            incident.resolution?.stillFiring = .empty
            incident.resolution?.heldUntil = nil
        }
        if let merged = self.incidents[source.id] { self.incidentIndex.insert(merged) }
        for group in self.incidentIndex.groups(of: source.id) { self.move(group, to: id) }
        self.noteOnTimeline(source.id, .merged, by: actor, ["into": "INC-\(target.reference)"])
        self.noteOnTimeline(id, .absorbed, by: actor, ["from": "INC-\(source.reference)"])
        self.amend(id) { $0.touch() }
        // What was merged before into the source leads to the target now: no chains.
        for (other, incident) in self.incidents where incident.mergedInto == source.id {
            self.amend(other) { $0.mergedInto = id }
        }
        if source.status == .triggered && source.priority.isAbove(target.priority) {
            self.setPriority(source.priority, of: id, by: actor)
        } else if let highest = self.incidentIndex.firing(in: id).highest {
            self.followPriority(highest, of: id)
        }
        self.reviewSuppression(of: id)
        return true
    }

    mutating func split(_ keys: [GroupKey], off incident: Incident, by actor: Actor) throws(Rejection) -> Bool {
        guard incident.isOpen else { throw .incidentResolved(incident.id) }
        let wanted = Set(keys)
        let groups = self.groups(of: incident.id)
        let moving = groups.filter { wanted.contains($0.key) }
        guard !moving.isEmpty, moving.count < groups.count else { throw .cannotSplit }

        let priority = incident.priority
        let id = self.makeIncident(
            title: "\(incident.title) (split)",
            priority: priority,
            labels: moving[0].labels,
            correlation: "split \(self.now.nanosecondsSince1970) \(moving[0].key.text)",
            receiver: moving[0].receiver,
            policy: incident.escalation.policy
        ) { $0.previous = incident.id }
        guard let made = self.incidents[id] else { return true }
        self.noteOnTimeline(id, .opened, by: actor, ["reason": "split", "from": "INC-\(incident.reference)"])
        self.noteOnTimeline(incident.id, .split, by: actor, ["into": "INC-\(made.reference)"])
        for group in moving { self.move(group.id, to: id) }
        self.amend(incident.id) { old in
            old.groups.removeAll { wanted.contains($0) }
            old.touch()
        }
        for changed in [incident.id, id] {
            let firing = self.incidentIndex.firing(in: changed)
            if let highest = firing.highest { self.followPriority(highest, of: changed) }
            self.reviewEnd(of: changed, isOver: firing.total == 0)
        }
        return true
    }

    /// Opens an incident that no alert told of.
    mutating func open(_ draft: IncidentDraft) throws(Rejection) -> IncidentAnswer {
        if let past = try self.pastAnswer(to: draft.request) { return past }
        let limit = self.options.limits.incidents
        if self.incidents.count >= limit { throw .tooManyIncidents(limit: limit) }
        let name = draft.policy ?? self.routing.incidents.policies[draft.priority]
        let policy = name.flatMap { self.routing.policies[$0] }
        if let named = draft.policy, policy == nil { throw .unknownPolicy(named) }
        let id = self.makeIncident(
            title: draft.title,
            priority: draft.priority,
            labels: draft.labels,
            correlation: "manual \(self.now.nanosecondsSince1970) \(self.lastReference + 1)",
            receiver: "",
            policy: policy
        ) { $0.isPriorityPinned = true }
        self.noteOnTimeline(id, .opened, by: draft.actor, ["priority": "\(draft.priority)"])
        if let note = draft.note, !note.isEmpty { self.noteOnTimeline(id, .note, by: draft.actor, ["note": note]) }
        let answer = IncidentAnswer(incident: id, changed: true)
        self.remember(draft.request, answer)
        return answer
    }

    // MARK: Repeats

    /// What a request came to the first time; `nil` if it is new.
    func pastAnswer(to request: RequestMark?) throws(Rejection) -> IncidentAnswer? {
        guard let request else { return nil }
        guard let past = self.pastRequests[request.key] else {
            let limit = self.options.limits.requestKeys
            if self.pastRequests.count >= limit { throw .tooManyRequestKeys(limit: limit) }
            return nil
        }
        if past.content != request.content { throw .requestKeyReused }
        return past.answer
    }

    mutating func remember(_ request: RequestMark?, _ answer: IncidentAnswer) {
        guard let request else { return }
        self.pastRequests.put(
            PastRequest(content: request.content, answer: answer, at: self.now), for: request.key)
    }
}
