public import TocsinJSON
import TocsinModel

/// How fast incidents were taken and solved, for people.
public struct ResponseReportTable: Sendable {
    private let json: JSONValue

    /// - Parameter json: the answer of `GET /api/v1/reports/response`.
    public init(_ json: JSONValue) { self.json = json }

    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        if format == .json { return self.json.line }
        let grouping = self.json["group_by"]?.string ?? "priority"
        let shares = format == .wide ? ["p50", "p90", "p95"] : ["p50", "p90"]
        let titles = ["Taken", "Solved"].flatMap { title in shares.map { "\(title) \($0)" } }
        var table = TextTable(
            [grouping.prefix(1).uppercased() + grouping.dropFirst(), "Incidents", "Taken", "Solved", "In Time"] + titles
        )
        for row in self.json["rows"]?.array ?? [] {
            let name = row["name"]?.string ?? ""
            table.add(self.cells(row, name.isEmpty ? "(none)" : name, .plain, shares))
        }
        if let total = self.json["total"] { table.add(self.cells(total, "all", .strong, shares)) }
        let span = [self.json["from"], self.json["to"]].compactMap { $0?.time }.map { times.clock($0) }
        let head = span.count == 2 ? colours.text(Terminal.text("\(span[0]) to \(span[1])"), .faint) + "\n" : ""
        return head + table.text(colours)
    }

    private func cells(_ row: JSONValue, _ name: String, _ look: Look, _ shares: [String]) -> [TextTable.Cell] {
        let counts = ["incidents", "acknowledged", "resolved"].map { TextTable.Cell("\(row[$0]?.integer ?? 0)") }
        let kept = row["share_within_target"]?.number
        let keptLook: Look = kept.map { $0 < 0.9 ? .red : $0 < 0.99 ? .yellow : .green } ?? .plain
        let lengths = ["time_to_acknowledge_seconds", "time_to_resolve_seconds"].flatMap { name in
            shares.map { TextTable.Cell(ResponseReportTable.length(row[name]?[$0]?.number)) }
        }
        return [TextTable.Cell(name, look)] + counts
            + [TextTable.Cell(ResponseReportTable.percent(kept), keptLook)] + lengths
    }

    /// `4m10s`; `-` where nothing is known.
    private static func length(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e15 else { return "-" }
        return TimeText.length(seconds: UInt64(seconds))
    }

    /// Rounded down, so that 100 % are all of them.
    private static func percent(_ share: Double?) -> String {
        guard let share, (0...1).contains(share) else { return "-" }
        return "\(Int(share * 100)) %"
    }
}
