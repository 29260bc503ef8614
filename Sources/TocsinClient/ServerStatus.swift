public import TocsinJSON

/// What a server says about itself at `GET /api/v2/status`.
public struct ServerStatus: Sendable {
    public let json: JSONValue

    public init(_ json: JSONValue) { self.json = json }

    /// The configuration that it runs by, its secrets masked.
    public func configuration() throws(ClientFailure) -> String {
        guard let text = self.json["config"]?["original"]?.string else {
            throw ClientFailure(.failure, "the server does not show its configuration")
        }
        return text
    }

    /// The cluster for people; a peer in each line with all its details if it is to be wide.
    public func cluster(_ format: OutputFormat, colours: Colours) -> String {
        let cluster = self.json["cluster"] ?? [:]
        if format == .json { return cluster.line }
        let name = Terminal.text(cluster["name"]?.string ?? "")
        let status = Terminal.text(cluster["status"]?.string ?? "unknown")
        var text = "Cluster Status:  \(status)\nNode Name:       \(name)\n"
        let peers = cluster["peers"]?.array ?? []
        guard !peers.isEmpty || format == .wide else { return text }
        var table = TextTable(["Address", "Name"])
        for peer in peers {
            table.add([TextTable.Cell(peer["address"]?.string ?? ""), TextTable.Cell(peer["name"]?.string ?? "")])
        }
        text += "\n" + table.text(colours)
        return text
    }
}
