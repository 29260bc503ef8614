import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// A router over a service that keeps incidents, with everything it wrote at hand, so that it can start again.
struct IncidentStage: Sendable {
    let clock = SetClock(Stage.beginning)
    let ledger: Ledger
    let post: PostOffice
    let feed: TimelineFeed
    let service: Service
    let router: Router

    /// Runs a test on a stage of its own and takes it down.
    ///
    /// - Parameter ledger: what an earlier stage wrote.
    static func with(
        _ ledger: Ledger = Ledger(),
        feed: TimelineFeed.Configuration = TimelineFeed.Configuration(),
        limits: Limits = Limits(),
        _ test: (IncidentStage) async throws -> Void
    ) async throws {
        let stage = IncidentStage(ledger, TimelineFeed(configuration: feed), limits)
        do {
            try await test(stage)
        } catch {
            await stage.service.stop()
            throw error
        }
        await stage.service.stop()
    }

    private init(_ ledger: Ledger, _ feed: TimelineFeed, _ limits: Limits) {
        self.ledger = ledger
        self.feed = feed
        self.post = PostOffice()
        var options = EngineOptions()
        options.limits = limits
        options.installation = InstallationID(high: 1, low: 2)
        self.service = Service(
            loop: Loop(
                engine: Engine.restore(
                    ledger.rows, routing: IncidentStage.routing, options: options, now: Stage.beginning),
                store: LedgerStore(ledger: ledger)
            ),
            courier: self.post,
            clock: self.clock,
            observer: feed
        )
        self.router = Router(
            service: self.service,
            context: APIContext(
                settings: Stage.settings, phase: .serving, startedAt: Stage.beginning, history: ledger, feed: feed),
            clock: self.clock
        )
    }

    /// One incident for each name of an alert; `Quiet` has no policy.
    private static var routing: RoutingTable {
        var rules = IncidentRules()
        rules.isConfigured = true
        var quiet = RouteNode(
            matchers: [Matcher(name: "alertname", equals: "Quiet")], receiver: "chat",
            grouping: .labels(["alertname"]), groupWait: .zero)
        quiet.escalationPolicy = ""
        var root = RouteNode(
            receiver: "chat", grouping: .labels(["alertname"]), groupWait: .zero, children: [quiet])
        root.escalationPolicy = "oncall"
        func integration(_ name: String) -> Integration {
            Integration(id: IntegrationID(receiver: name, kind: "slack", index: 0), sendResolved: true, destination: 1)
        }
        return RoutingTable(
            root: root,
            integrations: ["chat": [integration("chat")], "pager": [integration("pager")]],
            incidents: rules,
            policies: [
                EscalationPolicy(
                    name: "oncall",
                    steps: [
                        EscalationPolicy.Step(after: .zero, notify: ["pager"]),
                        EscalationPolicy.Step(after: .seconds(600), notify: ["pager"]),
                    ],
                    rounds: 2
                )
            ]
        )
    }
}

// MARK: - Requests

extension IncidentStage {
    func get(_ target: String, _ headers: HeaderList = [:]) async -> APIResponse {
        await self.router.respond(to: APIRequest(.get, target, headers: headers))
    }

    func send(
        _ method: APIMethod,
        _ target: String,
        _ body: String = "",
        headers: [(String, String)] = []
    ) async -> APIResponse {
        let fields = headers + (body.isEmpty ? [] : [("Content-Type", "application/json")])
        return await self.router.respond(
            to: APIRequest(
                method, target, headers: HeaderList(fields.map { (name: $0.0, value: $0.1) }),
                body: Array(body.utf8)))
    }

    /// What people do with INC-n.
    @discardableResult
    func act(_ number: Int, _ verb: String, _ body: String = "", headers: [(String, String)] = []) async -> APIResponse
    {
        await self.send(.post, "/api/v1/incidents/INC-\(number)/\(verb)", body, headers: headers)
    }

    /// Alerts that fire for a day; each name that is new makes an incident.
    func fire(_ names: String..., labels: [String: String] = [:], severity: String = "critical") async throws {
        var batch = AlertBatch()
        let now = self.clock.now()
        for name in names {
            var labels = labels
            labels["alertname"] = name
            labels["severity"] = severity
            batch.append(
                Alert(labels: LabelSet(labels), startsAt: now, endsAt: now + .seconds(86400), updatedAt: now))
        }
        _ = try await self.service.submit(.alertsReceived(batch))
    }

    /// Lets time pass, and what is due happen.
    func pass(_ seconds: Int) async throws {
        self.clock.advance(by: .seconds(seconds))
        _ = try await self.service.submit(.timePassed)
    }

    func status(_ number: Int) async throws -> String? {
        try await self.get("/api/v1/incidents/INC-\(number)").json["status"]?.string
    }
}

extension APIResponse {
    var json: JSONValue {
        get throws { try JSONValue(self.bodyBytes) }
    }

    /// The code of a problem.
    var code: String? {
        get throws { try self.json["type"]?.string.map { String($0.split(separator: ":").last ?? "") } }
    }
}

// MARK: - Surroundings

/// What a database would hold, in memory: rows, and the history that is read from them.
final class Ledger: IncidentHistory {
    private struct State {
        var rows: [RowKey: Write] = [:]
        var isFull = false
        var isUnreadable = false
    }

    private let state = Locked(State())

    var isFull: Bool {
        get { self.state.withLock { $0.isFull } }
        set { self.state.withLock { $0.isFull = newValue } }
    }
    var isUnreadable: Bool {
        get { self.state.withLock { $0.isUnreadable } }
        set { self.state.withLock { $0.isUnreadable = newValue } }
    }
    /// What a start reads: no history.
    var rows: [Write] {
        self.state.withLock { state in
            state.rows.values.filter { if case .timeline = $0 { false } else { true } }
        }
    }

    func take(_ writes: [Write]) throws(StoreFailure) {
        try self.state.withLock { state throws(StoreFailure) in
            if state.isFull { throw StoreFailure("no space left on device") }
            for write in writes { state.rows[write.row] = write }
        }
    }

    /// An incident that ended long ago, of which the engine knows nothing.
    func add(_ incident: Incident) { self.state.withLock { $0.rows[.incident(incident.id)] = .incident(incident) } }

    func add(_ entry: TimelineEntry) { self.state.withLock { $0.rows[.timeline(entry.sequence)] = .timeline(entry) } }

    var entries: [TimelineEntry] {
        let rows = self.state.withLock { $0.rows.values.map { $0 } }
        return rows.compactMap { if case .timeline(let entry) = $0 { entry } else { nil } }
            .sorted { $0.sequence < $1.sequence }
    }

    private func incidents() throws(HistoryFailure) -> [Incident] {
        let (rows, isUnreadable) = self.state.withLock { ($0.rows.values.map { $0 }, $0.isUnreadable) }
        if isUnreadable { throw HistoryFailure("the disk is gone") }
        return rows.compactMap { if case .incident(let incident) = $0 { incident } else { nil } }
    }

    func incident(_ id: ID<Incident>) async throws(HistoryFailure) -> Incident? {
        try self.incidents().first { $0.id == id }
    }

    func incident(reference: Int64) async throws(HistoryFailure) -> Incident? {
        try self.incidents().first { $0.reference == reference }
    }

    func ended(
        _ search: HistorySearch,
        where admits: @escaping @Sendable (Incident) -> Bool
    ) async throws(HistoryFailure) -> HistoryPage {
        var rows: [(place: HistorySearch.Place, incident: Incident)] = []
        for incident in try self.incidents() where !incident.isOpen {
            let value = search.order == .number ? incident.reference : incident.triggeredAt.nanosecondsSince1970
            rows.append((HistorySearch.Place(value: value, id: incident.id.number), incident))
        }
        rows.sort { ($0.place.value, $0.place.id) < ($1.place.value, $1.place.id) }
        if search.isDescending { rows.reverse() }
        var page = HistoryPage()
        var looked = 0
        for (place, incident) in rows {
            if let after = search.after {
                let isBehind = (place.value, place.id) > (after.value, after.id)
                if place == after || isBehind == search.isDescending { continue }
            }
            looked += 1
            if admits(incident) { page.incidents.append(incident) }
            if page.incidents.count >= search.limit || looked >= search.maximumRows {
                page.stoppedAt = place
                break
            }
        }
        return page
    }

    func timeline(
        of incident: ID<Incident>,
        kinds: [TimelineEntry.Kind],
        after sequence: Int64,
        limit: Int
    ) async throws(HistoryFailure) -> [TimelineEntry] {
        let entries = self.entries.filter {
            $0.incident == incident && $0.sequence > sequence && (kinds.isEmpty || kinds.contains($0.kind))
        }
        return Array(entries.prefix(limit))
    }

    func timeline(after sequence: Int64, limit: Int) async throws(HistoryFailure) -> [TimelineEntry] {
        Array(self.entries.filter { $0.sequence > sequence }.prefix(limit))
    }

    func responses(
        from: Timestamp,
        to: Timestamp,
        limit: Int
    ) async throws(HistoryFailure) -> [RecordedResponse] {
        let entries = self.entries
        return try self.incidents().filter { $0.firstTriggeredAt >= from && $0.firstTriggeredAt < to }.prefix(limit)
            .map { incident in
                let first = entries.first {
                    $0.incident == incident.id && ($0.kind == .acknowledged || $0.kind == .snoozed)
                }
                return RecordedResponse(incident, responder: first?.actor)
            }
    }
}

struct LedgerStore: Store {
    let ledger: Ledger

    mutating func commit(_ writes: [Write]) throws(StoreFailure) { try self.ledger.take(writes) }

    mutating func close() {}
}

/// Takes notifications and carries none, so that they stay under way until a test says what came of them.
final class PostOffice: Courier, Sendable {
    private let taken = Locked<[Send]>([])

    func carry(_ sends: [Send]) { self.taken.withLock { $0 += sends } }

    var sends: [Send] { self.taken.withLock { $0 } }
}
