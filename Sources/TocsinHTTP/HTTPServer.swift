import Glibc
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import TocsinAPI
import TocsinRuntime

/// The sockets: listens, turns bytes into ``APIRequest``s and answers into bytes.
public final class HTTPServer: Sendable {
    public struct Configuration: Sendable {
        public var addresses: [ListenAddress] = [.usual]
        /// Longer bodies are answered 413.
        public var maximumBodySize = 16 << 20
        /// Connections at once, for each address; more wait in the system's queue.
        public var maximumConnections = 4096
        /// How long a connection may be silent between two requests.
        public var idleTimeout: Duration = .seconds(300)
        /// How long a client may take for its first request's head, and for a body.
        public var readTimeout: Duration = .seconds(30)
        /// How long a client may take nothing of its answer.
        public var writeTimeout: Duration = .seconds(30)
        /// How long an answer may take to begin; any time if `nil`.
        public var answerTimeout: Duration?
        /// Who may come in, and how; anybody in clear if `nil`.
        public var gate: WebGate?

        public init() {}
    }

    private let configuration: Configuration
    private let respond: Responder
    private let logger: Logger
    /// One for the process, with a thread for each processor. It is never shut down, so that an answer that comes late
    /// finds its connection closed and not its thread gone.
    private let group = MultiThreadedEventLoopGroup.singleton
    private let running = Locked<[Listener]>([])

    /// One address that is listened on.
    private struct Listener: Sendable {
        let server: Server<RequestChannel>
        let connections: OpenConnections
        /// Ends when the last connection is closed.
        let task: Task<Void, any Error>
    }

    /// Makes the answer to a request.
    public typealias Responder = @Sendable (APIRequest) async -> APIResponse

    /// - Parameter respond: is called for many requests at once.
    public init(
        configuration: Configuration = Configuration(),
        logger: Logger,
        respond: @escaping Responder
    ) {
        self.configuration = configuration
        if let gate = configuration.gate {
            self.respond = { await gate.answer($0, respond) }
        } else {
            self.respond = respond
        }
        self.logger = logger
    }

    public convenience init(router: Router, configuration: Configuration = Configuration(), logger: Logger) {
        self.init(configuration: configuration, logger: logger) { await router.respond(to: $0) }
    }

    /// Listens on every address, or on none. To be called once.
    ///
    /// - Returns: the addresses in their order, with the ports that a 0 became.
    public func start() async throws(ListenError) -> [ListenAddress] {
        var bound: [ListenAddress] = []
        for address in self.configuration.addresses {
            do {
                bound.append(try await self.listen(on: address))
            } catch {
                await self.stop(patience: .zero)
                throw ListenError("cannot listen on \(address): \(HTTPServer.reason(error))")
            }
        }
        return bound
    }

    /// Accepts nothing any more, waits `patience` for the requests under way, and closes what is left.
    public func stop(patience: Duration = .seconds(5)) async {
        let listeners = self.running.withLock { running in
            defer { running = [] }
            return running
        }
        await withTaskGroup { group in
            group.addTask {
                // Ends early, by being cancelled, when all have finished.
                do {
                    try await Task.sleep(for: patience)
                } catch {
                    return
                }
                for listener in listeners { listener.connections.close() }
            }
            await self.close(listeners)
            group.cancelAll()
        }
    }

    /// All at once, so that none accepts what another refuses.
    private func close(_ listeners: [Listener]) async {
        let logger = self.logger
        await withTaskGroup { group in
            for listener in listeners {
                group.addTask {
                    do {
                        try await listener.server.shutdownGracefully()
                        try await listener.task.value
                    } catch {
                        logger.warning("closing a listening socket failed: \(error)")
                    }
                }
            }
        }
    }
}

// MARK: - Listening

extension HTTPServer {
    private func listen(on address: ListenAddress) async throws -> ListenAddress {
        guard address.host.isEmpty else { return try await self.listen(on: address, host: address.host) }
        do {
            // Both protocols, unless the system has no IPv6.
            return try await self.listen(on: address, host: "::")
        } catch let error as IOError where [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.errnoCode) {
            return try await self.listen(on: address, host: "0.0.0.0")
        }
    }

    private func listen(on address: ListenAddress, host: String) async throws -> ListenAddress {
        var quiet = self.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let port = Locked<Int?>(nil)
        let (opened, opening) = AsyncStream.makeStream(of: Void.self)
        let channels = RequestChannel(self.respond, self.configuration)
        let server = Server(
            childChannelSetup: channels,
            configuration: ServerConfiguration(
                address: .hostname(host, port: address.port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(self.configuration.maximumConnections, logger: quiet)
            ),
            onServerRunning: { channel in
                port.withLock { $0 = channel.localAddress?.port }
                opening.finish()
            },
            eventLoopGroup: self.group,
            logger: quiet
        )
        let task = Task {
            defer { opening.finish() }
            try await server.run()
        }
        for await _ in opened {}
        guard let port = port.withLock({ $0 }) else {
            try await task.value
            throw ListenError("the socket closed at once")
        }
        self.running.withLock { $0.append(Listener(server: server, connections: channels.open, task: task)) }
        return ListenAddress(host: address.host, port: port)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE: "the port is in use"
        case let error as IOError where error.errnoCode == EACCES: "only root may listen on that port"
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: "this machine has no such address"
        case let error as ListenError: error.description
        default: "\(error)"
        }
    }
}
