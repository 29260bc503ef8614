import TocsinModel

/// A story about alerts and what receivers are to hear of them, read from its text; docs/scenarios.md has the format.
public struct Scenario: Sendable {
    /// A line of the text.
    struct Line: Sendable {
        let number: Int
        let text: String
        let content: Content
    }

    enum Content: Sendable {
        /// A comment, or nothing.
        case blank
        case start(Timestamp)
        case configuration(String)
        case event(Duration, ScenarioEvent)
        case answer(Duration, String)
        /// Nobody hears anything between the line before and this time.
        case nothing(Duration)
        /// The scenario goes on at least until then.
        case end(Duration)
    }

    let lines: [Line]

    /// The configuration that the scenario itself names, relative to its own file; `nil` if it leaves that to whoever
    /// runs it.
    public var configuration: String? {
        for case .configuration(let name) in self.lines.map(\.content) { return name }
        return nil
    }

    /// The instant that is `0s`: midnight at the beginning of Monday, 5 January 2026, unless it says otherwise.
    var start: Timestamp {
        for case .start(let time) in self.lines.map(\.content) { return time }
        return Timestamp(seconds: 1_767_571_200)
    }
}

/// What somebody does, or what happens to the service.
enum ScenarioEvent: Sendable {
    case alert(LabelSet, AlertWords)
    case resolved(LabelSet)
    /// Its sender says nothing more of it.
    case lost(LabelSet)
    case silence(String, [MatcherText], from: Duration?, until: ScenarioTime)
    case changeSilence(String, until: ScenarioTime)
    case expireSilence(String)
    case down(String, Weather)
    case up(String)
    case crash(away: Duration)
    case stop(away: Duration)
    case reload(String)
    case clock(Duration)
    case sleep(Duration)
    case disk(SimulatedDisk.Mood)
}

/// A time in a scenario: from its beginning, or after the line's own time.
enum ScenarioTime: Hashable, Sendable {
    case at(Duration)
    case after(Duration)
}

/// How an alert is told.
struct AlertWords: Hashable, Sendable {
    /// When it began; the line's time if `nil`.
    var since: Duration?
    /// Its sender says it once, and does not come again.
    var isOnce = false
    /// How far ahead its sender names the end.
    var window: Duration = .seconds(240)
    /// Its sender names no end.
    var hasNoEnd = false
}

/// A line that cannot be read, and why.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let reason: String

    public var description: String { "line \(self.line): \(self.reason)" }
}
