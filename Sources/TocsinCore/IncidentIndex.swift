import TocsinModel

/// How many alerts of a group fire at each priority, P1 first.
typealias FiringCounts = SIMD4<Int32>

extension FiringCounts {
    var total: Int { Int(self.x) + Int(self.y) + Int(self.z) + Int(self.w) }

    /// The highest priority of which something fires.
    var highest: Priority? { Priority.allCases.first { self[$0.rawValue - 1] > 0 } }

    mutating func count(_ priority: Priority) { self[priority.rawValue - 1] &+= 1 }
}

/// Finds incidents by what the rules ask for. Derived from the rows of incidents and groups.
struct IncidentIndex: Sendable {
    /// Open incidents by what makes alerts meet in them.
    private(set) var open: [String: ID<Incident>] = [:]
    /// The one that was resolved last.
    private(set) var last: [String: ID<Incident>] = [:]
    private(set) var references: [Int64: ID<Incident>] = [:]
    /// In the order in which they were made, which is the order of their numbers.
    private var groups: [ID<Incident>: ContiguousArray<ID<Group>>] = [:]
    private var counts: [ID<Group>: FiringCounts] = [:]
    private var totals: [ID<Incident>: FiringCounts] = [:]
    /// The time for which each incident's timer is set.
    var dues: [ID<Incident>: Timestamp] = [:]
    /// When each route opened incidents, within the last minute. Not derived: a restart begins anew.
    var openings: [String: [Timestamp]] = [:]

    mutating func insert(_ incident: Incident) {
        self.references[incident.reference] = incident.id
        if incident.isOpen {
            self.open[incident.correlation] = incident.id
            if self.last[incident.correlation] == incident.id { self.last[incident.correlation] = nil }
        } else {
            if self.open[incident.correlation] == incident.id { self.open[incident.correlation] = nil }
            if incident.mergedInto == nil, (self.last[incident.correlation] ?? incident.id) <= incident.id {
                self.last[incident.correlation] = incident.id
            }
        }
    }

    mutating func remove(_ incident: Incident) {
        self.references[incident.reference] = nil
        if self.open[incident.correlation] == incident.id { self.open[incident.correlation] = nil }
        if self.last[incident.correlation] == incident.id { self.last[incident.correlation] = nil }
        self.groups[incident.id] = nil
        self.totals[incident.id] = nil
        self.dues[incident.id] = nil
    }

    mutating func attach(_ group: ID<Group>, to incident: ID<Incident>) {
        self.groups[incident, default: []].insertOnce(group)
    }

    mutating func detach(_ group: ID<Group>, from incident: ID<Incident>) {
        self.count(.zero, of: group, in: incident)
        self.counts[group] = nil
        self.groups[incident]?.removeIfThere(group)
    }

    /// What fires in a group now, beside what fired when it was last counted.
    ///
    /// - Returns: whether the counts changed.
    @discardableResult
    mutating func count(_ counts: FiringCounts, of group: ID<Group>, in incident: ID<Incident>) -> Bool {
        let before = self.counts[group] ?? .zero
        if before == counts { return false }
        self.counts[group] = counts
        self.totals[incident] = (self.totals[incident] ?? .zero) &- before &+ counts
        return true
    }

    func firing(in incident: ID<Incident>) -> FiringCounts { self.totals[incident] ?? .zero }

    func groups(of incident: ID<Incident>) -> ContiguousArray<ID<Group>> { self.groups[incident] ?? [] }
}

extension ContiguousArray where Element: Comparable {
    /// Groups are young where they join: nearly always the last place.
    fileprivate mutating func insertOnce(_ element: Element) {
        let place = self.insertionPoint(of: element)
        if place == self.count || self[place] != element { self.insert(element, at: place) }
    }

    fileprivate mutating func removeIfThere(_ element: Element) {
        let place = self.insertionPoint(of: element)
        if place < self.count && self[place] == element { self.remove(at: place) }
    }
}
