import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let eventEndpoints = [
        Endpoint(
            .get,
            "/api/v1/events",
            summary: "Tells what happens to incidents as it happens, as server-sent events.",
            // It goes on for hours: it has a limit of its own.
            isLimited: false,
            produces: ["text/event-stream"]
        ) { (api, call) async throws(APIError) in try await api.streamEvents(call) }
    ]
}

extension API {
    func streamEvents(_ call: Call) async throws(APIError) -> APIResponse {
        try call.query.refuseOthers(than: ["last_event_id"])
        let last = call.request.headers.value(of: "Last-Event-ID") ?? call.query.text("last_event_id")
        var sequence: Int64?
        if let last, !last.isEmpty {
            guard let number = Int64(last), number >= 0 else {
                throw .badRequest("Last-Event-ID must be the id of an event")
            }
            sequence = number
        }
        // Before the disk is read, so that nothing falls between the two.
        guard let listener = self.context.feed.listen() else {
            var problem = APIProblem(status: 503, detail: "as many listen to events as may").response
            problem.headers.append(("Retry-After", "30"))
            return problem
        }
        let installation = await self.service.snapshot().engine.installation
        let stream = EventStream(listener, installation, self.context.history, after: sequence)
        return APIResponse(
            status: 200,
            // Proxies that gather answers before they pass them on are asked not to.
            headers: [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")],
            body: .stream(stream)
        )
    }
}

/// Server-sent events: first what was missed, from the disk, then what happens.
final class EventStream: BodyStream {
    private struct State {
        /// What is still to be read from the disk comes after this; `nil` when all of it was.
        var missedAfter: Int64?
        /// The last line that was given out.
        var last: Int64 = 0
        var isBegun = false
    }

    private let listener: TimelineFeed.Listener
    /// Names incidents. Not a snapshot, which would keep old rows in memory for as long as somebody listens.
    private let installation: InstallationID
    private let history: any IncidentHistory
    private let state: Locked<State>

    /// How many lines are read from the disk at a time.
    private static let pageSize = 200

    init(
        _ listener: TimelineFeed.Listener,
        _ installation: InstallationID,
        _ history: any IncidentHistory,
        after sequence: Int64?
    ) {
        self.listener = listener
        self.installation = installation
        self.history = history
        self.state = Locked(State(missedAfter: sequence, last: sequence ?? 0))
    }

    func end() { self.listener.stop() }

    func next() async -> [UInt8]? {
        let (isFirst, missedAfter) = self.state.withLock { state in
            defer { state.isBegun = true }
            return (!state.isBegun, state.missedAfter)
        }
        // Whoever is cut off comes again after three seconds.
        if isFirst { return Array("retry: 3000\n\n".utf8) }
        if let missedAfter {
            let missed: [TimelineEntry]
            do {
                missed = try await self.history.timeline(after: missedAfter, limit: EventStream.pageSize)
            } catch {
                // Better cut off, to come again, than to be told only a part.
                return nil
            }
            self.state.withLock { state in
                state.missedAfter = missed.count == EventStream.pageSize ? missed.last?.sequence : nil
                if let last = missed.last { state.last = last.sequence }
            }
            if !missed.isEmpty { return missed.flatMap { self.text($0) } }
        }
        return await self.nextNews()
    }

    private func nextNews() async -> [UInt8]? {
        for await news in self.listener.news {
            switch news {
            case .heartbeat: return Array(": still here\n\n".utf8)
            case .entry(let entry):
                let isNew = self.state.withLock { state in
                    if entry.sequence <= state.last { return false }
                    state.last = entry.sequence
                    return true
                }
                if isNew { return self.text(entry) }
            }
        }
        return nil
    }

    private func text(_ entry: TimelineEntry) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.entry(entry, of: self.installation)
        return Array("id: \(entry.sequence)\nevent: \(entry.kind.rawValue)\ndata: ".utf8) + writer.bytes
            + Array("\n\n".utf8)
    }
}
