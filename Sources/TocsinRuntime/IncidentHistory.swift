public import TocsinCore
public import TocsinModel

/// What is known of incidents beyond the engine's memory: those that ended long ago, and the history of all. Read
/// beside the engine, so it may be behind while the disk refuses writes.
public protocol IncidentHistory: Sendable {
    func incident(_ id: ID<Incident>) async throws(HistoryFailure) -> Incident?
    /// The incident of INC-n.
    func incident(reference: Int64) async throws(HistoryFailure) -> Incident?
    /// Incidents that ended, in the order and from the place that `search` names, as long as `admits` takes them.
    func ended(
        _ search: HistorySearch,
        where admits: @escaping @Sendable (Incident) -> Bool
    ) async throws(HistoryFailure) -> HistoryPage
    /// Lines of an incident's history after a sequence number, the oldest first.
    ///
    /// - Parameter kinds: all kinds if empty.
    func timeline(
        of incident: ID<Incident>,
        kinds: [TimelineEntry.Kind],
        after sequence: Int64,
        limit: Int
    ) async throws(HistoryFailure) -> [TimelineEntry]
    /// Lines of every incident's history after a sequence number, the oldest first.
    func timeline(after sequence: Int64, limit: Int) async throws(HistoryFailure) -> [TimelineEntry]
    /// Incidents that triggered for the first time in a span of time, and who responded first.
    ///
    /// - Returns: at most `limit`.
    func responses(
        from: Timestamp,
        to: Timestamp,
        limit: Int
    ) async throws(HistoryFailure) -> [RecordedResponse]
}

/// Why history cannot be read. For people; names no row.
public struct HistoryFailure: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// In which order incidents are listed. Where the values are the same, the number decides.
public enum IncidentOrder: String, Hashable, Sendable, CaseIterable {
    case triggeredAt = "triggered_at"
    case number
}

/// Where a search in history begins, and how far it goes.
public struct HistorySearch: Hashable, Sendable {
    public var order: IncidentOrder
    public var isDescending: Bool
    /// Only what comes behind this value and number.
    public var after: Place?
    public var since: Timestamp?
    public var until: Timestamp?
    /// How many incidents are wanted.
    public var limit: Int
    /// How many rows are looked at to find them.
    public var maximumRows: Int

    /// A place in an order.
    public struct Place: Hashable, Sendable {
        public var value: Int64
        public var id: Int64

        public init(value: Int64, id: Int64) {
            self.value = value
            self.id = id
        }
    }

    public init(
        order: IncidentOrder = .triggeredAt,
        isDescending: Bool = true,
        after: Place? = nil,
        since: Timestamp? = nil,
        until: Timestamp? = nil,
        limit: Int,
        maximumRows: Int
    ) {
        self.order = order
        self.isDescending = isDescending
        self.after = after
        self.since = since
        self.until = until
        self.limit = limit
        self.maximumRows = maximumRows
    }
}

/// What a search in history found.
public struct HistoryPage: Hashable, Sendable {
    public var incidents: [Incident]
    /// The last row looked at, if there may be more behind it.
    public var stoppedAt: HistorySearch.Place?

    public init(incidents: [Incident] = [], stoppedAt: HistorySearch.Place? = nil) {
        self.incidents = incidents
        self.stoppedAt = stoppedAt
    }
}

/// An incident and who took it first, for reports.
public struct RecordedResponse: Hashable, Sendable {
    public var incident: Incident
    public var responder: Actor?

    public init(_ incident: Incident, responder: Actor?) {
        self.incident = incident
        self.responder = responder
    }
}

/// The history of a server that keeps none.
public struct NoHistory: IncidentHistory {
    public init() {}

    public func incident(_ id: ID<Incident>) async throws(HistoryFailure) -> Incident? { nil }

    public func incident(reference: Int64) async throws(HistoryFailure) -> Incident? { nil }

    public func ended(
        _ search: HistorySearch,
        where admits: @escaping @Sendable (Incident) -> Bool
    ) async throws(HistoryFailure) -> HistoryPage { HistoryPage() }

    public func timeline(
        of incident: ID<Incident>,
        kinds: [TimelineEntry.Kind],
        after sequence: Int64,
        limit: Int
    ) async throws(HistoryFailure) -> [TimelineEntry] { [] }

    public func timeline(after sequence: Int64, limit: Int) async throws(HistoryFailure) -> [TimelineEntry] { [] }

    public func responses(
        from: Timestamp,
        to: Timestamp,
        limit: Int
    ) async throws(HistoryFailure) -> [RecordedResponse] { [] }
}
