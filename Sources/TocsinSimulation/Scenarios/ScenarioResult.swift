public import TocsinCore
import TocsinModel

/// What came of a scenario: what it expected, and what was heard.
public struct ScenarioResult: Sendable {
    private let scenario: Scenario
    private let got: [ScenarioAnswer]
    /// Lines that the scenario expects and that did not come, and the other way round, in order of their times.
    public let differences: [Difference]

    public struct Difference: Hashable, Sendable {
        /// The line of the file that expects it; `nil` for what came unexpectedly.
        public let line: Int?
        /// As the file writes it.
        public let text: String
    }

    /// Plays a scenario.
    ///
    /// - Parameters:
    ///   - setting: the configuration at its beginning.
    ///   - load: reads a configuration that the scenario puts into force later, by its name in the scenario.
    /// - Throws: ``ScenarioError``, or what `load` throws.
    public static func of(
        _ scenario: Scenario,
        setting: ScenarioSetting,
        options: EngineOptions = EngineOptions(),
        load: @escaping (String) throws -> ScenarioSetting
    ) throws -> ScenarioResult {
        var play = ScenarioPlay(scenario, setting: setting, options: options, load: load)
        return ScenarioResult(scenario, got: try play.run())
    }

    private init(_ scenario: Scenario, got: [ScenarioAnswer]) {
        self.scenario = scenario
        self.got = got
        var missing: [(time: Duration, difference: Difference)] = []
        var unexpected = got
        for line in scenario.lines {
            switch line.content {
            case .answer(let time, let text):
                let answer = ScenarioAnswer(time: time, text: text)
                if let place = unexpected.firstIndex(of: answer) {
                    unexpected.remove(at: place)
                } else {
                    missing.append((time, Difference(line: line.number, text: answer.line)))
                }
            case .nothing(let time) where !ScenarioResult.isQuiet(before: line.number, until: time, scenario, got):
                missing.append((time, Difference(line: line.number, text: "\(time.scenarioText) > nothing")))
            default: break
            }
        }
        let surplus = unexpected.map { ($0.time, Difference(line: nil, text: $0.line)) }
        self.differences = (missing.map { ($0.time, $0.difference) } + surplus).enumerated().sorted {
            $0.element.0 != $1.element.0 ? $0.element.0 < $1.element.0 : $0.offset < $1.offset
        }.map { $0.element.1 }
    }

    public var isAsExpected: Bool { self.differences.isEmpty }

    /// The differences as lines: `-` what the file expects, `+` what came.
    public var report: [String] {
        self.differences.map { difference in
            difference.line.map { "- \(difference.text)    (line \($0))" } ?? "+ \(difference.text)"
        }
    }

    /// Whether nothing came after the line before, up to a time.
    private static func isQuiet(
        before number: Int,
        until end: Duration,
        _ scenario: Scenario,
        _ got: [ScenarioAnswer]
    ) -> Bool {
        var start = Duration.zero
        for line in scenario.lines where line.number < number { start = line.content.time ?? start }
        return !got.contains { start < $0.time && $0.time <= end }
    }

    /// The scenario's text with what came in the place of what it expected; all else stays as it is.
    public var updatedText: String {
        var lines = self.scenario.lines
        let wrong = Set(self.differences.compactMap(\.line))
        lines.removeAll { wrong.contains($0.number) }
        var texts = lines.map { (time: $0.content.time, text: $0.text) }
        for difference in self.differences where difference.line == nil {
            guard let answer = self.got.first(where: { $0.line == difference.text }) else { continue }
            // Behind everything that is timed at or before it.
            let place = texts.lastIndex { line in line.time.map { $0 <= answer.time } ?? false }
            texts.insert((answer.time, answer.line), at: place.map { $0 + 1 } ?? texts.endIndex)
        }
        return texts.map { $0.text + "\n" }.joined()
    }
}

extension Scenario.Content {
    /// The time at the line's beginning.
    var time: Duration? {
        switch self {
        case .event(let time, _), .answer(let time, _), .nothing(let time), .end(let time): time
        case .blank, .start, .configuration: nil
        }
    }
}
