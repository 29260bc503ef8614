import TocsinCore
import TocsinJSON
import TocsinModel

/// The answer of `GET /api/v2/alerts`: what the filter lets through, by fingerprint.
struct AlertListJSON: ListPieces {
    private let engine: Engine
    private let filter: AlertFilter
    private let now: Timestamp
    private let routes: AdmittedRoutes
    private var alertJSON: GettableAlertJSON
    /// Where the next piece begins; `nil` after the last one.
    private var position: Fingerprint? = Fingerprint(0)
    private var isFirst = true
    /// Taken for as long as the list is being sent.
    private let slot: ReadLimit.Slot?

    init(of engine: Engine, _ filter: AlertFilter, at now: Timestamp, slot: ReadLimit.Slot? = nil) {
        self.engine = engine
        self.filter = filter
        self.now = now
        self.routes = AdmittedRoutes(engine.routing, filter)
        self.alertJSON = GettableAlertJSON(engine.routing)
        self.slot = slot
    }

    var isAtEnd: Bool { self.position == nil }

    mutating func next() -> [UInt8]? {
        guard let start = self.position else { return nil }
        var writer = JSONWriter(.plain)
        writer.reserve(min(PieceSize.usual + PieceSize.usual / 8, 1024 + self.engine.alerts.count * 1024))
        if self.isFirst { writer.beginArray() }
        // A value of no bytes: what comes next is preceded by the comma that is due.
        if !self.isFirst { writer.encoded([]) }

        self.position = nil
        for (fingerprint, known) in self.engine.alerts.rows(from: start) {
            self.write(known, to: &writer)
            if writer.bytes.count >= PieceSize.usual, fingerprint.value < .max {
                self.position = Fingerprint(fingerprint.value + 1)
                break
            }
        }
        self.isFirst = false
        if self.position == nil {
            writer.endArray()
            return writer.bytes + [UInt8(ascii: "\n")]
        }
        return writer.bytes
    }
}

extension AlertListJSON {
    private mutating func write(_ known: KnownAlert, to writer: inout JSONWriter) {
        guard self.filter.admits(known.alert, at: self.now) else { return }
        let routes = self.routes.routes(of: known, in: self.engine)
        guard self.routes.admitsAny(of: routes) else { return }
        let suppression = Suppression.of(known.alert, in: self.engine)
        guard self.filter.admits(suppression) else { return }
        self.alertJSON.write(known.alert, routes: routes, suppression, to: &writer)
    }
}
