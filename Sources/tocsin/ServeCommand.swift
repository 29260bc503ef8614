import ArgumentParser
import Logging
import TocsinHTTP
import TocsinModel
import TocsinTelemetry

/// `tocsin serve`: Alertmanager's flags, as they are.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receives alerts, routes them, sends notifications."
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var web: WebOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var silences: SilenceOptions
    @OptionGroup var features: FeatureOptions
    @OptionGroup var compatibility: CompatibilityOptions

    @Option(name: .customLong("data.retention"), help: "How long told state is kept once its group is gone.")
    var retention = GoDuration(.seconds(120 * 3600))

    @Option(
        name: .customLong("alerts.restart-grace"),
        help: """
            How long alerts fire after a restart without a word from their sender; 0 for none. Without the flag: as \
            long as the sender asked for.
            """
    )
    var restartGrace: GoDuration?

    @Option(
        name: .customLong("dispatch.start-delay"),
        help: "How long after the start no group speaks, so that senders can say what inhibits.")
    var startDelay = GoDuration(.zero)

    @Option(name: .customLong("shutdown-timeout"), help: "How long a stop waits for notifications under way.")
    var shutdownTimeout = GoDuration(.seconds(5))

    func validate() throws { try self.compatibility.refuseWhatIsNotThere() }

    func run() async throws {
        let logs = try self.log.output()
        let logger = logs.logger("server")
        for warning in self.compatibility.warnings + self.features.warnings { logger.warning("\(warning)") }
        ProcessLimits.raise(logger: logger)

        var settings = Server.Settings(configFile: self.files.resolvedConfigFile, storagePath: self.files.storagePath)
        settings.retention = self.retention.value
        settings.restartGrace = self.restartGrace?.value
        settings.startDelay = self.startDelay.value
        settings.shutdownTimeout = self.shutdownTimeout.value
        settings.matcherSyntax = self.features.syntax
        settings.hasCluster = self.compatibility.hasCluster
        self.silences.apply(to: &settings)
        try self.web.apply(to: &settings)

        let signals = Signals()
        let server: Server
        do {
            server = try await Server.start(settings, logs: logs)
        } catch {
            for line in error.lines { logger.error("\(line)") }
            throw ExitCode(1)
        }
        await signals.forEach { signal in
            switch signal {
            case .reload:
                _ = await server.reload()
                return true
            case .stop:
                return false
            }
        }
        await signals.runOrExit { await server.stop() }
    }
}

struct FileOptions: ParsableArguments {
    @Option(
        name: .customLong("config.file"),
        help: "The configuration. Without the flag: tocsin.yml, or alertmanager.yml if there is no such file."
    )
    var configFile: String?

    @Option(name: .customLong("storage.path"), help: "The folder of the database.")
    var storagePath = "data/"

    var resolvedConfigFile: String {
        self.configFile ?? ["tocsin.yml", "alertmanager.yml"].first { Files.exists($0) } ?? "tocsin.yml"
    }
}

struct WebOptions: ParsableArguments {
    @Option(
        name: .customLong("web.listen-address"),
        parsing: .singleValue,
        help: "Where to listen, host:port; may be repeated. (default: :9093)"
    )
    var listenAddresses: [String] = []

    @Option(
        name: .customLong("web.external-url"), help: "Where people reach this server; links in messages begin with it.")
    var externalURL: String?

    @Option(
        name: .customLong("web.route-prefix"),
        help: "The path under which everything lives. (default: the external URL's path)")
    var routePrefix: String?

    @Option(
        name: .customLong("web.get-concurrency"),
        help: "Reading requests at once; 0: the number of processors, at least 8.")
    var getConcurrency = 0

    @Option(name: .customLong("web.timeout"), help: "How long an answer may take to begin; 0 for any time.")
    var timeout = GoDuration(.zero)

    @Option(name: .customLong("web.config.file"), help: "Who may talk to the server, and how: TLS, users, headers.")
    var configFile: String?

    @Option(name: .customLong("web.max-body-size"), help: "The longest body that is taken, in bytes.")
    var maximumBodySize = 16 << 20

    func apply(to settings: inout Server.Settings) throws {
        settings.listenAddresses = try (self.listenAddresses.isEmpty ? [":9093"] : self.listenAddresses).map { text in
            do {
                return try ListenAddress(text)
            } catch {
                throw ValidationError("--web.listen-address: \(error)")
            }
        }
        let external = try ExternalURL(self.externalURL, listening: settings.listenAddresses[0])
        settings.externalURL = external.text
        settings.routePrefix = ExternalURL.prefix(self.routePrefix ?? external.path)
        settings.readConcurrency = self.getConcurrency > 0 ? self.getConcurrency : nil
        settings.maximumBodySize = max(self.maximumBodySize, 1)
        settings.answerTimeout = self.timeout.value > .zero ? self.timeout.value : nil
        settings.webConfigFile = self.configFile.flatMap { $0.isEmpty ? nil : $0 }
    }
}

struct LogOptions: ParsableArguments {
    @Option(name: .customLong("log.level"), help: "trace, debug, info, warn or error.")
    var level = "info"

    @Option(
        name: .customLong("log.format"), help: "json, logfmt or readable. (default: readable on a terminal, else json)")
    var format: String?

    func output() throws -> LogOutput {
        do {
            return LogOutput.standardError(
                format: try self.format.map { try LogFormat(parsing: $0) },
                level: try LogLevel(parsing: self.level)
            )
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// A duration as Alertmanager's flags take it: `120h`, `1m30s`.
struct GoDuration: ExpressibleByArgument {
    let value: Duration

    init(_ value: Duration) { self.value = value }

    init?(argument: String) {
        do {
            self.value = try Duration(go: argument)
        } catch {
            return nil
        }
    }

    var defaultValueDescription: String { self.value.goText }
}
