public import TocsinCore
import TocsinModel

/// Routes as a tree for people, as `amtool config routes` draws it.
public struct RouteTree: Sendable {
    private let routes: [Route]

    public init(_ table: RoutingTable) { self.routes = table.routes }

    /// All routes.
    public var whole: String {
        var text = "Routing tree:\n.\n"
        self.draw(0, indent: "", isLast: true, shows: { _ in true }, into: &text) { index in
            let route = self.routes[index]
            let goesOn = route.continues ? "  continue: true" : ""
            return "\(goesOn)  receiver: \(Terminal.text(route.receiver))"
        }
        return text
    }

    /// Those that alerts with these labels go through, with receivers where they arrive.
    public func matching(_ takers: [RoutingTable.RouteIndex]) -> String {
        let arrived = Set(takers)
        var text = "Matching routes:\n.\n"
        self.draw(0, indent: "", isLast: true, shows: { self.leads($0, to: arrived) }, into: &text) { index in
            arrived.contains(index) ? "  receiver: \(Terminal.text(self.routes[index].receiver))" : ""
        }
        return text
    }

    private func leads(_ index: RoutingTable.RouteIndex, to takers: Set<RoutingTable.RouteIndex>) -> Bool {
        takers.contains(index) || self.routes[index].children.contains { self.leads($0, to: takers) }
    }

    private func draw(
        _ index: RoutingTable.RouteIndex,
        indent: String,
        isLast: Bool,
        shows: (RoutingTable.RouteIndex) -> Bool,
        into text: inout String,
        details: (RoutingTable.RouteIndex) -> String
    ) {
        let route = self.routes[index]
        let name = index == 0 ? "default-route" : Terminal.text(route.matchers.bracedText)
        text += "\(indent)\(isLast ? "└── " : "├── ")\(name)\(details(index))\n"
        let children = route.children.filter(shows)
        for (place, child) in children.enumerated() {
            self.draw(
                child,
                indent: indent + (isLast ? "    " : "│   "),
                isLast: place == children.count - 1,
                shows: shows,
                into: &text,
                details: details
            )
        }
    }
}
