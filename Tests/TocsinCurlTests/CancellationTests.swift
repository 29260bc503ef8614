import Testing
import TocsinCurl
import TocsinReceivers

@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    @Test func cancellingTheTaskEndsTheTransferAndOnlyThat() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let (closed, closing) = AsyncStream.makeStream(of: Void.self)
        let server = StubServer { connection, number in
            _ = connection.readRequest()
            if number == 1 {
                arrival.yield()
                connection.waitForClose()
                closing.yield()
            } else {
                connection.send(response(body: "ok"))
            }
        }
        try await withTransport(server) { transport in
            let task = Task { try await expectFailure(of: HTTPRequest(url: server.url()), by: transport) }
            await arrived.first { true }

            task.cancel()

            let failure = try await task.value
            #expect(failure.kind == .cancelled)
            #expect(failure.mayHaveArrived)
            await closed.first { true }
            let answer = try await transport.perform(HTTPRequest(url: server.url()))
            #expect(answer.status == 200)
        }
    }

    /// The cancellation comes before, while and after the order is left in the inbox; none may be lost, as the server
    /// answers nobody.
    @Test func noCancellationIsLost() async throws {
        let server = StubServer { connection, _ in connection.waitForClose() }
        try await withTransport(server) { transport in
            let cancelled = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let task = Task { try await expectFailure(of: HTTPRequest(url: server.url()), by: transport) }
                        for _ in 0..<(number % 4) {
                            await Task.yield()
                        }
                        task.cancel()
                        switch await task.result {
                        case .success(let failure): return failure.kind == .cancelled
                        case .failure: return false
                        }
                    }
                }
                var cancelled = 0
                for await isRight in group where isRight {
                    cancelled += 1
                }
                return cancelled
            }

            #expect(cancelled == 200)
        }
    }
}
