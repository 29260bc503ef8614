import TocsinCore
import TocsinModel

/// The answer of `GET /api/v2/silences`: active ones by their end, pending ones by their start, then expired ones, the
/// last to expire first.
struct SilenceListJSON: ListPieces {
    private let installation: InstallationID
    private let silences: [Silence]
    private let now: Timestamp
    private var position = 0
    private(set) var isAtEnd = false
    private let slot: ReadLimit.Slot?

    init(of engine: Engine, _ filter: SilenceFilter, at now: Timestamp, slot: ReadLimit.Slot? = nil) {
        var byState: [Silence.State: [Silence]] = [:]
        for (_, silence) in engine.silences {
            let state = silence.state(at: now)
            if filter.admits(silence, state) { byState[state, default: []].append(silence) }
        }
        // They come in the order of their numbers, which decides where the times are the same.
        let sorted = { (state: Silence.State, isBefore: (Silence, Silence) -> Bool) in
            (byState[state] ?? []).sorted { isBefore($0, $1) || (!isBefore($1, $0) && $0.id < $1.id) }
        }
        self.silences =
            sorted(.active) { $0.endsAt < $1.endsAt } + sorted(.pending) { $0.startsAt < $1.startsAt }
            + sorted(.expired) { $0.endsAt > $1.endsAt }
        self.installation = engine.installation
        self.now = now
        self.slot = slot
    }

    mutating func next() -> [UInt8]? {
        if self.isAtEnd { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(PieceSize.capacity, 512 * (self.silences.count - self.position + 1)))
        if self.position == 0 { bytes.append(UInt8(ascii: "[")) }
        while self.position < self.silences.count && bytes.count < PieceSize.usual {
            if self.position > 0 { bytes.append(UInt8(ascii: ",")) }
            let silence = self.silences[self.position]
            SilenceJSON.write(silence, named: self.installation.name(of: silence), at: self.now, to: &bytes)
            self.position += 1
        }
        if self.position == self.silences.count {
            self.isAtEnd = true
            bytes.append(json: "]\n")
        }
        return bytes
    }
}

/// What the query of `/api/v2/silences` asks for.
struct SilenceFilter: Sendable {
    /// Each must be a matcher of the silence, text for text.
    private let matchers: [Matcher]
    private let states: Set<Silence.State>

    init(_ query: Query, _ settings: APIContext.Settings) throws(APIError) {
        self.matchers = try MatcherParameter.matchers("filter", of: query, settings.matcherSyntax) { $0 }
        self.states = Set(Silence.State.allCases.filter { query.flag($0.rawValue) })
    }

    func admits(_ silence: Silence, _ state: Silence.State) -> Bool {
        guard self.states.contains(state) else { return false }
        return self.matchers.allSatisfy { wanted in silence.matcherSets.contains { $0.contains(wanted) } }
    }
}
