import Logging
import TocsinAPI
import TocsinCore
import TocsinHTTP
import TocsinModel
import TocsinRuntime

/// A server on a port of its own, over a service that keeps nothing.
struct LiveServer: Sendable {
    let server: HTTPServer
    let service: Service
    let bound: [ListenAddress]
    let context: APIContext

    /// Runs a test against a server and takes it down.
    static func with(
        prefix: String = "",
        address: ListenAddress = ListenAddress(host: "127.0.0.1", port: 0),
        configure: (inout HTTPServer.Configuration) -> Void = { _ in },
        extra: [Endpoint] = [],
        _ test: (LiveServer) async throws -> Void
    ) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.addresses = [address]
        configure(&configuration)
        var routing = Router.Configuration()
        routing.prefix = prefix
        let engine = Engine(routing: RoutingTable(root: RouteNode(receiver: "chat"), integrations: [:]), now: .epoch)
        let clock = SystemClock()
        let service = Service(
            loop: Loop(engine: engine, store: NoStore()),
            courier: Nobody(),
            clock: clock,
            observer: Nobody()
        )
        let context = APIContext(settings: APIContext.Settings(), phase: .serving, startedAt: clock.now())
        let router = Router(service: service, context: context, clock: clock, configuration: routing, extra: extra)
        let server = HTTPServer(router: router, configuration: configuration, logger: Logger(label: "test"))
        do {
            let bound = try await server.start()
            try await test(LiveServer(server: server, service: service, bound: bound, context: context))
        } catch {
            await server.stop(patience: .zero)
            await service.stop()
            throw error
        }
        await server.stop(patience: .zero)
        await service.stop()
    }

    var port: Int { self.bound[0].port }

    func talk<Value: Sendable>(
        _ talk: (inout RawConnection.Conversation) async throws -> Value
    ) async throws -> Value {
        try await RawConnection.with(port: self.port, talk)
    }
}

private struct NoStore: Store {
    mutating func commit(_ writes: [Write]) throws(StoreFailure) {}
    mutating func close() {}
}

private struct Nobody: Courier, TurnObserver {
    func carry(_ sends: [Send]) {}
    func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {}
    func observe(degradation reason: String?) {}
}
