public import TocsinModel

/// Who is not told of an alert, and why: it is inhibited, or it is silenced.
extension Engine {
    /// The firing alert that holds back alerts with these labels, if there is one; it does so silenced or not.
    public func inhibitor(of labels: LabelSet, at now: Timestamp) -> Fingerprint? {
        self.inhibition.inhibitor(of: labels) { fingerprint in
            guard let known = self.alerts[fingerprint], !known.hasEnded else { return nil }
            // Its time may have run out without any flush having noticed.
            return known.alert.isResolved(at: now) ? nil : known.alert.labels
        }
    }

    /// The silences that are about alerts with these labels and active, by number.
    public func silences(of labels: LabelSet, at now: Timestamp) -> [ID<Silence>] {
        self.silenceIndex.candidates(for: labels).filter { self.isSilencing($0, labels, at: now) }
    }

    /// Why nobody is to be told of an alert; the first reason counts, inhibition before silence.
    func suppression(of labels: LabelSet) -> SuppressionReason? {
        if self.inhibitor(of: labels, at: self.now) != nil { return .inhibition }
        let candidates = self.silenceIndex.candidates(for: labels)
        return candidates.contains { self.isSilencing($0, labels, at: self.now) } ? .silence : nil
    }

    private func isSilencing(_ id: ID<Silence>, _ labels: LabelSet, at now: Timestamp) -> Bool {
        guard let silence = self.silences[id] else {
            preconditionFailure("a silence that can be found must be in the table")
        }
        return silence.state(at: now) == .active && silence.isAbout(labels)
    }
}

/// Why an alert is held back; the texts are labels of Alertmanager's metrics.
public enum SuppressionReason: String, Hashable, Sendable, CaseIterable {
    case inhibition
    case silence
    /// The group's route tells nothing outside of certain times, see ``Muting``.
    case activeTimeInterval = "active_time_interval"
    /// The group's route tells nothing at certain times.
    case muteTimeInterval = "mute_time_interval"
}

// MARK: - Starts and ends

extension Engine {
    /// An alert fires that did not: it may inhibit others from now on.
    mutating func noticeStart(of labels: LabelSet) {
        self.inhibition.insert(labels)
        self.note(.alertStarted(labels.fingerprint))
    }

    /// An alert has ended: it inhibits no more.
    mutating func noticeEnd(of labels: LabelSet, timedOut: Bool) {
        self.inhibition.remove(labels)
        self.note(.alertEnded(labels.fingerprint, timedOut: timedOut))
    }

    /// Finds anew which alerts inhibit, as after a reload or when rows were read.
    mutating func deriveInhibition() {
        self.inhibition = InhibitionIndex(rules: self.routing.inhibitRules)
        if self.routing.inhibitRules.isEmpty { return }
        for (_, known) in self.alerts where !known.hasEnded { self.inhibition.insert(known.alert.labels) }
    }
}
