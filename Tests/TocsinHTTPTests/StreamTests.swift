import Testing
import TocsinAPI
import TocsinHTTP
import TocsinRuntime

/// Answers without an end of their own.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
    /// A stream of what a test puts into it.
    private final class Source: BodyStream {
        private let pieces: AsyncStream<[UInt8]>
        private let put: AsyncStream<[UInt8]>.Continuation
        private let ends: AsyncStream<Void>
        private let ending: AsyncStream<Void>.Continuation

        init() {
            (self.pieces, self.put) = AsyncStream.makeStream(of: [UInt8].self)
            (self.ends, self.ending) = AsyncStream.makeStream(of: Void.self)
        }

        func put(_ text: String) { self.put.yield(Array(text.utf8)) }
        func finish() { self.put.finish() }

        func next() async -> [UInt8]? {
            for await piece in self.pieces { return piece }
            return nil
        }

        func end() { self.ending.finish() }

        /// Waits until nobody asks any more.
        func ended() async { for await _ in self.ends {} }

        var endpoint: Endpoint {
            Endpoint(.get, "/stream", summary: "", style: .plain) { (_, _) async throws(APIError) in
                APIResponse(status: 200, headers: [("Content-Type", "text/event-stream")], body: .stream(self))
            }
        }
    }

    /// Never at a loss for a megabyte.
    private final class Flood: BodyStream {
        private let ends: AsyncStream<Void>
        private let ending: AsyncStream<Void>.Continuation

        init() { (self.ends, self.ending) = AsyncStream.makeStream(of: Void.self) }

        func next() async -> [UInt8]? { [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) }
        func end() { self.ending.finish() }
        func ended() async { for await _ in self.ends {} }
    }

    private static let request = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func eachPieceIsSentWhenItIsThereAndTheConnectionGoesOnAfterTheLast() async throws {
        let source = Source()
        try await LiveServer.with(extra: [source.endpoint]) { live in
            try await live.talk { client in
                try await client.send(Self.request)
                let head = try await client.all(upTo: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 200 "))
                #expect(head.lowercased().contains("transfer-encoding: chunked"))

                source.put("one")
                _ = try await client.all(upTo: "one")
                source.put("two")
                _ = try await client.all(upTo: "two")
                source.finish()
                _ = try await client.all(upTo: "0\r\n\r\n")
                await source.ended()

                try await client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.answer().body == "OK")
            }
        }
    }

    @Test func whoeverGoesAwayIsSentNothingMore() async throws {
        let source = Source()
        try await LiveServer.with(extra: [source.endpoint]) { live in
            try await live.talk { client in
                try await client.send(Self.request)
                _ = try await client.all(upTo: "\r\n\r\n")
            }
            await source.ended()
        }
    }

    @Test func whoeverTakesNothingIsCutOff() async throws {
        let flood = Flood()
        let endpoint = Endpoint(.get, "/stream", summary: "", style: .plain) { (_, _) async throws(APIError) in
            APIResponse(status: 200, body: .stream(flood))
        }
        try await LiveServer.with(configure: { $0.writeTimeout = .milliseconds(50) }, extra: [endpoint]) { live in
            try await live.talk { client in
                try await client.send(Self.request)
                await flood.ended()
            }
        }
    }

    @Test func aStopEndsWhatHasNoEnd() async throws {
        let source = Source()
        try await LiveServer.with(extra: [source.endpoint]) { live in
            try await live.talk { client in
                try await client.send(Self.request)
                _ = try await client.all(upTo: "\r\n\r\n")

                await live.server.stop(patience: .zero)

                await source.ended()
            }
        }
    }
}
