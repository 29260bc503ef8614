/// Prometheus's text format: families in order, each with its help and type before its samples.
struct MetricsText {
    enum Kind: String { case counter, gauge }

    private(set) var text = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [String: String], Double)])
    {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for (labels, value) in samples {
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(MetricsText.escaped($0.value))\"" }
            self.text +=
                name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(MetricsText.number(value))\n"
        }
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
