public import TocsinCore
public import TocsinModel
import TocsinReceivers
public import TocsinSettings

extension Configuration {
    /// Reads the routing tree of a configuration and leaves the rest alone: to ask where an alert would go, nobody
    /// needs the secrets that a server masks when it shows its configuration, nor the files that lie on its machine.
    ///
    /// What a route says is checked as ever, and that its receivers exist. The times of a route are not: time intervals
    /// name zones of the server's machine.
    ///
    /// - Parameters:
    ///   - text: the file's text, or what a server shows of it.
    ///   - file: a name for it, for messages.
    public static func loadRoutes(
        text: String,
        file: String,
        syntax: MatcherSyntax = .fallback
    ) throws(SettingsErrors) -> RoutingTable {
        let document = try YAML.parse(text, file: file)
        if document.isNull { throw SettingsErrors(SettingsError(Configuration.noRoute, at: document.position)) }
        var sections = document
        if let entries = document.mapping {
            sections.content = .mapping(entries.filter { ["route", "receivers"].contains($0.key.text) })
        }
        return try Fields.read(sections, as: "configuration") { fields in
            let receivers = fields.node("receivers", doc: "Who can be told.")?.receiverNames ?? []
            // Labels may call templates of files that are not here.
            let context = ReceiverContext(
                templates: ReceiverKinds.builtIn.templates, reportsUndefinedTemplates: false)
            let route = fields.nested("route", doc: "The tree that decides which receiver gets an alert.") { fields in
                RouteConfig(from: &fields, isRoot: true, syntax: syntax, context: context)
            }
            if !fields.has("route") { fields.report(Configuration.noRoute) }
            route?.checkReceivers(against: receivers, reportingTo: &fields)
            let root = route?.node(under: nil, intervals: [:]) ?? RouteNode(receiver: "")
            return RoutingTable(root: root, integrations: [:])
        }
    }
}

extension SettingsNode {
    /// The names in a list of receivers, with their places.
    fileprivate var receiverNames: [Positioned<String>] {
        (self.sequence ?? []).compactMap { item in
            let name = item.mapping?.last { $0.key.text == "name" }?.value
            return name?.scalar.map { Positioned($0.text, at: name?.position ?? item.position) }
        }
    }
}
