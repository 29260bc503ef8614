/// A table for a terminal: columns aligned by what their cells look like, whatever alphabet they are in.
public struct TextTable: Sendable {
    /// One cell. Its text may come from anywhere; it is made harmless here.
    public struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
        public let text: String
        public let look: Look

        public init(_ text: String, _ look: Look = .plain) {
            self.text = Terminal.text(text)
            self.look = look
        }

        public init(stringLiteral text: String) { self.init(text) }
    }

    public let titles: [String]
    public private(set) var rows: [[Cell]] = []

    public init(_ titles: [String]) { self.titles = titles }

    /// Adds a row. A cell that is missing is empty.
    public mutating func add(_ row: [Cell]) { self.rows.append(row) }

    /// The whole table with a line end behind each line. No blanks at the ends of lines.
    public func text(_ colours: Colours) -> String {
        let lines = [self.titles.map { Cell($0, .strong) }] + self.rows
        var widths = [Int](repeating: 0, count: self.titles.count)
        for line in lines {
            for (column, cell) in zip(widths.indices, line) {
                widths[column] = max(widths[column], Terminal.width(cell.text))
            }
        }
        var text = ""
        for line in lines {
            let last = line.lastIndex { !$0.text.isEmpty } ?? -1
            for (column, cell) in zip(widths.indices, line) where column <= last {
                text += colours.text(cell.text, cell.look)
                if column < last {
                    text += String(repeating: " ", count: widths[column] - Terminal.width(cell.text) + 2)
                }
            }
            text += "\n"
        }
        return text
    }
}

/// What a word looks like where there are colours: what a terminal is told.
public enum Look: String, Hashable, Sendable {
    case plain = ""
    case strong = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    /// What somebody should look at now.
    case alarm = "1;31"
}

/// Whether there are colours.
public enum Colours: Hashable, Sendable {
    case shown, plain

    /// On a terminal that knows colours, unless `NO_COLOR` says otherwise.
    public init(isTerminal: Bool, environment: [String: String]) {
        let isWanted = environment["NO_COLOR", default: ""].isEmpty
        let isAble = !["", "dumb"].contains(environment["TERM", default: ""])
        self = isTerminal && isWanted && isAble ? .shown : .plain
    }

    public func text(_ text: String, _ look: Look) -> String {
        self == .plain || look == .plain || text.isEmpty ? text : "\u{1B}[\(look.rawValue)m\(text)\u{1B}[0m"
    }
}
