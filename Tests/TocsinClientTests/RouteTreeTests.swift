import Testing
import TocsinClient
import TocsinConfig
import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinSettings

/// The trees are those that amtool draws of the same file.
struct RouteTreeTests {
    /// As a server shows it: secrets masked, files that are not here, zones that nobody knows.
    private static let configuration = """
        global:
          slack_api_url: <secret>
        route:
          receiver: default
          group_by: [alertname, cluster]
          routes:
          - matchers: [ severity="critical", 'team=~"db|web"' ]
            receiver: pager
            continue: true
            mute_time_intervals: [nights]
            routes:
            - match: {service: "a b"}
              receiver: deep
          - match_re: {service: "x.*"}
            receiver: svc
          - receiver: all
            continue: true
            matchers: [team="db"]
        receivers:
        - name: default
        - name: pager
          email_configs: [{to: x, auth_password: <secret>}]
        - name: deep
        - name: svc
        - name: all
        templates: [/nowhere/*.tmpl]
        time_intervals:
        - name: nights
          time_intervals: [{location: Mars/Olympus}]
        """

    private func table() throws -> RoutingTable {
        try Configuration.loadRoutes(text: RouteTreeTests.configuration, file: "tocsin.yml")
    }

    @Test func theWholeTreeIsDrawn() throws {
        #expect(
            RouteTree(try self.table()).whole == """
                Routing tree:
                .
                └── default-route  receiver: default
                    ├── {severity="critical",team=~"db|web"}  continue: true  receiver: pager
                    │   └── {service="a b"}  receiver: deep
                    ├── {service=~"^(?:x.*)$"}  receiver: svc
                    └── {team="db"}  continue: true  receiver: all

                """
        )
    }

    @Test func onlyTheRoutesOnTheWayAreDrawn() throws {
        let table = try self.table()
        let takers = table.takers(of: LabelSet(["severity": "critical", "team": "db", "service": "a b"]))

        #expect(takers.map { table.routes[$0].receiver } == ["deep", "all"])
        #expect(
            RouteTree(table).matching(takers) == """
                Matching routes:
                .
                └── default-route
                    ├── {severity="critical",team=~"db|web"}
                    │   └── {service="a b"}  receiver: deep
                    └── {team="db"}  receiver: all

                """
        )
    }

    @Test(arguments: [
        "", "route: {}", "receivers: []", "route: {receiver: x}\nreceivers: [{name: y}]",
        "route: {receiver: x, matcherz: []}\nreceivers: [{name: x}]", "route: [",
    ])
    func aTreeWithAMistakeIsNotDrawn(text: String) {
        #expect(throws: SettingsErrors.self) { try Configuration.loadRoutes(text: text, file: "f") }
    }

    @Test func aClusterIsShownAsAmtoolShowsIt() {
        let alone = ServerStatus(["cluster": ["peers": [], "status": "disabled"]])
        #expect(alone.cluster(.table, colours: .plain) == "Cluster Status:  disabled\nNode Name:       \n")
        #expect(alone.cluster(.json, colours: .plain) == #"{"peers":[],"status":"disabled"}"# + "\n")

        let peer: JSONValue = ["address": "10.0.0.1:9094", "name": "01H\u{1B}"]
        let two = ServerStatus(["cluster": ["name": "n", "status": "ready", "peers": [peer]]])
        #expect(
            two.cluster(.table, colours: .plain)
                == "Cluster Status:  ready\nNode Name:       n\n\nAddress        Name\n10.0.0.1:9094  01H\\u{1b}\n")
        #expect(throws: ClientFailure.self) { try alone.configuration() }
    }
}
