import TocsinAPI
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// A router over a service with a store in memory, and a clock that goes when it is told to.
struct Stage: Sendable {
    /// 2026-01-02T03:04:05.678Z.
    static let beginning = Timestamp(seconds: 1_767_323_045, nanoseconds: 678_000_000)

    let clock = SetClock(Stage.beginning)
    let disk = Disk()
    let context: APIContext
    let service: Service
    let router: Router

    /// Runs a test on a stage of its own and takes it down.
    static func with(
        configuration: Router.Configuration = Router.Configuration(),
        settings: APIContext.Settings = Stage.settings,
        serviceConfiguration: Service.Configuration = Service.Configuration(),
        limits: Limits = Limits(),
        inhibitRules: [InhibitRule] = [],
        tester: (any ReceiverTester)? = nil,
        _ test: (Stage) async throws -> Void
    ) async throws {
        let stage = Stage(configuration, settings, serviceConfiguration, limits, inhibitRules, tester)
        do {
            try await test(stage)
        } catch {
            await stage.service.stop()
            throw error
        }
        await stage.service.stop()
    }

    private init(
        _ configuration: Router.Configuration,
        _ settings: APIContext.Settings,
        _ serviceConfiguration: Service.Configuration,
        _ limits: Limits,
        _ inhibitRules: [InhibitRule],
        _ tester: (any ReceiverTester)?
    ) {
        self.context = APIContext(
            settings: settings,
            phase: .serving,
            build: BuildInfo(version: "1.2.3", revision: "abc", branch: "main", user: "me", date: "today"),
            startedAt: Stage.beginning,
            peer: ClusterPeer(name: "01ABC", address: "10.0.0.1:9094"),
            tester: tester,
            reload: { "no such file: tocsin.yml" }
        )
        var options = EngineOptions()
        options.limits = limits
        self.service = Service(
            loop: Loop(
                engine: Engine(routing: Stage.routing(inhibitRules), options: options, now: Stage.beginning),
                store: MemoryStore(disk: self.disk)
            ),
            courier: Nobody(),
            clock: self.clock,
            observer: Nobody(),
            configuration: serviceConfiguration
        )
        self.router = Router(
            service: self.service,
            context: self.context,
            clock: self.clock,
            configuration: configuration
        )
    }

    static let settings = APIContext.Settings(
        receivers: [ReceiverEntry(name: "chat", labels: ["owner": "web"]), ReceiverEntry(name: "pager")],
        configText: "route:\n  receiver: chat\n"
    )

    /// Everything goes to `chat`; what is critical goes to `pager` first, and then to `chat` as well.
    static func routing(_ inhibitRules: [InhibitRule]) -> RoutingTable {
        RoutingTable(
            root: RouteNode(
                receiver: "chat",
                grouping: .labels(["alertname"]),
                children: [
                    RouteNode(
                        matchers: [Matcher(name: "severity", equals: "critical")],
                        receiver: "pager",
                        grouping: .labels(["alertname"]),
                        continues: true
                    ),
                    RouteNode(receiver: "chat", grouping: .labels(["alertname", "host"])),
                ]
            ),
            integrations: [:],
            inhibitRules: inhibitRules
        )
    }
}

// MARK: - Requests

extension Stage {
    func get(_ target: String) async -> APIResponse { await self.router.respond(to: APIRequest(.get, target)) }

    func post(_ target: String, _ body: String, type: String = "application/json") async -> APIResponse {
        await self.router.respond(
            to: APIRequest(.post, target, headers: ["content-type": type] as HeaderList, body: Array(body.utf8))
        )
    }

    /// Posts alerts that fire until noon.
    func fire(_ labels: [String: String]...) async -> APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for labels in labels {
            writer.beginObject()
            writer.key("labels")
            writer.map(labels)
            writer.member("startsAt", "2026-01-02T03:00:00Z")
            writer.member("endsAt", "2026-01-02T12:00:00Z")
            writer.endObject()
        }
        writer.endArray()
        return await self.post("/api/v2/alerts", writer.text)
    }
}

extension APIResponse {
    var text: String { String(decoding: self.bodyBytes, as: UTF8.self) }
}

// MARK: - Surroundings

final class SetClock: WallClock {
    private let time: Locked<Timestamp>

    init(_ time: Timestamp) { self.time = Locked(time) }

    func now() -> Timestamp { self.time.withLock { $0 } }
    func sinceBoot() -> Duration { self.now() - Stage.beginning }
    func advance(by duration: Duration) { self.time.withLock { $0 += duration } }
}

/// A disk that can be full.
final class Disk: Sendable {
    private let state = Locked(false)

    var isFull: Bool {
        get { self.state.withLock { $0 } }
        set { self.state.withLock { $0 = newValue } }
    }
}

struct MemoryStore: Store {
    let disk: Disk

    mutating func commit(_ writes: [Write]) throws(StoreFailure) {
        if self.disk.isFull { throw StoreFailure("no space left on device") }
    }

    mutating func close() {}
}

/// Carries nothing and hears nothing.
struct Nobody: Courier, TurnObserver {
    func carry(_ sends: [Send]) {}
    func observe(_ facts: [Fact], in engine: Engine, at now: Timestamp) {}
    func observe(degradation reason: String?) {}
}
