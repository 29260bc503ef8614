/// Why a text is not a duration, in the words of the Go programs whose configuration this is.
public enum DurationError: Error, Hashable, Sendable {
    /// Prometheus' `5m`, but nothing there.
    case empty
    case notADuration(String)
    case unknownUnit(String, in: String)
    case outOfRange
    /// Go's `1.5s`, but something else, or more than 292 years.
    case notAGoDuration(String)
    case missingGoUnit(String)
    case unknownGoUnit(String, in: String)
}

extension DurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "empty duration string"
        case .notADuration(let text): "not a valid duration string: \(GoQuote.quote(text))"
        case .unknownUnit(let unit, let text):
            "unknown unit \(GoQuote.quote(unit)) in duration \(GoQuote.quote(text))"
        case .outOfRange: "duration out of range"
        case .notAGoDuration(let text): "time: invalid duration \(GoQuote.quote(text))"
        case .missingGoUnit(let text): "time: missing unit in duration \(GoQuote.quote(text))"
        case .unknownGoUnit(let unit, let text):
            "time: unknown unit \(GoQuote.quote(unit)) in duration \(GoQuote.quote(text))"
        }
    }
}

// MARK: - Prometheus durations

extension Duration {
    /// Reads a Prometheus duration: `0`, or whole numbers with the units `y w d h m s ms` in this order, each once at
    /// most. At most 292 years, which is what Go can count in nanoseconds.
    public init(prometheus text: String) throws(DurationError) {
        if text == "0" {
            self = .zero
            return
        }
        guard !text.utf8.isEmpty else { throw .empty }
        var rest = Array(text.utf8)[...]
        var units = PrometheusUnit.all[...]
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix(while: MatcherSyntax.isDigit)
            guard let count = UInt64(String(decoding: digits, as: UTF8.self)) else { throw .notADuration(text) }
            let letters = rest[digits.endIndex...].prefix { !MatcherSyntax.isDigit($0) }
            guard !letters.isEmpty else { throw .notADuration(text) }
            rest = rest[letters.endIndex...]
            let symbol = String(decoding: letters, as: UTF8.self)
            guard let index = units.firstIndex(where: { $0.symbol == symbol }) else {
                let isKnown = PrometheusUnit.all.contains { $0.symbol == symbol }
                throw isKnown ? .notADuration(text) : .unknownUnit(symbol, in: text)
            }
            guard let count = Int64(exactly: count),
                let length = count.multipliedIfPossible(by: units[index].milliseconds * 1_000_000),
                let sum = total.addingIfPossible(length)
            else { throw .outOfRange }
            total = sum
            units = units[(index + 1)...]
        }
        self = .nanoseconds(total)
    }

    /// The canonical form: `1h30m`, `1d`; years and weeks only where nothing remains, because `90d` reads better than
    /// `12w6d`. What is below a millisecond is dropped.
    public var prometheusText: String {
        var rest = self.wholeNanoseconds.magnitude / 1_000_000
        guard rest > 0 else { return "0s" }
        var text = self < .zero ? "-" : ""
        for unit in PrometheusUnit.all {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(unit.milliseconds))
            if count == 0 || (unit.isExact && remainder != 0) { continue }
            text += "\(count)\(unit.symbol)"
            rest = remainder
        }
        return text
    }
}

private struct PrometheusUnit {
    let symbol: String
    let milliseconds: Int64
    /// Whether it is only printed where nothing remains.
    let isExact: Bool

    static let all = [
        PrometheusUnit(symbol: "y", milliseconds: 31_536_000_000, isExact: true),
        PrometheusUnit(symbol: "w", milliseconds: 604_800_000, isExact: true),
        PrometheusUnit(symbol: "d", milliseconds: 86_400_000, isExact: false),
        PrometheusUnit(symbol: "h", milliseconds: 3_600_000, isExact: false),
        PrometheusUnit(symbol: "m", milliseconds: 60_000, isExact: false),
        PrometheusUnit(symbol: "s", milliseconds: 1_000, isExact: false),
        PrometheusUnit(symbol: "ms", milliseconds: 1, isExact: false),
    ]
}

// MARK: - Nanoseconds

extension Duration {
    /// The duration in whole nanoseconds, rounded toward zero and clamped to what 64 bits hold: 292 years.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        // Both have the same sign, so the sum overflows only where the product comes near.
        guard let scaled = seconds.multipliedIfPossible(by: 1_000_000_000),
            let sum = scaled.addingIfPossible(attoseconds / 1_000_000_000)
        else { return seconds < 0 ? .min : .max }
        return sum
    }
}

extension Int64 {
    fileprivate func multipliedIfPossible(by factor: Int64) -> Int64? {
        let (product, overflow) = self.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    fileprivate func addingIfPossible(_ other: Int64) -> Int64? {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}
