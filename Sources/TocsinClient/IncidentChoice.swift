/// Which incident somebody means who says nothing but `tocsin ack`.
public enum IncidentChoice: Sendable {
    /// Nothing waits for anybody.
    case nothing
    case one(ListedIncident)
    /// Several, none of which is more theirs than the others.
    case unclear

    /// The only one; of several the one that is assigned to them, or else the one for which a receiver of their name
    /// was called. Two such ones are as unclear as none: acknowledging the wrong one would let the other burn.
    ///
    /// - Parameters:
    ///   - incidents: of which only those that are triggered count.
    ///   - person: whom the server takes them for.
    public init(of incidents: [ListedIncident], for person: String, _ plan: CallingPlan) {
        let waiting = incidents.filter(\.isTriggered)
        if waiting.isEmpty {
            self = .nothing
            return
        }
        let isPerson = { (name: String) in name.utf8.elementsEqual(person.utf8) }
        let assigned = waiting.filter { $0.assignees.contains(where: isPerson) }
        let called = waiting.filter { plan.called(for: $0).contains(where: isPerson) }
        let candidates = [waiting, assigned, called].first { $0.count == 1 }
        // Of two that are assigned to them, none is chosen because they were called for it, too.
        if assigned.count > 1 {
            self = .unclear
        } else if let only = candidates?.first {
            self = .one(only)
        } else {
            self = .unclear
        }
    }
}
