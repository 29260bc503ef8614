import Glibc
import TocsinModel
import TocsinRuntime

/// The terminal, or whatever stands in its place: a timeline with three columns, when, who and what.
final class DemoScreen: Sendable {
    enum Colours: Sendable { case shown, plain }

    private struct State {
        var startedAt: Duration?
        var hasReader = true
    }

    private let descriptor: Int32
    private let colours: Colours
    private let columns: Int
    private let clock = SystemClock()
    private let state = Locked(State())

    private static let placeWidth = 15

    init(_ descriptor: Int32, columns: Int, colours: Colours) {
        self.descriptor = descriptor
        self.columns = columns
        self.colours = colours
    }

    /// In colours on a terminal, unless NO_COLOR or TERM say otherwise.
    static func standardOutput() -> DemoScreen {
        guard isatty(STDOUT_FILENO) == 1 else { return DemoScreen(STDOUT_FILENO, columns: 120, colours: .plain) }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let variable = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
        let isPlain = !variable("NO_COLOR").isEmpty || ["", "dumb"].contains(variable("TERM"))
        // Beyond 110 columns lines get hard to read; below 50 nothing can be laid out.
        let columns = min(max(isKnown ? Int(size.ws_col) : 80, 50), 110)
        return DemoScreen(STDOUT_FILENO, columns: columns, colours: isPlain ? .plain : .shown)
    }

    /// Whether anybody still reads: not if the other end of a pipe is closed.
    var hasReader: Bool { self.state.withLock { $0.hasReader } }

    /// From here on the timeline counts.
    func startClock() { self.state.withLock { $0.startedAt = self.clock.sinceBoot() } }

    /// Since ``startClock()``.
    var elapsed: Duration {
        let now = self.clock.sinceBoot()
        return self.state.withLock { $0.startedAt.map { now - $0 } ?? .zero }
    }
}

// MARK: - Writing

extension DemoScreen {
    func emptyLine() { self.write([DemoText("")]) }

    func paragraph(_ text: DemoText) { self.write(text.wrapped(to: self.columns)) }

    /// What comes next, in a few words.
    func heading(_ text: String) { self.write([DemoText("")] + DemoText(text, .strong).wrapped(to: self.columns)) }

    /// Something that happened just now.
    func event(_ place: DemoText, _ lines: [DemoText]) {
        self.entry(self.now + DemoText("  ") + place.padded(to: DemoScreen.placeWidth), lines)
    }

    /// What a channel shows: with a bar at its side, in the colour that the message has there.
    func message(_ place: DemoText, _ lines: [DemoText], bar: DemoText.Look) {
        let head = self.now + DemoText("  ") + place.padded(to: DemoScreen.placeWidth)
        self.entry(head, lines, bar: DemoText("▌", bar))
    }

    /// The first column.
    private var now: DemoText { DemoText("\(DemoScreen.seconds(self.elapsed).leftPadded(to: 5))s", .faint) }

    /// A name, and beside it what is to be said about it.
    func item(_ name: String, _ text: String) {
        self.entry(DemoText("  ") + DemoText(name, .strong).padded(to: DemoScreen.placeWidth + 5), [DemoText(text)])
    }

    /// To be copied: as it stands, under the text of an ``item(_:_:)``.
    func verbatim(_ lines: [String]) {
        let margin = DemoText("").padded(to: DemoScreen.placeWidth + 9)
        self.write(lines.map { margin + DemoText($0, .cyan) })
    }

    /// Says what is wrong where errors are said.
    static func complain(_ lines: [String]) {
        DemoScreen(STDERR_FILENO, columns: 0, colours: .plain).write(lines.map { DemoText($0) })
    }

    private func entry(_ head: DemoText, _ lines: [DemoText], bar: DemoText = DemoText("")) {
        let margin = DemoText("").padded(to: head.width)
        let room = self.columns - head.width - 2 - bar.width
        let wrapped = lines.flatMap { $0.wrapped(to: max(room, 20)) }
        self.write(wrapped.enumerated().map { ($0 == 0 ? head : margin) + DemoText("  ") + bar + $1 })
    }

    /// Whole at once, so that what two tasks say does not mix.
    private func write(_ lines: [DemoText]) {
        let text = lines.map { $0.text(self.colours) + "\n" }.joined()
        self.state.withLock { state in
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    state.hasReader = false
                    return
                }
            }
        }
    }

    /// `12.3`
    static func seconds(_ duration: Duration) -> String {
        let tenths = duration.wholeNanoseconds / 100_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    fileprivate func leftPadded(to columns: Int) -> String {
        String(repeating: " ", count: max(columns - self.count, 0)) + self
    }
}
