import TocsinRuntime

/// Prometheus's text format: families in order, each with its help and type before its samples.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [String: String], Double)])
    {
        self.begin(name, kind, help)
        for (labels, value) in samples { self.sample(name, labels, value) }
    }

    /// Buckets count all that is within their limit, as the format wants it.
    mutating func histograms(_ name: String, _ help: String, _ histograms: [(labels: [String: String], Histogram)]) {
        self.begin(name, .histogram, help)
        for (labels, histogram) in histograms {
            var count = 0
            for (bound, within) in zip(histogram.bounds, histogram.counts) {
                count += within
                self.sample("\(name)_bucket", labels.merging(["le": MetricsText.number(bound)]) { $1 }, Double(count))
            }
            count = histogram.counts.reduce(0, +)
            self.sample("\(name)_bucket", labels.merging(["le": "+Inf"]) { $1 }, Double(count))
            self.sample("\(name)_sum", labels, histogram.sum)
            self.sample("\(name)_count", labels, Double(count))
        }
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(MetricsText.escaped($0.value))\"" }
        self.text +=
            name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(MetricsText.number(value))\n"
    }

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.family(name, kind, help, [([:], value)])
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
