public import TocsinJSON
import TocsinModel

/// What was sent, waits, or was given up.
public struct NotificationList: Sendable {
    private let notifications: [JSONValue]
    /// What the server said.
    private let json: JSONValue
    private let isOfOneIncident: Bool

    /// - Parameters:
    ///   - json: the answer of `GET /api/v1/notifications`, or a list of such objects.
    ///   - ofOneIncident: whether all belong to the same incident, which then has no column.
    public init(_ json: JSONValue, ofOneIncident: Bool = false) {
        self.json = json
        self.notifications = json["data"]?.array ?? json.array ?? []
        self.isOfOneIncident = ofOneIncident
    }

    public var isEmpty: Bool { self.notifications.isEmpty }

    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        if format == .json { return self.json.line }
        if self.isEmpty { return "No notifications.\n" }
        var table = TextTable(
            ["Notification"] + (self.isOfOneIncident ? [] : ["Incident"])
                + ["To", "State", "When", "Why", "Attempts", "Next", "Error"])
        for notification in self.notifications {
            let state = notification["state"]?.string ?? ""
            let incident = self.isOfOneIncident ? [] : [TextTable.Cell(notification["incident"]?.string ?? "")]
            table.add(
                [TextTable.Cell(notification["id"]?.string ?? "")] + incident + [
                    TextTable.Cell(notification["integration"]?.string ?? ""),
                    TextTable.Cell(state, NotificationList.look(state)),
                    TextTable.Cell(notification["at"]?.time.map { times.relative($0) } ?? ""),
                    TextTable.Cell(notification["reason"]?.string ?? ""),
                    TextTable.Cell(notification["attempts"]?.integer.map { "\($0)" } ?? ""),
                    TextTable.Cell(notification["next_attempt_at"]?.time.map { times.relative($0) } ?? ""),
                    TextTable.Cell(notification["error"]?.string ?? ""),
                ])
        }
        return table.text(colours)
    }

    private static func look(_ state: String) -> Look {
        switch state {
        case "dead", "refused", "failed": .red
        case "delivered": .green
        default: .yellow
        }
    }
}
