import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

/// How fast incidents of some span of time were taken and solved.
struct ResponseReport {
    enum Grouping: String, CaseIterable {
        case priority
        /// By the label of that name.
        case service
        /// By whoever took it first.
        case responder
    }

    /// The figures of one group of incidents.
    struct Row {
        var name: String
        var incidents = 0
        var acknowledged = 0
        var resolved = 0
        /// In seconds, in any order.
        var timesToAcknowledge: [Double] = []
        var timesToResolve: [Double] = []
        /// Those whose promise was kept, of those of which it is known.
        var kept = 0
        var decided = 0

        init(_ name: String) { self.name = name }

        /// `nil` where nothing is known yet.
        var shareWithinTarget: Double? { self.decided == 0 ? nil : Double(self.kept) / Double(self.decided) }

        mutating func add(_ incident: Incident) {
            self.incidents += 1
            if let responded = incident.response.firstRespondedAt {
                self.acknowledged += 1
                self.timesToAcknowledge.append((responded - incident.firstTriggeredAt).inSeconds)
            }
            if let resolution = incident.resolution {
                self.resolved += 1
                self.timesToResolve.append((resolution.at - incident.firstTriggeredAt).inSeconds)
            }
            // One that still waits for somebody may yet go either way.
            let isBroken = incident.response.breachedAt != nil
            guard isBroken || incident.response.firstRespondedAt != nil || !incident.isOpen else { return }
            self.decided += 1
            if !isBroken { self.kept += 1 }
        }
    }

    let from: Timestamp
    let to: Timestamp
    let grouping: Grouping
    /// By name.
    private(set) var rows: [Row]
    private(set) var total = Row("total")

    /// Merged incidents are not counted: the one that they are part of is.
    init(_ responses: [RecordedResponse], from: Timestamp, to: Timestamp, by grouping: Grouping) {
        self.from = from
        self.to = to
        self.grouping = grouping
        var rows: [String: Row] = [:]
        for response in responses where response.incident.mergedInto == nil {
            let name = ResponseReport.name(response, by: grouping)
            rows[name, default: Row(name)].add(response.incident)
            self.total.add(response.incident)
        }
        self.rows = rows.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Empty where there is none.
    private static func name(_ response: RecordedResponse, by grouping: Grouping) -> String {
        switch grouping {
        case .priority: response.incident.priority.description
        case .service: response.incident.labels["service"] ?? ""
        case .responder: response.responder?.name ?? ""
        }
    }

    static let shares = [50, 90, 95]

    /// The smallest time within which that many of a hundred lie, by the method of the nearest rank.
    static func percentile(_ share: Int, of times: [Double]) -> Double? {
        if times.isEmpty { return nil }
        let sorted = times.sorted()
        let rank = (sorted.count * share + 99) / 100
        return sorted[max(rank, 1) - 1]
    }
}

// MARK: - As JSON

extension ResponseReport {
    var json: JSONWriter {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.time("from", self.from)
        writer.time("to", self.to)
        writer.member("group_by", self.grouping.rawValue)
        writer.key("rows")
        writer.beginArray()
        for row in self.rows { self.write(row, to: &writer) }
        writer.endArray()
        writer.key("total")
        self.write(self.total, to: &writer)
        writer.endObject()
        return writer
    }

    private func write(_ row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", row.name)
        writer.member("incidents", row.incidents)
        writer.member("acknowledged", row.acknowledged)
        writer.member("resolved", row.resolved)
        self.write("time_to_acknowledge_seconds", row.timesToAcknowledge, to: &writer)
        self.write("time_to_resolve_seconds", row.timesToResolve, to: &writer)
        writer.key("share_within_target")
        if let share = row.shareWithinTarget { writer.double(share) } else { writer.null() }
        writer.endObject()
    }

    private func write(_ name: String, _ times: [Double], to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        for share in ResponseReport.shares {
            writer.key("p\(share)")
            if let time = ResponseReport.percentile(share, of: times) { writer.double(time) } else { writer.null() }
        }
        writer.endObject()
    }
}

// MARK: - As CSV

extension ResponseReport {
    /// A line for each group and one for all of them, as in RFC 4180.
    var csv: String {
        let percentiles = ["time_to_acknowledge_seconds", "time_to_resolve_seconds"].flatMap { name in
            ResponseReport.shares.map { "\(name)_p\($0)" }
        }
        let head =
            [self.grouping.rawValue, "incidents", "acknowledged", "resolved"] + percentiles + ["share_within_target"]
        var text = head.joined(separator: ",") + "\r\n"
        for row in self.rows + [self.total] { text += self.line(row) + "\r\n" }
        return text
    }

    private func line(_ row: Row) -> String {
        var fields = [ResponseReport.field(row.name), "\(row.incidents)", "\(row.acknowledged)", "\(row.resolved)"]
        for times in [row.timesToAcknowledge, row.timesToResolve] {
            for share in ResponseReport.shares {
                fields.append(ResponseReport.number(ResponseReport.percentile(share, of: times)))
            }
        }
        fields.append(ResponseReport.number(row.shareWithinTarget))
        return fields.joined(separator: ",")
    }

    private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    /// What alerts bring along must not become a formula in whoever's spreadsheet.
    private static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let text = isFormula ? "'" + text : text
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
