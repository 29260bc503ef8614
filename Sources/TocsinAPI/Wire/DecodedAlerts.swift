package import TocsinModel

/// What came of a request with alerts: those that were good, and what is to be said about the others.
package struct DecodedAlerts: Sendable {
    /// To be taken whatever ``problem`` says.
    package private(set) var batch = AlertBatch()
    /// How many alerts came that still fire, and how many that have ended; good or not, as long as they could be read.
    package private(set) var receivedFiring = 0
    package private(set) var receivedResolved = 0
    /// How many were not taken.
    package private(set) var invalidCount = 0

    /// Which names labels and annotations may have.
    var syntax = MatcherSyntax.fallback

    private var mistyped: RequestProblem?
    private var incomplete: RequestProblem?
    private var reasons: [String] = []
    private var unnamedReasons = 0

    /// More than that are counted in the answer, not named.
    package static let maximumReasons = 100

    /// What to answer once the batch was taken; `nil` if all is well.
    ///
    /// Alertmanager looks at types first, then at what is required, then at the alerts' sense, and stops at the first
    /// stage that fails; here each stage has looked at all alerts, and the answer is that of the first that failed.
    package var problem: RequestProblem? {
        if let problem = self.mistyped ?? self.incomplete { return problem }
        guard !self.reasons.isEmpty else { return nil }
        let others = self.unnamedReasons > 0 ? ["and \(self.unnamedReasons) more"] : []
        return .handler(status: 400, text: (self.reasons + others).joined(separator: "\n"))
    }
}

extension DecodedAlerts {
    /// Makes room for what a body of that many bytes usually holds.
    mutating func reserve(forBody count: Int) {
        // A body of small alerts outgrows it and one of large ones leaves some; the batch lives for one turn.
        self.batch.reserve(items: count / 512 + 1, bytes: count)
    }

    /// Begins anew, except for what has the wrong type.
    mutating func forgetAlerts() {
        let mistyped = self.mistyped
        let syntax = self.syntax
        self = DecodedAlerts()
        self.syntax = syntax
        self.mistyped = mistyped
    }

    /// Takes an alert that was read, or notes why not.
    @inline(__always)
    mutating func take(_ fields: inout AlertFields, _ times: AlertTimes, at now: Timestamp) {
        if times.endsAt > now { self.receivedFiring += 1 } else { self.receivedResolved += 1 }
        fields.arrange()
        if let reason = fields.invalidity(times, self.syntax) {
            self.refuse(because: reason)
        } else {
            fields.append(to: &self.batch, times)
        }
    }

    /// Notes an alert that makes no sense.
    mutating func refuse(because reason: String) {
        self.invalidCount += 1
        if self.reasons.count < DecodedAlerts.maximumReasons {
            self.reasons.append(reason)
        } else {
            self.unnamedReasons += 1
        }
    }

    /// Notes an alert with a value of the wrong type.
    mutating func refuse(mistyped problem: @autoclosure () -> RequestProblem) {
        self.invalidCount += 1
        if self.mistyped == nil { self.mistyped = problem() }
    }

    /// Notes an alert that lacks what is required, or has it in the wrong form.
    mutating func refuse(incomplete problem: @autoclosure () -> RequestProblem) {
        self.invalidCount += 1
        if self.incomplete == nil { self.incomplete = problem() }
    }

    /// Notes that something beside the alerts has the wrong type.
    mutating func note(mistyped problem: RequestProblem) {
        self.mistyped = self.mistyped ?? problem
    }
}
