/// Words with their looks, a character at a time, so that lines can be broken without losing either.
struct DemoText: Sendable {
    /// What a terminal is told; nothing for plain words.
    enum Look: String, Sendable {
        case plain = ""
        case strong = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
        case strongRed = "1;31"
        case strongGreen = "1;32"
    }

    private struct Cell: Sendable {
        let character: Character
        let look: Look
    }

    private var cells: [Cell]

    /// Control characters are dropped: a message has no say in what the terminal does.
    init(_ text: String, _ look: Look = .plain) {
        self.cells = text.filter { !DemoText.isControl($0) }.map { Cell(character: $0, look: look) }
    }

    private init(_ cells: some Sequence<Cell>) { self.cells = Array(cells) }

    static func + (a: DemoText, b: DemoText) -> DemoText { DemoText(a.cells + b.cells) }
    static func += (a: inout DemoText, b: DemoText) { a.cells += b.cells }

    /// The columns it takes on a terminal.
    var width: Int { self.cells.reduce(0) { $0 + DemoText.width(of: $1.character) } }

    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    private static func width(of character: Character) -> Int {
        character.unicodeScalars.contains { $0.properties.isEmojiPresentation } ? 2 : 1
    }
}

// MARK: - Lines

extension DemoText {
    /// In lines of so many columns, broken at spaces; a word that is longer than a line is broken where the line ends.
    func wrapped(to columns: Int) -> [DemoText] {
        let columns = max(columns, 1)
        var lines: [DemoText] = []
        var line = DemoText("")
        for word in self.words {
            var word = word
            if line.width > 0, line.width + 1 + word.width > columns {
                lines.append(line)
                line = DemoText("")
            }
            if line.width > 0 { line += DemoText(" ", word.cells[0].look) }
            while word.width > columns {
                let head = word.prefix(columns)
                lines.append(head)
                word = DemoText(word.cells.dropFirst(head.cells.count))
            }
            line += word
        }
        return lines + [line]
    }

    private var words: [DemoText] { self.cells.split { $0.character == " " }.map { DemoText($0) } }

    /// At least one character, so that whoever asks comes to an end.
    private func prefix(_ columns: Int) -> DemoText {
        var width = 0
        let fitting = self.cells.prefix { cell in
            width += DemoText.width(of: cell.character)
            return width <= columns
        }
        return DemoText(fitting.isEmpty ? self.cells.prefix(1) : fitting)
    }

    func padded(to columns: Int) -> DemoText {
        self + DemoText(String(repeating: " ", count: max(columns - self.width, 0)))
    }

    func text(_ colours: DemoScreen.Colours) -> String {
        var text = ""
        var look = Look.plain
        for cell in self.cells {
            if colours == .shown, cell.look != look {
                text += "\u{1B}[0\(cell.look == .plain ? "" : ";")\(cell.look.rawValue)m"
                look = cell.look
            }
            text.append(cell.character)
        }
        return look == .plain ? text : text + "\u{1B}[0m"
    }
}

// MARK: - Slack

extension DemoText {
    /// A line in Slack's markup as Slack shows it, as far as messages about alerts use it: bold, links, two emojis.
    init(slack line: some StringProtocol) {
        self.init("")
        var rest = Substring(line)
        while let first = rest.first {
            if let (name, sign) = DemoText.emojis.first(where: { rest.hasPrefix($0.name) }) {
                self += sign
                rest = rest.dropFirst(name.count)
            } else if first == "*", let inner = DemoText.inside(rest, until: "*") {
                self += DemoText(DemoText.unescaped(inner), .strong)
                rest = rest.dropFirst(inner.count + 2)
            } else if first == "<", let inner = DemoText.inside(rest, until: ">") {
                self += DemoText(DemoText.unescaped(inner.split(separator: "|").last ?? inner), .cyan)
                rest = rest.dropFirst(inner.count + 2)
            } else {
                let end = rest.dropFirst().firstIndex { "*<:".contains($0) } ?? rest.endIndex
                self += DemoText(DemoText.unescaped(rest[..<end]))
                rest = rest[end...]
            }
        }
    }

    private static let emojis: [(name: String, sign: DemoText)] = [
        (":red_circle:", DemoText("●", .strongRed)), (":white_check_mark:", DemoText("✔", .strongGreen)),
    ]

    /// What stands between the first character and the next `end`; `nil` if there is none, or nothing between.
    private static func inside(_ text: Substring, until end: Character) -> Substring? {
        let inner = text.dropFirst()
        guard let index = inner.firstIndex(of: end), index > inner.startIndex else { return nil }
        return inner[..<index]
    }

    private static func unescaped(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
