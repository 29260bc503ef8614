public import TocsinModel

/// A page that was given up: visible, counted, and sent again when somebody asks for it.
public struct DeadLetter: Hashable, Sendable {
    public let delivery: Delivery
    /// What the other side said last.
    public let reason: String
    public let at: Timestamp

    public init(delivery: Delivery, reason: String, at: Timestamp) {
        self.delivery = delivery
        self.reason = reason
        self.at = at
    }

    /// How many are kept; the oldest go first.
    static let most = 10_000
}

extension Engine {
    /// A page was tried for as long as it makes sense.
    mutating func bury(_ delivery: Delivery, reason: String, mayHaveArrived: Bool) {
        var dead = delivery
        dead.mayHaveArrived = delivery.mayHaveArrived || mayHaveArrived
        self.noteBelief(of: dead)
        self.remove(delivery)
        self.keep(DeadLetter(delivery: dead, reason: reason, at: self.now))
        self.note(.givenUp(delivery.integration, delivery.key.group, reason: .outOfTime))
        guard let id = self.incident(calledFor: delivery), self.incidents.contains(id) else { return }
        self.noteOnTimeline(
            id, .notificationDead, by: .timer,
            [
                "integration": delivery.integration.description, "notification": "\(delivery.id)", "error": reason,
                "attempts": "\(delivery.attempts)",
            ]
        )
        self.fallBack(id, reason: "\(delivery.integration) could not be reached")
    }

    mutating func keep(_ letter: DeadLetter) {
        if self.deadLetters.count >= DeadLetter.most, let oldest = self.deadLetters.first?.key {
            self.deadLetters.remove(oldest)
        }
        var atRest = letter.delivery
        atRest.isUnderWay = false
        self.deadLetters.put(
            DeadLetter(delivery: atRest, reason: letter.reason, at: letter.at), for: letter.delivery.id)
    }

    /// Sends a dead page again, if its incident still calls and its receiver is still there.
    mutating func revive(_ id: ID<Delivery>, by actor: Actor) throws(Rejection) {
        guard let letter = self.deadLetters[id] else { throw .unknownDelivery }
        let key = letter.delivery.key.integration
        guard let incident = self.incident(calledFor: letter.delivery), let known = self.incidents[incident] else {
            throw .unknownIncident
        }
        guard known.isOpen else { throw .incidentResolved(incident) }
        guard let integration = self.routing.integrations(of: key.receiver).first(where: { $0.key == key }) else {
            throw .unknownDelivery
        }
        self.deadLetters.remove(id)
        self.noteOnTimeline(
            incident, .notificationRetried, by: actor, ["integration": integration.id.description])
        let content = letter.delivery.content
        self.page(integration, of: incident, reason: content.reason, step: content.incident?.step)
    }
}
