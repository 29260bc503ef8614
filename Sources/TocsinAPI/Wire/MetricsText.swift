import TocsinRuntime

/// Prometheus's text format: families in order, each with its help and type before its samples.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [String: String], Double)])
    {
        self.begin(name, kind, help)
        for (labels, value) in samples { self.sample(name, MetricsText.pairs(labels), value) }
    }

    /// Histograms of one name.
    mutating func family(_ name: String, _ help: String, _ histograms: [(labels: [String: String], Histogram)]) {
        self.begin(name, .histogram, help)
        for (labels, histogram) in histograms {
            let pairs = MetricsText.pairs(labels)
            for (bound, count) in histogram.cumulative {
                self.sample(name + "_bucket", pairs + ["le=\"\(MetricsText.number(bound))\""], Double(count))
            }
            self.sample(name + "_bucket", pairs + ["le=\"+Inf\""], Double(histogram.count))
            self.sample(name + "_sum", pairs, histogram.sum)
            self.sample(name + "_count", pairs, Double(histogram.count))
        }
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ pairs: [String], _ value: Double) {
        self.text +=
            name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(MetricsText.number(value))\n"
    }

    private static func pairs(_ labels: [String: String]) -> [String] {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(MetricsText.escaped($0.value))\"" }
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
