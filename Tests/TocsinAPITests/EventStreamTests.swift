import Testing
import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
    /// Without heartbeats, so that only news comes.
    private static var quiet: TimelineFeed.Configuration {
        var configuration = TimelineFeed.Configuration()
        configuration.heartbeat = .seconds(3600)
        return configuration
    }

    private static func stream(_ response: APIResponse) throws -> any BodyStream {
        guard case .stream(let stream) = response.body else {
            throw Missing(text: "\(response.status) \(response.text)")
        }
        return stream
    }

    private struct Missing: Error {
        let text: String
    }

    /// The kinds and numbers of the next events.
    private static func events(_ stream: any BodyStream, count: Int) async -> [(id: String, kind: String)] {
        var events: [(id: String, kind: String)] = []
        while events.count < count, let piece = await stream.next() {
            let text = String(decoding: piece, as: UTF8.self)
            for block in text.split(separator: "\n\n") where block.hasPrefix("id: ") {
                let lines = block.split(separator: "\n")
                events.append((String(lines[0].dropFirst(4)), String(lines[1].dropFirst(7))))
            }
        }
        return events
    }

    @Test func whoeverListensHearsWhatHappens() async throws {
        try await IncidentStage.with(feed: Self.quiet) { stage in
            let response = await stage.get("/api/v1/events", ["Accept": "text/event-stream"])
            #expect(response.header("Content-Type") == "text/event-stream")
            let stream = try Self.stream(response)

            try await stage.fire("Disk")
            await stage.act(1, "acknowledge", #"{"note":"two\nlines"}"#)

            #expect(await Self.events(stream, count: 4).map(\.kind) == ["opened", "escalated", "acknowledged", "note"])
            stream.end()
            #expect(await stream.next() == nil)
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func whoeverComesAgainGoesOnWhereItStopped(_ heard: Int) async throws {
        try await IncidentStage.with(feed: Self.quiet) { stage in
            try await stage.fire("Disk")
            await stage.act(1, "acknowledge")
            let before = stage.ledger.entries.map { "\($0.sequence)" }
            let last = heard == 0 ? "0" : before[heard - 1]

            let stream = try Self.stream(await stage.get("/api/v1/events", ["Last-Event-ID": last]))
            await stage.act(1, "resolve")

            let all = stage.ledger.entries.map { "\($0.sequence)" }
            #expect(before.count == 3)
            #expect(await Self.events(stream, count: all.count - heard).map(\.id) == Array(all.dropFirst(heard)))
            stream.end()
        }
    }

    @Test func alongHistoryIsToldWholeAndWithoutRepeats() async throws {
        let ledger = Ledger()
        for number in 1...450 as ClosedRange<Int64> {
            ledger.add(
                TimelineEntry(sequence: number, incident: ID(1), at: Stage.beginning, kind: .note, actor: .timer))
        }
        try await IncidentStage.with(ledger, feed: Self.quiet) { stage in
            let stream = try Self.stream(await stage.get("/api/v1/events?last_event_id=50"))
            try await stage.fire("Disk")

            let ids = await Self.events(stream, count: 401).map(\.id)
            #expect(ids.prefix(400) == (51...450).map { "\($0)" }[...])
            #expect(ids.count == Set(ids).count)
            stream.end()
        }
    }

    @Test func whoeverIsTooSlowIsCutOffAfterAWholeBeginning() async throws {
        var configuration = Self.quiet
        configuration.maximumWaiting = 3
        try await IncidentStage.with(feed: configuration) { stage in
            let stream = try Self.stream(await stage.get("/api/v1/events"))
            try await stage.fire("A", "B", "C")

            let heard = await Self.events(stream, count: .max).map(\.id)

            #expect(heard == stage.ledger.entries.prefix(3).map { "\($0.sequence)" })
        }
    }

    @Test func onlySoManyListenAtOnceAndAPlaceIsFreeAgainAfterwards() async throws {
        var configuration = Self.quiet
        configuration.maximumListeners = 2
        try await IncidentStage.with(feed: configuration) { stage in
            let first = try Self.stream(await stage.get("/api/v1/events"))
            let second = try Self.stream(await stage.get("/api/v1/events"))

            let refused = await stage.get("/api/v1/events")
            #expect(refused.status == 503)
            #expect(refused.header("Retry-After") != nil)
            first.end()
            let third = try Self.stream(await stage.get("/api/v1/events"))
            stage.feed.close()
            _ = await third.next()
            #expect(await third.next() == nil)
            _ = second
        }
    }

    @Test func aQuietFeedSaysThatItIsThere() async throws {
        var configuration = TimelineFeed.Configuration()
        configuration.heartbeat = .milliseconds(1)
        try await IncidentStage.with(feed: configuration) { stage in
            let stream = try Self.stream(await stage.get("/api/v1/events"))
            #expect(await stream.next() == Array("retry: 3000\n\n".utf8))
            #expect(await stream.next() == Array(": still here\n\n".utf8))
            stream.end()
        }
    }

    @Test func whatIsNoEventCannotBeGoneOnFrom() async throws {
        try await IncidentStage.with { stage in
            #expect(await stage.get("/api/v1/events", ["Last-Event-ID": "x"]).status == 400)
            #expect(await stage.get("/api/v1/events", ["Accept": "application/json"]).status == 406)
            #expect(await stage.send(.head, "/api/v1/events").bodyBytes.isEmpty)
        }
    }
}
