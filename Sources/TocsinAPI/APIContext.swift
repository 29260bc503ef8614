public import TocsinModel
public import TocsinRuntime

/// What endpoints need to know beside the engine. One object for the life of the server; a reload replaces its
/// ``settings``.
public final class APIContext: Sendable {
    /// What comes from the configuration file.
    public struct Settings: Sendable {
        public var resolveTimeout: Duration
        /// All configured receivers in the order of the file.
        public var receivers: [ReceiverEntry]
        /// The configuration as it may be shown, secrets hidden.
        public var configText: String
        public var matcherSyntax: MatcherSyntax
        /// Renders the labels of a route over what its group holds.
        public var routeLabels: @Sendable (NotificationContent) -> LabelSet = { $0.routeLabels }
        /// The kinds of integrations that are configured, such as `slack`.
        public var integrationKinds: [String] = []
        /// When this configuration came into force, and whether a later one was refused.
        public var loadedAt: Timestamp = .epoch
        public var lastReloadSucceeded = true

        public init(
            resolveTimeout: Duration = .seconds(300),
            receivers: [ReceiverEntry] = [],
            configText: String = "",
            matcherSyntax: MatcherSyntax = .fallback
        ) {
            self.resolveTimeout = resolveTimeout
            self.receivers = receivers
            self.configText = configText
            self.matcherSyntax = matcherSyntax
        }
    }

    /// Where the process stands in its life.
    public enum Phase: Hashable, Sendable {
        /// The last state is being read.
        case starting
        case serving
        case stopping
    }

    public let build: BuildInfo
    public let startedAt: Timestamp
    /// This server as the only member of its cluster; `nil` if clustering is switched off.
    public let peer: ClusterPeer?
    /// What has been counted since the start.
    public let counters: Counters
    /// Of incidents, beyond what the engine holds.
    public let history: any IncidentHistory
    /// What happens to incidents, as it happens.
    public let feed: TimelineFeed
    /// Reads the configuration anew; says why that failed, or `nil`.
    let reload: @Sendable () async -> String?
    /// Sends test notifications; `nil` if nobody can.
    let tester: (any ReceiverTester)?
    private let state: Locked<(settings: Settings, phase: Phase)>

    public init(
        settings: Settings,
        phase: Phase = .starting,
        build: BuildInfo = BuildInfo(),
        startedAt: Timestamp,
        peer: ClusterPeer? = nil,
        counters: Counters = Counters(),
        history: any IncidentHistory = NoHistory(),
        feed: TimelineFeed = TimelineFeed(),
        tester: (any ReceiverTester)? = nil,
        reload: @escaping @Sendable () async -> String? = { "this server has no configuration file" }
    ) {
        self.state = Locked((settings, phase))
        self.build = build
        self.startedAt = startedAt
        self.peer = peer
        self.counters = counters
        self.history = history
        self.feed = feed
        self.tester = tester
        self.reload = reload
    }

    public var settings: Settings {
        get { self.state.withLock { $0.settings } }
        set { self.state.withLock { $0.settings = newValue } }
    }

    public var phase: Phase {
        get { self.state.withLock { $0.phase } }
        set { self.state.withLock { $0.phase = newValue } }
    }
}

/// A receiver as the API lists it.
public struct ReceiverEntry: Hashable, Sendable {
    public let name: String
    /// Its own labels, with `name` among them.
    public let labels: LabelSet

    public init(name: String, labels: [String: String] = [:]) {
        self.name = name
        self.labels = LabelSet(labels.merging(["name": name]) { own, _ in own })
    }
}

/// What was built, when, by whom. Clients compare `version` with their own.
public struct BuildInfo: Hashable, Sendable {
    public var version: String
    public var revision: String
    public var branch: String
    public var user: String
    public var date: String
    /// Stands where clients look for Go's version.
    public var toolchain: String

    public init(
        version: String = "",
        revision: String = "",
        branch: String = "",
        user: String = "",
        date: String = "",
        toolchain: String = "Swift"
    ) {
        self.version = version
        self.revision = revision
        self.branch = branch
        self.user = user
        self.date = date
        self.toolchain = toolchain
    }
}

/// A member of the cluster as `/api/v2/status` shows it.
public struct ClusterPeer: Hashable, Sendable {
    public let name: String
    /// `host:port`.
    public let address: String

    public init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}
