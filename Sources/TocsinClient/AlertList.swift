public import TocsinJSON
public import TocsinModel

/// An alert as `GET /api/v2/alerts` lists it. What an answer lacks is empty: servers differ.
public struct ListedAlert: Sendable {
    public let json: JSONValue
    public let labels: [(name: String, value: String)]
    public let annotations: [(name: String, value: String)]
    public let startsAt: Timestamp
    public let endsAt: Timestamp
    public let generatorURL: String
    public let fingerprint: String
    /// `active`, `suppressed`, or `unprocessed`.
    public let state: String
    public let receivers: [String]
    /// By what it is held back: silences, fingerprints of other alerts, time intervals.
    public let heldBackBy: [String]

    public init(_ json: JSONValue) {
        self.json = json
        self.labels = json["labels"]?.pairs ?? []
        self.annotations = json["annotations"]?.pairs ?? []
        self.startsAt = json["startsAt"]?.time ?? .distantPast
        self.endsAt = json["endsAt"]?.time ?? .distantPast
        self.generatorURL = json["generatorURL"]?.string ?? ""
        self.fingerprint = json["fingerprint"]?.string ?? ""
        let status = json["status"]
        self.state = status?["state"]?.string ?? ""
        self.receivers = (json["receivers"]?.array ?? []).compactMap { $0["name"]?.string }
        self.heldBackBy = ["silencedBy", "inhibitedBy", "mutedBy"].flatMap { key in
            (status?[key]?.array ?? []).compactMap(\.string)
        }
    }

    /// A label's value; empty if there is none.
    public func label(_ name: String) -> String {
        self.labels.first { $0.name.utf8.elementsEqual(name.utf8) }?.value ?? ""
    }

    /// `summary`, or what people write in its place.
    public var summary: String {
        for name in ["summary", "description", "message"] {
            if let text = self.annotations.first(where: { $0.name == name })?.value, !text.isEmpty { return text }
        }
        return ""
    }
}

/// Alerts for people.
public struct AlertList: Sendable {
    /// The oldest first.
    public let alerts: [ListedAlert]

    /// - Parameter json: the answer of `GET /api/v2/alerts`.
    public init(_ json: JSONValue) {
        self.alerts = (json.array ?? []).map(ListedAlert.init).sorted {
            $0.startsAt != $1.startsAt
                ? $0.startsAt < $1.startsAt
                : $0.fingerprint.utf8.lexicographicallyPrecedes($1.fingerprint.utf8)
        }
    }

    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        switch format {
        case .json: JSONValue.array(self.alerts.map(\.json)).line
        case .table: self.table(times).text(colours)
        case .wide: self.wideTable(times).text(colours)
        }
    }

    private func table(_ times: TimeText) -> TextTable {
        var table = TextTable(["Alertname", "Starts At", "Summary", "State"])
        for alert in self.alerts {
            table.add([
                TextTable.Cell(alert.label("alertname")), TextTable.Cell(times.both(alert.startsAt)),
                TextTable.Cell(alert.summary), AlertList.state(alert.state),
            ])
        }
        return table
    }

    private func wideTable(_ times: TimeText) -> TextTable {
        var table = TextTable([
            "Labels", "Annotations", "Starts At", "Ends At", "Generator URL", "State", "Held Back By", "Receivers",
            "Fingerprint",
        ])
        for alert in self.alerts {
            table.add([
                TextTable.Cell(AlertList.text(alert.labels)), TextTable.Cell(AlertList.text(alert.annotations)),
                TextTable.Cell(times.both(alert.startsAt)), TextTable.Cell(times.both(alert.endsAt)),
                TextTable.Cell(alert.generatorURL), AlertList.state(alert.state),
                TextTable.Cell(alert.heldBackBy.joined(separator: " ")),
                TextTable.Cell(alert.receivers.joined(separator: ",")), TextTable.Cell(alert.fingerprint),
            ])
        }
        return table
    }

    private static func state(_ state: String) -> TextTable.Cell {
        TextTable.Cell(state, state == "active" ? .red : state == "suppressed" ? .yellow : .plain)
    }

    /// `alertname="X" team="db"`, `alertname` first.
    private static func text(_ pairs: [(name: String, value: String)]) -> String {
        let first = pairs.filter { $0.name == "alertname" }
        let others = pairs.filter { $0.name != "alertname" }
        return (first + others).map { Matcher(name: $0.name, equals: $0.value).description }.joined(separator: " ")
    }
}

// MARK: - Reading answers

extension JSONValue {
    /// The members of an object that are strings, by the bytes of their names.
    var pairs: [(name: String, value: String)] {
        (self.members ?? []).compactMap { member in member.value.string.map { (name: member.name, value: $0) } }
            .sorted { LabelSet.nameOrder($0.name, $1.name) }
    }

    var time: Timestamp? { self.string.flatMap { Timestamp(rfc3339: $0) } }

    /// On one line, with a line end.
    public var line: String { String(decoding: self.encoded(.plain), as: UTF8.self) + "\n" }

    /// The same object with another value of a member, which comes last if it was not there.
    public func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        var members = (self.members ?? []).filter { $0.name != name }
        if let value { members.append(Member(name, value)) }
        return .object(members)
    }
}
