import TocsinCore
import TocsinModel

/// Silences that are in force although whoever asked for them was told that they are not saved. Asked for again in the
/// same words, they are the same.
struct UnconfirmedSilences: Sendable {
    private var asked: [(draft: SilenceDraft, silence: ID<Silence>)] = []

    /// The oldest are forgotten beyond this many; who asks for one of them again gets a second one.
    private static let maximumCount = 1000

    /// The silence that the same draft led to, if that has not ended.
    func silence(for draft: SilenceDraft, in engine: Engine, at now: Timestamp) -> ID<Silence>? {
        guard let known = self.asked.first(where: { $0.draft == draft })?.silence else { return nil }
        guard let silence = engine.silences[known], silence.state(at: now) != .expired else { return nil }
        return known
    }

    /// Notes what was answered to a draft.
    mutating func note(_ draft: SilenceDraft, _ silence: ID<Silence>, isConfirmed: Bool) {
        if isConfirmed && self.asked.isEmpty { return }
        self.asked.removeAll { $0.draft == draft }
        if isConfirmed { return }
        self.asked.append((draft, silence))
        if self.asked.count > UnconfirmedSilences.maximumCount { self.asked.removeFirst() }
    }
}
