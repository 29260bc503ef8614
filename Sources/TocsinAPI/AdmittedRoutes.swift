import TocsinCore
import TocsinModel

/// The routes whose receiver a request asked for.
struct AdmittedRoutes: Sendable {
    private let isAdmitted: [Bool]

    init(_ routing: RoutingTable, _ filter: AlertFilter) {
        self.isAdmitted = routing.routes.map { filter.admits(receiver: $0.receiver) }
    }

    /// Whether there is nothing to look for.
    var isEmpty: Bool { !self.isAdmitted.contains(true) }

    func admits(_ route: RoutingTable.RouteIndex) -> Bool { self.isAdmitted[route] }

    func admitsAny(of routes: [RoutingTable.RouteIndex]) -> Bool { routes.contains { self.isAdmitted[$0] } }

    /// The routes that take an alert, in file order. Its groups tell, which costs less than holding it against every
    /// matcher of the tree.
    func routes(of known: KnownAlert, in engine: Engine) -> [RoutingTable.RouteIndex] {
        var routes: [RoutingTable.RouteIndex] = []
        for id in known.groups.all {
            guard let group = engine.groups[id], let route = group.route else { continue }
            if group.departed.isEmpty || !group.departed.contains(known.alert.fingerprint) { routes.append(route) }
        }
        if routes.isEmpty { return engine.routing.takers(of: known.alert.labels) }
        if routes.count > 1 { routes.sort() }
        return routes
    }
}
