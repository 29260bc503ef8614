import Foundation
import Logging
import TocsinAPI
import TocsinConfig
import TocsinCore
import TocsinCurl
import TocsinHTTP
import TocsinModel
import TocsinReceivers
import TocsinRuntime
import TocsinSettings
import TocsinStore
import TocsinTelemetry

/// The service, put together: the only place that knows every part.
final class Server: Sendable {
    struct Settings: Sendable {
        var configFile: String
        var storagePath: String
        var listenAddresses: [ListenAddress] = [.usual]
        /// Without a slash at its end.
        var externalURL = ""
        /// `/tocsin`, or empty.
        var routePrefix = ""
        var readConcurrency: Int?
        var maximumBodySize = 16 << 20
        var answerTimeout: Duration?
        var webConfigFile: String?
        var retention: Duration = .seconds(120 * 3600)
        var restartGrace: Duration?
        var startDelay: Duration = .zero
        var limits = Limits()
        var tellsTheEnd = true
        /// How matchers and label names are written.
        var matcherSyntax = MatcherSyntax.fallback
        var shutdownTimeout: Duration = .seconds(5)
        /// Whether `/api/v2/status` shows a cluster of one, or none.
        var hasCluster = true

        init(configFile: String, storagePath: String) {
            self.configFile = configFile
            self.storagePath = storagePath
        }

        func engineOptions(installation: InstallationID) -> EngineOptions {
            var options = EngineOptions()
            options.retention = self.retention
            options.restartGrace = self.restartGrace
            options.startDelay = self.startDelay
            options.limits = self.limits
            options.tellsTheEnd = self.tellsTheEnd
            options.installation = installation
            return options
        }
    }

    /// Why the server does not start, a line for each mistake.
    struct StartFailure: Error {
        let lines: [String]

        init(_ lines: [String]) { self.lines = lines }
        init(_ line: String) { self.lines = [line] }
    }

    /// Where it listens, with the ports that a 0 became.
    let addresses: [ListenAddress]
    private let settings: Settings
    private let logger: Logger
    private let lock: StorageLock
    private let service: Service
    private let dispatcher: Dispatcher
    private let dispatching: Task<Void, Never>
    private let transport: any Transport
    private let context: APIContext
    private let history: SQLiteHistory
    private let http: HTTPServer
    private let reloader: Reloader

    private init(
        addresses: [ListenAddress],
        settings: Settings,
        logger: Logger,
        lock: StorageLock,
        parts: Parts,
        http: HTTPServer
    ) {
        self.addresses = addresses
        self.settings = settings
        self.logger = logger
        self.lock = lock
        self.service = parts.service
        self.dispatcher = parts.dispatcher
        self.dispatching = parts.dispatching
        self.transport = parts.transport
        self.context = parts.context
        self.history = parts.history
        self.http = http
        self.reloader = parts.reloader
    }

    /// Loads the configuration, takes the lock, opens the database, brings back the last state, lets senders in.
    ///
    /// - Parameter transport: how notifications leave; libcurl if `nil`.
    static func start(
        _ settings: Settings,
        logs: LogOutput,
        transport: (any Transport)? = nil
    ) async throws(StartFailure) -> Server {
        let logger = logs.logger("server")
        let configuration = try Server.configuration(settings, logger: logger)
        let web = try Server.web(settings, logger: logs.logger("http"))
        let lock = try await Server.takeLock(settings, logger: logger)
        let parts = try Server.assemble(settings, configuration, logs: logs, transport: transport)

        var routes = Router.Configuration()
        routes.prefix = settings.routePrefix
        routes.readConcurrency = settings.readConcurrency
        let router = Router(service: parts.service, context: parts.context, configuration: routes)
        let http = HTTPServer(router: router, configuration: web, logger: logs.logger("http"))
        let addresses: [ListenAddress]
        do {
            addresses = try await http.start()
        } catch {
            await parts.stop(within: .zero)
            throw StartFailure("\(error)")
        }
        parts.context.phase = .serving
        logger.info(
            "listening",
            metadata: [
                "address": "\(addresses.map(\.description).joined(separator: ", "))",
                "tls": "\(web.gate?.isEncrypted == true)",
                "version": "\(Version.current)",
                "config": "\(settings.configFile)",
                "storage": "\(settings.storagePath)",
            ]
        )
        return Server(
            addresses: addresses,
            settings: settings,
            logger: logger,
            lock: lock,
            parts: parts,
            http: http
        )
    }

    /// Puts the file as it is now into force, if it is right.
    ///
    /// - Returns: what is wrong with it, or `nil`.
    func reload() async -> String? { await self.reloader.reload() }

    /// Refuses new requests, waits for what is under way, writes a last turn and closes the database.
    func stop() async {
        self.context.phase = .stopping
        self.logger.info("stopping")
        // They have no end of their own, and would hold up the stop.
        self.context.feed.close()
        // Both at once: no notification starts any more, and what is under way has the same time as the requests.
        let patience = self.settings.shutdownTimeout
        async let drained: Void = self.dispatcher.drain(within: patience)
        await self.http.stop(patience: patience)
        await drained
        self.history.close()
        await self.service.stop()
        self.dispatching.cancel()
        await self.dispatching.value
        if let curl = self.transport as? CurlTransport { await curl.shutdown() }
        self.logger.info("stopped")
    }
}

// MARK: - Start

extension Server {
    /// What runs behind the sockets.
    fileprivate struct Parts {
        let service: Service
        let dispatcher: Dispatcher
        let dispatching: Task<Void, Never>
        let transport: any Transport
        let context: APIContext
        let history: SQLiteHistory
        let reloader: Reloader

        func stop(within patience: Duration) async {
            await self.dispatcher.drain(within: patience)
            await self.service.stop()
            self.dispatching.cancel()
        }
    }

    private static func configuration(_ settings: Settings, logger: Logger) throws(StartFailure) -> Configuration {
        do {
            let configuration = try Configuration.load(path: settings.configFile, syntax: settings.matcherSyntax)
            for warning in configuration.warnings { logger.warning("\(warning)") }
            return configuration
        } catch {
            throw StartFailure(error.lines)
        }
    }

    private static func web(
        _ settings: Settings,
        logger: Logger
    ) throws(StartFailure) -> HTTPServer.Configuration {
        var web = HTTPServer.Configuration()
        web.addresses = settings.listenAddresses
        web.maximumBodySize = settings.maximumBodySize
        web.answerTimeout = settings.answerTimeout
        do throws(SettingsErrors) {
            web.gate = try settings.webConfigFile.map { path throws(SettingsErrors) in
                try WebGate(path: path, logger: logger)
            }
        } catch {
            throw StartFailure(error.lines)
        }
        return web
    }

    private static func takeLock(_ settings: Settings, logger: Logger) async throws(StartFailure) -> StorageLock {
        do throws(StoreFailure) {
            return try await StorageWait.take(settings.storagePath) { other in
                logger.warning("waiting for another Tocsin to let go of the storage", metadata: ["holder": "\(other)"])
            }
        } catch {
            throw StartFailure(error.reason)
        }
    }

    private static func assemble(
        _ settings: Settings,
        _ configuration: Configuration,
        logs: LogOutput,
        transport: (any Transport)?
    ) throws(StartFailure) -> Parts {
        let clock = SystemClock()
        let now = clock.now()
        let (store, installation, rows) = try Server.openStore(
            settings, routing: configuration.routing, logger: logs.logger("storage"), now: now)
        let options = settings.engineOptions(installation: installation)
        let engine = Engine.restore(rows, routing: configuration.routing, options: options, now: now)

        let wire: any Transport
        do {
            wire = try transport ?? CurlTransport(userAgent: "Tocsin/\(Version.current)")
        } catch {
            throw StartFailure("\(error)")
        }
        let dispatcher = Dispatcher(
            book: configuration.book(externalURL: settings.externalURL),
            transport: wire,
            secrets: DiskSecrets(),
            zones: KnownZones().zones,
            clock: clock,
            logger: logs.logger("dispatcher")
        )
        let dispatching = Task { await dispatcher.run() }
        let counters = Counters()
        let feed = TimelineFeed()
        let service = Service(
            loop: Loop(engine: engine, store: store),
            courier: dispatcher,
            clock: clock,
            observer: Observers(FactLog(logger: logs.logger("engine")), counters, feed),
            clockStep: Server.clockStep(rows, now: now)
        )
        dispatcher.reportResults { service.post($0) }
        let reloader = Reloader(settings, service: service, dispatcher: dispatcher, logger: logs.logger("config"))
        let history = SQLiteHistory(path: "\(settings.storagePath)/tocsin.db")
        let observed = (counters: counters, feed: feed, history: history)
        let context = Server.context(
            settings, configuration, observed, reloader: reloader, tester: dispatcher, now: now)
        reloader.onAttempt { configuration in
            if let configuration {
                context.settings = configuration.apiSettings(for: settings, loadedAt: clock.now())
            } else {
                context.settings.lastReloadSucceeded = false
            }
        }
        return Parts(
            service: service,
            dispatcher: dispatcher,
            dispatching: dispatching,
            transport: wire,
            context: context,
            history: history,
            reloader: reloader
        )
    }

    private static func openStore(
        _ settings: Settings,
        routing: RoutingTable,
        logger: Logger,
        now: Timestamp
    ) throws(StartFailure) -> (SQLiteStore, InstallationID, [Write]) {
        do {
            var store = try SQLiteStore(path: "\(settings.storagePath)/tocsin.db") { refusal in
                logger.critical("a row was refused, which is a mistake of ours", metadata: ["row": "\(refusal)"])
            }
            var rows = try store.load()
            if rows.isEmpty {
                // The first start here, or nothing has happened since.
                let folder = AlertmanagerFolder(path: settings.storagePath, logger: logger)
                rows = folder.rows(routing: routing, silenceLimit: settings.limits.silences, now: now)
                if !rows.isEmpty { try store.commit(rows) }
            }
            return (store, try store.installation(), rows)
        } catch {
            throw StartFailure(error.reason)
        }
    }

    /// By how much the wall clock is behind the last committed turn, as a negative duration; `nil` if it is not.
    private static func clockStep(_ rows: [Write], now: Timestamp) -> Duration? {
        for case .engine(let row) in rows where now < row.now { return now - row.now }
        return nil
    }

    private static func context(
        _ settings: Settings,
        _ configuration: Configuration,
        _ observed: (counters: Counters, feed: TimelineFeed, history: SQLiteHistory),
        reloader: Reloader,
        tester: any ReceiverTester,
        now: Timestamp
    ) -> APIContext {
        let address = settings.listenAddresses.first ?? .usual
        return APIContext(
            settings: configuration.apiSettings(for: settings, loadedAt: now),
            build: BuildInfo(version: Version.compatible, revision: "tocsin-\(Version.current)"),
            startedAt: now,
            peer: settings.hasCluster
                ? ClusterPeer(name: ProcessInfo.processInfo.hostName, address: "127.0.0.1:\(address.port)") : nil,
            counters: observed.counters,
            history: observed.history,
            feed: observed.feed,
            tester: tester,
            reload: { await reloader.reload() }
        )
    }
}
