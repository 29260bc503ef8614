import Logging
import TocsinAPI
import TocsinConfig
import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinRuntime
import TocsinSettings

/// Puts a changed configuration into force in one step, or leaves the running one.
final class Reloader: Sendable {
    private let settings: Server.Settings
    private let service: Service
    private let dispatcher: Dispatcher
    private let logger: Logger
    private let lastTurn = Locked<Task<String?, Never>?>(nil)
    private let listener = Locked<(@Sendable (Configuration?) -> Void)?>(nil)

    init(_ settings: Server.Settings, service: Service, dispatcher: Dispatcher, logger: Logger) {
        self.settings = settings
        self.service = service
        self.dispatcher = dispatcher
        self.logger = logger
    }

    /// Who is told of a configuration that came into force, or that one did not (`nil`).
    func onAttempt(_ body: @escaping @Sendable (Configuration?) -> Void) { self.listener.withLock { $0 = body } }

    /// One after the other: two at once would leave the parts with different files.
    ///
    /// - Returns: what is wrong with the file, or `nil`.
    func reload() async -> String? {
        let turn = self.lastTurn.withLock { last in
            let previous = last
            let turn = Task { () -> String? in
                _ = await previous?.value
                return await self.load()
            }
            last = turn
            return turn
        }
        return await turn.value
    }

    private func load() async -> String? {
        let configuration: Configuration
        do {
            configuration = try Configuration.load(
                path: self.settings.configFile,
                syntax: self.settings.matcherSyntax
            )
        } catch {
            for mistake in error.lines { self.logger.error("\(mistake)") }
            self.logger.error("the configuration was not reloaded; the old one stays in force")
            self.listener.withLock { $0 }?(nil)
            return "\(error)"
        }
        for warning in configuration.warnings { self.logger.warning("\(warning)") }
        // The dispatcher first: it carries out what the engine decides under the new routes.
        self.dispatcher.replaceBook(with: configuration.book(externalURL: self.settings.externalURL))
        do {
            _ = try await self.service.submit(.routingReplaced(configuration.routing))
        } catch {
            return "the server is \(error)"
        }
        self.listener.withLock { $0 }?(configuration)
        self.logger.info("configuration reloaded", metadata: ["config": "\(self.settings.configFile)"])
        return nil
    }
}

extension SettingsErrors {
    /// One for each mistake.
    var lines: [String] { self.description.split(separator: "\n").map { String($0) } }
}

extension Configuration {
    /// What the dispatcher needs of it.
    func book(externalURL: String) -> ReceiverBook {
        var receivers: [IntegrationKey: any Receiver] = [:]
        for integration in self.routing.integrations.values.joined() {
            receivers[integration.key] = self.receivers[integration.id]
        }
        return ReceiverBook(
            receivers: receivers,
            integrations: self.routing.integrations.mapValues { $0.map { ($0.id, $0.key) } },
            templates: self.templates,
            externalURL: externalURL
        )
    }

    /// What the API needs of it.
    func apiSettings(for server: Server.Settings, loadedAt: Timestamp) -> APIContext.Settings {
        var settings = APIContext.Settings(
            resolveTimeout: self.resolveTimeout,
            receivers: zip(self.receiverNames, self.receiverLabels).map { ReceiverEntry(name: $0, labels: $1) },
            configText: self.displayedText,
            matcherSyntax: server.matcherSyntax
        )
        let (templates, zones) = (self.templates, KnownZones().zones)
        settings.routeLabels = { content in
            let preview = Notification(
                content: content,
                externalURL: server.externalURL,
                now: content.flushedAt,
                zones: zones
            )
            return RouteLabels.rendered(for: preview, with: templates).labels
        }
        settings.integrationKinds = Set(self.receivers.keys.map(\.kind)).sorted()
        settings.loadedAt = loadedAt
        return settings
    }
}
