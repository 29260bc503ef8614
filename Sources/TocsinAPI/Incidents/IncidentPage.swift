import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// A page of `GET /api/v1/incidents`: incidents that the engine holds, as they are there, among those that only the
/// disk knows.
struct IncidentPage {
    private(set) var incidents: [Incident]
    /// Where the list goes on.
    private(set) var next: HistorySearch.Place?

    /// How many rows of old incidents are looked at for a page; if they are not enough, the page is short and has a
    /// cursor.
    static let maximumRows = 5000

    init(
        _ filter: IncidentFilter,
        in engine: Engine,
        _ history: any IncidentHistory
    ) async throws(HistoryFailure) {
        var found: [Incident] = []
        for (_, incident) in engine.incidents
        where filter.statuses.contains(incident.status) && filter.admits(incident) {
            if let after = filter.after, !filter.isBefore(after, filter.place(of: incident)) { continue }
            found.append(incident)
        }
        let old = try await IncidentPage.old(filter, in: engine, history)
        let isCut = old.stoppedAt != nil && old.incidents.count <= filter.limit
        found = (found + old.incidents).sorted { filter.isBefore(filter.place(of: $0), filter.place(of: $1)) }
        // What lies behind the last row looked at may come after rows that were not.
        if isCut, let stop = old.stoppedAt { found.removeAll { filter.isBefore(stop, filter.place(of: $0)) } }
        self.incidents = Array(found.prefix(filter.limit))
        if found.count > filter.limit {
            self.next = self.incidents.last.map { filter.place(of: $0) }
        } else {
            self.next = isCut ? old.stoppedAt : nil
        }
    }

    private static func old(
        _ filter: IncidentFilter,
        in engine: Engine,
        _ history: any IncidentHistory
    ) async throws(HistoryFailure) -> HistoryPage {
        guard filter.statuses.contains(.resolved), filter.order != .priority else { return HistoryPage() }
        let search = HistorySearch(
            order: filter.order == .number ? .number : .triggeredAt,
            isDescending: filter.isDescending,
            after: filter.after,
            since: filter.since,
            until: filter.until,
            limit: filter.limit + 1,
            maximumRows: self.maximumRows
        )
        return try await history.ended(search) { !engine.incidents.contains($0.id) && filter.admits($0) }
    }

    /// How many open incidents there are that the filter would take, by status.
    static func counts(_ filter: IncidentFilter, in engine: Engine) -> (triggered: Int, acknowledged: Int) {
        var counts = (triggered: 0, acknowledged: 0)
        for (_, incident) in engine.incidents where incident.isOpen && filter.admits(incident) {
            if incident.status == .triggered { counts.triggered += 1 } else { counts.acknowledged += 1 }
        }
        return counts
    }
}
