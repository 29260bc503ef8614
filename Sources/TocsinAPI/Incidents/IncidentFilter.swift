import TocsinCore
import TocsinModel
import TocsinRuntime

/// What the query of `GET /api/v1/incidents` asks for.
struct IncidentFilter: Sendable {
    enum Order: String, CaseIterable {
        case triggeredAt = "triggered_at"
        case number
        /// Of open incidents only: there is no index for those that ended.
        case priority
    }

    let statuses: Set<Incident.Status>
    let order: Order
    let isDescending: Bool
    let limit: Int
    let since: Timestamp?
    let until: Timestamp?
    /// What a cursor of the list goes with.
    let question: [String]
    let after: HistorySearch.Place?
    private let priorities: Set<Priority>
    private let matchers: [Matcher]
    private let assignee: String?
    /// In lower case.
    private let words: String?

    static let usualLimit = 50
    static let maximumLimit = 200
    private static let maximumWords = 200
    private static let parameters: Set<String> = [
        "status", "priority", "matcher", "since", "until", "q", "assignee", "sort", "limit", "cursor",
    ]

    init(_ query: Query, _ settings: APIContext.Settings) throws(APIError) {
        try query.refuseOthers(than: IncidentFilter.parameters)
        self.statuses = try IncidentFilter.statuses(query)
        self.priorities = try IncidentFilter.priorities(query)
        self.matchers = try MatcherParameter.matchers("matcher", of: query, settings.matcherSyntax) { $0 }
        self.since = try query.time("since")
        self.until = try query.time("until")
        self.assignee = query.text("assignee")
        let words = query.text("q")
        if let words, words.utf8.count > IncidentFilter.maximumWords {
            throw .badRequest("q is longer than \(IncidentFilter.maximumWords) bytes")
        }
        self.words = words?.lowercased()
        self.limit = try query.wholeNumber(
            "limit", in: 1...IncidentFilter.maximumLimit, default: IncidentFilter.usualLimit)
        let sort = query.text("sort") ?? "-triggered_at"
        self.isDescending = sort.hasPrefix("-")
        guard let order = Order(rawValue: String(sort.drop { $0 == "-" })) else {
            throw .badRequest("sort must be triggered_at, number or priority, with a - before it for the reverse")
        }
        self.order = order
        if order == .priority && self.statuses.contains(.resolved) {
            throw .badRequest("only open incidents are sorted by priority: add status=triggered,acknowledged")
        }
        self.question =
            [sort, self.assignee ?? "", words ?? "", query.text("since") ?? "", query.text("until") ?? ""]
            + self.statuses.map(\.rawValue).sorted() + self.priorities.sorted().map(\.description)
            + self.matchers.map(\.description)
        self.after = try query.text("cursor").map { [question] text throws(APIError) in
            try IncidentCursor.place(text, of: question)
        }
    }

    private static func statuses(_ query: Query) throws(APIError) -> Set<Incident.Status> {
        let words = query.words("status")
        if words.isEmpty { return Set(Incident.Status.allCases) }
        var statuses: Set<Incident.Status> = []
        for word in words {
            guard let status = Incident.Status(rawValue: word) else {
                throw .badRequest("status must be triggered, acknowledged or resolved, or several with commas")
            }
            statuses.insert(status)
        }
        return statuses
    }

    private static func priorities(_ query: Query) throws(APIError) -> Set<Priority> {
        var priorities: Set<Priority> = []
        for word in query.words("priority") {
            guard let priority = Priority(word) else {
                throw .badRequest("priority must be P1, P2, P3 or P4, or several with commas")
            }
            priorities.insert(priority)
        }
        return priorities
    }

    // MARK: Incidents

    /// Whether an incident is asked for, whatever its status.
    func admits(_ incident: Incident) -> Bool {
        if !self.priorities.isEmpty && !self.priorities.contains(incident.priority) { return false }
        if let since, incident.triggeredAt < since { return false }
        if let until, incident.triggeredAt >= until { return false }
        if let assignee, !incident.assignees.contains(where: { $0.utf8.elementsEqual(assignee.utf8) }) { return false }
        if !self.matchers.isEmpty && !self.matchers.passFilter(incident.labels) { return false }
        guard let words else { return true }
        return incident.title.lowercased().contains(words)
            || IncidentJSON.name(incident).lowercased().contains(words)
            || incident.labels.contains { $0.value.lowercased().contains(words) }
    }

    /// Where an incident stands in the list.
    func place(of incident: Incident) -> HistorySearch.Place {
        let value =
            switch self.order {
            case .triggeredAt: incident.triggeredAt.nanosecondsSince1970
            case .number: incident.reference
            case .priority: Int64(incident.priority.rawValue)
            }
        return HistorySearch.Place(value: value, id: incident.id.number)
    }

    /// Whether the first of two places comes before the other in the list.
    func isBefore(_ a: HistorySearch.Place, _ b: HistorySearch.Place) -> Bool {
        let isLess = (a.value, a.id) < (b.value, b.id)
        return self.isDescending ? !isLess && a != b : isLess
    }
}
