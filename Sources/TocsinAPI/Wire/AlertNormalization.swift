internal import TocsinModel

/// When an alert starts and ends once its sender's gaps are filled.
struct AlertTimes {
    var startsAt: Timestamp
    var endsAt: Timestamp
    /// Whether the sender named no end.
    var endsByTimeout: Bool
}

extension AlertFields {
    /// What a sender of `/api/v2/alerts` means: no start is the end it names, or else now; no end is `resolveTimeout`
    /// from now.
    @inline(__always)
    func times(at now: Timestamp, resolveTimeout: Duration) -> AlertTimes {
        AlertTimes(
            startsAt: self.startsAt ?? self.endsAt ?? now,
            endsAt: self.endsAt ?? now + resolveTimeout,
            endsByTimeout: self.endsAt == nil
        )
    }

    /// Brings labels and annotations into the form in which they are kept: sorted, each name once, no label without a
    /// value.
    @inline(__always)
    mutating func arrange() {
        self.labels.arrange()
        self.labels.dropEmptyValues()
        self.annotations.arrange()
    }

    /// Why the alert, arranged and with these times, is none; `nil` if it is one. The first reason counts.
    @inline(__always)
    func invalidity(_ times: AlertTimes, _ syntax: MatcherSyntax) -> String? {
        if times.endsAt < times.startsAt { return "start time must be before end time" }
        if self.labels.pairs.isEmpty { return "at least one label pair required" }
        if let name = self.labels.invalidName { return "invalid label set: invalid name \(Excerpt.quoted(name))" }
        if let name = self.annotations.invalidName {
            return "invalid annotations: invalid name \(Excerpt.quoted(name))"
        }
        return syntax == .classic ? self.invalidityOfNames() : nil
    }

    /// Why the classic syntax does not allow the names; `nil` if it does.
    private func invalidityOfNames() -> String? {
        for (kind, pairs) in [("label set", self.labels.pairs), ("annotations", self.annotations.pairs)] {
            for pair in pairs {
                let name = String(decoding: pair.name, as: UTF8.self)
                if !MatcherSyntax.isClassicLabelName(name) {
                    return "invalid \(kind): invalid name \(Excerpt.quoted(pair.name))"
                }
            }
        }
        return nil
    }

    /// Appends the alert, which is valid and arranged.
    @inline(__always)
    func append(to batch: inout AlertBatch, _ times: AlertTimes) {
        batch.append(
            labels: self.labels.pairs,
            annotations: self.annotations.pairs,
            generatorURL: self.generatorURL,
            startsAt: times.startsAt,
            endsAt: times.endsAt,
            endsByTimeout: times.endsByTimeout
        )
    }
}
