import TocsinModel
import TocsinTemplate

/// A length of time as templates see it: Go's `time.Duration`, a number of nanoseconds.
struct TemplateDuration: TemplateObject {
    let nanoseconds: Int

    static let second = 1_000_000_000

    var typeName: String { "time.Duration" }
    var underlying: Underlying { .value(.int(self.nanoseconds)) }
    var text: String? { Duration.nanoseconds(Int64(self.nanoseconds)).goText }

    func method(_ name: String) -> TemplateFunction? {
        if let value = self.part(name) {
            return TemplateFunction(name) { (_) throws(TemplateError) in value }
        }
        switch name {
        case "Truncate":
            return TemplateFunction(name, [.duration]) { (arguments) throws(TemplateError) in
                .object(self.truncated(to: try arguments[0].integer))
            }
        case "Round":
            return TemplateFunction(name, [.duration]) { (arguments) throws(TemplateError) in
                .object(self.rounded(to: try arguments[0].integer))
            }
        default:
            return nil
        }
    }

    private func part(_ name: String) -> Value? {
        switch name {
        case "Hours": .float(self.count(of: 3600 * TemplateDuration.second))
        case "Minutes": .float(self.count(of: 60 * TemplateDuration.second))
        case "Seconds": .float(self.count(of: TemplateDuration.second))
        case "Milliseconds": .int(self.nanoseconds / 1_000_000)
        case "Microseconds": .int(self.nanoseconds / 1000)
        case "Nanoseconds": .int(self.nanoseconds)
        case "Abs": .object(TemplateDuration(nanoseconds: Int(clamping: self.nanoseconds.magnitude)))
        case "String": .string(self.text ?? "")
        default: nil
        }
    }

    /// Whole units and the rest apart, so that the last digits are Go's.
    private func count(of unit: Int) -> Double {
        Double(self.nanoseconds / unit) + Double(self.nanoseconds % unit) / Double(unit)
    }

    /// Towards zero.
    func truncated(to step: Int) -> TemplateDuration {
        step <= 0 ? self : TemplateDuration(nanoseconds: self.nanoseconds - self.nanoseconds % step)
    }

    /// To the nearest multiple, from half on away from zero.
    func rounded(to step: Int) -> TemplateDuration {
        guard step > 0 else { return self }
        let rest = self.nanoseconds % step
        let down = self.nanoseconds - rest
        guard rest.magnitude >= UInt(step) - rest.magnitude else { return TemplateDuration(nanoseconds: down) }
        let (away, overflow) = down.addingReportingOverflow(rest < 0 ? -step : step)
        return TemplateDuration(nanoseconds: overflow ? (rest < 0 ? .min : .max) : away)
    }
}
