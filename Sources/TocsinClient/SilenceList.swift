public import TocsinJSON
public import TocsinModel

/// A silence as `GET /api/v2/silences` lists it. What an answer lacks is empty: servers differ.
public struct ListedSilence: Sendable {
    public let json: JSONValue
    public let id: String
    /// `active`, `pending` or `expired`.
    public let state: String
    /// An alert is silenced by those of one set.
    public let matcherSets: [[MatcherText]]
    public let startsAt: Timestamp
    public let endsAt: Timestamp
    public let updatedAt: Timestamp
    public let createdBy: String
    public let comment: String
    public let annotations: [(name: String, value: String)]

    public init(_ json: JSONValue) {
        self.json = json
        self.id = json["id"]?.string ?? ""
        self.state = json["status"]?["state"]?.string ?? ""
        let sets = (json["matcherSets"]?.array ?? []).map { $0.array ?? $0["matchers"]?.array ?? [] }
        let plain = json["matchers"]?.array ?? []
        self.matcherSets = (sets.isEmpty ? [plain] : sets).map { set in set.compactMap(MatcherText.init(json:)) }
        self.startsAt = json["startsAt"]?.time ?? .distantPast
        self.endsAt = json["endsAt"]?.time ?? .distantPast
        self.updatedAt = json["updatedAt"]?.time ?? .distantPast
        self.createdBy = json["createdBy"]?.string ?? ""
        self.comment = json["comment"]?.string ?? ""
        self.annotations = json["annotations"]?.pairs ?? []
    }

    public var isExpired: Bool { self.state == "expired" }

    /// `alertname="X" node=~"b.*"`; `or` between the sets.
    public var matchers: String {
        self.matcherSets.map { $0.map(\.text).joined(separator: " ") }.joined(separator: " or ")
    }
}

extension MatcherText {
    init?(json: JSONValue) {
        guard let name = json["name"]?.string, let value = json["value"]?.string else { return nil }
        self.init(
            name: name,
            value: value,
            isRegex: json["isRegex"]?.bool ?? false,
            isEqual: json["isEqual"]?.bool ?? true
        )
    }

    /// Also of one whose pattern would not compile here.
    fileprivate var text: String {
        let symbol = Matcher.Kind(isRegex: self.isRegex, isEqual: self.isEqual).symbol
        let name = MatcherSyntax.isClassicLabelName(self.name) ? self.name : GoQuote.quote(self.name)
        return "\(name)\(symbol)\(GoQuote.quote(self.value))"
    }
}

/// Which silences are asked for, beyond what the server itself looks for.
public struct SilenceSelection: Sendable {
    /// Those that are over, and no others.
    public var expired = false
    /// Those that end, or have ended, within that time.
    public var within: Duration?
    public var createdBy: String?
    /// Any, if there are none.
    public var ids: [String] = []

    public init() {}

    public func includes(_ silence: ListedSilence, now: Timestamp) -> Bool {
        guard silence.isExpired == self.expired else { return false }
        if let within {
            if self.expired ? silence.endsAt < now - within : silence.endsAt > now + within { return false }
        }
        if let createdBy, !silence.createdBy.utf8.elementsEqual(createdBy.utf8) { return false }
        return self.ids.isEmpty || self.ids.contains(silence.id)
    }
}

/// Silences for people.
public struct SilenceList: Sendable {
    /// The next to end first.
    public let silences: [ListedSilence]

    /// - Parameter json: the answer of `GET /api/v2/silences`.
    public init(_ json: JSONValue, selecting selection: SilenceSelection, now: Timestamp) {
        self.init((json.array ?? []).map(ListedSilence.init).filter { selection.includes($0, now: now) })
    }

    public init(_ silences: [ListedSilence]) {
        self.silences = silences.sorted {
            $0.endsAt != $1.endsAt ? $0.endsAt < $1.endsAt : $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        }
    }

    /// Their names, one a line.
    public var ids: String { self.silences.map { Terminal.text($0.id) + "\n" }.joined() }

    public func text(_ format: OutputFormat, times: TimeText, colours: Colours) -> String {
        switch format {
        case .json: return JSONValue.array(self.silences.map(\.json)).line
        case .table:
            var table = TextTable(["ID", "Matchers", "Ends At", "Created By", "Comment"])
            for silence in self.silences {
                table.add([
                    TextTable.Cell(silence.id), TextTable.Cell(silence.matchers),
                    TextTable.Cell(times.both(silence.endsAt)), TextTable.Cell(silence.createdBy),
                    TextTable.Cell(silence.comment),
                ])
            }
            return table.text(colours)
        case .wide: return self.wideTable(times).text(colours)
        }
    }

    private func wideTable(_ times: TimeText) -> TextTable {
        var table = TextTable([
            "ID", "State", "Matchers", "Starts At", "Ends At", "Updated At", "Created By", "Comment", "Annotations",
        ])
        for silence in self.silences {
            let look: Look = silence.state == "active" ? .green : silence.state == "pending" ? .yellow : .faint
            table.add([
                TextTable.Cell(silence.id), TextTable.Cell(silence.state, look), TextTable.Cell(silence.matchers),
                TextTable.Cell(times.both(silence.startsAt)), TextTable.Cell(times.both(silence.endsAt)),
                TextTable.Cell(times.both(silence.updatedAt)), TextTable.Cell(silence.createdBy),
                TextTable.Cell(silence.comment),
                TextTable.Cell(silence.annotations.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
            ])
        }
        return table
    }
}
