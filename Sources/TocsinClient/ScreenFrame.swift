/// What a terminal is told to show a text that changes, in place of what it showed before.
public enum ScreenFrame {
    /// Takes a second screen, so that the first one is as it was when this ends; hides the cursor, and cuts lines that
    /// are too long.
    public static let begin = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    public static let end = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    /// The lines from the top left corner on, without a blank screen in between, which would flicker.
    ///
    /// - Parameters:
    ///   - text: made harmless already, with colours or without.
    ///   - rows: how many lines there is room for.
    public static func frame(_ text: String, rows: Int) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        if rows > 1, lines.count > rows {
            let hidden = lines.count - rows + 1
            lines = lines.prefix(rows - 1) + ["… \(hidden) more lines"]
        }
        // A line end behind the last line would move the others up.
        return "\u{1B}[H" + lines.map { "\($0)\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }
}
