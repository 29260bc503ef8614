/// How often something took so long, or was so large, as Prometheus counts it.
public struct Histogram: Hashable, Sendable {
    /// Upper bounds, inclusive, ascending; beyond the last one there is no bound.
    public let bounds: [Double]
    /// How many values were within each bound and above the one before; one more for those beyond all.
    private var counts: [Int]
    public private(set) var sum = 0.0

    public init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = Array(repeating: 0, count: bounds.count + 1)
    }

    public mutating func record(_ value: Double) {
        let place = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.counts[place] += 1
        self.sum += value
    }

    public var count: Int { self.counts.reduce(0, +) }

    /// For each bound how many values were within it.
    public var cumulative: [(bound: Double, count: Int)] {
        var total = 0
        return zip(self.bounds, self.counts).map { bound, count in
            total += count
            return (bound, total)
        }
    }
}

extension Duration {
    package var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
