import TocsinRuntime

/// How many reading requests are answered at once. A few of them can keep every processor busy, and each holds a
/// snapshot of everything.
final class ReadLimit: Sendable {
    let limit: Int
    private let inUse = Locked(0)

    init(_ limit: Int) { self.limit = max(limit, 1) }

    /// One of the places; free again when nobody holds it any more.
    final class Slot: Sendable {
        private let owner: ReadLimit

        fileprivate init(_ owner: ReadLimit) { self.owner = owner }

        deinit { self.owner.inUse.withLock { $0 -= 1 } }
    }

    /// `nil` if all are taken.
    func take() -> Slot? {
        let isFree = self.inUse.withLock { inUse in
            if inUse >= self.limit { return false }
            inUse += 1
            return true
        }
        return isFree ? Slot(self) : nil
    }
}
