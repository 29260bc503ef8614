import ArgumentParser

/// Flags of Alertmanager that mean nothing here, or nothing yet. None is taken in silence.
struct CompatibilityOptions: ParsableArguments {
    @Option(name: .customLong("data.maintenance-interval"), help: .hidden) var maintenanceInterval: String?
    @Option(name: .customLong("alerts.gc-interval"), help: .hidden) var gcInterval: String?
    @Option(name: .customLong("dispatch.maintenance-interval"), help: .hidden) var dispatchMaintenance: String?
    @Option(name: .customLong("auto-gomemlimit.ratio"), help: .hidden) var memoryRatio: String?
    @Option(name: .customLong("web.ui-path"), help: .hidden) var uiPath: String?

    @Option(name: .customLong("cluster.listen-address"), help: "Empty: this server says that it has no cluster.")
    var clusterListenAddress: String?
    @Option(name: .customLong("cluster.advertise-address"), help: .hidden) var advertiseAddress: String?
    @Option(name: .customLong("cluster.peer-name"), help: .hidden) var peerName: String?
    @Option(name: .customLong("cluster.peer"), parsing: .singleValue, help: .hidden) var peers: [String] = []
    @Option(name: .customLong("cluster.peer-timeout"), help: .hidden) var peerTimeout: String?
    @Option(name: .customLong("cluster.peers-resolve-timeout"), help: .hidden) var resolveTimeout: String?
    @Option(name: .customLong("cluster.gossip-interval"), help: .hidden) var gossipInterval: String?
    @Option(name: .customLong("cluster.pushpull-interval"), help: .hidden) var pushPullInterval: String?
    @Option(name: .customLong("cluster.tcp-timeout"), help: .hidden) var tcpTimeout: String?
    @Option(name: .customLong("cluster.probe-timeout"), help: .hidden) var probeTimeout: String?
    @Option(name: .customLong("cluster.probe-interval"), help: .hidden) var probeInterval: String?
    @Option(name: .customLong("cluster.settle-timeout"), help: .hidden) var settleTimeout: String?
    @Option(name: .customLong("cluster.reconnect-interval"), help: .hidden) var reconnectInterval: String?
    @Option(name: .customLong("cluster.reconnect-timeout"), help: .hidden) var reconnectTimeout: String?
    @Option(name: .customLong("cluster.tls-config"), help: .hidden) var clusterTLS: String?
    @Option(name: .customLong("cluster.label"), help: .hidden) var clusterLabel: String?
    @Flag(name: .customLong("cluster.allow-insecure-public-advertise-address-discovery"), help: .hidden)
    var insecureDiscovery = false

    @Flag(name: .customLong("web.systemd-socket"), help: .hidden) var systemdSocket = false
    @Option(name: .customLong("alerts.per-alertname-limit"), help: .hidden) var perAlertnameLimit = "0"
    @Flag(name: .customLong("log.silences"), inversion: .prefixedNo, help: .hidden) var logSilences = false

    var hasCluster: Bool { self.clusterListenAddress != "" }

    /// A flag that would change what the server does, and that it cannot honour yet, stops the start: better than a
    /// server that is open where it was meant to be closed.
    func refuseWhatIsNotThere() throws {
        let unsupported: [(String, Bool)] = [
            ("--web.systemd-socket", self.systemdSocket),
            ("--alerts.per-alertname-limit", self.perAlertnameLimit != "0"),
        ]
        for (flag, isUsed) in unsupported where isUsed {
            throw ValidationError("\(flag) is not supported yet")
        }
    }

    /// One line for each group of flags that are accepted and do nothing.
    var warnings: [String] {
        let gossip: [String?] = [
            self.advertiseAddress, self.peerName, self.peers.first, self.peerTimeout, self.resolveTimeout,
            self.gossipInterval, self.pushPullInterval, self.tcpTimeout, self.probeTimeout, self.probeInterval,
            self.settleTimeout, self.reconnectInterval, self.reconnectTimeout, self.clusterTLS, self.clusterLabel,
            self.insecureDiscovery ? "" : nil,
        ]
        let housekeeping = [self.maintenanceInterval, self.gcInterval, self.dispatchMaintenance, self.memoryRatio]
        return [
            gossip.contains { $0 != nil } ? "the --cluster flags have no effect: one server, one database" : nil,
            housekeeping.contains { $0 != nil }
                ? "the --*-interval flags have no effect: changes are saved as they happen" : nil,
            self.uiPath != nil ? "--web.ui-path has no effect" : nil,
        ].compactMap { $0 }
    }
}
