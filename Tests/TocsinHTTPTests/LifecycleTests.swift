import Logging
import Testing
import TocsinAPI
import TocsinHTTP

@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    private static let health = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func aPortThatIsInUseIsNamed() async throws {
        try await LiveServer.with { live in
            var configuration = HTTPServer.Configuration()
            let taken = ListenAddress(host: "127.0.0.1", port: live.port)
            configuration.addresses = [ListenAddress(host: "127.0.0.1", port: 0), taken]
            let router = Router(service: live.service, context: live.context)
            let second = HTTPServer(router: router, configuration: configuration, logger: Logger(label: "test"))

            let error = await #expect(throws: ListenError.self) { try await second.start() }

            #expect(error?.description == "cannot listen on 127.0.0.1:\(live.port): the port is in use")
        }
    }

    @Test func anEmptyHostIsEveryAddressOfTheMachine() async throws {
        try await LiveServer.with(address: ListenAddress(host: "", port: 0)) { live in
            try await live.talk { client in
                try await client.send(LifecycleTests.health)
                #expect(try await client.answer().body == "OK")
            }
        }
    }

    @Test func severalAddressesAreListenedOn() async throws {
        // By number: a machine without /etc/hosts does not know the name.
        let more = ListenAddress(host: "127.0.0.1", port: 0)
        try await LiveServer.with(configure: { $0.addresses.append(more) }) { live in
            #expect(live.bound.count == 2)
            for address in live.bound {
                try await RawConnection.with(port: address.port) { client in
                    try await client.send(LifecycleTests.health)
                    #expect(try await client.answer().body == "OK")
                }
            }
        }
    }

    @Test func aStopWaitsForTheRequestUnderWayAndLetsInNoOther() async throws {
        let gate = Gate()
        try await LiveServer.with(extra: [gate.endpoint]) { live in
            try await live.talk { client in
                try await client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                await gate.entered()
                async let stopped: Void = live.server.stop(patience: .seconds(30))
                await live.refusesConnections()
                gate.open()

                let answer = try await client.rest()

                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(answer.hasSuffix("at last\n"))
                await stopped
            }
        }
    }

    @Test func aStopDoesNotWaitForEver() async throws {
        let gate = Gate()
        try await LiveServer.with(extra: [gate.endpoint]) { live in
            try await live.talk { client in
                try await client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                await gate.entered()

                await live.server.stop(patience: .milliseconds(20))

                #expect(try await client.rest() == "")
                gate.open()
            }
        }
    }

    @Test func aStopClosesConnectionsThatAskNothing() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                try await client.send(LifecycleTests.health)
                _ = try await client.answer()

                await live.server.stop(patience: .seconds(30))

                #expect(try await client.rest() == "")
            }
        }
    }
}

/// An endpoint that answers when it is let.
private final class Gate: Sendable {
    private let opened = AsyncStream.makeStream(of: Void.self)
    private let begun = AsyncStream.makeStream(of: Void.self)

    var endpoint: Endpoint {
        Endpoint(.get, "/slow", summary: "Waits.", style: .plain) { (_, _) async throws(APIError) in
            self.begun.continuation.finish()
            for await _ in self.opened.stream {}
            return .text(200, "at last")
        }
    }

    /// Returns when a request has come.
    func entered() async { for await _ in self.begun.stream {} }

    func open() { self.opened.continuation.finish() }
}

extension LiveServer {
    /// Returns when nobody is let in any more.
    fileprivate func refusesConnections() async {
        while true {
            do {
                try await self.talk { _ in }
                await Task.yield()
            } catch {
                return
            }
        }
    }
}
