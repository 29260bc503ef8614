import Foundation
import TocsinCurl
import TocsinHTTP
import TocsinRuntime
import TocsinTelemetry

/// All that the story needs: the real server on a port of its own, who posts to it, and who gets its notifications.
/// Used by one task.
final class DemoStage {
    let screen: DemoScreen
    let standIn: DemoStandIn
    let configuration: DemoConfiguration
    var prometheus: DemoPrometheus
    /// How many messages there must be by now.
    private(set) var expectedCount = 0

    private let folder: String
    private let logs: LogOutput
    private let curl: CurlTransport
    private let interruption: Locked<Bool>
    private let clock = SystemClock()
    private var server: Server?

    /// - Parameter interruption: becomes `true` when the user has seen enough.
    static func setUp(
        configFile: String,
        screen: DemoScreen,
        interruption: Locked<Bool>
    ) async throws(DemoFailure) -> DemoStage {
        let folder = try DemoStage.temporaryFolder()
        do throws(DemoFailure) {
            let log = open("\(folder)/server.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            // The output keeps a descriptor of its own.
            defer { if log >= 0 { close(log) } }
            let logs = LogOutput(format: .readable, level: .info, sink: DescriptorSink(log))
            let configuration = try DemoConfiguration(shortening: configFile, in: "\(folder)/config")
            let curl = try DemoStage.transport()
            let standIn = try await DemoStandIn.start(logger: logs.logger("stand-in")) { message in
                let look: DemoText.Look = message.channel == .pagerDuty ? .cyan : .strong
                screen.message(DemoText(message.place, look), message.lines, bar: message.bar)
            }
            let stage = DemoStage(folder, configuration, logs, screen, standIn, curl, interruption)
            do throws(DemoFailure) {
                try await stage.startServer()
            } catch {
                await stage.takeDown()
                throw error
            }
            return stage
        } catch {
            DemoStage.remove(folder)
            throw error
        }
    }

    private init(
        _ folder: String,
        _ configuration: DemoConfiguration,
        _ logs: LogOutput,
        _ screen: DemoScreen,
        _ standIn: DemoStandIn,
        _ curl: CurlTransport,
        _ interruption: Locked<Bool>
    ) {
        self.folder = folder
        self.configuration = configuration
        self.logs = logs
        self.screen = screen
        self.standIn = standIn
        self.curl = curl
        self.interruption = interruption
        self.prometheus = DemoPrometheus(transport: curl)
    }

    /// Ends everything and leaves nothing behind.
    func takeDown() async {
        await self.stopServer()
        await self.standIn.stop()
        await self.curl.shutdown()
        DemoStage.remove(self.folder)
    }
}

// MARK: - The server

extension DemoStage {
    func startServer() async throws(DemoFailure) {
        var settings = Server.Settings(configFile: self.configuration.path, storagePath: self.storage)
        settings.listenAddresses = [ListenAddress(host: "127.0.0.1", port: 0)]
        settings.externalURL = "http://localhost:9093"
        settings.shutdownTimeout = .seconds(2)
        do {
            let detour = DemoDetour(transport: self.curl, standIn: self.standIn.address)
            let server = try await Server.start(settings, logs: self.logs, transport: detour)
            self.prometheus.target = server.addresses.first
            self.server = server
        } catch {
            throw DemoFailure(error.lines)
        }
    }

    /// The database is closed then, and its lock free.
    func stopServer() async {
        self.prometheus.target = nil
        await self.server?.stop()
        self.server = nil
    }

    /// In bytes, to be asked when the server has stopped; 0 if it cannot be told.
    var databaseSize: Int {
        var status = stat()
        return stat("\(self.storage)/tocsin.db", &status) == 0 ? Int(status.st_size) : 0
    }

    /// The last things that went wrong in the server, if any did.
    var complaints: [String] {
        do {
            let log = try String(contentsOfFile: "\(self.folder)/server.log", encoding: .utf8)
            let lines = log.split(separator: "\n").filter { $0.contains("WARN") || $0.contains("ERROR") }
            return lines.suffix(3).map { String($0) }
        } catch {
            return ["its log cannot be read: \(error.localizedDescription)"]
        }
    }

    private var storage: String { "\(self.folder)/data" }
}

// MARK: - Time

extension DemoStage {
    /// Long enough for reading, while Prometheus goes on as always.
    func pause(_ length: Duration) async throws(DemoFailure) {
        let end = self.clock.sinceBoot() + length
        while self.clock.sinceBoot() < end { try await self.tick() }
    }

    /// Waits until a channel has got a message about an alert, which must be the next one that it gets.
    ///
    /// - Parameter firing: how many alerts must fire in it.
    func expect(
        _ channel: DemoMessage.Channel,
        _ state: DemoMessage.State,
        _ alert: DemoPrometheus.Alert,
        firing: Int? = nil
    ) async throws(DemoFailure) {
        let deadline = self.clock.sinceBoot() + .seconds(15)
        while self.standIn.messages.count <= self.expectedCount {
            guard self.clock.sinceBoot() < deadline else {
                let news = "\(alert.name) is \(state)"
                throw DemoFailure("\(channel.name) was to hear within 15 s that \(news), and did not.")
            }
            try await self.tick()
        }
        let message = self.standIn.messages[self.expectedCount]
        self.expectedCount += 1
        let isRight =
            message.channel == channel && message.state == state
            && message.text.contains(alert.name)
            && (firing == nil || message.firingCount == firing)
        if isRight { return }
        let count = firing.map { ", \($0) of them" } ?? ""
        throw DemoFailure(
            "The last message above was to tell \(channel.name) that \(alert.name) is \(state)\(count), and does not."
        )
    }

    /// Each group of the story that pages is one incident, and its end must have reached it.
    func expectAllIncidentsOver(count: Int) throws(DemoFailure) {
        let incidents = self.standIn.incidents
        guard incidents.count == count && incidents.open.isEmpty else {
            throw DemoFailure(
                "PagerDuty was to have \(count) incidents, all over; "
                    + "it has \(incidents.count), of which \(incidents.open.count) are open."
            )
        }
    }

    /// Nothing beyond what was expected may have come.
    func expectNothingMore() throws(DemoFailure) {
        let surplus = self.standIn.messages.count - self.expectedCount
        guard surplus == 0 else {
            let last = surplus == 1 ? "message" : "\(surplus) messages"
            throw DemoFailure("More came than there was to tell: the last \(last) above.")
        }
    }

    private func tick() async throws(DemoFailure) {
        do {
            try await Task.sleep(for: .milliseconds(10))
        } catch {
            throw .interrupted
        }
        if self.interruption.withLock({ $0 }) || !self.screen.hasReader { throw .interrupted }
        let refusals = self.standIn.refusals
        guard refusals.isEmpty else { throw DemoFailure(refusals) }
        try await self.prometheus.repeatIfDue()
    }
}

extension DemoMessage.Channel {
    /// For people.
    var name: String {
        switch self {
        case .slack: "Slack"
        case .pagerDuty: "PagerDuty"
        case .other: "Another receiver"
        }
    }
}

// MARK: - The disk

extension DemoStage {
    private static func temporaryFolder() throws(DemoFailure) -> String {
        let pattern = FileManager.default.temporaryDirectory.appending(path: "tocsin-demo-XXXXXX").path
        var bytes = Array(pattern.utf8CString)
        guard mkdtemp(&bytes) != nil else {
            throw DemoFailure("cannot make a folder like \(pattern): \(String(cString: strerror(errno)))")
        }
        return String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            DemoScreen.complain(["The demo's folder \(folder) is left: \(error.localizedDescription)"])
        }
    }

    private static func transport() throws(DemoFailure) -> CurlTransport {
        do {
            return try CurlTransport()
        } catch {
            throw DemoFailure(error.description)
        }
    }
}
