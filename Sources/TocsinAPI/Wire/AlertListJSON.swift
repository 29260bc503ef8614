import TocsinCore
import TocsinModel

/// The answer of `GET /api/v2/alerts`: what the filter lets through, by fingerprint.
struct AlertListJSON: ListPieces {
    private let engine: Engine
    private let alerts: Table<Fingerprint, KnownAlert>
    private let filter: AlertFilter
    private let now: Timestamp
    private let routes: AdmittedRoutes
    private let alertJSON: GettableAlertJSON
    /// Where the next piece begins; `nil` after the last one.
    private var position: Fingerprint? = Fingerprint(0)
    /// Whether the next alert is not the first one; `nil` before the first piece.
    private var needsComma: Bool?
    /// Taken for as long as the list is being sent.
    private let slot: ReadLimit.Slot?

    init(of engine: Engine, _ filter: AlertFilter, at now: Timestamp, slot: ReadLimit.Slot? = nil) {
        self.engine = engine
        self.filter = filter
        self.now = now
        let routes = AdmittedRoutes(engine.routing, filter)
        self.routes = routes
        // Nobody who asks for a receiver that is not there waits for all alerts to be looked at.
        self.alerts = routes.isEmpty ? Table() : engine.alerts
        self.alertJSON = GettableAlertJSON(engine.routing)
        self.slot = slot
    }

    var isAtEnd: Bool { self.position == nil }

    mutating func next() -> [UInt8]? {
        guard let start = self.position else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(PieceSize.capacity, 1024 * (self.alerts.count + 1)))
        if self.needsComma == nil { bytes.append(UInt8(ascii: "[")) }
        var needsComma = self.needsComma ?? false

        self.position = nil
        for (fingerprint, known) in self.alerts.rows(from: start) {
            guard let suppression = self.suppression(of: known) else { continue }
            let routes = self.routes.routes(of: known, in: self.engine)
            guard self.routes.admitsAny(of: routes) else { continue }
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            needsComma = true
            self.alertJSON.write(known.alert, routes: routes, suppression, to: &bytes)
            if bytes.count >= PieceSize.usual, fingerprint.value < .max {
                self.position = Fingerprint(fingerprint.value + 1)
                break
            }
        }
        self.needsComma = needsComma
        if self.position == nil { bytes.append(json: "]\n") }
        return bytes
    }

    /// What holds the alert back; `nil` if it is not one of those that are wanted.
    private func suppression(of known: KnownAlert) -> Suppression? {
        guard self.filter.admits(known.alert, at: self.now) else { return nil }
        let suppression = Suppression.of(known.alert, in: self.engine, at: self.now)
        return self.filter.admits(suppression) ? suppression : nil
    }
}
