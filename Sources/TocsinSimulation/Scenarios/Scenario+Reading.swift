import TocsinModel

extension Scenario {
    /// More lines than that are no story.
    static let maximumLines = 10_000

    /// Reads a scenario.
    public init(_ text: String) throws(ScenarioError) {
        var lines: [Line] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index >= Scenario.maximumLines {
                throw ScenarioError(line: index + 1, reason: "more than \(Scenario.maximumLines) lines")
            }
            var reader = LineReader(number: index + 1, text: String(line))
            lines.append(Line(number: index + 1, text: String(line), content: try reader.content()))
        }
        if lines.last?.text.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }
}

/// Reads one line, word by word. A word ends at a space outside of quotes.
private struct LineReader {
    private let number: Int
    private let text: String
    private var words: ArraySlice<String>

    init(number: Int, text: String) {
        self.number = number
        self.text = text
        self.words = LineReader.words(of: text)[...]
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == "#" && word.isEmpty && !isQuoted { break }
            if (character == " " || character == "\t") && !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    private func error(_ reason: String) -> ScenarioError { ScenarioError(line: self.number, reason: reason) }

    private mutating func next(_ what: String) throws(ScenarioError) -> String {
        guard let word = self.words.popFirst() else { throw self.error("\(what) is missing") }
        return word
    }

    private mutating func take(_ word: String) -> Bool {
        guard self.words.first == word else { return false }
        self.words.removeFirst()
        return true
    }

    private func finish() throws(ScenarioError) {
        if let word = self.words.first { throw self.error("“\(word)” is not expected here") }
    }

    // MARK: Lines

    mutating func content() throws(ScenarioError) -> Scenario.Content {
        guard let first = self.words.first else { return .blank }
        let content: Scenario.Content
        if self.take("start") {
            content = .start(try self.timestamp())
        } else if self.take("config") {
            content = .configuration(try self.next("the configuration's file"))
        } else {
            guard first.first?.isNumber == true else {
                let words = "a line begins with a time, as in `30s`, with `start`, `config`, or `#`"
                throw self.error("\(words); not with “\(first)”")
            }
            content = try self.timed(at: try self.duration("a time"))
        }
        try self.finish()
        return content
    }

    private mutating func timed(at time: Duration) throws(ScenarioError) -> Scenario.Content {
        if self.take(">") {
            if self.take("nothing") { return .nothing(time) }
            let answer = self.words.joined(separator: " ")
            self.words = []
            if answer.isEmpty { throw self.error("who hears what is missing, as in `> slack firing Disk@a`") }
            return .answer(time, answer)
        }
        if self.take("end") { return .end(time) }
        return .event(time, try self.event())
    }

    private mutating func event() throws(ScenarioError) -> ScenarioEvent {
        let verb = try self.next("what happens")
        switch verb {
        case "alert": return try self.alert()
        case "resolved": return .resolved(try self.labels())
        case "lost": return .lost(try self.labels())
        case "silence": return try self.silence()
        case "expire": return .expireSilence(try self.next("the silence's name"))
        case "down": return .down(try self.next("the receiver"), try self.weather())
        case "up": return .up(try self.next("the receiver"))
        case "crash": return .crash(away: try self.away())
        case "stop": return .stop(away: try self.away())
        case "reload": return .reload(try self.next("the configuration's file"))
        case "clock": return .clock(try self.signedDuration())
        case "sleep": return .sleep(try self.duration("for how long"))
        case "disk": return .disk(try self.mood())
        default: throw self.error("nothing is called “\(verb)”")
        }
    }

    // MARK: Events

    private mutating func alert() throws(ScenarioError) -> ScenarioEvent {
        let labels = try self.labels()
        var words = AlertWords()
        while !self.words.isEmpty {
            if self.take("since") {
                words.since = try self.signedDuration()
            } else if self.take("once") {
                words.isOnce = true
            } else if self.take("for") {
                words.window = try self.duration("for how long")
            } else if self.take("endless") {
                words.hasNoEnd = true
            } else {
                try self.finish()
            }
        }
        return .alert(labels, words)
    }

    private mutating func labels() throws(ScenarioError) -> LabelSet {
        var labels: [String: String] = [:]
        while let word = self.words.first, let split = word.firstIndex(of: "=") {
            self.words.removeFirst()
            labels[String(word[..<split])] = LineReader.unquoted(word[word.index(after: split)...])
        }
        if labels.isEmpty { throw self.error("labels are missing, as in `alertname=Disk host=a`") }
        return LabelSet(labels.filter { !$0.value.isEmpty })
    }

    private static func unquoted(_ text: Substring) -> String {
        let isQuoted = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
        return String(isQuoted ? text.dropFirst().dropLast() : text)
    }

    private mutating func silence() throws(ScenarioError) -> ScenarioEvent {
        let name = try self.next("a name for the silence")
        var matchers: [MatcherText] = []
        while let word = self.words.first, word.contains("=") || word.contains("!~") {
            self.words.removeFirst()
            matchers.append(try self.matcher(word))
        }
        let from: Duration? = self.take("from") ? try self.duration("from when") : nil
        let end: ScenarioTime
        if self.take("until") {
            end = .at(try self.duration("until when"))
        } else if self.take("for") {
            end = .after(try self.duration("for how long"))
        } else {
            throw self.error("`for` how long or `until` when is missing")
        }
        return matchers.isEmpty ? .changeSilence(name, until: end) : .silence(name, matchers, from: from, until: end)
    }

    private func matcher(_ word: String) throws(ScenarioError) -> MatcherText {
        let symbols = [("=~", true, true), ("!~", true, false), ("!=", false, false), ("=", false, true)]
        for (symbol, isRegex, isEqual) in symbols {
            guard let range = word.firstRange(of: symbol) else { continue }
            let value = LineReader.unquoted(word[range.upperBound...])
            let name = String(word[..<range.lowerBound])
            return MatcherText(name: name, value: value, isRegex: isRegex, isEqual: isEqual)
        }
        throw self.error("“\(word)” is no matcher")
    }

    private mutating func weather() throws(ScenarioError) -> Weather {
        guard let word = self.words.popFirst() else { return .down }
        switch word {
        case "429": return .limits(self.words.isEmpty ? .zero : try self.duration("until when"))
        case "500": return .hangs(.milliseconds(100))
        case "404": return .refuses
        case "hangs": return .hangs(self.words.isEmpty ? .seconds(30) : try self.duration("for how long"))
        case "mute": return .losesAnswers(self.words.isEmpty ? .seconds(30) : try self.duration("for how long"))
        case "slow": return .slow(try self.duration("how slow"))
        default: throw self.error("a receiver is down, `429 30s`, `500`, `404`, `hangs 30s`, `mute 30s` or `slow 5s`")
        }
    }

    private mutating func mood() throws(ScenarioError) -> SimulatedDisk.Mood {
        switch try self.next("how the disk is") {
        case "full": return .full
        case "well": return .well
        default: throw self.error("a disk is `full` or `well`")
        }
    }

    // MARK: Times

    private mutating func away() throws(ScenarioError) -> Duration {
        self.take("for") ? try self.duration("for how long") : .zero
    }

    private mutating func duration(_ what: String) throws(ScenarioError) -> Duration {
        let word = try self.next(what)
        do throws(DurationError) {
            return try Duration(prometheus: word)
        } catch {
            throw self.error("“\(word)” is no time, as in `1h30m`")
        }
    }

    private mutating func signedDuration() throws(ScenarioError) -> Duration {
        guard let word = self.words.first else { throw self.error("a time is missing") }
        if word.hasPrefix("-") || word.hasPrefix("+") {
            self.words[self.words.startIndex] = String(word.dropFirst())
        }
        let length = try self.duration("a time")
        return word.hasPrefix("-") ? .zero - length : length
    }

    private mutating func timestamp() throws(ScenarioError) -> Timestamp {
        let word = try self.next("the time")
        guard let time = Timestamp(rfc3339: word) else {
            throw self.error("“\(word)” is no time, as in `2026-03-29T00:30:00Z`")
        }
        return time
    }
}
